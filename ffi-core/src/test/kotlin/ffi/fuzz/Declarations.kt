// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.Bindings
import ffi.core.NativeLibrary
import ffi.core.NativeThreads
import java.lang.classfile.Annotation
import java.lang.classfile.AnnotationElement
import java.lang.classfile.AnnotationValue
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassFile.ACC_ABSTRACT
import java.lang.classfile.ClassFile.ACC_INTERFACE
import java.lang.classfile.ClassFile.ACC_PUBLIC
import java.lang.classfile.ClassFile.ACC_STATIC
import java.lang.classfile.ClassFile.ACC_VARARGS
import java.lang.classfile.ClassSignature
import java.lang.classfile.MethodSignature
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute
import java.lang.classfile.attribute.RuntimeVisibleParameterAnnotationsAttribute
import java.lang.classfile.attribute.SignatureAttribute
import java.lang.constant.ClassDesc
import java.lang.constant.MethodTypeDesc
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.invoke.MethodHandles
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.util.Optional
import java.util.concurrent.ExecutionException
import java.util.concurrent.Future
import java.util.concurrent.TimeUnit
import kotlin.io.path.Path
import kotlin.random.Random

/** Interfaces to be bound, with types, annotations and names by chance, as a class file can have them. */
internal class Declarations : Subject {

    private class Loader : ClassLoader(Declarations::class.java.classLoader) {
        fun define(name: String, bytes: ByteArray): Class<*> = defineClass(name, bytes, 0, bytes.size)
    }

    /** A type by its descriptor and its generic signature. */
    private class Type(val descriptor: String, val signature: String = descriptor)

    private val libsum = NativeLibrary.open(Path(System.getProperty("spec.natives"), "libsum.so"), Arena.global())
    private val nullPointer = libsum.findOrThrow("returnNullPointer")
    private val memory = Arena.global().allocate(65536, 64)

    /** Functions return 0, and variables are zero; what is named otherwise is not there. */
    private val library = NativeLibrary.of("fuzzed") { name ->
        Optional.ofNullable(if ("g_" in name) memory else if ("f_" in name) nullPointer else null)
    }

