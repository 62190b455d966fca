// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeInstanceOf
import users.Interfaces
import users.Orders
import users.Interfaces.Mode
import users.Interfaces.Permission
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles
import java.lang.reflect.InvocationTargetException
import java.net.URL
import java.net.URLClassLoader
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.jar.JarOutputStream
import java.util.zip.ZipEntry
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText

interface Generic<T> {
    @Suppress("FunctionName")
    fun echo_i32(value: T): T
}

interface OfInt : Generic<Int>

@Suppress("FunctionName")
interface KotlinNullables {
    fun is_null(pointer: String?): Int
    fun returnNullString(): String?

    @Symbol("is_null")
    fun never(pointer: String): Int
}

/** Interfaces whose methods are the functions of a library. */
class BindingsSpec : FunSpec({

    val remedy = "hint: make it public, or pass a MethodHandles.lookup() of its package"

    fun <T> sum(face: Class<T>): T = Bindings.bind(face, "sum")

    test("Java's types say C's") {
        val typed = sum(Interfaces.Typed::class.java)
        typed.echo_i8(Byte.MIN_VALUE) shouldBe Byte.MIN_VALUE
        typed.echo_i16(Short.MIN_VALUE) shouldBe Short.MIN_VALUE
        typed.echo_i32(Int.MIN_VALUE) shouldBe Int.MIN_VALUE
        typed.echo_i64(Long.MIN_VALUE) shouldBe Long.MIN_VALUE
        typed.echo_f32(-0.5f) shouldBe -0.5f
        typed.echo_f64(0.1) shouldBe 0.1
        typed.echo_bool(true) shouldBe true
        typed.echo_char16('\uffff') shouldBe '\uffff'
        typed.echo_text("tëxt") shouldBe "tëxt"
        typed.echo_pointer(MemorySegment.ofAddress(42)).address() shouldBe 42
        typed.noop() shouldBe Unit
    }

    test("annotations say what Java's types can not") {
        val named = sum(Interfaces.Named::class.java)
        named.u8(-1) shouldBe (-1).toByte()
        named.size(Long.MAX_VALUE) shouldBe Long.MAX_VALUE
        shouldThrow<IllegalArgumentException> { named.size(-1) }.message!!.lines()[1] shouldBe
            "  function: echo_usize: usize (usize)"
        named.cLong(Int.MIN_VALUE.toLong()) shouldBe Int.MIN_VALUE
        named.wide('ß'.code) shouldBe 'ß'.code
        named.concatenateWideStrings("foo", "b\ud83d\ude00r") shouldBe "foob\ud83d\ude00r"
        named.concatenateUtf16Strings("foo", "b\ud83d\ude00r") shouldBe "foob\ud83d\ude00r"
    }

    test("an owned result is given back to the function that is named, a function of the same library") {
        val named = sum(Interfaces.Named::class.java)
        val taken = NativeLibrary.open("sum", Arena.global()).downcall("counted_taken", NativeType.I64)
        val before = taken.call() as Long
        named.counted_copy("text") shouldBe "text"
        taken.call() shouldBe before + 1
        named.counted_none() shouldBe null
        taken.call() shouldBe before + 1
    }

    test("a function that frees and is missing is reported") {
        val named = sum(Interfaces.Named::class.java)
        shouldThrow<SymbolNotFoundException> { named.freedByNobody("text") }.symbol() shouldBe "no_such_function"
    }

    test("what is nullable by whichever annotation is NULL in C") {
        val nullables = sum(Interfaces.Nullables::class.java)
        nullables.is_null(null) shouldBe 1
        nullables.jetbrains(null) shouldBe 1
        nullables.ofType(null) shouldBe 1
        shouldThrow<NullPointerException> { nullables.never(null) }
        nullables.is_null("") shouldBe 0
        nullables.returnNullString() shouldBe null
        nullables.jetbrains() shouldBe null
        nullables.ofType() shouldBe null
        nullables.counter_none() shouldBe null
        shouldThrow<NullPointerException> { nullables.never() }
    }

    test("what has a question mark in Kotlin is NULL in C") {
        val nullables = sum(KotlinNullables::class.java)
        nullables.is_null(null) shouldBe 1
        nullables.returnNullString() shouldBe null
        @Suppress("UNCHECKED_CAST")
        val never = KotlinNullables::class.java.getMethod("never", String::class.java)
        shouldThrow<java.lang.reflect.InvocationTargetException> { never.invoke(nullables, null) }
            .targetException.shouldBeInstanceOf<NullPointerException>()
    }

    test("where the jar of an interface is no jar any more, nobody knows what is nullable") {
        val type = KotlinNullables::class.java
        val jar = tempfile(suffix = ".jar")
        JarOutputStream(jar.outputStream()).use {
            it.putNextEntry(ZipEntry("ffi/core/KotlinNullables.class"))
            it.write(type.getResourceAsStream("KotlinNullables.class")!!.use { file -> file.readAllBytes() })
        }
        val loader = object : URLClassLoader(arrayOf(jar.toURI().toURL()), type.classLoader) {
            override fun loadClass(name: String, resolve: Boolean): Class<*> =
                if (name == type.name) findLoadedClass(name) ?: findClass(name) else super.loadClass(name, resolve)

            override fun getResource(name: String): URL? = findResource(name)
        }
        loader.use {
            val face = loader.loadClass(type.name)
            jar.writeText("no jar")
            val bound = Bindings.bind(face, "sum")
            face.getMethod("never", String::class.java)(bound, "text") shouldBe 0
            val result = shouldThrow<InvocationTargetException> { face.getMethod("returnNullString")(bound) }
            result.targetException.shouldBeInstanceOf<NullPointerException>()
        }
    }

    test("an enum is an int, a set of it bits, and a record of one segment a handle") {
        val made = sum(Interfaces.Made::class.java)
        made.next_mode(Mode.APPEND) shouldBe Mode.READ
        made.open_mode("abc", Mode.WRITE) shouldBe 103
        made.permissions_add(setOf(Permission.EXECUTABLE), setOf(Permission.WRITABLE)) shouldBe
            setOf(Permission.EXECUTABLE, Permission.WRITABLE)
        val counter = made.counter_new(7)
        made.counter_next(counter) shouldBe 7
        made.counter_next(counter) shouldBe 8
        made.counter_free(counter)
    }

    test("an interface inherits, and two that declare one method are one function") {
        val derived = sum(Interfaces.Derived::class.java)
        derived.sum(1, 2) shouldBe 3
        (derived as Interfaces.Other).sum(3, 4) shouldBe 7
        derived.twice(21) shouldBe 42
        derived.doubleSum(1.1, 2.2) shouldBe 1.1 + 2.2
    }

    test("a type variable is no type of C's, whatever stands for it below") {
        shouldThrow<BindingException> { sum(OfInt::class.java) }.message!!.lines().first() shouldBe
            "No native type for T"
    }

    test("an implementation is itself, and tells what it implements") {
        val one = sum(Interfaces.Derived::class.java)
        val other = sum(Interfaces.Derived::class.java)
        "$one" shouldBe "users.Interfaces\$Derived"
        one shouldBe one
        one shouldNotBe other
        one.hashCode() shouldBe System.identityHashCode(one)
    }

    test("binding opens nothing, and link-time errors are the calls'") {
        val nowhere = Bindings.bind(Interfaces.Missing::class.java, "nowhere")
        repeat(2) { shouldThrow<LibraryNotFoundException> { nowhere.sum(1, 2) }.name() shouldBe "nowhere" }
    }

    test("a symbol that is missing is reported by its method only, and again by the next call") {
        val missing = sum(Interfaces.Missing::class.java)
        repeat(2) {
            shouldThrow<SymbolNotFoundException> { missing.no_such_function(1) }.symbol() shouldBe "no_such_function"
            missing.sum(1, 2) shouldBe 3
        }
    }

    test("link reports what is missing before it is called") {
        shouldThrow<SymbolNotFoundException> { Bindings.link(sum(Interfaces.Missing::class.java)) }
            .symbol() shouldBe "no_such_function"
        shouldThrow<LibraryNotFoundException> {
            Bindings.link(Bindings.bind(Interfaces.Missing::class.java, "nowhere"))
        }.name() shouldBe "nowhere"
        Bindings.link(sum(Interfaces.Base::class.java))
        shouldThrow<IllegalArgumentException> { Bindings.link("sum") }
            .message shouldBe "not a bound interface: java.lang.String"
    }

    test("a pointer to anything is an address, however C spells it") {
        val here = MemorySegment.ofAddress(4711)
        sum(Interfaces.Pointed::class.java).echo_pointer(here).address() shouldBe 4711
    }

    test("link passes over what is optional, and the functions tell whether it is there") {
        val versioned = sum(Interfaces.Versioned::class.java)
        Bindings.link(versioned)
        Bindings.functions(versioned).associate { it.symbol() to it.isAvailable } shouldBe
            mapOf("sum" to true, "not_in_old_versions" to false, "doubleSum" to true)
        versioned.doubleSum(1.5, 2.0) shouldBe 3.5
        shouldThrow<SymbolNotFoundException> { versioned.newer(1) }.symbol() shouldBe "not_in_old_versions"
        shouldThrow<IllegalArgumentException> { Bindings.functions("sum") }
            .message shouldBe "not a bound interface: java.lang.String"
    }

    test("a library that appears later is found by the next call") {
        val directory = newDirectory()
        val late = searching(directory) {
            Bindings.bind(Interfaces.Base::class.java, "appearing").also {
                shouldThrow<LibraryNotFoundException> { it.sum(1, 2) }
            }
        }
        compile(directory, "libappearing.so", "int sum(int a, int b) { return a + b; }")
        searching(directory) { late.sum(1, 2) shouldBe 3 }
    }

    test("the implementation ends with the arena") {
        val bound = Arena.ofShared().use { arena ->
            Bindings.bind(Interfaces.Base::class.java, "sum", arena).also { it.sum(1, 2) shouldBe 3 }
        }
        repeat(2) {
            shouldThrow<IllegalStateException> { bound.sum(1, 2) }.message shouldBe """
                The library has been unloaded
                  function: sum: i32 (i32, i32)
                  hint: keep the arena open in which the library was opened
            """.trimIndent()
        }
    }

    test("threads share an implementation from its first call on") {
        repeat(20) {
            val bound = sum(Interfaces.Base::class.java)
            val start = CountDownLatch(1)
            val sums = List(8) { n ->
                CompletableFuture.supplyAsync {
                    start.await()
                    List(100) { bound.sum(it, n) }
                }
            }
            start.countDown()
            sums.map { it.join() } shouldBe List(8) { n -> List(100) { it + n } }
        }
    }

    test("an interface that only its package or class can see is bound all the same") {
        Interfaces.packagePrivate() shouldBe "3 [EXECUTABLE, WRITABLE, READABLE]"
        Interfaces.hidden() shouldBe "3 WRITE 7"
    }

    test("an interface of another class loader is bound") {
        val classes = Path.of("target", "test-classes").toUri().toURL()
        val parent = object : ClassLoader(javaClass.classLoader) {
            override fun loadClass(name: String, resolve: Boolean): Class<*> =
                if (name.startsWith("users.")) throw ClassNotFoundException(name) else super.loadClass(name, resolve)
        }
        java.net.URLClassLoader(arrayOf(classes), parent).use { loader ->
            val interfaces = loader.loadClass("users.Interfaces")
            interfaces shouldNotBe Interfaces::class.java
            interfaces.getMethod("hidden").invoke(null) shouldBe "3 WRITE 7"
            interfaces.getMethod("packagePrivate").invoke(null) shouldBe "3 [EXECUTABLE, WRITABLE, READABLE]"
            val made = loader.loadClass("users.Interfaces\$Made")
            val mode = loader.loadClass("users.Interfaces\$Mode")
            val bound = Bindings.bind(made, "sum")
            made.getMethod("next_mode", mode).invoke(bound, mode.enumConstants[0]) shouldBe mode.enumConstants[1]
        }
    }

    test("methods may be read by other rules than Java's") {
        val bound = Bindings.bind(
            Interfaces.Base::class.java, null, { NativeLibrary.open("sum", Arena.global()) }, Arena.global().scope(),
        ) { method ->
            Bindings.Declaration("sum2", Bindings.declaration(method).signature, false)
        }
        bound.sum(1, 2) shouldBe 5
    }

    test("null is named") {
        val face = Interfaces.Base::class.java
        fun nullOf(block: () -> Unit) = shouldThrow<NullPointerException>(block).message
        nullOf { Bindings.bind(face, null as String?) } shouldBe "library"
        nullOf { Bindings.bind(face, null as NativeLibrary?) } shouldBe "library"
        nullOf { Bindings.bind(face, "sum", Arena.global(), null) } shouldBe "caller"
    }

    test("an interface that all can see is bound by any lookup") {
        val face = Interfaces.Base::class.java
        Bindings.bind(face, "sum", Arena.global(), MethodHandles.publicLookup()).sum(1, 2) shouldBe 3
    }

    test("a lookup that can not see the interface does not help") {
        val hidden = Class.forName("users.Interfaces\$PackagePrivate")
        for (lookup in listOf(MethodHandles.publicLookup(), MethodHandles.lookup())) {
            shouldThrow<BindingException> { Bindings.bind(hidden, "sum", Arena.global(), lookup) }.message shouldBe """
                Not visible to ffi.core: users.Interfaces${'$'}PackagePrivate
                  $remedy
            """.trimIndent()
        }
    }

    test("an interface that others cannot see works in any order of use") {
        Orders.recordFirst() shouldBe "3 6 9"
        Orders.recordLast() shouldBe "3 6 9"
    }

    // --- modules ---------------------------------------------------------------------------------------------------

    context("in a user's module") {
        fun module(descriptor: String, access: String = ""): Path {
            val sources = newDirectory()
            val hidden = sources.resolve("user/hidden").createDirectories()
            sources.resolve("module-info.java").writeText("module user { requires ffi.core; $descriptor }")
            hidden.resolve("Main.java").writeText(
                """
                package user.hidden;

                import ffi.core.*;
                import java.lang.foreign.Arena;
                import java.lang.foreign.MemorySegment;
                import java.lang.invoke.MethodHandles;
                import java.util.Set;

                ${access}class Main {
                    ${access}enum Mode { READ, WRITE, APPEND }
                    ${access}record Counter(MemorySegment segment) {}
                    ${access}interface LibSum {
                        int sum(int a, int b);
                        Mode next_mode(Mode mode);
                        @OrNull String returnNullString();
                    }
                    ${access}interface Counters {
                        Counter counter_new(int first);
                        int counter_next(Counter counter);
                    }
                    ${access}enum Event implements Numbered {
                        IN { public long number() { return 1; } }, OUT { public long number() { return 4; } }
                    }
                    ${access}record Poll(
                            int fd, @CType("short") Set<Event> events, @CType("short") Set<Event> revents) {}
                    ${access}interface Next {
                        @CType("uint8_t") Mode next(@CType("uint8_t") Mode mode);
                    }
                    ${access}record Methods(Next next) {}
                    ${access}interface Polls {
                        int poll_all(Poll[] polls, int count);
                        @CType("uint8_t") Mode with_kind(Next next, @CType("uint8_t") Mode mode);
                    }
                    ${access}interface Plus {
                        int plus(int a, int b);
                    }

                    static void print(Runnable lines) {
                        try {
                            lines.run();
                        } catch (BindingException e) {
                            System.out.println(e.getMessage());
                        }
                    }

                    static void use(LibSum bound) {
                        System.out.println(bound.sum(1, 2) + " " + bound.next_mode(Mode.READ));
                        System.out.println(bound.returnNullString());
                    }

                    static void use(Counters bound) {
                        System.out.println(bound.counter_next(bound.counter_new(7)));
                    }

                    static void use(Polls bound) {
                        Poll[] polls = { new Poll(3, Set.of(Event.OUT), Set.of()) };
                        System.out.println(bound.poll_all(polls, 1) + " " + polls[0].revents());
                        System.out.println(bound.with_kind(mode -> Mode.APPEND, Mode.READ));
                    }

                    public static void main(String[] args) {
                        Arena global = Arena.global();
                        NativeType<Mode> mode = NativeType.enumOf(Mode.class);
                        NativeLibrary library = NativeLibrary.open("sum", global);
                        Downcall sum = library.downcall("sum", NativeType.I32, NativeType.I32, NativeType.I32);
                        System.out.println(library.downcall("next_mode", mode, mode).call(Mode.READ));
                        if (args.length == 0) {
                            print(() -> use(Bindings.bind(LibSum.class, "sum")));
                            print(() -> use(Bindings.bind(Counters.class, "sum")));
                            print(() -> use(Bindings.bind(Polls.class, "sum")));
                            print(() -> System.out.println(sum.as(Plus.class).plus(1, 2)));
                        } else {
                            MethodHandles.Lookup here = MethodHandles.lookup();
                            try { // what nobody sees must stay visible to who sees it
                                NativeType.struct(Methods.class).layout();
                                Bindings.bind(Polls.class, "sum").with_kind(any -> any, Mode.READ);
                            } catch (RuntimeException notVisible) {
                                // as it should be, or not, if it is open
                            }
                            print(() -> use(Bindings.bind(LibSum.class, "sum", here)));
                            print(() -> use(Bindings.bind(Counters.class, "sum", global, here)));
                            print(() -> use(Bindings.bind(Polls.class, library, here)));
                            print(() -> System.out.println(sum.as(Plus.class, here).plus(1, 2)));
                        }
                    }
                }
                """.trimIndent(),
            )
            val classes = newDirectory()
            run(
                jdk("javac"), "-p", "$core", "-d", "$classes",
                "$sources/module-info.java", "$hidden/Main.java",
            ) shouldBe Ended("", "", 0)
            return classes
        }

        fun output(classes: Path, vararg arguments: String): Ended = run(
            jdk("java"), "--illegal-native-access=deny", "--enable-native-access=ffi.core",
            "-Dffi.library.path=$natives", "-p", "$core:$classes", "-m", "user/user.hidden.Main", *arguments,
        )

        val bound = Ended("WRITE\n3 WRITE\nnull\n7\n8 [OUT]\nAPPEND\n3", "", 0)

        test("a package that is not exported needs a lookup, and the error says so") {
            val classes = module("")
            output(classes) shouldBe Ended(
                "WRITE\n" + listOf("LibSum", "Counter", "Poll", "Plus").joinToString("\n") {
                    """
                    Not visible to ffi.core: user.hidden.Main${'$'}$it
                      hint: write opens user.hidden to ffi.core; in module user,
                    """.trimIndent() + " or pass a MethodHandles.lookup() of that package"
                },
                "", 0,
            )
            output(classes, "with a lookup") shouldBe bound
        }

        test("a public record of an exported package is a handle without more ado") {
            val classes = module("exports user.hidden;", "public ")
            output(classes) shouldBe bound
            output(module("exports user.hidden to ffi.core;", "public ")) shouldBe bound
        }

        test("a package that is open to ffi.core needs none") {
            output(module("opens user.hidden to ffi.core;")) shouldBe bound
            output(module("opens user.hidden to ffi.core;", "public ")) shouldBe bound
        }
    }
})
