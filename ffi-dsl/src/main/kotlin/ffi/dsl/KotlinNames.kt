// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import java.lang.reflect.GenericArrayType
import java.lang.reflect.Method
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.WildcardType

/** Types and methods as Kotlin writes them, for messages. */
internal object KotlinNames {

    private val named = mapOf(
        "byte" to "Byte", "short" to "Short", "int" to "Int", "long" to "Long", "float" to "Float",
        "double" to "Double", "boolean" to "Boolean", "char" to "Char", "void" to "Unit",
        "java.lang.Byte" to "Byte", "java.lang.Short" to "Short", "java.lang.Integer" to "Int",
        "java.lang.Long" to "Long", "java.lang.Float" to "Float", "java.lang.Double" to "Double",
        "java.lang.Boolean" to "Boolean", "java.lang.Character" to "Char", "java.lang.Void" to "Nothing",
        "java.lang.String" to "String", "java.lang.Object" to "Any", "java.util.List" to "List",
        "java.util.Set" to "Set", "java.util.Map" to "Map", "java.lang.foreign.MemorySegment" to "MemorySegment",
        "ffi.core.Pointer" to "Pointer", "ffi.core.Out" to "Out", "ffi.core.Ref" to "Ref",
        "ffi.core.WithErrno" to "WithErrno",
    )
    private val unsigned = mapOf("Byte" to "UByte", "Short" to "UShort", "Int" to "UInt", "Long" to "ULong")

    /** A class by the name that the JVM has for it; null if it has no other in Kotlin. */
    fun named(type: String): String? = named[type]

    /** The unsigned number that a number of Java's carries, such as `UInt` of `int`; null of any other name. */
    fun unsigned(carrier: String): String? = unsigned[named[carrier]]

    fun of(type: Type, noted: NotedType? = null): String {
        val name = bare(type, noted)
        return when {
            noted?.isNullable != true -> name
            name.contains("->") -> "($name)?"
            else -> "$name?"
        }
    }

    private fun bare(type: Type, noted: NotedType?): String = when (type) {
        is Class<*> -> when {
            !type.isArray -> plain(type)
            type.componentType.isPrimitive -> "${plain(type.componentType)}Array"
            else -> "Array<${of(type.componentType)}>"
        }
        is ParameterizedType -> generic(type, noted)
        is GenericArrayType -> "Array<${of(type.genericComponentType)}>"
        is WildcardType -> bare(type.bound, noted)
        else -> type.typeName
    }

    private fun plain(type: Class<*>): String =
        named[type.name] ?: (if (type.name.startsWith("kotlin.U")) type.simpleName else type.typeName)

    private fun generic(type: ParameterizedType, noted: NotedType?): String {
        val raw = type.rawType as Class<*>
        val arguments = type.actualTypeArguments.mapIndexed { index, argument ->
            of(argument, noted?.arguments?.getOrNull(index))
        }
        if (!raw.isFunctionType) {
            return "${plain(raw)}<${arguments.joinToString()}>"
        }
        val suspension = (type.actualTypeArguments.dropLast(1).lastOrNull() as? WildcardType)?.bound?.held()
        return if (suspension == null) {
            "(${arguments.dropLast(1).joinToString()}) -> ${arguments.last()}"
        } else {
            "suspend (${arguments.dropLast(2).joinToString()}) -> ${of(suspension)}"
        }
    }

    /** Such as `fun samples.LibSum.sum(a: UInt, b: Int): Int`. */
    fun of(method: Method, unsigned: BooleanArray? = null): String {
        val noted = Notes.of(method)
        Properties.of(method)?.let { return property(method, it, noted, unsigned?.last() == true) }
        val count = if (Suspending.isSuspending(method)) method.parameterCount - 1 else method.parameterCount
        val isMarked = Mangling.isMangled(method) && (unsigned != null || Mangling.looksMangled(method))
        val name = if (isMarked) Mangling.nameOf(method) else method.name
        val parameters = (0 until count).joinToString { index ->
            val type = of(method.genericParameterTypes[index], noted?.parameters?.getOrNull(index))
            val word = noted?.names?.getOrNull(index)?.let { "$it: " } ?: ""
            word + signed(type, unsigned?.get(index) == true)
        }
        val result = of(Suspending.resultOf(method) ?: method.genericReturnType, noted?.result)
        val suspends = if (Suspending.isSuspending(method)) "suspend " else ""
        return "${suspends}fun ${method.declaringClass.typeName}.$name($parameters)" +
            (if (method.returnType == Void.TYPE) "" else ": " + signed(result, unsigned?.last() == true))
    }

    private fun property(method: Method, name: String, noted: NotedMethod?, isUnsigned: Boolean): String {
        val isGetter = method.parameterCount == 0
        val type = if (isGetter) of(method.genericReturnType, noted?.result)
        else of(method.genericParameterTypes[0], noted?.parameters?.getOrNull(0))
        return "${if (isGetter) "val" else "var"} ${method.declaringClass.typeName}.$name: ${signed(type, isUnsigned)}"
    }

    /** The same, of a method of which it is not known whether it takes unsigned numbers. */
    fun ofAny(method: Method): String =
        of(method, if (Mangling.isMangled(method)) Mangling.unsignedOf(method) else null)

    private fun signed(type: String, isUnsigned: Boolean): String =
        if (isUnsigned) unsigned[type] ?: "U$type" else type

    /** Such as `parameter 2, date`. */
    fun position(method: Method, index: Int): String =
        if (index < 0) "the result" else "parameter ${index + 1}${parameter(method, index)}"

    private fun parameter(method: Method, index: Int): String =
        Notes.of(method)?.names?.getOrNull(index)?.let { ", $it" } ?: ""
}

/** What this stands for where a value of it is given or taken. */
internal val WildcardType.bound: Type get() = lowerBounds.firstOrNull() ?: upperBounds[0]

/** Whether this is what the JVM has for a function type. */
internal val Class<*>.isFunctionType: Boolean get() = name.startsWith("kotlin.jvm.functions.Function")

/** What the function returns that suspends with this last parameter; null if it is none of that kind. */
internal fun Type.held(): Type? = (this as? ParameterizedType)
    ?.takeIf { it.rawType == kotlin.coroutines.Continuation::class.java }
    ?.actualTypeArguments?.first()?.let { if (it is WildcardType) it.bound else it }