    private inner class Maker(val random: Random, val name: String) {
        private val right = random.chance(2)
        val callable = mutableMapOf<String, Boolean>()
        private val known = mutableSetOf<String>()
        private val names = mutableListOf("f_free")

        fun bytes(): ByteArray = ClassFile.of().build(ClassDesc.of(name)) { builder ->
            builder.withFlags(ACC_INTERFACE or ACC_ABSTRACT or (if (random.chance(12)) 0 else ACC_PUBLIC))
            val parents = if (random.chance(8)) listOf(random.of(inherited)) else listOf()
            builder.withInterfaceSymbols(parents.map { ClassDesc.of(it) })
            val generic = if (random.chance(8)) "<T:Ljava/lang/Object;>" else ""
            val signature = generic + "Ljava/lang/Object;" + parents.joinToString("") { "L${it.replace('.', '/')};" }
            builder.with(SignatureAttribute.of(ClassSignature.parseFrom(signature)))
            val prefix = AnnotationValue.ofString(random.of("f_", "", random.word().take(50)))
            val onClass = if (random.chance(6)) listOf(annotation("Prefix", "value" to prefix)) else listOf()
            builder.with(RuntimeVisibleAnnotationsAttribute.of(onClass))
            repeat(random.nextInt(1, 4)) { method(builder, generic.isNotEmpty()) }
        }

        private fun method(builder: java.lang.classfile.ClassBuilder, generic: Boolean) {
            val global = random.chance(8)
            val name = if (random.chance(6)) random.of(odd) else (if (global) "g_" else "f_") + word()
            val result = if (random.chance(4)) Type("V") else if (right) random.of(rightResults) else type(2, generic)
            val count = if (random.chance(40)) random.nextInt(200) else random.nextInt(4)
            val parameters = if (right) List(if (global) 0 else count % 4) { random.of(rightParameters) }
            else List(if (global && random.chance(2)) 0 else count) { type(2, generic) } +
                if (random.chance(12)) listOf(Type("[Ljava/lang/Object;")) else listOf()
            val taken = parameters.joinToString("") { it.descriptor }
            val descriptor = MethodTypeDesc.ofDescriptor("($taken)${result.descriptor}")
            val slots = parameters.size + parameters.count { it.descriptor in listOf("J", "D") }
            if (slots > 254 || !known.add(name + descriptor.descriptorString())) return
            callable[name] = true
            val annotations = List(if (right) 0 else random.nextInt(3)) { random(name) }.distinctBy { it.className() } +
                if (global) listOf(annotation("Global")) else listOf()
            names += name
            val own = RuntimeVisibleAnnotationsAttribute.of(annotations)
            val ofParameters = RuntimeVisibleParameterAnnotationsAttribute.of(
                parameters.map { if (!right && random.chance(4)) listOf(random(name)) else listOf() })
            val generics = SignatureAttribute.of(MethodSignature.parseFrom(
                (if (random.chance(30)) "<U:Ljava/lang/Object;>" else "") +
                    "(${parameters.joinToString("") { it.signature }})${result.signature}"))
            val endsInArray = parameters.lastOrNull()?.descriptor?.startsWith("[") == true
            val varargs = if (endsInArray && random.chance(2)) ACC_VARARGS else 0
            if (result.descriptor == "V" && random.chance(8)) {
                val flags = ACC_PUBLIC or (if (random.chance(2)) ACC_STATIC else 0)
                builder.withMethod(name, descriptor, flags) { method -> method.with(own).withCode { it.return_() } }
            } else {
                val flags = ACC_PUBLIC or ACC_ABSTRACT or varargs
                builder.withMethod(name, descriptor, flags) { it.with(own).with(ofParameters).with(generics) }
            }
        }

        private fun word() = random.word().filterNot { it in ".;[/<>" }.take(40).ifEmpty { "x" }

        private fun type(depth: Int, generic: Boolean): Type = when (random.nextInt(if (depth == 0) 3 else 6)) {
            0 -> Type(random.of("I", "J", "S", "B", "C", "Z", "F", "D", "I"))
            1 -> Type(random.of(classes).descriptorString())
            2 -> Type(random.of("Ljava/lang/String;", "Ljava/lang/foreign/MemorySegment;", "[I", "[B",
                "[Ljava/lang/String;", "[[I", "J"))
            3 -> if (generic) Type("Ljava/lang/Object;", "TT;") else Type("Ljava/lang/Object;")
            4 -> type(depth - 1, generic).let { Type("[${it.descriptor}", "[${it.signature}") }
            else -> {
                val raw = random.of(containers)
                val of = type(depth - 1, generic).signature
                val argument = if (of.length == 1) "Ljava/lang/Integer;" else of
                Type("L$raw;", when (random.nextInt(8)) {
                    0 -> "L$raw;"
                    1 -> "L$raw<*>;"
                    2 -> "L$raw<+$argument>;"
                    3 -> "L$raw<-$argument>;"
                    else -> "L$raw<$argument>;"
                })
            }
        }

        private fun random(method: String): Annotation = when (random.nextInt(15)) {
            0, 1 -> annotation("CType",
                "value" to AnnotationValue.ofString(if (random.chance(4)) random.word() else random.of(cTypes)))
            2, 3 -> {
                val length = random.of(0, 1, 3, 8, -1, -5, Int.MAX_VALUE, Int.MIN_VALUE)
                if (length > 100) callable[method] = false // it would be believed
                when (random.nextInt(4)) {
                    0 -> annotation("Length", "argument" to AnnotationValue.ofInt(length.coerceAtMost(300)))
                    1 -> annotation("Length",
                        "field" to AnnotationValue.ofString(random.of("", "n", random.word().take(50))))
                    2 -> annotation("Length")
                    else -> annotation("Length", "value" to AnnotationValue.ofInt(length))
                }
            }
            4 -> annotation("Owned",
                "value" to AnnotationValue.ofString(random.of("", "f_free", "none", random.word().take(50))))
            5 -> annotation("Symbol", "value" to AnnotationValue.ofArray(List(random.nextInt(3)) {
                AnnotationValue.ofString(random.of(method, "none", "",
                    random.word().filterNot { c -> c == '_' }.take(50)))
            }))
            6 -> annotation("CancelledBy", "value" to AnnotationValue.ofString(random.of(names + "" + "nowhere")),
                "repeatedly" to AnnotationValue.ofBoolean(random.nextBoolean()))
            else -> annotation(random.of("Critical", "OrNull", "OrNull", "OrErrno", "Optional", "Const", "InOut",
                "Terminated", "Interruptible"))
        }
    }

