// SPDX-License-Identifier: Apache-2.0
package ffi.dsl.differential

import ffi.core.NativeType
import ffi.core.Pointer
import ffi.dsl.Library
import ffi.dsl.function
import java.lang.foreign.MemorySegment
import java.lang.foreign.ValueLayout
import java.nio.file.Path
import kotlin.io.path.createTempDirectory
import kotlin.io.path.writeText

/** Something that is declared on both sides and can be compared. */
internal interface Case {
    val shapes: List<Shape>
    /** The code of C behind the types. */
    val source: String
    /** The declarations, for a person. */
    val c: String
    val dsl: String
    fun smaller(): Sequence<Case>
    /** What is not as it should be, or null. */
    fun wrong(natives: Natives): String?
}

private val prelude = """
    #include <stdbool.h>
    #include <stddef.h>
    #include <stdint.h>
    #include <string.h>
    #include <uchar.h>
    #include <wchar.h>
    #define EXPORT __attribute__((visibility("default")))
    #define NEVER_INLINE __attribute__((noinline))
    typedef const char *text;
    static uint8_t dump[1 << 18], feed[1 << 18];
    static _Alignas(16) uint8_t pool[1 << 18];
    static uint8_t *put_at, *free_at;
    static const uint8_t *take_at;
    static void begin(void) { put_at = dump; take_at = feed; free_at = pool; }
    static void put_bytes(const void *from, size_t n) { memcpy(put_at, from, n); put_at += n; }
    static void take_bytes(void *to, size_t n) { memcpy(to, take_at, n); take_at += n; }
    static void *room(size_t n) { uint8_t *r = free_at; free_at += (n + 15) / 16 * 16; return r; }
    #define PUT(v) put_bytes(&(v), sizeof(v))
    #define TAKE(v) take_bytes(&(v), sizeof(v))
    static NEVER_INLINE void put_text(const char *s) {
        uint32_t n = s ? strlen(s) : -1;
        PUT(n);
        if (s) put_bytes(s, n);
    }
    static NEVER_INLINE char *take_text(void) {
        uint32_t n;
        TAKE(n);
        if (n == -1u) return 0;
        char *s = room(n + 1);
        take_bytes(s, n);
        s[n] = 0;
        return s;
    }
    EXPORT void *dump_address(void) { return dump; }
    EXPORT void *feed_address(void) { return feed; }
    EXPORT size_t dumped(void) { return put_at - dump; }
    EXPORT size_t taken(void) { return take_at - feed; }
    EXPORT void spoil(void *p) {}
    EXPORT extern const size_t layouts[];
    EXPORT const void *layouts_address(void) { return layouts; }
""".trimIndent()

private fun memory(address: Any?): MemorySegment =
    Pointer.ofAddress((address as MemorySegment).address(), NativeType.I8).sized(1 shl 18).segment()

/** The compiled code of some cases. */
internal class Natives(val library: Library) {
    private val feed = memory(library.function("feed_address", NativeType.ADDRESS).call())
    private val dump = memory(library.function("dump_address", NativeType.ADDRESS).call())
    private val dumped = library.function("dumped", NativeType.USIZE)
    private val spoil =
        library.function("spoil", NativeType.VOID, NativeType.array(ByteArray::class.java).asConst())
    private val layouts = library.function("layouts_address", NativeType.ADDRESS)

    /** What C reads by the next call. */
    fun feed(record: ByteArray) {
        MemorySegment.copy(MemorySegment.ofArray(record), 0, feed, 0, record.size.toLong())
    }

    /** What C has written. */
    fun dump(): ByteArray = dump.asSlice(0, dumped.call() as Long).toArray(ValueLayout.JAVA_BYTE)

    /** Overwrites what a call may have left behind on our side. */
    fun forget() {
        spoil.call(ByteArray(1 shl 14) { 0x5a })
    }

    fun layouts(count: Int): LongArray {
        val address = (layouts.call() as MemorySegment).address()
        return Pointer.ofAddress(address, NativeType.I64).sized(count.toLong()).segment()
            .toArray(ValueLayout.JAVA_LONG)
    }
}

