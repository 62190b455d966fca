// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import java.lang.foreign.Arena
import java.nio.MappedByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Path
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.util.ConcurrentModificationException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.io.path.Path
import kotlin.random.Random

/** One part of the library, which is given bad input. */
internal fun interface Subject {

    /**
     * Makes an input and gives it to the library. All that it throws is judged.
     *
     * @param said told what the input is before it is given, so that a crash of the JVM can be explained
     */
    fun feed(random: Random, said: (String) -> Unit)
}

/** An exception that is as it should be, so that it need not be judged. */
internal class Expected : RuntimeException()

/** Gives a subject one input for each seed, in a JVM of its own, which a fault may end. */
internal object Fuzz {

    const val SEED_BYTES = 4096
    private const val LONGEST_SECONDS = 20 // for one seed, on a machine that has other things to do
    private val mostFaults = Integer.getInteger("spec.faults", 10)

    val subjects: Map<String, () -> Subject> = mapOf(
        "names" to ::LibraryNames, "files" to ::LibraryFiles, "symbols" to ::Symbols, "types" to ::Types,
        "declarations" to ::Declarations, "values" to ::Values, "formats" to ::Formats,
    )

    /** What the library throws by its own documentation. */
    private val typed = setOf(
        "ffi.core.BindingException", "ffi.core.LibraryNotFoundException", "ffi.core.LibraryNotAllowedException",
        "ffi.core.SymbolNotFoundException", "ffi.core.ErrnoException",
    ) + listOf(
        IllegalArgumentException::class, IllegalStateException::class, NoSuchElementException::class,
        ArithmeticException::class, IndexOutOfBoundsException::class, NullPointerException::class,
        ConcurrentModificationException::class, WrongThreadException::class, UnsupportedOperationException::class,
    ).map { it.java.name }

    /** What Java left to itself says, and no user understands. */
    private val helpful = Regex("""(?s)^(Cannot |class .* cannot be cast|Index \d+ out of bounds|.*because ").*""")

    /** What the JDK says of memory, which names neither the function nor the field. */
    private val bare = Regex(
        """(?s)^(Already closed|Attempted access outside owning thread|Out of bound access on segment|""" +
            """Misaligned access|Attempt to write a read-only|Session is acquired|(long|integer) overflow|""" +
            """The given segment|Source segment|Destination segment|Region size|new size|Index \d|Range \[).*""",
    )

    /** How an input may end. */
    private val worked = AtomicInteger()
    private val refused = AtomicInteger()

    private class Progress(file: String) {
        private val map: MappedByteBuffer =
            FileChannel.open(Path(file), READ, WRITE).map(FileChannel.MapMode.READ_WRITE, 0, SEED_BYTES.toLong())
        @Volatile var seed = -1
        @Volatile var since = System.nanoTime()

        /** What is in the mapping outlives the process, whatever ends it. */
        fun say(text: String) {
            val bytes = "$seed: $text".toByteArray()
            map.put(0, bytes, 0, minOf(bytes.size, SEED_BYTES - 1))
            map.put(minOf(bytes.size, SEED_BYTES - 1), 0)
        }
    }

    @JvmStatic
    fun main(args: Array<String>) {
        val (name, from, count, file) = args
        val progress = Progress(file)
        val fed = Thread.currentThread()
        thread(isDaemon = true) { watch(progress, fed) }
        val subject = subjects.getValue(name)()
        var faults = 0
        for (seed in from.toInt() until from.toInt() + count.toInt()) {
            progress.seed = seed
            progress.since = System.nanoTime()
            progress.say("")
            var input = ""
            try {
                subject.feed(Random(seed)) { input = it; progress.say(it) }
                worked.incrementAndGet()
            } catch (e: Throwable) {
                val fault = fault(e)
                refused.incrementAndGet()
                if (fault != null) {
                    println("seed $seed: $fault\n  input: $input\n  ${e.stackTraceToString().take(3000)}")
                    if (++faults == mostFaults) break
                }
            }
        }
        println("$count seeds: ${worked.get()} taken, ${refused.get()} refused, $faults wrong")
        System.out.flush()
        Runtime.getRuntime().halt(if (faults == 0) 0 else 1)
    }

    private fun watch(progress: Progress, fed: Thread) {
        while (true) {
            Thread.sleep(500)
            if (System.nanoTime() - progress.since > LONGEST_SECONDS * 1_000_000_000L) {
                println("seed ${progress.seed}: hangs\n  ${fed.stackTrace.joinToString("\n  ")}")
                System.out.flush()
                Runtime.getRuntime().halt(2)
            }
        }
    }

    /** What is wrong with an exception, or null. */
    private fun fault(e: Throwable): String? {
        val message = e.message.orEmpty()
        return when {
            e is Expected -> null
            e.javaClass.name !in typed -> "not of the typed family"
            message.isBlank() -> "no message"
            helpful.matches(message) -> "a message of Java's own"
            bare.matches(message) -> "a message of the JDK's memory"
            message.any { it.isISOControl() && it != '\n' } -> "a message with control characters"
            message.lines().drop(1).any { !it.startsWith("  ") } -> "a message whose facts are not below its headline"
            message.length > 20_000 -> "a message of ${message.length} characters"
            else -> null
        }
    }
}

/** Runs [block] in one of the arenas that there are, some of which are closed. */
internal fun <T> Random.inArena(block: (Arena) -> T): T = when (nextInt(10)) {
    0 -> block(Arena.global())
    1 -> block(Arena.ofConfined().also { it.close() })
    2 -> Arena.ofShared().use(block)
    3 -> {
        lateinit var foreign: Arena
        thread { foreign = Arena.ofConfined() }.join()
        block(foreign)
    }
    else -> Arena.ofConfined().use(block)
}

internal fun <T> Random.of(vararg all: T): T = all[nextInt(all.size)]

internal fun <T> Random.of(all: List<T>): T = all[nextInt(all.size)]

internal fun Random.chance(oneOf: Int): Boolean = nextInt(oneOf) == 0

/** Words with all that a name must not have. */
internal fun Random.word(): String = when (nextInt(16)) {
    0 -> ""
    1 -> String(CharArray(nextInt(1, 6)) { nextInt(0, 0x20).toChar() })
    2 -> String(CharArray(nextInt(1, 6)) { nextInt(0x20, 0x7f).toChar() })
    3 -> String(CharArray(nextInt(1, 6)) { nextInt(0x10000).toChar() })
    4 -> String(CharArray(nextInt(1, 3)) { nextInt(0xD800, 0xE000).toChar() })
    5 -> of("x", "日", "\uD83D\uDE00", "/", "x/", "../", "%s", "_Z").repeat(1 shl nextInt(15))
    6 -> of("%s", "%n", "%1\$s", "%2e%2e", "\${ORIGIN}", "\$LIB", "~", "*", "?", "-rf", "`id`", "'", "\"", "\\",
        "&amp;")
    7 -> of(".", "..", "/", "//", "\\", ":", "\u0000", "\n", " ", ",", ";", "!", "!/", "@", "::", "()", "\u202e",
        "\ufeff")
    else -> of("sum", "lib", "libsum", ".so", ".so.1", "c", "m", "add", "ü", "A", "0", "_", "x")
}

/** What must hold of an input that was taken; a failure is no exception that the library throws. */
internal inline fun expect(condition: Boolean, found: () -> String) {
    if (!condition) throw AssertionError(found())
}