    private fun annotation(name: String, vararg elements: Pair<String, AnnotationValue>): Annotation =
        Annotation.of(ClassDesc.of("ffi.core.$name"), elements.map { AnnotationElement.of(it.first, it.second) })

    override fun feed(random: Random, said: (String) -> Unit) {
        val hidden = random.chance(20)
        val name = if (hidden) "ffi.fuzz.Hidden"
        else "fuzzed." + random.of("F", "F\$G", "ü", "日本", "F F", "F(", "F-1")
        memory.fill(0) // or a number that was written would be read as a pointer
        val maker = Maker(random, name)
        val bytes = maker.bytes()
        val lookup = MethodHandles.lookup()
        val face = if (hidden) lookup.defineHiddenClass(bytes, false).lookupClass() else Loader().define(name, bytes)
        said(face.methods.joinToString("\n    ", "$face\n    ") { m ->
            "${m.annotations.asList()} ${m.toGenericString()} ${m.parameterAnnotations.map { it.asList() }}"
        })
        val bound = bind(random, face, lookup)
        expect(bound == bound && bound != Any() && "$bound".isNotEmpty() && face.isInstance(bound)) { "$bound" }
        val functions = Bindings.functions(bound)
        val variables = Bindings.variables(bound)
        if (functions.isNotEmpty() && random.chance(10)) {
            expect("${Bindings.report(bound)}".isNotEmpty()) { "no report" }
        }
        expect(variables.all { "$it".isNotEmpty() }) { "$variables" }
        val named = face.methods.filter { it.declaringClass == face && '_' in it.name && returnsZero(it) }
            .filterNot { Modifier.isStatic(it.modifiers) }.sortedBy { "$it" }
        if (named.isNotEmpty() && face.declaredMethods.all { maker.callable[it.name] == true }) {
            call(random, bound, random.of(named))
        }
    }

    private fun bind(random: Random, face: Class<*>, lookup: MethodHandles.Lookup): Any = when (random.nextInt(12)) {
        0 -> Bindings.bind(face, "none", Arena.global(), lookup)
        1 -> Bindings.bind(face, "c", NativeThreads.elastic())
        2 -> Bindings.bind(face, "")
        else -> Bindings.bind(face, library)
    }

    /** Where C returns 0: a struct would be whatever lies in its memory. */
    private fun returnsZero(method: Method): Boolean =
        method.returnType.isPrimitive || method.returnType in listOf(String::class.java, MemorySegment::class.java,
            Future::class.java)

    private fun call(random: Random, bound: Any, method: Method) {
        val arguments = method.parameterTypes.map { argument(random, it) }
        method.isAccessible = true
        try {
            val result = method.invoke(bound, *arguments.toTypedArray())
            if (result is Future<*>) {
                try {
                    result.get(10, TimeUnit.SECONDS)
                } catch (e: ExecutionException) {
                    throw e.cause!!
                }
            }
        } catch (e: InvocationTargetException) {
            throw e.targetException
        }
    }

