// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.Bindings
import ffi.core.NativeType
import ffi.core.OrNull
import ffi.core.Pointer
import java.lang.invoke.MethodHandles
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.lang.reflect.ParameterizedType
import java.lang.reflect.Type
import java.lang.reflect.TypeVariable
import java.lang.reflect.WildcardType

/** What stands for a type variable where an interface is used. */
internal class Bound(val type: Type, val noted: NotedType?)

/**
 * Reads function types and functional interfaces, as pointers to functions.
 *
 * @param outer reads what they are in
 */
internal class CallbackTypes(private val outer: KotlinTypes) {

    /** The type; null if core is to read it. */
    fun find(type: Type, noted: NotedType?): NativeType<*>? {
        val face = (type as? ParameterizedType)?.rawType ?: type
        if (face !is Class<*> || !face.isInterface || face.isSealed || face in NOT_FUNCTIONS ||
            Collection::class.java.isAssignableFrom(face)
        ) {
            return null
        }
        if (face.name == "kotlin.jvm.functions.FunctionN") {
            throw outer.wrong(
                "A function type of too many parameters: ${KotlinNames.of(type, noted)}",
                "a function type has at most 22; declare a fun interface, which takes any number",
            )
        }
        val isOfKotlin = face.isFunctionType || face.isAnnotationPresent(Metadata::class.java)
        val method = if (isOfKotlin || type is ParameterizedType) singleOf(face) else null
        return method?.let { callback(face, it, type, noted) }
    }

    private fun callback(face: Class<*>, method: Method, type: Type, noted: NotedType?): NativeType<*> {
        val name = KotlinNames.of(type, noted?.let { NotedType(false, it.isSuspending, it.arguments) })
        if (noted?.isSuspending == true || Suspending.isSuspending(method) ||
            (type as? ParameterizedType)?.actualTypeArguments.orEmpty().any { it.withoutWildcard().held() != null }
        ) {
            throw outer.wrong(
                "A function that suspends can not be called by C: $name",
                "declare it without suspend, or have C's calls be a nativeFlow",
            )
        }
        if (method.typeParameters.isNotEmpty()) {
            throw outer.wrong("A callback whose method is generic: $name", "name the types of its parameters")
        }
        val reading = outer.faces[type]
        if (reading != null) {
            return reading.later(face, method, type, noted)
        }
        if (namesUnfinished(method, type)) {
            return CallbackTypes(Outside()).later(face, method, type, noted)
        }
        val reader = MethodOfFace(type, method, name, bounds(type, noted, outer.bounds))
        val parameters = Array(method.parameterCount) { reader.type(it) }
        val made = NativeType.callback(face, outer.caller.takeUnless { isPublic(face) }, reader.type(-1), *parameters)
        try {
            val _ = made.layout() // or it can not be
        } catch (e: BindingException) {
            throw reader.wrongAs(e)
        }
        return made
    }

    /** Whether a face takes or returns a data class whose properties are being read, of which this callback is one. */
    private fun namesUnfinished(method: Method, type: Type): Boolean {
        val arguments = (type as? ParameterizedType)?.actualTypeArguments.orEmpty()
        return outer.around.isNotEmpty() && (method.returnType in outer.around ||
            method.parameterTypes.any { it in outer.around } ||
            arguments.any { it.withoutWildcard() in outer.around })
    }

    /** Reads what a function takes, which is not in the data class that the function is in. */
    private inner class Outside : KotlinTypes(outer.caller, setOf(), outer.bounds, outer.faces) {
        override fun wrong(fault: String, hint: String) = outer.wrong(fault, hint)
    }

    /** A face as it stands within its own declaration: it is read again when it is first used. */
    private fun <F> later(face: Class<F>, method: Method, type: Type, noted: NotedType?): NativeType<F> {
        @Suppress("UNCHECKED_CAST") // the callback is of the face
        return NativeType.callback(face, type) { callback(face, method, type, noted) as NativeType<F> }
    }

