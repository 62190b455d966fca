// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.dsl.Handle
import ffi.dsl.Library
import ffi.dsl.OwnedHandle
import ffi.dsl.address
import ffi.dsl.callback
import ffi.dsl.fn
import ffi.dsl.handle
import ffi.dsl.i32
import ffi.dsl.i64
import ffi.dsl.owned
import ffi.dsl.pointer
import ffi.dsl.void
import java.lang.foreign.MemorySegment
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.delay

internal class Block(segment: MemorySegment) : OwnedHandle(segment)

internal class Work(override val segment: MemorySegment) : Handle

internal class Asking(override val segment: MemorySegment) : Handle

/** What native/src/scopes.c has, and of native/src/waiting.c what is behind the gate, and work that is done once. */
internal object Scoped : Library("sum") {
    val sum = fn("sum", i32, i32) returns i32

    private val freeBlock = fn("block_free", handle(::Block)) returns void
    private val block = handle(::Block).owned(freeBlock)
    val blockNow = fn("block_now") returns block
    val awaitBlockNow = fn("block_now") awaits block
    val blockBehindGate = (fn("block_behind_gate") awaits block).detachable
    val blocksGiven = fn("blocks_given") returns i64
    val blocksTaken = fn("blocks_taken") returns i64

    val closeGate = fn("close_gate") returns void
    val openGate = fn("open_gate") returns void
    val waitingAtGate = fn("waiting_at_gate") returns i32
    val passGate = fn("pass_gate", i32) awaits i32
    val passGateDetached = passGate.detachable
    val readBehindGate = fn("read_behind_gate", pointer(i32)) returns i32
    val readBehindGateDetached = (fn("read_behind_gate", pointer(i32)) awaits i32).detachable

    val operation = callback(i32, i32) returns i32
    val setCallback = fn("setCallback", operation) returns void
    val runCallback = fn("runCallback", i32, i32) returns i32

    val done = callback(i32, address) returns void
    val startWork = fn("start_work", i32, i32, i32, done, address) returns handle(::Work)
    val endWork = fn("end_work", handle(::Work)) returns void

    val question = callback(i32).returns(i32, onError = -1)
    val askUntil = fn("ask_until", question, i32) returns i32
    val awaitAskUntil = fn("ask_until", question, i32) awaits i32
    val beginAsking = fn("begin_asking", question, i32) returns handle(::Asking)
    val endAsking = fn("end_asking", handle(::Asking)) returns i32

    val watch = callback(i32) returns void
    val unsubscribeCounted = fn("unsubscribe_counted", i32) returns i32
    val beginRacers = fn("begin_racers", i32) returns i32
    val startRace = fn("start_race", watch, i32) returns void
    val awaitRace = fn("await_race") returns void
    val endRacers = fn("end_racers") returns void

    val blocksLeft: Long get() = blocksGiven() - blocksTaken()
}

/** Waits, in real time, until something is so. */
internal suspend fun eventually(within: Duration = 10.seconds, isSo: () -> Boolean) {
    val end = TimeSource.Monotonic.markNow() + within
    while (!isSo()) {
        check(end.hasNotPassedNow()) { "not within $within" }
        delay(1)
    }
}

/** What is logged while [block] runs, with the line of a spec left out. */
internal suspend fun logged(block: suspend () -> Unit): List<String> {
    val messages = mutableListOf<String>()
    val logger = Logger.getLogger("ffi.coroutines")
    val handler = object : Handler() {
        override fun publish(record: LogRecord) {
            synchronized(messages) { messages += record.message.withoutLines() }
        }

        override fun flush() = Unit

        override fun close() = Unit
    }
    logger.useParentHandlers = false
    logger.addHandler(handler)
    try {
        block()
    } finally {
        logger.removeHandler(handler)
        logger.useParentHandlers = true
    }
    return messages
}

/** The place in a spec without what changes with every edit of it. */
internal fun String.withoutLines(): String =
    replace(Regex("""ffi\.coroutines\.(\w+Spec).*\((\w+\.kt):\d+\)"""), "$1($2)")
