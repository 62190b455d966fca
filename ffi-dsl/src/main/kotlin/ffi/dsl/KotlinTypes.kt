// SPDX-License-Identifier: Apache-2.0
@file:OptIn(ExperimentalUnsignedTypes::class)

package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.CType
import ffi.core.Const
import ffi.core.InOut
import ffi.core.Length
import ffi.core.NativeType
import ffi.core.Out
import ffi.core.Pointer
import ffi.core.Ref
import ffi.core.Signature
import ffi.core.Terminated
import ffi.core.WithErrno
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandle
import java.lang.invoke.MethodHandles
import java.lang.invoke.MethodType.methodType
import java.lang.reflect.GenericArrayType
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.TypeVariable
import java.lang.reflect.WildcardType
import java.util.function.Function

/**
 * Finds the native types of classes that are Kotlin's alone, and of what holds such; of all others core knows more.
 *
 * @param caller sees the classes
 * @param around the data classes that are being read, and of which none may be in itself
 * @param bounds what stands for type variables
 * @param faces the callbacks that are being read, and what reads each
 */
internal abstract class KotlinTypes(
    val caller: MethodHandles.Lookup,
    val around: Set<Class<*>>,
    val bounds: Map<TypeVariable<*>, Bound> = java.util.Map.of(), // not mapOf(), which is a class more at start-up
    val faces: Map<Type, CallbackTypes> = java.util.Map.of(),
) {

    /** What is thrown of a class that no native type stands for. */
    abstract fun wrong(fault: String, hint: String): BindingException

    /**
     * The type, with the words that the annotations say; null if core is to read it.
     *
     * @param noted what the compiler has noted of it; a question mark of the type itself is left to who asks
     */
    fun find(type: Type, annotations: Array<Annotation>, noted: NotedType? = null): NativeType<*>? = when (type) {
        is Class<*> -> ofClass(type)
        is ParameterizedType -> ofGeneric(type, annotations, noted)
        is GenericArrayType -> held(type.genericComponentType, noted?.arguments?.firstOrNull())
            ?.let { NativeType.array(type.erased(), it) }
        is WildcardType -> find(type.bound, annotations, noted)
        is TypeVariable<*> -> bounds[type]?.let { find(it.type, NO_ANNOTATIONS, it.noted) }
        else -> null
    }?.also { requireNamed(type, annotations) }?.worded(annotations.asList())

    /** As [find], of an unsigned number or an array of such, where the JVM sees the [carrier]. */
    protected fun unsigned(carrier: Class<*>, annotations: Array<Annotation>): NativeType<*> {
        requireNamed(carrier, annotations)
        return carried(carrier).worded(annotations.asList())
    }

    /**
     * The C type that an annotation names must be one that the class carries: another would be ignored, for the class
     * says the native type.
     */
    private fun requireNamed(type: Type, annotations: Array<Annotation>) {
        val named = annotations.firstNotNullOfOrNull { it as? CType } ?: return
        val element = type.element() ?: return
        val carrier = if (element.isPrimitive) element else carrierOf(element)
        if (carrier != null) {
            requireNumber(named, carrier)
        } else if (!Handle::class.java.isAssignableFrom(element) || !named.value.trim().endsWith("*")) {
            throw wrong(
                "No C type is named of ${KotlinNames.of(element)}: ${named.value}",
                "take @CType away: the class says the native type",
            )
        }
    }

    private fun requireNumber(named: CType, carrier: Class<*>) {
        try {
            Bindings.type(carrier, arrayOf(named), "", NOBODY, caller)
        } catch (e: BindingException) {
            val lines = e.message!!.lines()
            val hint = lines.last().removePrefix("  hint: ")
            val unsigned = KotlinNames.unsigned(hint.removePrefix("declare it "))
            throw if (lines[0].startsWith("Not the Java type of ")) {
                wrong(
                    lines[0].substringBeforeLast(":").replace("Java", "Kotlin") +
                        ": ${KotlinNames.unsigned(carrier.name)}",
                    if (unsigned == null) KotlinWords.of(hint) else "declare it $unsigned",
                )
            } else {
                wrong(lines[0], hint)
            }
        }
    }

    /** Of an array, a list, a pointer and an out the element, to which a C type belongs. */
    private fun Type.element(): Class<*>? = when (this) {
        is Class<*> -> if (isArray) componentType.element() else this
        is GenericArrayType -> genericComponentType.element()
        is ParameterizedType ->
            if (rawType in HOLDERS) actualTypeArguments[0].element() else rawType as Class<*>
        is WildcardType -> bound.element()
        is TypeVariable<*> -> this@KotlinTypes.bounds[this]?.type?.element()
        else -> null
    }

    /** As [find], of what another type holds; here a question mark counts. */
    private fun held(type: Type, noted: NotedType?): NativeType<*>? {
        val found = find(type, NO_ANNOTATIONS, noted)
        if (noted?.isNullable != true || isNumber(type)) {
            return found
        }
        val known = found ?: Bindings.type(type.withoutWildcard(), NO_ANNOTATIONS, "", NOBODY, caller)
        return known?.let { orNull(it, KotlinNames.of(type, noted)) }
    }

    private fun isNumber(type: Type): Boolean {
        val actual = type.withoutWildcard() as? Class<*> ?: return false
        return methodType(actual).unwrap().returnType().isPrimitive || unsigned(actual) != null
    }

    /** The type with null for NULL. */
    protected fun orNull(type: NativeType<*>, name: String): NativeType<*> {
        return try {
            type.orNull().also { val _ = Signature.of(NativeType.VOID, it) } // or it can not be
        } catch (_: BindingException) {
            throw wrong("Only a pointer can be null, and no value: $name", "declare it ${name.removeSuffix("?")}")
        }
    }

    /** What may be done about a type that has none. */
    protected fun hintOf(type: Type): String {
        val actual = type.withoutWildcard()
        return if (actual is TypeVariable<*>) {
            "name the type that stands for ${actual.name}"
        } else {
            KotlinWords.types
        }
    }

    private fun ofClass(type: Class<*>): NativeType<*>? = when {
        type.isPrimitive -> null
        type.isArray -> find(type.componentType, NO_ANNOTATIONS)?.let { NativeType.array(type, it) }
        type.classLoader == null -> null // the JDK's
        Handle::class.java.isAssignableFrom(type) -> handle(type)
        type.isInterface -> CallbackTypes(this).find(type, null)
        else -> unsigned(type) ?: DataClass.of(type)?.let { struct(type, it) }
    }

    private fun unsigned(type: Class<*>): NativeType<*>? = when (type.name) { // boxed; else it is its carrier
        "kotlin.UByte" -> u8
        "kotlin.UShort" -> u16
        "kotlin.UInt" -> u32
        "kotlin.ULong" -> u64
        "kotlin.UByteArray" -> array(u8)
        "kotlin.UShortArray" -> array(u16)
        "kotlin.UIntArray" -> array(u32)
        "kotlin.ULongArray" -> array(u64)
        else -> null
    }

    private fun struct(type: Class<*>, read: DataClass): NativeType<*> = if (type in around) {
        throw wrong(
            "A struct that holds itself: ${type.typeName}",
            "for a pointer to itself declare it an object : Struct",
        )
    } else {
        Structs.of(type, read, caller, around)
    }

    private fun ofGeneric(
        type: ParameterizedType,
        annotations: Array<Annotation>,
        noted: NotedType?,
    ): NativeType<*>? {
        val argument = type.actualTypeArguments[0]
        val notedArgument = noted?.arguments?.firstOrNull()
        return when (type.rawType) {
            List::class.java -> held(argument, notedArgument)?.let { NativeType.list(it) }
            Pointer::class.java -> held(argument, notedArgument)?.let { NativeType.pointer(it) }
            Ref::class.java -> (argument as? Class<*>)?.let { ofObject(it) }
            WithErrno::class.java -> held(argument, notedArgument)?.withErrno()
            Out::class.java -> held(argument, notedArgument)?.let { out(it, annotations) }
            else -> CallbackTypes(this).find(type, noted)
        }
    }

    private fun ofObject(type: Class<*>): NativeType<*>? = (singletonOf(type) as? Struct<*>)?.declaredStruct?.byValue()

    private fun out(type: NativeType<*>, annotations: Array<Annotation>): NativeType<*> =
        if (annotations.any { it is InOut }) NativeType.inout(type) else NativeType.out(type)

    private fun handle(type: Class<*>): NativeType<*> {
        val constructor = try {
            MethodHandles.privateLookupIn(type, caller)
                .findConstructor(type, methodType(Void.TYPE, MemorySegment::class.java))
                .asType(methodType(Handle::class.java, MemorySegment::class.java))
        } catch (_: ReflectiveOperationException) {
            throw wrong(
                "A handle that can not be made: ${type.typeName}",
                "give it a constructor of one MemorySegment that is visible here",
            )
        }
        if (Modifier.isAbstract(type.modifiers)) {
            throw wrong("A handle that can not be made: ${type.typeName}", "name a class that is not abstract")
        }
        return NativeType.handle(type.simpleName, Construct(constructor), Unwrap)
    }

    companion object {
        val NO_ANNOTATIONS = arrayOf<Annotation>()
        private val HOLDERS = setOf(List::class.java, Pointer::class.java, Out::class.java, WithErrno::class.java)
        private val NOBODY: Method = Any::class.java.getMethod("toString") // never in a message: it has no annotations

        private fun carrierOf(type: Class<*>): Class<*>? = when (type.name.removeSuffix("Array")) {
            "kotlin.UByte" -> java.lang.Byte.TYPE
            "kotlin.UShort" -> java.lang.Short.TYPE
            "kotlin.UInt" -> Integer.TYPE
            "kotlin.ULong" -> java.lang.Long.TYPE
            else -> null
        }

        private fun GenericArrayType.erased(): Class<*> = when (val component = genericComponentType) {
            is GenericArrayType -> component.erased().arrayType()
            is ParameterizedType -> (component.rawType as Class<*>).arrayType()
            is TypeVariable<*> -> (component.bounds[0] as? Class<*> ?: Any::class.java).arrayType()
            else -> (component as Class<*>).arrayType()
        }

        /** What carries an unsigned number of Kotlin's, or an array of them, where the JVM sees the carrier. */
        fun carried(carrier: Class<*>): NativeType<*> = when (carrier) {
            java.lang.Byte.TYPE -> NativeType.U8
            java.lang.Short.TYPE -> NativeType.U16
            Integer.TYPE -> NativeType.U32
            java.lang.Long.TYPE -> NativeType.U64
            else -> NativeType.array(carrier, carried(carrier.componentType))
        }
    }
}

/** This type, with the words that annotations say of it. */
internal fun NativeType<*>.worded(annotations: List<Annotation>): NativeType<*> {
    var type = this
    for (annotation in annotations) {
        type = when (annotation) {
            is Const -> type.asConst()
            is Terminated -> type.terminated()
            is Length -> type.sizedAs(annotation)
            else -> type
        }
    }
    return type
}

private fun NativeType<*>.sizedAs(length: Length): NativeType<*> = when {
    length.value >= 0 -> sized(length.value)
    length.argument >= 0 -> sizedBy(length.argument)
    else -> this // by another field, which a struct knows
}

/** A constructor that the JIT sees through, since it trusts the field of a record. */
@JvmRecord
private data class Construct(val constructor: MethodHandle) : Function<MemorySegment, Handle> {
    override fun apply(segment: MemorySegment): Handle = constructor.invokeExact(segment) as Handle
}
