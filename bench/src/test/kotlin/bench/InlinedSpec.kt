// SPDX-License-Identifier: Apache-2.0
package bench

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

private const val BY_JIT = 4 // the tier of code that is compiled for good

/** A compilation begins: when, its number, what kind of method, the tier, the method. */
private val BEGINS = Regex("""\s*\d+\s+\d+\s+([%sb!n ]*)(\d)\s+(\S+::\S+) \(\d+ bytes\)(.*)""")

/** Of what a compilation says of a call in it: the method that is called, and what became of it. */
private val CALL = Regex("""([ !]*)@ \d+ +(\S+) \(\d+ bytes\) +(.*)""")

/** A call in a compilation; [indent] says how deep in others, [by] which method of ours made it. */
private class Inlining(val indent: Int, val method: String, val outcome: String, val by: String) {
    val isNative get() = method.startsWith("java.lang.invoke.MethodHandle::linkToNative")
    val failed get() = outcome.startsWith("failed to inline") && !isNative

    val isOurs get() = method.startsWith("ffi.") || "\$Native" in method

    override fun toString() = "$method: ${outcome.removePrefix("failed to inline: ")}"
}

/** What the JIT may leave as a call: nothing, but for what is named here and why. */
private val KNOWN = mapOf(
    // the first calls go another way, and here the JIT has seen them: decision 20
    "four_function" to setOf("Slots::start: low call site frequency", "applyAsInt!rare: too big"),
    "four_object" to setOf("Slots::start: low call site frequency", "invoke!rare: too big"),
    // four classes, which is not what a program does: it has one bound interface
    "four_interface" to setOf("Sum::of: virtual call"),
    "four_bind" to setOf("Sum::of: virtual call"),
    // a handle that is not a constant is slow by hand as well: decision 1
    "four_handle" to setOf("Invokers::maybeCustomize: don't inline by annotation",
        "MethodHandle::invokeBasic(II)I: receiver not constant"),
)

/** Rows in which the JIT does not see what is called, whoever wrote it. */
private val BLIND = setOf("four_interface", "four_bind", "four_handle")

/** The place that serves four functions is the first, so that what all share has seen more than one of them. */
private val ROWS = listOf(
    "SharedSiteBench::four", "CallBench::noop", "CallBench::sum", "CallBench::sum8", "TextBench::ascii",
    "StructBench::distance", "ErrnoBench::errno", "OutBench::divide", "UpcallBench::registered",
)

/**
 * A call is fast because the JIT knows all of it: the function's address, the handle of its shape, and what it converts
 * by. If one of these is no constant any more, or the code of a call is too large, no result is wrong. So this asks the
 * JIT itself what it put in the place of each call, and how much garbage is left; it measures no time.
 */
class InlinedSpec : FunSpec({

    /** The last compilation for good of each. */
    fun compilations(printed: List<String>): Map<String, List<Inlining>> {
        val all = mutableMapOf<String, List<Inlining>>()
        var current = mutableListOf<Inlining>()
        for (line in printed) {
            BEGINS.matchEntire(line)?.destructured?.let { (kind, tier, method, ending) ->
                current = mutableListOf()
                if (tier.toInt() == BY_JIT && '%' !in kind && "made not" !in ending) all[method] = current
            }
            CALL.matchEntire(line)?.destructured?.let { (indent, method, outcome) ->
                var depth = indent.length
                val callers = current.asReversed().filter { call ->
                    (call.indent < depth).also { encloses -> if (encloses) depth = call.indent }
                }
                current += Inlining(indent.length, method, outcome,
                    callers.firstOrNull { it.isOurs }?.method ?: "itself")
            }
        }
        return all
    }

    /** What is wrong with a row, in words. */
    fun faults(row: String, calls: List<Inlining>?): List<String> {
        val name = row.substringAfter("::")
        if (calls == null) return listOf("$row was not compiled")
        val left = calls.filter { it.failed && KNOWN[name].orEmpty().none { known -> "$it".endsWith(known) } }
            .map { "$row leaves a call, in ${it.by}: $it" }
        val natives = calls.count { it.isNative }
        val asked = calls.count { "Address::known" in it.method }
        val expected = when {
            name in BLIND -> 0
            name.startsWith("four") -> 5
            else -> 2 // the function's, and whether a callback may have thrown
        }
        return left + listOfNotNull(
            "$row calls C $natives times".takeIf { natives != if (name in BLIND) 0 else 1 },
            "$row asks for $asked addresses, not $expected".takeIf { asked != expected },
        )
    }

    withData(nameFn = { "by the face $it" }, "interface", "function", "handle", "object", "bind") { face ->
        val rows = ROWS.map { "bench.${it}_$face" }.filter { row ->
            Class.forName(row.substringBefore("::")).methods.any { it.name == row.substringAfter("::") }
        }
        rows.size shouldBe if (face == "bind") ROWS.size - 1 else ROWS.size // which has no row for errno
        fun faults(): List<String> {
            val printed = WarmInOwnJvm.printed(rows)
            val all = compilations(printed)
            return rows.flatMap { faults(it, all[it]) } + (rows.map { "$it leaves 0 bytes" } - printed.toSet())
                .map { expected ->
                    val found = printed.filter { it.startsWith(expected.substringBefore(" 0")) }
                    "not $expected: $found"
                }
        }
        // of three, one is enough: the JIT may have been disturbed
        repeat(2) { if (faults().isEmpty()) return@withData }
        faults().joinToString("\n") shouldBe ""
    }
})
