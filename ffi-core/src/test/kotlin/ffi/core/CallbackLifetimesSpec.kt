// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.I32
import ffi.core.NativeType.VOID
import ffi.core.NativeType.callback
import ffi.core.NativeType.`object`
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.management.ManagementFactory
import java.lang.ref.WeakReference
import java.util.concurrent.atomic.AtomicInteger
import java.util.function.IntBinaryOperator
import kotlin.io.path.Path
import kotlin.io.path.copyTo
import kotlin.io.path.readText

private val operation = callback(IntBinaryOperator::class.java)

/** How long a function pointer lives, and what C finds after that. */
class CallbackLifetimesSpec : FunSpec({

    val libsum = NativeLibrary.open("sum", Arena.global())
    val lib = Bindings.bind(NastyCallees::class.java, libsum)

    test("a function that is given to a call ends with it: C that keeps it gets 0, and we are told whose it was") {
        val before = Upcall.lateCalls()
        reports {
            lib.apply_and_keep(0, { a, b -> a + b }, 3, 4) shouldBe 7
            lib.fire(0, 3, 4) shouldBe 0
        } shouldBe listOf(
            """
            A callback was called after its end
              callback: callback(i32 (i32, i32))
              registered: as argument 2
              of: apply_and_keep: i32 (i32, callback(i32 (i32, i32)), i32, i32)
              hint: what C keeps lives as long as C keeps it: make it in an arena that ends later
            """.trimIndent(),
        )
        Upcall.lateCalls() shouldBe before + 1
    }

    test("a function of an arena ends with it, by any call of C's") {
        val report = reports {
            Arena.ofConfined().use { arena ->
                lib.keep(0, Upcall.of(operation, IntBinaryOperator { a, b -> a - b }, arena))
                lib.fire(0, 3, 4) shouldBe -1
            }
            lib.fire(0, 3, 4) shouldBe 0
            lib.apply_on_thread(lib.let { IntBinaryOperator { _, _ -> lib.fire(0, 1, 1) } }, 0, 0) shouldBe 0
        }
        report.toSet() shouldBe setOf(
            """
            A callback was called after its end
              callback: callback(i32 (i32, i32))
              registered: at Spec
              hint: what C keeps lives as long as C keeps it: make it in an arena that ends later
            """.trimIndent(),
        )
        report.size shouldBe 2
    }

    test("of many late calls of one function pointer few are reported, and those say how many there were") {
        val before = Upcall.lateCalls()
        val report = reports {
            Arena.ofConfined().use { lib.keep(0, Upcall.of(operation, IntBinaryOperator(Int::plus), it)) }
            repeat(100) { lib.fire(0, 3, 4) shouldBe 0 }
        }
        Upcall.lateCalls() shouldBe before + 100
        val counts = report.map { text -> text.lines().firstOrNull { "late calls" in it }?.trim() }
        counts shouldBe List(10) { null } + listOf("late calls: 16", "late calls: 32", "late calls: 64")
        report.last() shouldBe """
            A callback was called after its end
              callback: callback(i32 (i32, i32))
              registered: at Spec
              late calls: 64
              hint: what C keeps lives as long as C keeps it: make it in an arena that ends later
        """.trimIndent()
        reports { // another function of the same pointer's begins anew
            lib.apply_and_keep(0, { a, b -> a + b }, 3, 4) shouldBe 7
            lib.fire(0, 3, 4) shouldBe 0
        }.size shouldBe 1
    }

    test("a late call gets the error value that was declared") {
        val failing = operation.onError(-7)
        Arena.ofConfined().use { arena ->
            val function = Upcall.of(failing, IntBinaryOperator { a, b -> a - b }, arena)
            libsum.downcall("keep", VOID, I32, failing).call(0, function)
            lib.fire(0, 3, 4) shouldBe -1
        }
        reports { lib.fire(0, 3, 4) shouldBe -7 }.single().lines()[1] shouldBe
            "  callback: callback(i32 (i32, i32)).onError(-7)"
    }

    test("a closed arena takes no function") {
        val arena = Arena.ofConfined()
        arena.close()
        shouldThrow<IllegalStateException> { Upcall.of(operation, IntBinaryOperator(Int::plus), arena) }
            .message shouldBe """
                The arena is closed already
                  callback: $operation
                  hint: name an arena that is open
            """.trimIndent()
    }

    test("a function that has ended is not given to C again: its pointer may be another one's") {
        val once = Upcall.once(operation, IntBinaryOperator(Int::plus))
        lib.apply(once, 1, 2) shouldBe 3
        shouldThrow<IllegalStateException> { lib.apply(once, 1, 2) }.message shouldBe """
            The callback has ended
              callback: callback(i32 (i32, i32))
              hint: make it in an arena that ends later, or make another one for each use
        """.trimIndent()
        shouldThrow<IllegalStateException> { Upcall.address(operation, once) }
    }

    test("once C has kept what it was lent for a call, the next such call meets no other function") {
        val before = Upcall.lateCalls()
        reports {
            lib.apply_and_keep(1, { a, b -> a + b }, 3, 4)
            lib.fire(1, 3, 4) shouldBe 0 // from now on it is known
            lib.apply_and_keep(1, { a, b -> a + b }, 3, 4)
            repeat(60) { lib.apply({ a, b -> lib.fire(1, a, b) }, 1, 2) shouldBe 0 }
        }.size shouldBe 1 + 12 // of 60
        Upcall.lateCalls() shouldBe before + 61
    }

    test("an object of an arena is known while it lives, and given anew after that") {
        val data = `object`(Any::class.java)
        val each = libsum.downcall("each_with", I32, callback(Listener::class.java, I32, data, I32), data, I32)
        repeat(20) {
            val user = Any()
            val listener = Listener { given, value -> if (given === user) value else -1 }
            Arena.ofConfined().use { arena ->
                val pointer = Upcall.keep(user, arena)
                each.call(listener, user, 3) shouldBe 6
                each.call(listener, pointer, 3) shouldBe 6
            }
            each.call(listener, user, 3) shouldBe 6
        }
    }

    test("the function that registers may take the object itself") {
        val data = `object`(Any::class.java)
        val listener = callback(Listener::class.java, I32, data, I32)
        val add = libsum.downcall("add_listener", VOID, listener, data, ADDRESS)
        val emit = libsum.downcall("emit", I32, I32)
        val remove = libsum.downcall("remove_listener", VOID)
        val user = Any()
        for (passed in listOf<(Upcall.Destroyable<Listener>) -> Any>({ user }, { it.data() })) {
            val kept = Upcall.untilDestroyed(listener,
                Listener { given, value -> if (given === user) value * 2 else -1 }, user)
            add.call(kept.function(), passed(kept), kept.destroy())
            emit.call(21) shouldBe 42
            remove.call()
            reports { emit.call(21) shouldBe 0 }.size shouldBe 1
        }
    }

    test("a function is called once") {
        val calls = AtomicInteger()
        lib.keep(0, Upcall.once(operation, IntBinaryOperator { a, b -> calls.incrementAndGet() + a + b }))
        reports {
            lib.fire(0, 3, 4) shouldBe 8
            lib.fire(0, 3, 4) shouldBe 0
        }.size shouldBe 1
        lib.keep(0, Upcall.once(operation, IntBinaryOperator { _, _ -> calls.incrementAndGet() }))
        val before = Upcall.lateCalls()
        reports { lib.apply_on_threads({ _, _ -> lib.fire(0, 0, 0) }, 8, 50, 0) shouldBe 2 }.size shouldBe 15 // of 399
        Upcall.lateCalls() shouldBe before + 399
        calls.get() shouldBe 2
    }

    test("a function lives until its destroy notify fires, whoever fires it") {
        val data = `object`(Any::class.java)
        val listener = callback(Listener::class.java, I32, data, I32)
        val add = libsum.downcall("add_listener", VOID, listener, ADDRESS, ADDRESS)
        val emit = libsum.downcall("emit", I32, I32)
        val remove = libsum.downcall("remove_listener", VOID)
        val user = Any()
        val kept =
            Upcall.untilDestroyed(listener, Listener { given, value -> if (given === user) value * 2 else -1 }, user)
        add.call(kept.function(), kept.data(), kept.destroy())
        emit.call(21) shouldBe 42
        remove.call()
        reports { emit.call(21) shouldBe 0 }.size shouldBe 1
        remove.call() // C forgot it

        lateinit var itself: Upcall.Destroyable<Listener>
        itself = Upcall.untilDestroyed(listener, Listener { given, value ->
            if (given === itself) 0 else value.also { remove.call() } // from within
        }, null)
        add.call(itself.function(), itself.data(), itself.destroy())
        emit.call(5) shouldBe 5
        reports { emit.call(5) shouldBe 0 }.size shouldBe 1
    }

    test("a function that has ended is not remembered, nor is what it held") {
        fun weak(): WeakReference<IntArray> {
            val held = IntArray(1) { 5 }
            lib.apply({ a, b -> a + b + held[0] }, 1, 2) shouldBe 8
            Arena.ofConfined()
                .use { lib.keep(0, Upcall.of(operation, IntBinaryOperator { a, b -> a + b + held[0] }, it)) }
            return WeakReference(held)
        }
        val held = weak()
        repeat(50) {
            if (held.get() != null) {
                System.gc()
                Thread.sleep(10)
            }
        }
        held.get() shouldBe null
    }

    test("a late call after the close of the library is met, too") {
        val arena = Arena.ofShared()
        val other = Bindings.bind(NastyCallees::class.java, NativeLibrary.open("sum", arena))
        other.apply_and_keep(3, { a, b -> a + b }, 1, 2) shouldBe 3
        arena.close()
        reports { lib.fire(3, 1, 2) shouldBe 0 }.size shouldBe 1 // it is the same file, so C still has it
    }

    test("nothing of a library is called after it was unloaded, but what C still has of ours is") {
        val copy = newDirectory().resolve("libours.so")
        natives.resolve(System.mapLibraryName("sum")).copyTo(copy)
        fun isMapped() = "$copy" in Path("/proc/self/maps").readText()
        val arena = Arena.ofConfined()
        val own = NativeLibrary.open(copy, arena)
        val apply = own.downcall("apply", I32, operation, I32, I32)
        val plus = own.downcall("operation_for", operation, I32).call(0) as IntBinaryOperator
        val minus = Upcall.of(operation, IntBinaryOperator { a, b -> a - b }, arena)
        plus.applyAsInt(3, 4) shouldBe 7
        lib.apply(plus, 3, 4) shouldBe 7
        apply.call(minus, 3, 4) shouldBe -1
        lib.keep(4, minus)
        isMapped() shouldBe true
        arena.close()
        isMapped() shouldBe false
        shouldThrow<IllegalStateException> { apply.call(IntBinaryOperator(Int::plus), 3, 4) }
            .message!!.lines().first() shouldBe
            "The library has been unloaded"
        shouldThrow<IllegalStateException> { plus.applyAsInt(3, 4) }.message!!.lines().first() shouldBe
            "The library has been unloaded"
        shouldThrow<IllegalStateException> { lib.apply(plus, 3, 4) }
        shouldThrow<IllegalStateException> { lib.apply(minus, 3, 4) }
        reports { lib.fire(4, 3, 4) shouldBe 0 }.size shouldBe 1
    }

    test("ten of one kind live at once, each with its own function") {
        Arena.ofConfined().use { arena ->
            repeat(10) { i -> lib.keep(i, Upcall.of(operation, IntBinaryOperator { a, b -> (a + b) * i }, arena)) }
            (0 until 10).map { lib.fire(it, 1, 2) } shouldBe List(10) { it * 3 }
        }
    }

    test("ten thousand live at once, and the next ten thousand are the same") {
        fun used(pool: String) = ManagementFactory.getMemoryPoolMXBeans().filter { pool in it.name }
            .sumOf { it.usage.used }
        fun round() = Arena.ofConfined().use { arena ->
            repeat(10_000) { i -> lib.keep(i, Upcall.of(operation, IntBinaryOperator { a, b -> a + b + i }, arena)) }
            lib.fire_all(10_000, 1, 2) shouldBe 10_000 * 3L + 9_999 * 5_000L
        }
        round()
        val code = used("Code")
        val classes = used("Metaspace")
        repeat(5) { round() }
        used("Code") - code shouldBeLessThan 2_000_000
        used("Metaspace") - classes shouldBeLessThan 1_000_000
    }

    test("a million functions of a call leave the code cache and the metaspace where they were") {
        fun used(pool: String) = ManagementFactory.getMemoryPoolMXBeans().filter { pool in it.name }
            .sumOf { it.usage.used }
        var sum = 0L
        repeat(20_000) { i -> sum += lib.apply({ a, b -> a + b + i }, 1, 2) }
        val code = used("Code")
        val classes = used("Metaspace")
        repeat(1_000_000) { i -> sum += lib.apply({ a, b -> a + b + i }, 1, 2) }
        used("Code") - code shouldBeLessThan 2_000_000
        used("Metaspace") - classes shouldBeLessThan 1_000_000
        sum shouldNotBe 0
    }

    test("two declarations of one type share their code") {
        val loaded = ManagementFactory.getClassLoadingMXBean()
        lib.apply({ a, b -> a + b }, 1, 2)
        val before = loaded.loadedClassCount
        repeat(1000) {
            val again = callback(IntBinaryOperator::class.java)
            libsum.downcall("apply", I32, again, I32, I32).call(IntBinaryOperator(Int::plus), 1, 2) shouldBe 3
        }
        loaded.loadedClassCount - before shouldBeLessThan 200
    }

    test("a pointer that was given back to an arena waits before it is another function's") {
        val addresses = mutableSetOf<MemorySegment>()
        repeat(100) {
            Arena.ofConfined()
                .use { addresses += Upcall.address(operation, Upcall.of(operation, IntBinaryOperator(Int::plus), it)) }
        }
        addresses.size shouldBe 100
    }

    test("a function of Java's is no pointer") {
        shouldThrow<IllegalArgumentException> { Upcall.address(operation, IntBinaryOperator(Int::plus)) }
            .message shouldBe
            "A function that has no function pointer\n  type: callback(i32 (i32, i32))\n" +
            "  hint: make one of it, by Upcall.of or stub { }, which lives as long as an arena"
    }
})
