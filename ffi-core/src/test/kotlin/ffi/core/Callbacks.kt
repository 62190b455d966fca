// SPDX-License-Identifier: Apache-2.0
package ffi.core

import java.util.function.IntBinaryOperator
import java.util.function.IntUnaryOperator
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger

/** What calls back, later than it should, by other threads, and from within. */
@Suppress("FunctionName", "TooManyFunctions")
interface NastyCallees {
    fun apply(f: IntBinaryOperator, a: Int, b: Int): Int
    fun apply_times(f: IntBinaryOperator, times: Int): Long
    fun apply_until_negative(f: IntBinaryOperator, times: Int): Int
    fun apply_and_keep(place: Int, f: IntBinaryOperator, a: Int, b: Int): Int
    fun keep(place: Int, f: IntBinaryOperator)
    fun fire(place: Int, a: Int, b: Int): Int
    fun fire_all(count: Int, a: Int, b: Int): Long
    fun descend(f: IntUnaryOperator, depth: Int): Int
    fun apply_on_thread(f: IntBinaryOperator, a: Int, b: Int): Int
    fun apply_on_small_thread(f: IntBinaryOperator, a: Int, b: Int, stack: Int): Int
    fun apply_on_threads(f: IntBinaryOperator, threads: Int, times: Int, b: Int): Long
    fun apply_later(f: IntBinaryOperator, a: Int, b: Int, micros: Int)
    fun await_later(): Int
}

/** What the library reports while [block] runs; the place in a spec is shown as `Spec`. */
internal fun reports(block: () -> Unit): List<String> {
    val reports = mutableListOf<String>()
    val logger = Logger.getLogger("ffi.core")
    val handler = object : Handler() {
        override fun publish(record: LogRecord) {
            synchronized(reports) { reports += record.message.replace(Regex("at ffi\\.\\w+\\.\\w+Spec.*"), "at Spec") }
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
    return reports
}
