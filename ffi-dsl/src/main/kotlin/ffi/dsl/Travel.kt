// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.LoadFlag
import ffi.core.NativeLibrary
import ffi.core.NativeType
import java.io.InvalidObjectException
import java.io.NotSerializableException
import java.io.Serializable
import java.lang.foreign.Arena
import java.lang.reflect.Modifier
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.DoubleBuffer
import java.nio.FloatBuffer
import java.nio.IntBuffer
import java.nio.LongBuffer
import java.nio.ShortBuffer
import java.nio.charset.Charset
import java.nio.file.InvalidPathException
import java.nio.file.Path

/** What stands for this function in a stream. */
internal fun Fn.travelling(): Serializable {
    val library = declaration.library
    val index = library.declared.functions.indexOf(declaration)
    return if (index >= 0 && library === singletonOf(library.javaClass)) {
        OfObject(library.javaClass, index, toString())
    } else {
        OfPlace(declaration)
    }
}

/** The one instance of an `object`, or of a companion, whose field is its surrounding class's. */
internal fun singletonOf(type: Class<*>): Any? =
    listOfNotNull(type, type.declaringClass)
        .flatMap { it.declaredFields.asList() }
        .firstOrNull { Modifier.isStatic(it.modifiers) && it.type == type && it.trySetAccessible() }
        ?.get(null)

private fun cannotTravel(fn: Fn, because: String) = NotSerializableException(
    """
    A function that can not travel: $fn
      because: $because
      hint: declare it in an object, then it arrives as the one declared there
    """.trimIndent(),
)

/** A function of an object: where it arrives, it is the one that is declared there. */
private class OfObject(
    private val type: Class<*>?,
    private val index: Int,
    private val declaration: String?,
) : Serializable {

    private fun readResolve(): Any {
        // another class than a library is named by no stream of ours, and reading its field would initialize it
        val library = type?.takeIf { Library::class.java.isAssignableFrom(it) }?.let { singletonOf(it) } as Library?
        val functions = library?.declared?.functions.orEmpty().map { it.face }
        val here = functions.getOrNull(index)?.takeIf { it.toString() == declaration }
            ?: functions.firstOrNull { it != null && it.toString() == declaration }
        return here ?: throw InvalidObjectException(
            """
            A function that is not declared here: $declaration
              by: ${type?.typeName}
            """.trimIndent(),
        )
    }

    private companion object {
        private const val serialVersionUID = 1L
    }
}

/** Any other function: its declaration, in words that mean the same everywhere. */
private class OfPlace private constructor(
    private val library: String?, // null, as those below, in a stream only that somebody else made
    private val version: String?,
    private val otherVersions: Array<String?>?,
    private val isFile: Boolean,
    private val flags: Array<String?>?,
    private val symbol: String?,
    private val others: Array<String?>?,
    private val result: String?,
    private val parameters: Array<String?>?,
    private val critical: Boolean,
    private val optional: Boolean,
    private val fixed: Int, // as in Signature
) : Serializable {

    private fun readResolve(): Any {
        val name = library ?: throw incomplete()
        val file = if (isFile) file(name) else null
        val all = requireAdmitted(file?.toString() ?: name)
        val versions = otherVersions?.let { Array(it.size) { index -> it[index] ?: throw incomplete() } }
        if (version == null && versions != null) {
            throw incomplete()
        }
        val flags = flags.orEmpty().map { flag(it) }.toSet()
        val place = Place(name, version, file, otherVersions = versions, flags = flags, alone = !all)
        val types = (parameters ?: throw incomplete()).map { known(it) }
        val face = FACES.getOrNull(types.size)
            ?: throw InvalidObjectException("A function of too many parameters: ${types.size}\n  of: $symbol")
        val library = Library(Declared(place, Arena.global()))
        val names = others?.map { it ?: throw incomplete() }
        if (fixed < -1 || fixed > types.size) {
            throw InvalidObjectException("A function of fewer parameters than are named: $fixed\n  of: $symbol")
        }
        return Draft(library, symbol ?: throw incomplete(), types, critical, optional, fixed, names)
            .define(face, known(result))
    }

    /**
     * Whoever writes the stream chooses the function, `system` of the C runtime for example. Returns whether all
     * functions are admitted, and not only those that lie in this library.
     */
    private fun requireAdmitted(name: String): Boolean {
        val list = System.getProperty(NativeLibrary.SERIALIZATION_PROPERTY)
        val entry = name.ifEmpty { "c" }
        if (list == "true" || list != null && entry in list.split(',')) {
            return list == "true"
        }
        val property = NativeLibrary.SERIALIZATION_PROPERTY
        throw InvalidObjectException(
            "A function that a stream names by its library: ${symbol?.take(SHOWN)}\n" +
                "  library: ${entry.take(SHOWN)}\n" +
                "  hint: declare it in an object, or list the library in -D$property",
        )
    }

    /** As a path, also where a name could be: a file `sum` is `./sum`, and no library that is searched for. */
    private fun file(name: String): Path = try {
        Path.of(name).let { if (it.nameCount == 1 && !it.isAbsolute) Path.of(".").resolve(it) else it }
    } catch (e: InvalidPathException) {
        throw InvalidObjectException("A file that can not be here: ${e.reason}\n  of: $symbol", e)
    }

    private fun flag(name: String?) = LoadFlag.entries.firstOrNull { it.name == (name ?: throw incomplete()) }
        ?: throw InvalidObjectException("A flag that is not known here: ${name!!.take(SHOWN)}\n  of: $symbol")

    private fun known(name: String?) = TypeNames[name ?: throw incomplete()]
        ?: throw InvalidObjectException("A type that is not known here: ${name.take(SHOWN)}\n  of: $symbol")

    private fun incomplete() = InvalidObjectException("A function of which a part is missing\n  of: $symbol")

    companion object {
        private const val serialVersionUID = 1L
        private const val SHOWN = 100 // of a name that somebody else made up

        operator fun invoke(declaration: Declaration): OfPlace {
            val fn = declaration.face!!
            val (place, scope) = declaration.library.declared.let { it.place to it.scope }
            if (place.open != null || scope != Arena.global().scope()) {
                throw cannotTravel(fn, "its library was opened by this process, or lives in an arena of it")
            }
            declaration.wrong?.let { throw cannotTravel(fn, it.message!!.lines().first()) }
            val signature = fn.downcall.signature()
            fun name(type: NativeType<*>, what: String) = type.toString().takeIf { TypeNames[it] == type }
                ?: throw cannotTravel(fn, "the type of $what is made of what stays here, functions or classes: $type")
            return OfPlace(
                place.name,
                place.version,
                place.otherVersions?.let { arrayOf(*it) },
                place.file != null,
                place.flags.map { it.name }.toTypedArray<String?>().takeIf { it.isNotEmpty() },
                fn.downcall.symbol(),
                fn.downcall.symbols().drop(1).toTypedArray<String?>().takeIf { it.isNotEmpty() },
                name(signature.result(), "its result"),
                Array(signature.parameters().size) { name(signature.parameters()[it], "parameter ${it + 1}") },
                signature.critical(),
                declaration.optional,
                signature.fixed(),
            )
        }
    }
}

