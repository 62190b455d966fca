// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.CType
import ffi.core.Length
import ffi.core.Member
import ffi.core.NativeType
import ffi.core.OrNull
import java.lang.invoke.MethodHandles
import java.lang.reflect.Constructor
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.util.concurrent.atomic.AtomicReference
import java.util.function.IntFunction

/**
 * A struct by value, as a data class, whose properties are its fields in order.
 *
 * ```
 * data class Point(val x: Double, val y: Double)
 *
 * val midpoint = fn("midpoint", struct<Point>(), struct<Point>()) returns struct<Point>()
 * ```
 *
 * Its values are copied, to C and from C. A property in the primary constructor is of any class that a method of a
 * bound interface may have ([bind]), with the same annotations: another data class is a struct in the struct, an array
 * with a [Length] lies in place, one with `@Length(field = "n")` lies behind a pointer. With a question mark text or a
 * pointer may be NULL; where the property is private, [OrNull] says so. Whatever else is in the class stays out. The
 * class may be private, and so may its constructor. A record of Java is as good.
 *
 * It makes a type of any class; what is no struct is reported by what uses it.
 */
public inline fun <reified T : Any> struct(): NativeType<T> = struct(T::class.java, MethodHandles.lookup())

@PublishedApi
internal fun <T : Any> struct(type: Class<T>, caller: MethodHandles.Lookup): NativeType<T> {
    val read = DataClass.of(type)
    return when {
        read != null -> Structs.of(type, read, caller, setOf())
        type.isRecord -> NativeType.struct(type)
        else -> Structs.wrong(
            type,
            BindingException(
                "Not a data class: ${type.typeName}\n  hint: a struct by value is a data class or a record",
            ),
        )
    }
}

/** The types of data classes, each made once. */
internal object Structs {

    private val made = object : ClassValue<AtomicReference<NativeType<*>>>() {
        override fun computeValue(type: Class<*>) = AtomicReference<NativeType<*>>()
    }

    @Suppress("UNCHECKED_CAST") // it is made for this class
    fun <T> of(type: Class<T>, read: DataClass, caller: MethodHandles.Lookup, around: Set<Class<*>>): NativeType<T> {
        val known = made[type]
        known.get()?.let { return it as NativeType<T> }
        return try {
            val struct = read.struct(caller, around)
            struct.layout() // or it can not be
            known.compareAndSet(null, struct)
            known.get() as NativeType<T>
        } catch (e: BindingException) { // not kept: another caller may see what this one does not
            wrong(type, e)
        }
    }

    /** A type that can not be, as core makes it: it hears why when it asks for the fields. */
    fun <T> wrong(type: Class<T>, why: BindingException): NativeType<T> =
        NativeType.struct(type.simpleName, type, NoMembers(why), MethodHandles.constant(type, null))

    private class NoMembers(private val why: BindingException) : AbstractList<Member>() {
        override val size: Int get() = throw why

        override fun get(index: Int): Member = throw why
    }
}

/**
 * How a data class is taken apart and put together: by its components and its primary constructor.
 *
 * @param copy has the constructor's parameters, with all that the compiler has noted of them; the constructor itself
 *   has not, if it takes unsigned numbers, for then it is hidden behind another one
 */
