// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.TraceInOwnJvm
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import java.io.File
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText

/** What `-Dffi.trace` logs. Each program runs in a JVM of its own, since the property is read once. */
@EnabledIf(OnLinux::class)
class TraceSpec : FunSpec({

    /** The lines of the log behind the logger's name; of what is another number each time, only that it is there. */
    fun trace(what: String, vararg options: String): String = TraceInOwnJvm.ended(what, *options).errors
        .replace(Regex("""\[[0-9.]+ (ns|µs|ms|s), """), "[TIME, ").replace(Regex("0x[0-9a-f]+"), "ADDRESS")
        .replace(Regex("""(TraceInOwnJvm\.kt):\d+"""), "$1:LINE").replace(Regex("thread \\d+"), "thread NUMBER")
        .replace("ffi.launched.", "")

    test("each face's calls are logged: library, function, arguments, result, time and thread") {
        val notFound = "ffi.core.SymbolNotFoundException: Symbol not found: \"nowhere\""
        trace("faces", "-Dffi.trace=sum") shouldBe """
            ffi.trace.sum: sum.sum(i32 1, i32 2) = i32 3 [TIME, main]
            ffi.trace.sum: sum.sum(i32 3, i32 4) = i32 7 [TIME, main]
            ffi.trace.sum: sum.sum(i32 5, i32 6) = i32 11 [TIME, main]
            ffi.trace.sum: sum.sum(i32 7, i32 8) = i32 15 [TIME, main]
            ffi.trace.sum: sum.sum(i32 9, i32 10) = i32 19 [TIME, ffi-call-1]
            ffi.trace.sum: sum.sum_of(i32 2, i32 11, i64 12) = i64 23 [TIME, main]
            ffi.trace.sum: sum.sum(i32 13, i32 14) = i32 27 [TIME, main]
            ffi.trace.sum: sum.sum(i32 15, i32 16) = i32 31 [TIME, main]
            ffi.trace.sum: sum.operation_for(i32 0) = callback(i32 (i32, i32)) ADDRESS [TIME, main]
            ffi.trace.sum: sum.ADDRESS(i32 18, i32 19) = i32 37 [TIME, main]
            ffi.trace.sum: sum.nowhere(i32 20) threw $notFound [TIME, main]
        """.trimIndent()
    }

    test("the property names libraries, functions of them, or all") {
        fun functions(list: String) = trace("faces", "-Dffi.trace=$list").lines()
            .map { it.substringAfter(": ").substringBefore("(") }.distinct()
        functions("c") shouldBe listOf("c.abs")
        functions("other,  libsum.so.*of") shouldBe listOf("sum.sum_of")
        functions("sum.sum,c.a*") shouldBe listOf("sum.sum", "c.abs")
        functions("") shouldContainAll listOf("sum.sum", "c.abs", "sum.nowhere")
        functions("*") shouldBe functions("")
        functions("other") shouldBe listOf("")
    }

    test("values are typed and on one line: pointers are numbers, text and arrays are cut") {
        val many = "x".repeat(100)
        val threw = "java.lang.IllegalStateException"
        val noent = "ENOENT, No such file or directory"
        val nullPointer = "java.lang.NullPointerException: Argument 1 is not a value of its type"
        val first = "[0, 1, 2, 3, 4, 5, 6, 7, … (100 elements)]"
        trace("values", "-Dffi.trace=sum") shouldBe """
            ffi.trace.sum: sum.is_null(address ADDRESS) = i32 0 [TIME, main]
            ffi.trace.sum: sum.is_null(address NULL) = i32 1 [TIME, main]
            ffi.trace.sum: sum.is_null(cstring.orNull NULL) = i32 1 [TIME, main]
            ffi.trace.sum: sum.same_int(pointer(i32) ADDRESS) = pointer(i32) ADDRESS [TIME, main]
            ffi.trace.sum: sum.text_bytes(cstring "two\nlines") = usize 9 [TIME, main]
            ffi.trace.sum: sum.text_bytes(cstring "$many…$many" (300 characters)) = usize 300 [TIME, main]
            ffi.trace.sum: sum.is_null(callback(i32 (i32, i32)).orNull NULL) = i32 1 [TIME, main]
            ffi.trace.sum: sum.reverse_u8_array(array(i8) [], usize 0) [TIME, main]
            ffi.trace.sum: sum.abs(u32 4294967295) = u32 1 [TIME, main]
            ffi.trace.sum: sum.noop() [TIME, main]
            ffi.trace.sum: sum.fsum(f64 1.5, f64 2.5) = f64 4.0 [TIME, main]
            ffi.trace.sum: sum.midpoint(Point(x=0.0, y=0.0), Point(x=1.0, y=2.0)) = Point(x=0.5, y=1.0) [TIME, main]
            ffi.trace.sum: sum.sum(Level HIGH, i32 0) = Level HIGH [TIME, main]
            ffi.trace.sum: sum.sum(i32 <$threw>, i32 2) = i32 <$threw> [TIME, main]
            ffi.trace.sum: sum.sum_ints(array(i32).const $first, usize 100) = i64 4950 [TIME, main]
            ffi.trace.sum: sum.reverse_i32_array(array(i32) [1, 2, 3] → [3, 2, 1], usize 3) [TIME, main]
            ffi.trace.sum: sum.divide(i32 7, i32 2, out(i32) Out() → Out(3), out(i32) Out() → Out(1)) [TIME, main]
            ffi.trace.sum: sum.counter_new(i32 1) = pointer(i32).owned ADDRESS [TIME, main]
            ffi.trace.sum: sum.counter_free(address ADDRESS) [TIME, main]
            ffi.trace.sum: sum.concatenateStrings(cstring "foo", cstring "bar") = cstring.owned "foobar" [TIME, main]
            ffi.trace.sum: sum.fail_with(i32 2) = i32.withErrno WithErrno[value=-1, errno=$noent] [TIME, main]
            ffi.trace.sum: sum.fail_with(i32 2) threw ffi.core.ErrnoException: fail_with(2): $noent [TIME, main]
            ffi.trace.sum: sum.succeed_with(i32 2) = i32.orErrno 7, ENOENT [TIME, main]
            ffi.trace.sum: sum.text_bytes(cstring NULL) threw $nullPointer [TIME, main]
            ffi.trace.sum: sum.sum(i32 1, i32 2) = i32 3 [TIME, main]
        """.trimIndent()
    }

    test("upcalls are logged inside of the calls that they come out of") {
        val lambda = "callback(i32 (i32, i32)) TraceInOwnJvm\$\$Lambda"
        val registered = "registered at TraceInOwnJvm.upcalls(TraceInOwnJvm.kt:LINE)"
        val no = "java.lang.IllegalStateException: no"
        trace("upcalls", "-Dffi.trace=sum") shouldBe """
            ffi.trace.sum: sum.apply($lambda, i32 1, i32 2) …
            ffi.trace.sum:   upcall(i32 1, i32 2) …
            ffi.trace.sum:     sum.sum(i32 1, i32 2) = i32 3 [TIME, main]
            ffi.trace.sum:   upcall(i32 1, i32 2) = i32 3 [TIME, main] as argument 1 of sum.apply
            ffi.trace.sum: sum.apply($lambda, i32 1, i32 2) = i32 3 [TIME, main]
            ffi.trace.sum: sum.setCallback(callback(i32 (i32, i32)) ADDRESS) [TIME, main]
            ffi.trace.sum: sum.runCallback(i32 3, i32 4) …
            ffi.trace.sum:   upcall(i32 3, i32 4) = i32 -1 [TIME, main] $registered
            ffi.trace.sum: sum.runCallback(i32 3, i32 4) = i32 -1 [TIME, main]
            ffi.trace.sum: sum.apply($lambda, i32 5, i32 6) …
            ffi.trace.sum:   upcall(i32 5, i32 6) threw $no [TIME, main] as argument 1 of sum.apply
            ffi.trace.sum: sum.apply($lambda, i32 5, i32 6) threw $no [TIME, main]
        """.trimIndent()
    }

    test("a log that calls a function that is traced, and then fails, changes no call") {
        val ended = TraceInOwnJvm.ended("hostile", "-Dffi.trace=sum")
        ended.output shouldBe "3\n7\n4" // the last: how often the log was asked
        ended.errors shouldBe ""
    }

    test("nor does a log of the program's own that calls such a function, or throws, when it is made or asked") {
        val services = tempdir().toPath()
        services.resolve("META-INF/services").createDirectories().resolve("java.lang.System\$LoggerFinder")
            .writeText("ffi.launched.OwnLogs")
        val classes = services.toString() + File.pathSeparator + System.getProperty("java.class.path")
        fun own(what: String) = TraceInOwnJvm.ended("own", "-cp", classes, "-Dffi.trace=sum", "-Down.logs=$what")
        for (whenever in listOf("made", "asked")) {
            val calling = own("call when $whenever")
            calling.output shouldBe "3\n7\n11"
            calling.errors.replace(Regex("\\[.*?,"), "[TIME,") shouldBe """
                sum.sum(i32 1, i32 2) = i32 3 [TIME, main]
                sum.sum(i32 3, i32 4) = i32 7 [TIME, main]
                sum.sum(i32 5, i32 6) = i32 11 [TIME, main]
            """.trimIndent()
            own("throw when $whenever") shouldBe Ended("3\n7\n11", "", 0)
        }
    }

    test("a text that calls a function that is traced is asked for once, and not logged; a list is not asked") {
        val without = TraceInOwnJvm.ended("texts").output.lines().last()
        val list = "TraceInOwnJvm\$texts\$Counting"
        trace("texts", "-Dffi.trace=sum") shouldBe """
            ffi.trace.sum: sum.sum(i32 asked 1, 2, i32 2) = i32 3 [TIME, main]
            ffi.trace.sum: sum.sum_ints(list(i32).const $list, usize 2) = i64 1 [TIME, main]
            ffi.trace.sum: sum.sum_ints(list(i32).const [3, 4], usize 2) = i64 7 [TIME, main]
        """.trimIndent()
        TraceInOwnJvm.ended("texts", "-Dffi.trace=sum").output shouldBe "1\n$without"
    }

    test("a handle is shown by its text, and not asked for its pointer, which it may give away") {
        trace("moved", "-Dffi.trace=sum") shouldBe """
            ffi.trace.sum: sum.counter_new(i32 1) = counter 1 [TIME, main]
            ffi.trace.sum: sum.counter_free(counter 1) [TIME, main]
        """.trimIndent()
    }

    test("a view of a struct of C's is a number, for nobody knows that it is there") {
        trace("views", "-Dffi.trace=sum") shouldBe """
            ffi.trace.sum: sum.same_int(address ADDRESS) = pointer(Counter) struct Counter * ADDRESS [TIME, main]
            ffi.trace.sum: sum.counter_new(i32 1) = pointer(Counter) struct Counter * ADDRESS [TIME, main]
            ffi.trace.sum: sum.is_null(pointer(Counter) Counter{value=2}) = i32 0 [TIME, main]
        """.trimIndent()
        TraceInOwnJvm.ended("views", "-Dffi.trace=sum").output shouldBe "Counter{value=1}"
    }

    test("at the end of the stack a call is what it is without") {
        val ended = TraceInOwnJvm.ended("deep", "-Dffi.trace=sum")
        ended.output shouldBe "java.lang.StackOverflowError\n3"
        ended.exit shouldBe 0
    }

    test("-Dffi.trace.before logs a call when it begins, too, for one that ends the VM") {
        trace("threads", "-Dffi.trace=sum", "-Dffi.trace.before=true") shouldBe """
            ffi.trace.sum: sum.sum(i32 1, i32 2) …
            ffi.trace.sum: sum.sum(i32 1, i32 2) = i32 3 [TIME, of\u0009mine]
            ffi.trace.sum: sum.sum(i32 3, i32 4) …
            ffi.trace.sum: sum.sum(i32 3, i32 4) = i32 7 [TIME, thread NUMBER]
        """.trimIndent()
    }

    test("the classes of functions that no property names are those of a JVM without it, and so are ours") {
        fun classes(vararg options: String) = TraceInOwnJvm.ended("classes", "-Xlog:class+load:stdout", *options).output
            .lines().partition { it.startsWith("[[") || !it.startsWith("[") }
        val (without, loaded) = classes()
        val (other, _) = classes("-Dffi.trace=other")
        val (named, loadedThen) = classes("-Dffi.trace=sum")
        other shouldBe without
        named shouldBe without
        loaded.filter { "ffi.core.internal.Watch" in it || "Shown" in it }.shouldBeEmpty()
        loadedThen.map { it.substringAfter("] ").substringBefore(" ") } shouldContain "ffi.core.internal.WatchedCall"
    }
})