    /** Reads the one method of a face. */
    private inner class MethodOfFace(
        type: Type,
        private val method: Method,
        private val name: String,
        bounds: Map<TypeVariable<*>, Bound>,
    ) : KotlinTypes(outer.caller, outer.around, bounds, outer.faces + (type to this@CallbackTypes)) {

        private val noted = Notes.of(method)
        private val unsigned = if (Mangling.isMangled(method)) unsignedOf() else null
        private var index = -1

        private fun unsignedOf(): BooleanArray? {
            val unsigned = Mangling.unsignedOf(method)
            return when {
                unsigned != null || !Mangling.looksMangled(method) -> unsigned
                else -> throw outer.wrong(
                    "A callback with a value class: $name",
                    "of those, only unsigned numbers and their arrays are known",
                )
            }
        }

        fun type(index: Int): NativeType<*> {
            this.index = index
            val erased = if (index < 0) method.returnType else method.parameterTypes[index]
            val generic = if (index < 0) method.genericReturnType else method.genericParameterTypes[index]
            val annotations = if (index < 0) method.annotations else method.parameterAnnotations[index]
            if (unsigned != null && unsigned[if (index < 0) unsigned.lastIndex else index]) {
                return unsigned(erased, annotations)
            }
            val bound = if (generic is TypeVariable<*>) bounds[generic] else null
            val type = bound?.type ?: generic
            val declared = if (index < 0) noted?.result else noted?.parameters?.getOrNull(index)
            val here = if (bound != null) bound.noted else declared
            if (type.withoutWildcard() == Unit::class.java && index < 0) {
                return void
            }
            val isNullable =
                here?.isNullable == true || declared?.isNullable == true || annotations.any { it is OrNull }
            val read = find(type, annotations, here) ?: core(type, annotations) ?: throw wrong(
                "No native type for ${KotlinNames.of(type, here)}", hintOf(type),
            )
            return if (isNullable) orNull(read, KotlinNames.of(type, here)) else read
        }

        private fun core(type: Type, annotations: Array<Annotation>): NativeType<*>? = try {
            Bindings.type(type.withoutWildcard(), annotations, position(), method, caller)
        } catch (e: BindingException) {
            throw wrongAs(e)
        }

        private fun position() = "${KotlinNames.position(method, index)} of $name"

        override fun wrong(fault: String, hint: String): BindingException {
            val inner = outer.wrong(fault, hint)
            val at = KotlinNames.position(method, index).takeUnless { method.declaringClass.isFunctionType }
                ?: if (index < 0) "the result" else "parameter ${index + 1}"
            return BindingException(inner.message!!.replaceFirst("\n  as: ", "\n  as: $at of $name, "))
        }

        /** What core says of this callback, with the place in the program where it is declared. */
        fun wrongAs(e: BindingException): BindingException {
            val lines = e.message!!.lines()
            val at = lines.firstOrNull { it.startsWith(AS) }?.removePrefix(AS)
            val hint = lines.firstOrNull { it.startsWith(HINT) }?.removePrefix(HINT)
            val facts = lines.drop(1).filterNot { it.startsWith(AS) || it.startsWith(HINT) || it.startsWith("  of: ") }
            val remedy = when {
                !lines.first().startsWith("An array of unknown size") ->
                    hint?.let { KotlinWords.ofInterface(it) } ?: ANY
                method.declaringClass.isFunctionType ->
                    "take a fun interface, whose parameter says the size: @Length(argument = 1)"
                else -> KotlinWords.ofInterface(hint ?: ANY)
            }
            val told = outer.wrong(lines.first(), remedy).message!!.lines().map {
                if (at != null && it.startsWith(AS)) "$AS$at of $name, ${it.removePrefix(AS)}" else it
            }
            return BindingException((told.take(1) + facts + told.drop(1)).joinToString("\n"))
        }
    }

    companion object {
        private const val AS = "  as: "
        private const val HINT = "  hint: "
        private const val ANY = "a callback takes values, text, pointers, arrays of a known size and other callbacks"
        private val NOT_FUNCTIONS = setOf(Handle::class.java, Pointer::class.java, CharSequence::class.java)

        private fun isPublic(face: Class<*>): Boolean =
            generateSequence(face) { it.declaringClass }.all { Modifier.isPublic(it.modifiers) }

        /** The one abstract method of an interface; null if it has none or several. */
        private fun singleOf(face: Class<*>): Method? = face.methods
            .filter { Modifier.isAbstract(it.modifiers) && !isOfAny(it) }
            .distinctBy { it.name to it.parameterTypes.asList() }
            .singleOrNull()

        private fun isOfAny(method: Method): Boolean = when (method.name) {
            "toString", "hashCode" -> method.parameterCount == 0
            "equals" -> method.parameterCount == 1 && method.parameterTypes[0] == Any::class.java
            else -> false
        }

        /** What stands for the type variables of an interface, and of those that it extends. */
        private fun bounds(
            face: Type, noted: NotedType?, around: Map<TypeVariable<*>, Bound>,
        ): Map<TypeVariable<*>, Bound> {
            val bounds = around.toMutableMap()
            fun bind(type: Type, noted: NotedType?) {
                val raw = (type as? ParameterizedType)?.rawType ?: type
                if (raw !is Class<*>) {
                    return
                }
                if (type is ParameterizedType) {
                    bounds += raw.typeParameters.withIndex().associate { (index, variable) ->
                        val argument = type.actualTypeArguments[index].withoutWildcard()
                        variable to (bounds[argument] ?: Bound(argument, noted?.arguments?.getOrNull(index)))
                    }
                }
                val parents = raw.genericInterfaces
                val notedParents = Notes.ofParents(raw).takeIf { it.size == parents.size }
                parents.forEachIndexed { index, parent -> bind(parent, notedParents?.get(index)) }
            }
            bind(face, noted)
            return bounds
        }
    }
}

internal fun Type.withoutWildcard(): Type = if (this is WildcardType) bound else this
