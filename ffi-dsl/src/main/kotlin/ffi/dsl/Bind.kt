// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.CType
import ffi.core.LoadFlag
import ffi.core.NativeLibrary
import ffi.core.NativeThreads
import ffi.core.NativeType
import ffi.core.Symbol
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType.methodType
import java.lang.reflect.Method
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.util.concurrent.CompletableFuture
import java.util.function.Function
import java.util.function.IntFunction

/**
 * Implements the interface [T] by the functions of a library.
 *
 * ```
 * interface LibSum {
 *     fun sum(a: Int, b: Int): Int
 * }
 *
 * bind<LibSum>("sum").sum(1, 2) // 3
 * ```
 *
 * A method's name is the symbol, or its [Symbol] annotation is. Its types say C's: those of Kotlin's numbers, unsigned
 * ones as well, `Boolean`, `Char`, `String` as [cstring], `MemorySegment`, an enum class as [enumOf], a `Set` of one as
 * [flags], a [Handle] with a constructor of one segment, a data class as [struct]; an array or a `List` of those as
 * [array], a [Pointer] to one, an [Out] of one, a buffer. With a question mark a pointer is [orNull], and annotations
 * of core say more, such as `@Length(argument = 1)` of a result. A property is a [variable] of the library, by its own
 * name or by `@get:Symbol`. Methods with a body stay what they are. The interface may be private.
 *
 * Nothing is opened before the first call. A library or a symbol that is missing is reported by the call that needs it.
 *
 * @param name the library's name in any form that [NativeLibrary.open] takes
 * @param arena keeps the library loaded; the global one never unloads it
 * @param threads where the calls of suspending methods, and of those that return a future, are made
 * @param prefix how all symbols begin, and where the names of methods and properties go on; not those of [Symbol]. If
 *   it is null, the [Prefix][ffi.core.Prefix] says so of the interface that declares the method
 * @param flags how the system's loader is to open the library, if not lazily and locally
 * @throws BindingException if [T] is no interface, or a method has a type that no native type stands for
 */
public inline fun <reified T : Any> bind(
    name: String,
    arena: Arena = Arena.global(),
    threads: NativeThreads? = null,
    prefix: String? = null,
    flags: Set<LoadFlag> = java.util.Set.of(),
): T = bind(T::class.java, MethodHandles.lookup(), name, arena, threads, prefix, flags)

/**
 * Implements the interface [T] by the functions of a [library] that is open, as long as it is.
 *
 * @throws BindingException if [T] is no interface, or a method has a type that no native type stands for
 */
public inline fun <reified T : Any> bind(
    library: NativeLibrary,
    threads: NativeThreads? = null,
    prefix: String? = null,
): T = bind(T::class.java, MethodHandles.lookup(), library, threads, prefix)

@PublishedApi
internal fun <T : Any> bind(
    face: Class<T>,
    caller: MethodHandles.Lookup,
    name: String,
    arena: Arena,
    threads: NativeThreads?,
    prefix: String?,
    flags: Set<LoadFlag>,
): T {
    val declared = Declared(Place(name, flags = flags), arena)
    return inKotlin(face) {
        Bindings.bind(face, caller, declared, arena.scope(), KotlinReader(caller, threads, prefix))
    }
}

@PublishedApi
internal fun <T : Any> bind(
    face: Class<T>,
    caller: MethodHandles.Lookup,
    library: NativeLibrary,
    threads: NativeThreads?,
    prefix: String?,
): T {
    val declared = Declared(Place(library.name(), open = library), Arena.global())
    return inKotlin(face) {
        Bindings.bind(face, caller, declared, library.scope(), KotlinReader(caller, threads, prefix))
    }
}

/** What core says of the methods of an interface together, such as that one cancels another, in Kotlin's words. */
private inline fun <T> inKotlin(face: Class<*>, bind: () -> T): T = try {
    bind()
} catch (e: BindingException) {
    throw KotlinWords.ofMethods(e, face)
}

