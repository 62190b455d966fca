// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.CType
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Symbol
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandle
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType.methodType
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.WildcardType
import java.util.function.Function
import java.util.function.IntFunction
import kotlin.coroutines.Continuation

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
 * [flags], a [Handle] with a constructor of one segment; with a question mark a pointer is [orNull], and annotations of
 * core say more. Methods with a body stay what they are. The interface may be private.
 *
 * Nothing is opened before the first call. A library or a symbol that is missing is reported by the call that needs it.
 *
 * @param name the library's name in any form that [NativeLibrary.open] takes
 * @param arena keeps the library loaded; the global one never unloads it
 * @throws BindingException if [T] is no interface, or a method has a type that no native type stands for
 */
public inline fun <reified T : Any> bind(name: String, arena: Arena = Arena.global()): T =
    bind(T::class.java, MethodHandles.lookup(), name, arena)

/**
 * Implements the interface [T] by the functions of a [library] that is open, as long as it is.
 *
 * @throws BindingException if [T] is no interface, or a method has a type that no native type stands for
 */
public inline fun <reified T : Any> bind(library: NativeLibrary): T =
    bind(T::class.java, MethodHandles.lookup(), library)

@PublishedApi
internal fun <T : Any> bind(face: Class<T>, caller: MethodHandles.Lookup, name: String, arena: Arena): T =
    Bindings.bind(face, caller, Declared(Place(name), arena), arena.scope(), KotlinReader(caller))

@PublishedApi
internal fun <T : Any> bind(face: Class<T>, caller: MethodHandles.Lookup, library: NativeLibrary): T =
    Bindings.bind(face, caller, { library }, library.scope(), KotlinReader(caller))

/** Reads methods whose types are Kotlin's; what is not Kotlin's alone is read by core. */
private class KotlinReader(private val caller: MethodHandles.Lookup) : Function<Method, Bindings.Declaration> {

    override fun apply(method: Method): Bindings.Declaration {
        val parameters = method.parameterTypes
        if (parameters.isNotEmpty() && parameters[parameters.size - 1] == Continuation::class.java) {
            throw wrong(method, "A suspending method", "declare it without suspend, and call it where it may block")
        }
        val unsigned = if (Mangling.isMangled(method)) unsignedOf(method) else null
        val read = Bindings.declaration(method, KotlinTypes(method, unsigned))
        return if (unsigned != null && !method.isAnnotationPresent(Symbol::class.java)) {
            Bindings.Declaration(Mangling.nameOf(method), read.signature, read.optional)
        } else {
            read
        }
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
    private inner class KotlinTypes(private val method: Method, private val unsigned: BooleanArray?) :
        IntFunction<NativeType<*>?> {

        override fun apply(index: Int): NativeType<*>? {
            val type = if (index < 0) method.returnType else method.parameterTypes[index]
            return when {
                unsigned != null && unsigned[if (index < 0) unsigned.lastIndex else index] -> unsigned(type)
                Handle::class.java.isAssignableFrom(type) -> handle(type, method)
                type == Set::class.java && index >= 0 -> flagsOrNull(method.genericParameterTypes[index])
                else -> null
            }
        }
    }

    private fun unsigned(carrier: Class<*>): NativeType<*> = when (carrier) {
        java.lang.Byte.TYPE -> NativeType.U8
        java.lang.Short.TYPE -> NativeType.U16
        Integer.TYPE -> NativeType.U32
        else -> NativeType.U64
    }

    private fun handle(type: Class<*>, method: Method): NativeType<*> {
        val constructor = try {
            MethodHandles.privateLookupIn(type, caller)
                .findConstructor(type, methodType(Void.TYPE, MemorySegment::class.java))
                .asType(methodType(Handle::class.java, MemorySegment::class.java))
        } catch (_: ReflectiveOperationException) {
            throw wrong(
                method,
                "A handle that can not be made: ${type.typeName}",
                "give it a constructor of one MemorySegment that is visible here",
            )
        }
        if (Modifier.isAbstract(type.modifiers)) {
            throw wrong(method, "A handle that can not be made: ${type.typeName}", "name a class that is not abstract")
        }
        return NativeType.handle(type.simpleName, Construct(constructor), Unwrap)
    }

    /** Kotlin's `Set` is covariant, so of an enum class that is not final Java sees a wildcard. */
    private fun flagsOrNull(type: Type): NativeType<*>? {
        val argument = (type as? ParameterizedType)?.actualTypeArguments?.single()
        val element = (argument as? WildcardType)?.upperBounds?.single()
        return if (element is Class<*> && element.isEnum) flagsOf(element) else null
    }

    @Suppress("UNCHECKED_CAST") // isEnum said so; and E is of no matter to whom only gets a NativeType<*>
    private fun flagsOf(type: Class<*>): NativeType<*> = NativeType.flags(type as Class<AnnotationTarget>)

    private fun wrong(method: Method, fault: String, hint: String): BindingException {
        val parameters = method.parameterTypes.joinToString { it.typeName }
        val of = "${method.returnType.typeName} ${method.declaringClass.typeName}.${method.name}($parameters)"
        return BindingException("$fault\n  of: $of\n  hint: $hint")
    }
}

/** A constructor that the JIT sees through, since it trusts the field of a record. */
@JvmRecord
private data class Construct(val constructor: MethodHandle) : Function<MemorySegment, Handle> {
    override fun apply(segment: MemorySegment): Handle = constructor.invokeExact(segment) as Handle
}
