// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.dsl.Handle
import ffi.dsl.Library
import ffi.dsl.address
import ffi.dsl.callback
import ffi.dsl.fn
import ffi.dsl.handle
import ffi.dsl.i32
import ffi.dsl.i64
import ffi.dsl.owned
import ffi.dsl.pointer
import ffi.dsl.void
import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import java.lang.foreign.MemorySegment
import kotlin.reflect.KClass
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout

internal class Slot(override val segment: MemorySegment) : Handle

/** What native/src/ending.c has. */
internal object Slots : Library("sum") {
    val new = fn("slot_new") returns handle(::Slot)
    val free = fn("slot_free", handle(::Slot)) returns void
    val stop = fn("slot_stop", handle(::Slot)) returns void
    val stops = fn("slot_stops", handle(::Slot)) returns i32
    val go = fn("slot_go", handle(::Slot)) returns void
    val isWaiting = fn("slot_is_waiting", handle(::Slot)) returns i32
    val lateTouches = fn("late_touches") returns i32

    val wait = fn("slot_wait", handle(::Slot), i32) awaits i32
    val stoppable = wait.cancelledBy { slot, _ -> stop(slot) }

    val blocksGiven = fn("blocks_given") returns i64
    val blocksTaken = fn("blocks_taken") returns i64
    val blockFree = fn("block_free", address) returns void
    val block = fn("slot_block", handle(::Slot)) awaits pointer(i32).owned(blockFree)
    val blockNow = fn("block_now") awaits pointer(i32).owned(blockFree)
    val rawBlockNow = fn("block_now") awaits address

    val function = callback(i32) returns i32
    val call = fn("slot_call", handle(::Slot), function, i32) awaits i32
    val callNow = fn("descend", function, i32) awaits i32

    val callsInThisThread = fn("calls_in_this_thread") awaits i32
    val callsUnderWay = fn("calls_under_way") returns i32
    val sleepers = fn("sleepers") returns i32
    val sleepThrough = fn("sleep_through", i32) awaits i32
}

/** Runs [block] with a slot of its own, which is given back as soon as the block is over. */
internal inline fun <R> withSlot(block: (Slot) -> R): R {
    val slot = Slots.new()
    try {
        return block(slot)
    } finally {
        Slots.free(slot)
    }
}

internal suspend fun until(condition: () -> Boolean) = withTimeout(20.seconds) {
    while (!condition()) delay(1.milliseconds)
}

internal suspend fun untilWaiting(slot: Slot) = until { Slots.isWaiting(slot) == 1 }

/** Signals, and the C library, are Linux's in some specs. */
internal class OnLinux : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean = System.getProperty("os.name") == "Linux"
}
