// SPDX-License-Identifier: Apache-2.0
package samples.rivals

import kotlin.reflect.KClass

// A table as data: what a rival has, in its own words, and beside it what ours gives on real native code.

/** All rows of one rival. */
internal class Rival(val name: String) {
    private val found = mutableListOf<Row>()
    private val without = mutableListOf<Lack>()
    private var section = ""

    val rows: List<Row> get() = found

    /** What has no equal here. */
    val lacks: List<Lack> get() = without

    /** Begins a part of the rival's documents: its rows are named after it. */
    fun section(name: String) {
        section = name
    }

    /** A row that is complete once it says what it [gives][Row.gives] or [throws][Row.throws]. */
    fun row(words: String, run: () -> Any?): Row = Row("$section: $words", run).also { found += it }

    /** A row that has no equal here, and what there is in its place. */
    fun lack(words: String, instead: String) {
        without += Lack("$section: $words", instead)
    }

    /** Whether a row, or what is lacking, is named by this [word]. */
    fun speaksOf(word: String): Boolean {
        val whole = Regex("(?<!\\w)${Regex.escape(word)}(?!\\w)")
        return rows.any { whole in it.name } || lacks.any { whole in it.name }
    }
}

internal fun rival(name: String, rows: Rival.() -> Unit): Rival = Rival(name).apply(rows)

internal data class Lack(val name: String, val instead: String)

/** @property name the rival's words */
internal class Row(val name: String, private val run: () -> Any?) {

    /** What is expected; a row that does not say expects what no line gives. */
    var expected: Any? = Any()
        private set
    private var isThrown = false

    infix fun gives(value: Any?) {
        expected = plain(value)
    }

    infix fun throws(type: KClass<out Throwable>) {
        expected = type.simpleName
        isThrown = true
    }

    /** What ours gives, now. */
    fun found(): Any? =
        if (isThrown) runCatching(run).exceptionOrNull()?.let { it::class.simpleName } else plain(run())

    override fun toString() = name

    private companion object {
        /** Arrays by their elements. */
        fun plain(value: Any?): Any? = when (value) {
            is ByteArray -> value.asList()
            is ShortArray -> value.asList()
            is IntArray -> value.asList()
            is LongArray -> value.asList()
            is FloatArray -> value.asList()
            is DoubleArray -> value.asList()
            is Array<*> -> value.asList()
            else -> value
        }
    }
}
