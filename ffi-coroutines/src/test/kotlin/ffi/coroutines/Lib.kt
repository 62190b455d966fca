// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

import ffi.dsl.Handle
import ffi.dsl.Library
import ffi.dsl.array
import ffi.dsl.callback
import ffi.dsl.const
import ffi.dsl.fn
import ffi.dsl.handle
import ffi.dsl.i32
import ffi.dsl.i8
import ffi.dsl.isize
import ffi.dsl.usize
import ffi.dsl.void
import java.lang.foreign.MemorySegment

internal class Counter(override val segment: MemorySegment) : Handle

/** What native/src/waiting.c has. */
internal object Waiting : Library("sum") {
    val counterNew = fn("counter_new", i32) returns handle(::Counter)
    val counterFree = fn("counter_free", handle(::Counter)) returns void
    val counterStop = fn("counter_stop", handle(::Counter)) returns void
    val counterStops = fn("counter_stops", handle(::Counter)) returns i32
    val counterWait = (fn("counter_wait", handle(::Counter)) awaits i32).cancelledBy(function = counterStop)
    val deafWait = fn("counter_wait_deaf", handle(::Counter), i32) awaits i32

    val slowSum = fn("slow_sum", i32, i32) awaits i32
    val watch = callback(i32) returns void
    val subscribe = fn("subscribe", watch) returns i32
    val subscribePaced = fn("subscribe_paced", watch, i32, i32) returns i32
    val unsubscribe = fn("unsubscribe", i32) returns void
    val subscriptionsActive = fn("subscriptions_active") returns i32
}

internal object Pipes : Library("") {
    val pipe = fn("pipe", array(i32).sized(2)) returns i32
    val close = fn("close", i32) returns i32
    val write = fn("write", i32, array(i8).const, usize) returns isize
    val read = (fn("read", i32, array(i8), usize) awaits isize).interruptible
}