/** The types that are the same wherever this library is, by what their `toString` says. */
@OptIn(ExperimentalUnsignedTypes::class)
private object TypeNames {
    private val named: Map<String, NativeType<*>> = listOf(
        i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool, char16, isize, usize, cChar, cShort, cInt, cLong,
        cLongLong, cUChar, cUShort, cUInt, cULong, cULongLong, wchar, void, cstring, wstring, utf16, address,
        array(i8), array(i16), array(i32), array(i64), array(u8), array(u16), array(u32), array(u64), array(f32),
        array(f64), array(bool), array(char16), array(isize), array(usize), array(cChar), array(cShort), array(cInt),
        array(cLong), array(cLongLong), array(cUChar), array(cUShort), array(cUInt), array(cULong), array(cULongLong),
        array(wchar), buffer<ByteBuffer>(), buffer<CharBuffer>(), buffer<ShortBuffer>(), buffer<IntBuffer>(),
        buffer<LongBuffer>(), buffer<FloatBuffer>(), buffer<DoubleBuffer>(),
    ).associateBy { it.toString() }

    private val words: Map<String, (NativeType<*>) -> NativeType<*>> = mapOf(
        ".owned" to { it.owned() },
        ".orNull" to { it.orNull() },
        ".const" to { it.asConst() },
        ".terminated" to { it.terminated() },
        ".padded" to { it.padded() },
    )

    private val holders: Map<String, (NativeType<*>) -> NativeType<*>> = mapOf(
        "list" to { list(it) },
        "pointer" to { pointer(it) },
        "out" to { out(it) },
        "inout" to { inout(it) },
    )

    operator fun get(name: String): NativeType<*>? = try {
        get(name, WORDS)?.takeIf { it.toString() == name }
    } catch (_: IllegalArgumentException) { // no such charset, or no number: somebody's own name
        null
    }

    private fun get(name: String, words: Int): NativeType<*>? {
        val known = named[name]
        if (known != null || words == 0) {
            return known
        }
        val dot = wordAt(name)
        return if (dot > 0) {
            get(name.substring(0, dot), words - 1)?.let { worded(it, name.substring(dot)) }
        } else {
            holding(name.substringBefore('('), name.substringAfter('(', "").removeSuffix(")"), words - 1)
        }
    }

    /** Where the last word begins that is outside of parentheses; -1 if there is none. */
    private fun wordAt(name: String): Int {
        var depth = 0
        for (index in name.indices.reversed()) {
            when (name[index]) {
                ')' -> depth++
                '(' -> depth--
                '.' -> if (depth == 0) return index
            }
        }
        return -1
    }

    private fun worded(type: NativeType<*>, word: String): NativeType<*>? {
        val number = word.substringAfter('(', "").removeSuffix(")")
        return when (word.substringBefore('(')) {
            ".sized" -> type.sized(number.toLong())
            ".sizedBy" -> type.sizedBy(number.toInt())
            else -> words[word]?.invoke(type)
        }
    }

    private fun holding(holder: String, held: String, words: Int): NativeType<*>? =
        if (holder == "cstring") {
            cstring(Charset.forName(held))
        } else {
            holders[holder]?.let { make -> get(held, words)?.let(make) }
        }

    private const val WORDS = 16 // a type has few that say something
}

/** The rungs of the ladder, by their number of parameters. */
private val FACES: List<Class<out Fn>> = listOf(
    Fn0::class.java, Fn1::class.java, Fn2::class.java, Fn3::class.java, Fn4::class.java, Fn5::class.java,
    Fn6::class.java, Fn7::class.java, Fn8::class.java, Fn9::class.java, Fn10::class.java, Fn11::class.java,
    Fn12::class.java,
)