    private fun argument(random: Random, type: Class<*>): Any? = when {
        type == Boolean::class.java -> random.nextBoolean()
        type == Char::class.java -> 'x'
        type == Float::class.java -> 1.5f
        type == Double::class.java -> random.nextDouble()
        type == Long::class.java -> random.nextLong()
        type == Int::class.java -> random.nextInt()
        type == Short::class.java -> random.nextInt().toShort()
        type == Byte::class.java -> random.nextInt().toByte()
        random.chance(3) -> null
        type == String::class.java || type == Any::class.java -> random.of("", "text", "a\u0000b")
        type == MemorySegment::class.java -> random.of(memory, MemorySegment.NULL, MemorySegment.ofArray(ByteArray(3)))
        type.isArray -> java.lang.reflect.Array.newInstance(type.componentType, random.nextInt(3))
        type.isEnum -> type.enumConstants.firstOrNull()
        type == List::class.java -> random.of(listOf(1), listOf(), listOf("x"), listOf(null))
        else -> null
    }

    private companion object {
        val rightResults = listOf(
            Type("I"), Type("J"), Type("D"), Type("B"), Type("Z"), Type("Ljava/lang/String;"),
            Type("Ljava/lang/foreign/MemorySegment;"),
            Type("Lffi/core/Pointer;", "Lffi/core/Pointer<Ljava/lang/Integer;>;"), Type("Lusers/Structs\$Point;"),
            Type("Lffi/fuzz/Color;"),
            Type("Ljava/util/concurrent/Future;", "Ljava/util/concurrent/Future<Ljava/lang/Integer;>;"),
            Type("Lffi/core/WithErrno;", "Lffi/core/WithErrno<Ljava/lang/Long;>;"),
        )
        val rightParameters = rightResults.take(10) + listOf(
            Type("[I"), Type("[Ljava/lang/String;"), Type("Ljava/util/List;", "Ljava/util/List<Ljava/lang/Integer;>;"),
            Type("Ljava/nio/ByteBuffer;"), Type("Lffi/core/Out;", "Lffi/core/Out<Ljava/lang/Long;>;"),
            Type("Ljava/util/function/IntBinaryOperator;"),
            Type("Ljava/util/List;", "Ljava/util/List<+Ljava/util/function/IntBinaryOperator;>;"),
            Type("Lusers/Structs\$Series;"), Type("Ljava/util/Set;", "Ljava/util/Set<Lffi/fuzz/Color;>;"),
        )
        val odd = listOf(
            "toString", "hashCode", "equals", "targets", "bound", "call", "link", "invoke", "clone", "finalize", "x y",
            "ü", "λ", "-",
        )
        val inherited = listOf(
            "java.lang.Runnable", "java.lang.AutoCloseable", "java.lang.Comparable",
            "java.util.function.IntBinaryOperator", "users.Interfaces\$Base", "users.Interfaces\$Derived",
            "java.util.List", "java.lang.annotation.Annotation",
        )
        val containers = listOf(
            "java/util/List", "ffi/core/Pointer", "ffi/core/Out", "ffi/core/Ref", "ffi/core/WithErrno",
            "java/util/Set", "java/util/concurrent/CompletableFuture", "java/util/concurrent/Future",
            "java/util/Optional", "java/util/function/UnaryOperator", "java/util/Comparator",
            "java/util/function/Supplier",
        )
        val classes = RandomTypes.records + RandomTypes.faces.filterNot { it.isPrimitive } + listOf(
            java.util.Date::class.java, Int::class.javaObjectType, Void::class.java, java.nio.ByteBuffer::class.java,
            java.nio.Buffer::class.java, Single::class.java, Empty::class.java,
        )
        val cTypes = listOf(
            "int", "size_t", "unsigned char", "const char *", "char*", "void *", "struct x *", "long", "uint8_t",
            "double", "int32_t", "unsigned", "long double", "char **", "wchar_t *", "bool", "", "signed", "*", "const",
            "unsigned unsigned", "int8_t",
        )
    }
}
