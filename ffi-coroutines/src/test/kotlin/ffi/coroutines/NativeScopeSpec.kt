// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.core.Upcall
import ffi.core.Pointer
import ffi.dsl.alloc
import ffi.dsl.allocFrom
import ffi.dsl.arena
import ffi.dsl.cstring
import ffi.dsl.functionTable
import ffi.dsl.get
import ffi.dsl.i32
import ffi.dsl.kept
import ffi.dsl.set
import ffi.dsl.stub
import ffi.dsl.toNative
import ffi.dsl.value
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.lang.foreign.Arena
import java.util.Collections.synchronizedList
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private fun interface Plus {
    fun plus(a: Int, b: Int): Int
}

/** What a scope owns, and when it ends. */
class NativeScopeSpec : FunSpec({

    afterTest { Scoped.openGate() }

    context("the end") {
        suspend fun ended(block: suspend NativeScope.(MutableList<String>) -> Unit): Pair<List<String>, Throwable?> {
            val events = synchronizedList(mutableListOf<String>())
            var memory: Pointer<Int>? = null
            val thrown = runCatching {
                nativeScope {
                    val number = alloc(i32)
                    memory = number
                    owned("first") { events += "$it closed, memory alive: ${number.segment().scope().isAlive}" }
                    onClose { events += "second closed" }
                    launch(start = CoroutineStart.UNDISPATCHED) {
                        try {
                            delay(20)
                        } finally {
                            withContext(NonCancellable) { delay(20) }
                            number[0] = 1
                            events += "child ended"
                        }
                    }
                    block(events)
                }
            }.exceptionOrNull()
            memory!!.segment().scope().isAlive shouldBe false
            return events to thrown
        }

        val order = listOf("child ended", "second closed", "first closed, memory alive: true")

        test("comes in reverse order when the block returns") {
            ended { } shouldBe (order to null)
        }

        test("comes in reverse order when the block throws") {
            val (events, thrown) = ended { error("block") }
            events shouldBe order
            thrown!!.message shouldBe "block"
        }

        test("comes in reverse order when a child throws") {
            val (events, thrown) = ended {
                launch { error("child") }
                awaitCancellation()
            }
            events shouldBe order
            thrown!!.message shouldBe "child"
        }

        test("comes in reverse order when the coroutine is cancelled") {
            val (events, thrown) = ended { withTimeout(1.milliseconds) { awaitCancellation() } }
            events shouldBe order
            (thrown is TimeoutCancellationException) shouldBe true
        }

        test("is not disturbed by a cancellation while it comes") {
            val closing = CompletableDeferred<Unit>()
            val events = synchronizedList(mutableListOf<String>())
            val job = launch(Dispatchers.Default) {
                val result = nativeScope {
                    onClose { events += "first" }
                    onClose {
                        closing.complete(Unit)
                        Thread.sleep(30)
                        events += "second"
                    }
                    alloc(i32).segment()
                }
                events += "alive: ${result.scope().isAlive}, active: $isActive"
            }
            closing.await()
            job.cancelAndJoin()
            events shouldContainExactly listOf("second", "first", "alive: false, active: false")
        }

        test("runs all that closes, and throws the first exception with the others suppressed") {
            val (_, thrown) = ended {
                onClose { error("one") }
                onClose { error("two") }
            }
            thrown!!.message shouldBe "two"
            thrown.suppressed.map { it.message } shouldBe listOf("one")
        }

        test("throws the block's exception first") {
            val (events, thrown) = ended {
                onClose { error("closing") }
                error("block")
            }
            thrown!!.message shouldBe "block"
            thrown.suppressed.map { it.message } shouldBe listOf("closing")
            events shouldBe order
        }

        test("hides no exception behind a cancellation") {
            val (events, thrown) = ended {
                onClose { error("closing") }
                throw CancellationException("block")
            }
            thrown!!.message shouldBe "closing"
            events shouldBe order
        }

        test("may block: what closes is run off the dispatcher") {
            val caller = Thread.currentThread()
            var closer: Thread? = null
            nativeScope { onClose { closer = Thread.currentThread() } }
            closer shouldNotBe caller
            closer!!.isVirtual shouldBe false
        }

        test("comes to callbacks: C that still calls one gets the error value") {
            nativeScope {
                Scoped.setCallback(Scoped.operation.stub { a, b -> a - b })
                Scoped.runCallback(5, 3) shouldBe 2
            }
            val late = Upcall.lateCalls()
            Scoped.runCallback(5, 3) shouldBe 0
            Upcall.lateCalls() shouldBe late + 1
        }

        test("is the end of an owned handle that is still open") {
            val left = Scoped.blocksLeft
            nativeScope {
                owned(Scoped.blockNow())
                owned(Scoped.awaitBlockNow())
                Scoped.blocksLeft shouldBe left + 2
            }
            Scoped.blocksLeft shouldBe left
        }
    }

    context("what is in it") {
        test("is used by all coroutines of it, in any thread") {
            nativeScope {
                val sum = alloc(i32, 100)
                List(100) { i ->
                    async(Dispatchers.Default) {
                        sum[i] = i
                        delay(1)
                        sum[i] = sum[i] + withContext(Dispatchers.IO) { sum[i] }
                    }
                }.awaitAll()
                (0 until 100).sumOf { sum[it] } shouldBe 9900
            }
        }

        test("is made by all that an arena makes") {
            nativeScope {
                allocFrom(i32, 1, 2, 3)[2] shouldBe 3
                allocFrom(cstring, "ann", "bob")[1] shouldBe "bob"
                "text".toNative().segment().getString(0) shouldBe "text"
                "object".kept() shouldBe "object"
                functionTable<Plus>(Plus { a, b -> a + b }, "plus").byteSize() shouldBe 8
                contextArena() shouldBeSameInstanceAs this
                launch { allocFrom(i32, 4).value shouldBe 4 }
                async { alloc(i32).value }.await() shouldBe 0
                withContext(Dispatchers.Default) {
                    Scoped.setCallback(Scoped.operation.stub { a, b -> a * b })
                    Scoped.runCallback(5, 3) shouldBe 15
                }
                coroutineScope { launch(CoroutineName("child")) { alloc(i32, 2)[1] shouldBe 0 } }
            }
        }

        test("is what the innermost arena makes") {
            nativeScope {
                val outer = this
                val inner = arena {
                    contextArena() shouldNotBe outer
                    alloc(i32)
                }
                inner.segment().scope().isAlive shouldBe false
                nativeScope {
                    contextArena() shouldBeSameInstanceAs this
                    alloc(i32)
                }.segment().scope().isAlive shouldBe false
                alloc(i32).segment().scope() shouldBe outer.scope()
            }
        }

        test("costs nothing before it is used: a scope without memory makes no arena") {
            suspend fun time(block: suspend () -> Unit): Long {
                repeat(2_000) { block() }
                return (1..5).minOf {
                    val start = System.nanoTime()
                    repeat(1_000) { block() }
                    (System.nanoTime() - start) / 1_000
                }
            }
            val without = time { nativeScope { } }
            val with = time { nativeScope { alloc(i32) } }
            println("a native scope takes $without ns, with an arena $with ns")
            without shouldBeLessThan with
        }
    }

    context("after the end") {
        test("memory, callbacks and handles are refused, and nothing is launched") {
            lateinit var escaped: NativeScope
            lateinit var memory: Pointer<Int>
            nativeScope {
                escaped = this
                memory = alloc(i32)
            }
            shouldThrow<IllegalStateException> { memory.value }
            listOf(
                { escaped.allocate(4, 4) },
                { escaped.scope() },
                { escaped.owned("x") { } },
                { escaped.onClose { } },
                { with(escaped) { Scoped.operation.stub { a, _ -> a } } },
            ).forEach { use ->
                shouldThrow<IllegalStateException> { use() }.message shouldBe "The native scope has ended"
            }
            var ran = false
            val late = escaped.launch { ran = true }
            late.join()
            late.isCancelled shouldBe true
            ran shouldBe false
            escaped.isActive shouldBe false
        }

        test("a call that is in no coroutine of it any more is refused") {
            var context = coroutineContext
            nativeScope { context = coroutineContext }
            shouldThrow<IllegalStateException> {
                withContext(context[ScopeLife]!!) { Waiting.slowSum(1, 2) }
            }.message shouldBe "The native scope has ended"
        }

        test("close is the block's, not the user's") {
            nativeScope {
                shouldThrow<UnsupportedOperationException> { close() }.message shouldBe
                    "A native scope ends with its block"
                alloc(i32).value shouldBe 0
            }
        }
    }

    context("calls that nobody waits for any more") {
        suspend fun NativeScope.leaveAtGate(memory: Pointer<Int>, read: CompletableFuture<Int>? = null) {
            Scoped.closeGate()
            val before = Scoped.waitingAtGate()
            val call = launch(Dispatchers.Default) {
                val result = Scoped.readBehindGateDetached.ifLost { read?.complete(it) }
                result(memory)
            }
            eventually { Scoped.waitingAtGate() == before + 1 }
            call.cancelAndJoin()
        }

        test("are waited for before anything is closed") {
            val events = synchronizedList(mutableListOf<String>())
            val read = CompletableFuture<Int>()
            val scope = launch(Dispatchers.Default) {
                nativeScope {
                    onClose { events += "closed, gate: ${Scoped.waitingAtGate()}" }
                    leaveAtGate(allocFrom(i32, 42), read)
                    events += "block returns"
                }
                events += "scope ended"
            }
            eventually { events.size == 1 }
            delay(20)
            events shouldBe listOf("block returns")
            Scoped.openGate()
            scope.join()
            events shouldBe listOf("block returns", "closed, gate: 0", "scope ended")
            read.get() shouldBe 42
        }

        test("are waited for also by a scope that is cancelled") {
            val atGate = CompletableDeferred<Unit>()
            val scope = launch(Dispatchers.Default) {
                nativeScope {
                    leaveAtGate(allocFrom(i32, 42))
                    atGate.complete(Unit)
                    awaitCancellation()
                }
            }
            atGate.await()
            scope.cancel()
            delay(20)
            scope.isCompleted shouldBe false
            Scoped.openGate()
            scope.join()
        }

        test("close what is in a scope that has left them") {
            val events = synchronizedList(mutableListOf<String>())
            val read = CompletableFuture<Int>()
            lateinit var memory: Pointer<Int>
            nativeScope(Closing.LEAVES) {
                onClose { events += "closed" }
                memory = allocFrom(i32, 42)
                leaveAtGate(memory, read)
            }
            events.shouldBeEmpty()
            memory.value shouldBe 42
            Scoped.openGate()
            read.get() shouldBe 42
            eventually { !memory.segment().scope().isAlive }
            events shouldBe listOf("closed")
        }

        test("are waited for by the scope around the one that left them, whose memory they use") {
            val events = synchronizedList(mutableListOf<String>())
            val read = CompletableFuture<Int>()
            val outer = launch(Dispatchers.Default) {
                nativeScope {
                    val memory = allocFrom(i32, 42)
                    onClose { events += "outer closes" }
                    nativeScope(Closing.LEAVES) {
                        onClose { events += "inner closes" }
                        leaveAtGate(memory, read)
                    }
                    events += "inner has returned"
                }
                events += "outer ended"
            }
            eventually { events.size == 1 }
            delay(20)
            events shouldBe listOf("inner has returned")
            Scoped.openGate()
            outer.join()
            events shouldBe listOf("inner has returned", "inner closes", "outer closes", "outer ended")
            read.get() shouldBe 42
        }

        test("give back what they return") {
            val left = Scoped.blocksLeft
            Scoped.closeGate()
            val leaks = synchronizedList(mutableListOf<String>())
            nativeScope(Closing.LEAVES, leaks::add) {
                val call = launch(Dispatchers.Default) { Scoped.blockBehindGate() }
                eventually { Scoped.waitingAtGate() == 1 }
                call.cancelAndJoin()
                owned(alloc(i32)) { }
            }
            Scoped.blocksLeft shouldBe left
            Scoped.openGate()
            eventually { Scoped.waitingAtGate() == 0 && Scoped.blocksLeft == left }
            leaks.shouldBeEmpty()
        }
    }

    test("a flow is emitted by channelFlow, since the scope is in the context") {
        channelFlow { nativeScope { send(alloc(i32).value) } }.toList() shouldBe listOf(0)
        shouldThrow<IllegalStateException> { flow { nativeScope { emit(1) } }.toList() }.message!! shouldStartWith
            "Flow invariant is violated"
    }

    test("a raw call of a thread outside that uses the memory is waited for") {
        Scoped.closeGate()
        val read = CompletableFuture<Int>()
        val ended = async(Dispatchers.Default) {
            nativeScope {
                val memory = allocFrom(i32, 42)
                Thread.ofPlatform().start { read.complete(Scoped.readBehindGate(memory)) }
                eventually { Scoped.waitingAtGate() == 1 }
            }
        }
        delay(30)
        ended.isCompleted shouldBe false
        Scoped.openGate()
        ended.await()
        read.get() shouldBe 42
    }

    context("an owned result that is still open at the end") {
        suspend fun leaks(block: suspend NativeScope.() -> Any?): List<String> {
            val leaks = synchronizedList(mutableListOf<String>())
            val result = nativeScope(onLeak = { leaks += it.withoutLines() }, block = block)
            (result as? Block)?.close()
            return leaks
        }

        test("is reported with its place, of a call and of one that was awaited") {
            val open = mutableListOf<Block>()
            leaks { open += Scoped.blockNow() } shouldBe listOf("NativeScopeSpec(NativeScopeSpec.kt)")
            leaks { open += Scoped.awaitBlockNow() } shouldBe listOf("NativeScopeSpec(NativeScopeSpec.kt)")
            leaks { launch(Dispatchers.IO) { open += Scoped.blockNow() } }.size shouldBe 1
            leaks { nativeScope(onLeak = { }) { open += Scoped.blockNow() } }.size shouldBe 0 // but by the inner one
            leaks { awaitCallback { open += Scoped.blockNow().also { resume(Unit) } } }.size shouldBe 1
            open.forEach { it.close() }
        }

        test("is not reported if it is closed, the scope's, or returned") {
            leaks {
                Scoped.blockNow().close()
                owned(Scoped.blockNow())
                Scoped.awaitBlockNow().use { }
                Scoped.blockNow()
            }.shouldBeEmpty()
        }

        test("is logged if nobody is told") {
            lateinit var open: Block
            logged { nativeScope { open = Scoped.blockNow() } } shouldBe listOf(
                """
                Never closed in its native scope
                  made: at NativeScopeSpec(NativeScopeSpec.kt)
                  hint: close it, or have the scope do so by owned(...)
                """.trimIndent(),
            )
            open.close()
        }

        test("is reported though the block throws, whose exception stays") {
            val open = mutableListOf<Block>()
            shouldThrow<IllegalStateException> {
                nativeScope(onLeak = { error("told") }) {
                    open += Scoped.blockNow()
                    error("block")
                }
            }.apply {
                message shouldBe "block"
                suppressed.map { it.message } shouldBe listOf("told")
            }
            open.forEach { it.close() }
        }
    }

    test("ten thousand scopes with memory, callbacks and coroutines leave nothing behind") {
        val left = Scoped.blocksLeft
        repeat(10_000) {
            nativeScope {
                val memory = allocFrom(i32, 1)
                if (it % 10 == 0) {
                    launch { memory.value++ }
                    Scoped.setCallback(Scoped.operation.stub { a, b -> a + b })
                }
                owned(Scoped.blockNow())
            }
        }
        Scoped.blocksLeft shouldBe left
    }
})

context(arena: Arena)
private fun contextArena(): Arena = arena
