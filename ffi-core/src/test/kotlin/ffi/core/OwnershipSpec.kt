// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.C_INT
import ffi.core.NativeType.I32
import ffi.core.NativeType.I64
import ffi.core.NativeType.U8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.handle
import ffi.core.NativeType.list
import ffi.core.NativeType.out
import ffi.core.NativeType.pointer
import ffi.core.NativeType.struct
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withTests
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import users.Structs
import users.Structs.Thing
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import java.util.function.IntUnaryOperator
import kotlin.concurrent.thread

fun interface Sleep {
    fun sleep(time: Pointer<Long>, rest: MemorySegment): Int
}

fun interface CloseThing {
    fun close(thing: Thing)
}

/** What C gives away, so that we give it back: once, and not while a call has it. */
class OwnershipSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val free = libsum.downcall("block_free", VOID, ADDRESS)
    val given = libsum.downcall("blocks_given", I64)
    val taken = libsum.downcall("blocks_taken", I64)
    fun blocks() = given.call() as Long - taken.call() as Long
    val closeThing = libsum.downcall("close_thing", VOID, ADDRESS)
    val plain = handle("Thing", ::Thing, Thing::segment)
    val openThing = libsum.downcall("open_thing", C_INT, out(plain.owned(closeThing)))
    val thingId = libsum.downcall("thing_id", C_INT, plain)
    val thingsOpen = libsum.downcall("things_open", C_INT)
    val thingsStrange = libsum.downcall("things_strange", C_INT)
    val range = libsum.downcall("range_i64", pointer(I64).owned(free), USIZE)
    val sleep = NativeLibrary.standard().downcall("nanosleep", I32, pointer(I64), ADDRESS).`as`(Sleep::class.java)

    @Suppress("UNCHECKED_CAST")
    fun range(n: Long) = range.call(n) as Pointer<Long>
    fun open(): Thing = Out<Thing>().also { openThing.call(it) shouldBe 0 }.get()
    fun close(thing: Thing) = NativeType.release(thing.segment())

    /** Collects until [count] has fallen to [goal]. */
    fun collectUntil(goal: Long, count: () -> Long): Long {
        val end = System.nanoTime() + 10_000_000_000
        while (count() > goal && System.nanoTime() < end) {
            System.gc()
            Thread.sleep(20)
        }
        return count()
    }

    test("what a critical function gives away is given back as well") {
        val before = blocks()
        val critical = libsum.downcall("range_i64", Signature.of(pointer(I64).owned(free), USIZE).asCritical())
        @Suppress("UNCHECKED_CAST")
        (critical.call(3L) as Pointer<Long>).use { it.sized(3)[2] } shouldBe 2
        blocks() shouldBe before
    }

    test("a handle is closed once, and is of no use then") {
        val before = thingsOpen.call() as Int
        val strange = thingsStrange.call()
        val thing = open()
        (thingId.call(thing) as Int > 0) shouldBe true
        thingsOpen.call() shouldBe before + 1
        close(thing)
        thingsOpen.call() shouldBe before
        val refused = shouldThrow<IllegalStateException> { close(thing) }.message!!.lines()
        refused.first() shouldBe "Closed already"
        refused[1] shouldBe "  type: Thing"
        shouldThrow<IllegalStateException> { thingId.call(thing) }
        thingsStrange.call() shouldBe strange
    }

    test("by any thread, and by one of many") {
        val before = thingsOpen.call() as Int
        val strange = thingsStrange.call()
        val wins = AtomicInteger()
        repeat(100) {
            val thing = open()
            val start = CountDownLatch(1)
            val threads = List(3) {
                thread {
                    start.await()
                    try {
                        close(thing)
                        wins.incrementAndGet()
                    } catch (_: IllegalStateException) {
                    }
                }
            }
            start.countDown()
            threads.forEach { it.join() }
        }
        wins.get() shouldBe 100
        thingsOpen.call() shouldBe before
        thingsStrange.call() shouldBe strange
    }

    test("a pointer is closed, and with it what was made of it") {
        val before = blocks()
        val numbers = range(10)
        val all = numbers.sized(10)
        val fourth = numbers.plus(3)
        val bytes = numbers.`as`(U8)
        all.get(9) shouldBe 9
        fourth.get() shouldBe 3
        bytes.get() shouldBe 0
        all.close()
        blocks() shouldBe before
        shouldThrow<IllegalStateException> { numbers.get() }
        shouldThrow<IllegalStateException> { all.get(9) }
        shouldThrow<IllegalStateException> { bytes.get() }
        shouldThrow<IllegalStateException> { fourth.get() }
        shouldThrow<IllegalStateException> { numbers.close() }
        blocks() shouldBe before
    }

    test("what is made of a pointer keeps it") {
        val before = blocks()
        val fourth = range(10).sized(10).plus(3)
        repeat(5) {
            System.gc()
            Thread.sleep(20)
        }
        fourth.get() shouldBe 3
        fourth.close()
        blocks() shouldBe before
    }

    test("not while a call has it") {
        val before = blocks()
        val time = range(2)
        time.sized(2).set(1, 500_000_000)
        val begun = CountDownLatch(1)
        val sleeping = CompletableFuture.supplyAsync {
            begun.countDown()
            sleep.sleep(time, MemorySegment.NULL)
        }
        begun.await()
        Thread.sleep(150)
        shouldThrow<IllegalStateException> { time.close() }.message!!.lines().first() shouldBe
            "In use by a call, so that it can not be closed"
        blocks() shouldBe before + 1
        sleeping.get() shouldBe 0
        time.get() shouldBe 0
        time.close()
        blocks() shouldBe before
    }

    test("who forgets to close has the collector, which does not take what a call has") {
        val before = blocks()
        val done = AtomicBoolean()
        val warm = range(2)
        warm.sized(2).set(1, 0)
        repeat(20_000) { sleep.sleep(warm, MemorySegment.NULL) }
        warm.close()
        val collector = thread {
            while (!done.get()) {
                System.gc()
                Thread.sleep(1)
            }
        }
        repeat(100) {
            val time = range(2)
            time.sized(2).set(1, 5_000_000)
            sleep.sleep(time, MemorySegment.NULL) shouldBe 0
        }
        done.set(true)
        collector.join()
        collectUntil(before) { blocks() } shouldBe before
    }

    test("who forgets to close a thousand") {
        val before = thingsOpen.call() as Int
        val strange = thingsStrange.call()
        repeat(1000) { open() }
        collectUntil(before.toLong()) { (thingsOpen.call() as Int).toLong() } shouldBe before
        thingsStrange.call() shouldBe strange
    }

    test("who forgets to close without end waits for the collector, which C's memory does not press") {
        val before = thingsOpen.call() as Int
        var most = 0
        repeat(30_000) {
            open()
            most = maxOf(most, thingsOpen.call() as Int - before)
        }
        most shouldBeLessThan 21_000
        collectUntil(before.toLong()) { (thingsOpen.call() as Int).toLong() } shouldBe before
    }

    test("text and arrays are copied, and given back at once, whatever comes of them") {
        val before = blocks()
        libsum.downcall("describe", C_INT, C_INT, out(CSTRING.owned(free))).call(1, Out<String>())
        libsum.downcall("range_i32", array(IntArray::class.java).sizedBy(0).owned(free), USIZE).call(5L)
        val colors = libsum.downcall(
            "range_i32", array(Array<Structs.Color>::class.java).sizedBy(0).owned(free), USIZE)
        shouldThrow<NoSuchElementException> { colors.call(100L) }
        class Refused : RuntimeException()
        val refusing = I32.map<Int>({ throw Refused() }, { it })
        shouldThrow<Refused> {
            libsum.downcall("range_i32", NativeType.list(refusing).sizedBy(0).owned(free), USIZE).call(1L)
        }
        libsum.downcall("range_i64", pointer(I64).owned(free).orNull(), USIZE).call(5L)
            .let { (it as Pointer<*>).close() }
        blocks() shouldBe before
    }

    context("what cannot be read costs no other piece") {
        fun counts() = listOf("counted_given", "counted_taken", "counted_strange").map {
            libsum.downcall(it, I64).call() as Long
        }

        fun <T> counting(block: () -> T): List<Long> {
            val before = counts()
            block()
            return counts().zip(before) { now, then -> now - then }
        }

        val countedFree = libsum.downcall("counted_free", VOID, ADDRESS)
        val text = CSTRING.owned(countedFree)
        val choosy = text.map<String>({ require(it != "b"); it }, { it })
        val texts = List(3) { CSTRING.orNull() }.toTypedArray<NativeType<*>>()

        withTests(mapOf<String, NativeType<*>>(
            "a list" to list(choosy).sized(3).owned(),
            "an array" to array(Array<Any>::class.java, choosy).sized(3).owned(),
            "a terminated list" to list(choosy).terminated().owned(),
            "a list that stays C's" to list(choosy).sized(3),
        )) { type ->
            val three = libsum.downcall("counted_three", type, *texts)
            counting { shouldThrow<IllegalArgumentException> { three.call("a", "b", "c") } } shouldBe listOf(3L, 3L, 0L)
        }

        test("handles: those behind it at once, those before it by the collector") {
            val wrap = { s: MemorySegment -> require(s.reinterpret(2).getString(0) != "b"); s }
            val type = handle("Text", wrap) { it }.owned(countedFree)
            val three = libsum.downcall("counted_three", list(type).sized(3).owned(), *texts)
            val (_, taken, strange) = counts()
            counting { shouldThrow<IllegalArgumentException> { three.call("a", "b", "c") } }[1] shouldBeGreaterThan 0L
            val end = System.nanoTime() + 10_000_000_000
            while (counts()[1] < taken + 3 && System.nanoTime() < end) {
                System.gc()
                Thread.sleep(20)
            }
            counts().drop(1) shouldBe listOf(taken + 3, strange)
        }

        test("an element that is NULL and must not be") {
            val three = libsum.downcall("counted_three", list(text).sized(3).owned(), *texts)
            counting { shouldThrow<NullPointerException> { three.call("a", null, "c") } } shouldBe listOf(2L, 2L, 0L)
        }

        test("a number of elements that another parameter says") {
            val three = libsum.downcall("counted_three_and_number", list(choosy).sizedBy(3).owned(), *texts,
                NativeType.out(I32))
            counting { shouldThrow<IllegalArgumentException> { three.call("a", "b", "c", Out<Int>()) } } shouldBe
                listOf(3L, 3L, 0L)
        }

        test("an out of several") {
            for (type in listOf(list(choosy).sized(3).owned(), list(choosy).terminated().owned())) {
                val into = libsum.downcall("counted_into", I32, NativeType.out(type))
                val place = Out<List<String>>()
                counting { into.call(place) shouldBe 3 } shouldBe listOf(3L, 3L, 0L)
                shouldThrow<IllegalArgumentException> { place.get() }
            }
        }

        test("an owned result beside owned outs, whichever cannot be read, or when a callback throws") {
            val wrong = text.map<String>({ error("unreadable") }, { it })
            val back = NativeType.callback(IntUnaryOperator::class.java).orNull()
            for (types in listOf(listOf(wrong, text, text), listOf(text, wrong, text), listOf(wrong, wrong, wrong))) {
                val outs = libsum.downcall(
                    "counted_outs", types[0], NativeType.out(types[1]), NativeType.out(types[2]), back)
                counting { runCatching { outs.call(Out<String>(), Out<String>(), null) } } shouldBe listOf(3L, 3L, 0L)
            }
            val outs = libsum.downcall("counted_outs", text, NativeType.out(text), NativeType.out(text), back)
            counting {
                shouldThrow<IllegalStateException> {
                    outs.call(Out<String>(), Out<String>(), IntUnaryOperator { error("by a callback") })
                }
            } shouldBe listOf(3L, 3L, 0L)
        }

        test("a place that would free a part at each read is refused") {
            val list = list(text)
            val struct = StructType.of<Any>("s").apply { field("names", list.terminated()) }
            shouldThrow<BindingException> { struct.layout() }
            shouldThrow<BindingException> {
                libsum.downcall("is_null", I32, NativeType.inout(list.sized(2)))
            }.message!!.lines().first() shouldBe "An owned type is one of a result"
        }
    }

    test("NULL is nobody's") {
        val before = blocks()
        libsum.downcall("no_ints", pointer(I32).owned(free).orNull()).call() shouldBe null
        libsum.downcall("no_ints", array(IntArray::class.java).sized(3).owned(free).orNull()).call() shouldBe null
        shouldThrow<NullPointerException> { libsum.downcall("no_ints", pointer(I32).owned(free)).call() }
        blocks() shouldBe before
    }

    test("a result is given back when an argument that comes back is wrong") {
        val before = blocks()
        val primes = libsum.downcall("primes_below", array(IntArray::class.java).sized(3).owned(free), C_INT,
            array(Array<Structs.Color>::class.java))
        shouldThrow<NoSuchElementException> { primes.call(40, arrayOf(Structs.Color.RED, Structs.Color.RED)) }
        blocks() shouldBe before
    }

    test("structs behind an owned pointer, and a function of one's own that frees them") {
        val before = blocks()
        @Suppress("UNCHECKED_CAST")
        val person = libsum.downcall("createPerson",
            pointer(I32).owned(libsum.downcall("freePerson", VOID, ADDRESS))).call() as Pointer<Int>
        blocks() shouldBe before + 15
        person.get() shouldBe 23
        person.use { it.get() }
        blocks() shouldBe before
    }

    test("C's free by itself") {
        @Suppress("UNCHECKED_CAST")
        val numbers = libsum.downcall("range_i64", pointer(I64).owned(), USIZE).call(3L) as Pointer<Long>
        numbers.get() shouldBe 0
        numbers.close()
        shouldThrow<IllegalStateException> { numbers.get() }
        free.call(libsum.downcall("range_i64", ADDRESS, USIZE).call(1L))
    }

    test("a function that does not free is refused when it is declared") {
        shouldThrow<BindingException> { Signature.of(pointer(I32).owned(thingsOpen)) }.message shouldBe
            "A function that frees takes one pointer\n  function: $thingsOpen\n  hint: declare its parameter address"
        shouldThrow<BindingException> { Signature.of(struct(Structs.Point::class.java).owned()) }
            .message!!.lines().first() shouldBe "A type that has no owned"
        shouldThrow<BindingException> { Signature.of(VOID, plain.owned(closeThing)) }.message shouldBe
            "An owned type is one of a result\n  type: Thing.owned\n  as: parameter 1"
    }

    test("what is not owned can not be closed") {
        shouldThrow<IllegalStateException> { NativeType.release(MemorySegment.NULL) }.message!!.lines().first() shouldBe
            "Not owned, so that it can not be closed"
    }

    context("a handle that is given to its own release function is released by that") {
        val byHandle = libsum.downcall("close_thing", VOID, plain)
        val ways = mapOf<String, (Thing) -> Unit>(
            "a declaration of its address" to { closeThing.call(it.segment) },
            "a declaration of the handle" to { byHandle.call(it) },
            "one that may be null" to { libsum.downcall("close_thing", VOID, plain.orNull()).call(it) },
            "a method of an interface" to { Bindings.bind(Structs.Functions::class.java, "sum").close_thing(it) },
            "a method handle" to { byHandle.handle().invokeWithArguments(it) },
            "a function pointer" to {
                val type = NativeType.callback(CloseThing::class.java, VOID, plain)
                Upcall.at(type, closeThing.address()).close(it)
            },
        )
        withTests(ways) { release ->
            val strange = thingsStrange.call()
            val open = thingsOpen.call() as Int
            repeat(100) { // by the way for rare calls, and by the function's own
                val thing = open()
                release(thing)
                thingsOpen.call() shouldBe open
                shouldThrow<IllegalStateException> { close(thing) }.message shouldBe """
                    Closed already
                      type: Thing
                      address: 0x${thing.segment.address().toString(16)}
                """.trimIndent()
                shouldThrow<IllegalStateException> { release(thing) }.message!!.lines().first() shouldBe
                    "Closed already"
                shouldThrow<IllegalStateException> { thingId.call(thing) }
            }
            System.gc()
            thingsStrange.call() shouldBe strange
        }
    }

    test("of one who closes and one who gives it to the release function one is first") {
        val strange = thingsStrange.call()
        repeat(500) {
            val thing = open()
            val failed = AtomicInteger()
            val start = CountDownLatch(1)
            val closers = listOf<() -> Unit>({ close(thing) }, { closeThing.call(thing.segment) }).map { way ->
                thread {
                    start.await()
                    try {
                        way()
                    } catch (e: IllegalStateException) {
                        failed.incrementAndGet()
                    }
                }
            }
            start.countDown()
            closers.forEach { it.join() }
            failed.get() shouldBe 1
        }
        thingsStrange.call() shouldBe strange
    }

    test("what a library in a thread's own arena has given is released by that thread alone") {
        Arena.ofConfined().use { arena ->
            val confined = NativeLibrary.open("sum", arena)
            val release = confined.downcall("close_thing", VOID, ADDRESS)
            val openHere = confined.downcall("open_thing", C_INT, out(plain.owned(release)))
            val thing = Out<Thing>().also { openHere.call(it) }.get()
            val before = thingsOpen.call() as Int
            var thrown: Throwable? = null
            thread(name = "another") { thrown = runCatching { close(thing) }.exceptionOrNull() }.join()
            thrown.shouldBeInstanceOf<WrongThreadException>().message shouldBe """
                Cannot be released in this thread
                  release: close_thing: void (address)
                  thread: another
                  hint: release it in the thread that owns the library's arena, or open the library in Arena.ofShared()
            """.trimIndent()
            close(thing)
            thingsOpen.call() shouldBe before - 1
        }
    }

    test("the threads that release and call inherit nothing of who came first") {
        val local = InheritableThreadLocal<String>()
        val seen = CompletableFuture<List<Any?>>()
        val loaders = CompletableFuture<Boolean>()
        val loader = object : ClassLoader(null) {}
        val other = object : ClassLoader(null) {}
        thread(contextClassLoader = loader) {
            local.set("mine")
            NativeThreads.one("heirless").use { threads ->
                threads.execute {
                    seen.complete(listOf(local.get(), Thread.currentThread().contextClassLoader === loader))
                }
                val after = CompletableFuture<ClassLoader?>()
                thread(contextClassLoader = other) {
                    threads.execute { after.complete(Thread.currentThread().contextClassLoader) }
                }.join()
                loaders.complete(after.get() === other)
            }
        }.join()
        seen.get() shouldBe listOf(null, true)
        loaders.get() shouldBe true
        open() // so that there is a thread that releases
        Thread.getAllStackTraces().keys.filter { it.name == "ffi-owned-0" }.map { it.contextClassLoader }.distinct()
            .shouldBe(listOf(ClassLoader.getSystemClassLoader()))
    }
})
