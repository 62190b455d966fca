// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeType
import java.io.InvalidObjectException
import java.io.NotSerializableException
import java.io.Serializable
import java.lang.foreign.Arena
import java.lang.reflect.Modifier
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
private fun singletonOf(type: Class<*>): Any? =
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
    private val isFile: Boolean,
    private val symbol: String?,
    private val result: String?,
    private val parameters: Array<String?>?,
    private val critical: Boolean,
    private val optional: Boolean,
) : Serializable {

    private fun readResolve(): Any {
        val name = library ?: throw incomplete()
        val place = Place(name, version, if (isFile) file(name) else null)
        val types = (parameters ?: throw incomplete()).map { known(it) }
        val face = FACES.getOrNull(types.size)
            ?: throw InvalidObjectException("A function of too many parameters: ${types.size}\n  of: $symbol")
        return Draft(Library(Declared(place, Arena.global())), symbol ?: throw incomplete(), types, critical, optional)
            .define(face, known(result))
    }

    private fun file(name: String): Path = try {
        Path.of(name)
    } catch (e: InvalidPathException) {
        throw InvalidObjectException("A file that can not be here: ${e.message}\n  of: $symbol", e)
    }

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
                ?: throw cannotTravel(fn, "the type of $what is made of functions, which stay here: $type")
            return OfPlace(
                place.name,
                place.version,
                place.file != null,
                fn.downcall.symbol(),
                name(signature.result(), "its result"),
                Array(signature.parameters().size) { name(signature.parameters()[it], "parameter ${it + 1}") },
                signature.critical(),
                declaration.optional,
            )
        }
    }
}

/** The types that are the same wherever this library is, by what their `toString` says. */
private object TypeNames {
    private val named: Map<String, NativeType<*>> = listOf(
        i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool, char16, isize, usize, cChar, cShort, cInt, cLong,
        cLongLong, cUChar, cUShort, cUInt, cULong, cULongLong, wchar, void, cstring, wstring, utf16, address,
    ).associateBy { it.toString() }

    operator fun get(name: String): NativeType<*>? = get(name, SUFFIXES)

    private fun get(name: String, suffixes: Int): NativeType<*>? = try {
        when {
            suffixes < 0 -> null
            name.endsWith(OWNED) -> get(name.removeSuffix(OWNED), suffixes - 1)?.owned()
            name.endsWith(OR_NULL) -> get(name.removeSuffix(OR_NULL), suffixes - 1)?.orNull()
            name.startsWith(CHARSET) && name.endsWith(END) ->
                cstring(Charset.forName(name.substring(CHARSET.length, name.length - END.length)))
            else -> named[name]
        }
    } catch (_: IllegalArgumentException) { // no such charset, or no type for the word: somebody's own name
        null
    }

    private const val OWNED = ".owned"
    private const val OR_NULL = ".orNull"
    private const val CHARSET = "cstring("
    private const val END = ")"
    private const val SUFFIXES = 8 // a type has two at most that say something
}

/** The rungs of the ladder, by their number of parameters. */
private val FACES: List<Class<out Fn>> = listOf(
    Fn0::class.java, Fn1::class.java, Fn2::class.java, Fn3::class.java, Fn4::class.java, Fn5::class.java,
    Fn6::class.java, Fn7::class.java, Fn8::class.java, Fn9::class.java, Fn10::class.java, Fn11::class.java,
    Fn12::class.java,
)