/** Reads methods whose types are Kotlin's; what is not Kotlin's alone is read by core. */
private class KotlinReader(
    private val caller: MethodHandles.Lookup,
    private val threads: NativeThreads?,
    private val prefix: String?,
) : Function<Method, Bindings.Declaration> {

    override fun apply(method: Method): Bindings.Declaration {
        val unsigned = if (Mangling.isMangled(method)) unsignedOf(method) else null
        val types = MethodTypes(method, unsigned)
        val read = try {
            if (Suspending.isSuspending(method)) {
                suspending(method, types)
            } else {
                Bindings.declaration(method, types, threads)
            }
        } catch (e: BindingException) {
            throw inKotlin(e, method, unsigned)
        }
        val property = if (mayBeAccessor(method)) Properties.of(method) else null
        val name = property ?: if (unsigned != null) Mangling.nameOf(method) else null
        val prefix = prefix ?: Bindings.prefix(method.declaringClass)
        if (name == null && prefix.isEmpty()) {
            return read
        }
        val annotated = if (property == null) method else Properties.getterOf(method) ?: method
        val symbols = annotated.getAnnotation(Symbol::class.java)?.value?.asList()
            ?: listOf(prefix + (name ?: method.name))
        val optional = read.optional || annotated.isAnnotationPresent(ffi.core.IfPresent::class.java)
        return Bindings.Declaration(
            symbols, read.signature, optional, read.departure, read.variable || property != null,
        )
    }

    /**
     * Whether a method may be an accessor of a property, by its name alone: the metadata of an interface that has none
     * is never read, for that takes a while. Letter by letter, for Kotlin's own search would load its class for text
     * at start-up.
     */
    private fun mayBeAccessor(method: Method): Boolean {
        val name = method.name
        if (name.length < SHORTEST) {
            return false
        }
        val parameters = method.parameterCount
        return when (name[0]) {
            'g' -> parameters == 0 && name[1] == 'e' && name[2] == 't'
            's' -> parameters == 1 && name[1] == 'e' && name[2] == 't'
            'i' -> parameters == 0 && name[1] == 's'
            else -> false
        }
    }

    private fun suspending(method: Method, types: MethodTypes): Bindings.Declaration {
        val suspension = Suspending.suspension
            ?: throw wrong(method, "A suspending method", "add ffi-coroutines to the class path")
        val type = checkNotNull(Suspending.resultOf(method))
        val result = when {
            type == Unit::class.java -> void
            else -> types.find(type, method.annotations, types.noted?.result) ?: Bindings.result(method, type)
        }
        val departure = suspension.departure(method, threads ?: NativeThreads.elastic())
        return Bindings.declaration(method, departure, result, method.parameterCount - 1, types)
    }

    /** As [Mangling.unsignedOf]; null if the mark in the method's name is its own. */
    private fun unsignedOf(method: Method): BooleanArray? {
        val unsigned = Mangling.unsignedOf(method)
        if (unsigned != null || !Mangling.looksMangled(method)) {
            return unsigned
        }
        val open = Mangling.openOf(method)
        if (!Mangling.isTooMany(open)) {
            throw wrong(method, "A method with a value class", "of those, only unsigned numbers are known")
        }
        if (!open.all { isSaid(method, it) }) {
            throw wrong(
                method,
                "A method with too many numbers to tell which of them are unsigned: ${open.size}",
                "say the type of each by @CType, or declare fewer",
            )
        }
        return BooleanArray(method.parameterCount + 1) // none by its name, since the annotations say it
    }

    private fun isSaid(method: Method, index: Int): Boolean =
        if (index == method.parameterCount) {
            method.isAnnotationPresent(CType::class.java)
        } else {
            method.parameterAnnotations[index].any { it is CType }
        }

    /** The types of a method that are Kotlin's: by the index of the parameter, and the result's by -1. */
    private inner class MethodTypes(private val method: Method, private val unsigned: BooleanArray?) :
        KotlinTypes(caller, setOf()), IntFunction<NativeType<*>?> {

        private var index = -1

        override fun apply(index: Int): NativeType<*>? {
            this.index = index
            val type = if (index < 0) method.returnType else method.parameterTypes[index]
            return when {
                unsigned != null && unsigned[if (index < 0) unsigned.lastIndex else index] ->
                    unsigned(type, annotations(index))
                type.isPrimitive || type == String::class.java -> null
                index < 0 && isNumberOfParameter(type) ->
                    Bindings.type(type, annotations(index), "the result", method, caller)
                type.typeParameters.isEmpty() && (!type.isArray || generic(index) is Class<*>) ->
                    find(type, annotations(index))
                index < 0 && type == CompletableFuture::class.java -> find(heldByFuture(), annotations(index))
                else -> find(generic(index), annotations(index), noted(index))
            }
        }

        /** Whether the result is a number that the JVM returns as an object: an inherited method has it generic. */
        private fun isNumberOfParameter(type: Class<*>): Boolean =
            type.name.startsWith("java.lang.") && type != java.lang.Void::class.java &&
                methodType(type).unwrap().returnType().isPrimitive && noted?.result?.isNullable == false

        private fun heldByFuture(): Type =
            (method.genericReturnType as? ParameterizedType)?.actualTypeArguments?.first() ?: Any::class.java

        val noted: NotedMethod? by lazy(LazyThreadSafetyMode.NONE) { Notes.of(method) }

        private fun noted(index: Int): NotedType? =
            if (index < 0) noted?.result else noted?.parameters?.getOrNull(index)

        private fun generic(index: Int): Type =
            if (index < 0) method.genericReturnType else method.genericParameterTypes[index]

        private fun annotations(index: Int): Array<Annotation> =
            if (index < 0) method.annotations else method.parameterAnnotations[index]

        override fun wrong(fault: String, hint: String): BindingException = BindingException(
            "$fault\n  as: ${KotlinNames.position(method, index)}\n  of: ${KotlinNames.of(method, unsigned)}" +
                "\n  hint: $hint",
        )
    }

    private fun wrong(method: Method, fault: String, hint: String): BindingException =
        BindingException("$fault\n  of: ${KotlinNames.of(method)}\n  hint: $hint")

    /** What core says of a method, in Kotlin's words. */
    private fun inKotlin(e: BindingException, method: Method, unsigned: BooleanArray?): BindingException {
        val java = KotlinWords.describe(method)
        val lines = e.message!!.lines()
        val isNull = lines[0].startsWith("Only a pointer to a value can be null")
        if ("  of: $java" !in lines && "  of: ${KotlinNames.of(method, unsigned)}" in lines) {
            return e // it is in Kotlin's already
        }
        val position = lines.firstNotNullOfOrNull { line ->
            if (line == "  as: the result") -1 else line.substringAfter("  as: parameter ", "").toIntOrNull()?.minus(1)
        }
        val said = lines.map { line ->
            when {
                line.startsWith("No native type for ") && position != null ->
                    // an object of the JVM's that is no `Int?` is one since a type parameter stands for it
                    typeAt(method, position).let {
                        if (it in NUMBERS || position < 0 && method.suspends) line else "No native type for $it"
                    }
                line.startsWith("  as: ") && position != null -> "  as: ${KotlinNames.position(method, position)}"
                line == "  of: $java" -> "  of: ${KotlinNames.of(method, unsigned)}"
                isNull -> line.replace(ANNOTATED, "leave out the question mark, or @OrNull, of ")
                else -> KotlinWords.ofInterface(line)
            }
        }
        val of = if ("  of: $java" in lines) listOf() else listOf("  of: ${KotlinNames.of(method, unsigned)}")
        val (hints, facts) = said.partition { it.startsWith("  hint: ") }
        return BindingException((facts + of + hints).joinToString("\n")).apply { initCause(e.cause) }
    }

    /** Whether the JVM's result is an object whose type only the continuation has. */
    private val Method.suspends: Boolean
        get() = parameterTypes.lastOrNull() == kotlin.coroutines.Continuation::class.java

    private fun typeAt(method: Method, position: Int): String {
        val noted = Notes.of(method)
        return if (position < 0) {
            KotlinNames.of(method.genericReturnType, noted?.result)
        } else {
            KotlinNames.of(method.genericParameterTypes[position], noted?.parameters?.getOrNull(position))
        }
    }

    private companion object {
        private val NUMBERS = arrayOf("Byte", "Short", "Int", "Long", "Float", "Double", "Boolean", "Char")
        private const val ANNOTATED = "take the annotation from "
        private const val SHORTEST = 3 // such as isX
    }
}