/** Cases of which C is compiled at once; the compiler is started here, and awaited by who wants the library. */
internal class Batch(val cases: List<Case>, directory: Path, name: String) {
    private val types = typesOf(cases.flatMap { it.shapes })
    private val measures = types.associateWith { it.measures }
    private val file = directory.resolve("$name.so")
    private val log = directory.resolve("$name.log").toFile()
    private val compiler: Process

    init {
        val table = measures.values.flatten().map { it.c }
        val source = directory.resolve("$name.c")
        source.writeText(
            (listOf(prelude) + types.mapNotNull { it.declaration } + cases.map { it.source } +
                "const size_t layouts[] = { ${(table + "0").joinToString()} };").joinToString("\n", postfix = "\n"),
        )
        compiler = ProcessBuilder(
            System.getenv("CC") ?: "cc", "-shared", "-fPIC", "-fvisibility=hidden", "-O1", "-w",
            "-fms-extensions", "-o", "$file", "$source", // for anonymous members of a type that has a name
        ).redirectErrorStream(true).redirectOutput(log).start()
    }

    private val library: Library by lazy {
        check(compiler.waitFor() == 0) { log.readText().take(4000) }
        Library(file)
    }

    fun wrong(): List<Pair<Case, String>> {
        val natives = Natives(library)
        val layouts = layouts(natives)
        return cases.mapNotNull { case -> wrong(case, natives, layouts)?.let { case to it } }
    }

    private fun wrong(case: Case, natives: Natives, layouts: Map<Shape, String>): String? =
        try {
            typesOf(case.shapes).firstNotNullOfOrNull { layouts[it] } ?: case.wrong(natives)
        } catch (e: Exception) {
            e.stackTraceToString().lines().take(12).joinToString("\n")
        }

    /** The types that do not lie as C has them. */
    private fun layouts(natives: Natives): Map<Shape, String> {
        val theirs = natives.layouts(measures.values.sumOf { it.size }).iterator()
        val wrong = mutableMapOf<Shape, String>()
        for ((type, measures) in measures) {
            for (measure in measures) {
                val expected = theirs.next()
                val ours = runCatching(measure.ours)
                if (ours.getOrNull() != expected) {
                    wrong.putIfAbsent(type, "${measure.c}: expected $expected, found ${ours.getOrElse { it }}")
                }
            }
        }
        return wrong
    }
}

private const val AT_ONCE = 64
private const val ATTEMPTS = 150

/** Compares both sides of all [cases]: none that fails is left out, and the first ones are made as small as can be. */
internal fun wrong(cases: List<Case>): List<String> {
    val directory = createTempDirectory("isthmus-differential")
    try {
        val batches = cases.chunked(AT_ONCE).mapIndexed { i, chunk -> lazy { Batch(chunk, directory, "batch$i") } }
        val found = batches.flatMapIndexed { i, batch ->
            batches.drop(i).take(2).forEach { it.value.cases } // the next one is compiled meanwhile
            batch.value.wrong()
        }
        return found.mapIndexed { i, (case, why) -> if (i < 3) smallest(case, why, directory) else report(case, why) }
    } finally {
        directory.toFile().deleteRecursively()
    }
}

private fun report(case: Case, why: String): String =
    (typesOf(case.shapes).flatMap { it.declaration.orEmpty().lines() } + listOf(case.c, case.dsl, why))
        .filter { it.isNotEmpty() && !it.startsWith("static") }.joinToString("\n")

private fun smallest(case: Case, why: String, directory: Path): String {
    var smallest = case to why
    var attempts = 0
    while (true) {
        smallest = smallest.first.smaller().takeWhile { attempts++ < ATTEMPTS }.firstNotNullOfOrNull { smaller ->
            val batch = runCatching { Batch(listOf(smaller), directory, newName("smaller")).wrong() }
            batch.getOrNull()?.singleOrNull() // one that C can not have tells nothing
        } ?: break
    }
    return report(smallest.first, smallest.second)
}