internal class DataClass private constructor(
    private val type: Class<*>,
    private val copy: Method,
    private val constructor: Constructor<*>,
    private val components: List<Method>,
) {
    private val names = type.declaredFields.filter { !Modifier.isStatic(it.modifiers) }
        .map { it.name }
        .take(components.size) // those of the primary constructor come first

    fun struct(caller: MethodHandles.Lookup, around: Set<Class<*>>): NativeType<*> {
        val lookup = try {
            MethodHandles.privateLookupIn(type, caller)
        } catch (e: IllegalAccessException) {
            throw BindingException("A class that can not be seen here: ${type.typeName}").apply { initCause(e) }
        }
        val types = read(Types(caller, around + type))
        val members = components.indices.map { Member(names[it], types[it], lookup.unreflect(components[it])) }
        return made(members, lookup)
    }

    @Suppress("UNCHECKED_CAST") // of whatever class it is
    private fun made(members: List<Member>, lookup: MethodHandles.Lookup): NativeType<*> =
        NativeType.struct(type.simpleName, type as Class<Any>, members, lookup.unreflectConstructor(constructor))

    private fun read(types: Types): List<NativeType<*>> {
        val read = try {
            Bindings.declaration(copy, types).signature.parameters()
        } catch (e: BindingException) {
            throw ofProperty(e)
        }
        return read.mapIndexed { index, known -> complete(index, known) }
    }

    /** With what is said elsewhere than on the parameter, and with a size that is another property. */
    private fun complete(index: Int, read: NativeType<*>): NativeType<*> {
        val here = copy.parameterAnnotations[index].map { it.annotationClass }
        val getter = getter(names[index])
        val elsewhere = listOfNotNull(getter, type.getDeclaredField(names[index])).flatMap { it.annotations.asList() }
            .filter { it.annotationClass !in here }
        val known = if (elsewhere.any { it is CType }) typeOf(getter, index) else read.worded(elsewhere)
        val counted = (copy.parameterAnnotations[index].asList() + elsewhere)
            .firstNotNullOfOrNull { (it as? Length)?.field?.ifEmpty { null } }
            ?.let { known.sizedBy(indexOf(it, index)) } ?: known
        return if (elsewhere.any { it is OrNull }) counted.orNull() else counted
    }

    private fun typeOf(getter: Method?, index: Int): NativeType<*> =
        if (getter != null && getter.isAnnotationPresent(CType::class.java)) {
            Bindings.declaration(getter).signature.result()
        } else {
            throw wrong(index, "A type of C's that is said of the field only", "say it of the property: @CType")
        }

    private fun getter(name: String): Method? {
        val getters = listOf("get" + name.replaceFirstChar { it.uppercase() }, name) // that of isOpen is isOpen
        return type.declaredMethods.firstOrNull { it.parameterCount == 0 && nameOf(it) in getters }
    }

    private fun indexOf(name: String, of: Int): Int = names.indexOf(name).takeIf { it >= 0 }
        ?: throw wrong(
            of,
            "No property that counts the elements: \"$name\"",
            "the properties are ${names.joinToString()}",
        )

    private fun wrong(index: Int, fault: String, hint: String) =
        BindingException("$fault\n  as: ${names[index]}\n  of: ${type.typeName}\n  hint: $hint")

    /** Core speaks of the parameters of a method, for it was asked of `copy`. */
    private fun ofProperty(e: BindingException): BindingException {
        val lines = e.message!!.lines().map { line ->
            val parameter = line.substringAfter("  as: parameter ", "").toIntOrNull()
            when {
                parameter != null -> "  as: ${names[parameter - 1]}"
                line.startsWith("  of: ${type.typeName} ${type.typeName}.${copy.name}(") -> "  of: ${type.typeName}"
                else -> line
            }
        }
        return BindingException(lines.joinToString("\n")).apply { initCause(e.cause) }
    }

    private inner class Types(caller: MethodHandles.Lookup, around: Set<Class<*>>) :
        KotlinTypes(caller, around), IntFunction<NativeType<*>?> {

        private var index = 0

        override fun apply(index: Int): NativeType<*>? {
            if (index < 0) {
                return NativeType.ADDRESS // it is not asked what copy returns
            }
            this.index = index
            val component = components[index]
            val hash = component.name.substringAfter("${numbered(index)}-", "").take(Mangling.LETTERS)
            return when {
                hash.isEmpty() -> find(
                    copy.genericParameterTypes[index], copy.parameterAnnotations[index],
                    Notes.of(copy)?.parameters?.getOrNull(index),
                )
                    ?: counted(copy.genericParameterTypes[index], copy.parameterAnnotations[index].asList())
                Mangling.isUnsigned(component.returnType, hash) ->
                    unsigned(component.returnType, copy.parameterAnnotations[index])
                else -> throw wrong("A value class", "of those, only unsigned numbers and their arrays are known")
            }
        }

        /** An array whose size is another property: core, which reads a method here, has no fields to look for it. */
        private fun counted(type: Type, annotations: List<Annotation>): NativeType<*>? {
            if (annotations.none { it is Length && it.field.isNotEmpty() } || annotations.any { it is CType }) {
                return null
            }
            val array = when {
                type is Class<*> && type.isArray -> NativeType.array(type)
                type is ParameterizedType && type.actualTypeArguments[0] == String::class.java -> list(cstring)
                else -> null
            }
            return array?.worded(annotations)
        }

        override fun wrong(fault: String, hint: String): BindingException = wrong(index, fault, hint)
    }

    companion object {
        private val read = object : ClassValue<Array<DataClass?>>() { // of one; a null is not kept
            override fun computeValue(type: Class<*>) = arrayOf(find(type))
        }

        /** How this class is taken apart, if it is a data class. */
        fun of(type: Class<*>): DataClass? =
            if (type.isAnnotationPresent(Metadata::class.java)) read[type][0] else null

        private fun find(type: Class<*>): DataClass? = type.declaredMethods
            .filter { nameOf(it) == "copy" && it.returnType == type && !Modifier.isStatic(it.modifiers) }
            .sortedByDescending { it.parameterCount } // a shorter one is somebody's own
            .firstNotNullOfOrNull { find(type, it) }

        private fun find(type: Class<*>, copy: Method): DataClass? {
            val parameters = copy.parameterTypes
            val constructor = type.declaredConstructors.firstOrNull { it.parameterTypes.contentEquals(parameters) }
            val methods = type.declaredMethods.filter { it.parameterCount == 0 }
            val components = parameters.indices.mapNotNull { index ->
                methods.firstOrNull { it.returnType == parameters[index] && nameOf(it) == numbered(index) }
            }
            return constructor?.takeIf { components.size == parameters.size }
                ?.let { DataClass(type, copy, it, components) }
        }

        private fun numbered(index: Int) = "component${index + 1}"

        /** As it was written: unsigned numbers append a hash, and `internal` the name of the module. */
        private fun nameOf(method: Method) = method.name.substringBefore('-').substringBefore('$')
    }
}
