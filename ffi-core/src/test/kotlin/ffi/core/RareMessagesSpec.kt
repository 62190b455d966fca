// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.core.NativeType.ADDRESS
import ffi.core.NativeType.CSTRING
import ffi.core.NativeType.I32
import ffi.core.NativeType.I8
import ffi.core.NativeType.USIZE
import ffi.core.NativeType.VOID
import ffi.core.NativeType.array
import ffi.core.NativeType.buffer
import ffi.core.NativeType.callback
import ffi.core.NativeType.handle
import ffi.core.NativeType.list
import ffi.core.NativeType.out
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import io.kotest.datatest.withTests
import io.kotest.matchers.shouldBe
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassFile.ACC_ABSTRACT
import java.lang.classfile.ClassFile.ACC_INTERFACE
import java.lang.classfile.ClassFile.ACC_PUBLIC
import java.lang.constant.ClassDesc
import java.lang.constant.ConstantDescs
import java.lang.constant.MethodTypeDesc
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.lang.foreign.SegmentAllocator
import java.lang.invoke.MethodHandles
import java.net.URI
import java.nio.CharBuffer
import java.nio.file.FileSystems
import java.util.function.IntSupplier
import java.util.function.IntUnaryOperator
import users.Globals
import users.Structs

/** What is seldom read: each message whole, that no other spec has. */
class RareMessagesSpec : FunSpec({

    val sum = NativeLibrary.open("sum", Arena.global())
    val lookup = MethodHandles.lookup()
    val ints = array(IntArray::class.java)
    val heap = SegmentAllocator { bytes, _ -> MemorySegment.ofArray(ByteArray(bytes.toInt())) }
    val place = MemorySegment.ofArray(ByteArray(8))

    fun call(argument: Any?, type: NativeType<*>) = sum.downcall("returnNullPointer", ADDRESS, type).call(argument)

    /** A struct of this one field. */
    fun structOf(vararg types: NativeType<*>): NativeType<*> {
        val bytes = ByteArray::class.java
        val getter = MethodHandles.dropArguments(MethodHandles.constant(Any::class.java, 1), 0, bytes)
        val make = MethodHandles.dropArguments(MethodHandles.constant(bytes, null), 0,
            List(types.size) { Any::class.java })
        return NativeType.struct("s", bytes, types.mapIndexed { i, type -> Member("${'a' + i}", type, getter) }, make)
    }

    fun many(methods: Int): Class<*> = lookup.defineClass(
        ClassFile.of().build(ClassDesc.of("ffi.core.Many$methods")) { builder ->
            builder.withFlags(ACC_PUBLIC or ACC_INTERFACE or ACC_ABSTRACT)
            repeat(methods) {
                builder.withMethod("f$it", MethodTypeDesc.of(ConstantDescs.CD_int), ACC_PUBLIC or ACC_ABSTRACT) {}
            }
        },
    )

    suspend fun FunSpecContainerScope.messages(all: Map<String, () -> Any?>) =
        withTests(nameFn = { it.key.trimIndent().replace("\n  ", "; ") }, all.entries) { (message, block) ->
            shouldThrowAny { block() }.message!!.replace(Regex("\\[B@\\w+|(?<=jar:file://).*(?=!)"), "…") shouldBe
                message.trimIndent()
        }

    context("of declarations:") {
        messages(mapOf(
            """
            More methods than one class can hold: ffi.core.Many4001
              found: 4001
              at most: 4000
              hint: bind several interfaces
            """ to { Bindings.bind(many(4001), "sum") },
            """
            Only a function is owned
              of: java.lang.String users.Globals${'$'}WrongOwned.greeting()
              hint: take the annotation from the variable
            """ to { Bindings.bind(Globals.WrongOwned::class.java, "sum") },
            """
            Only a function is critical
              of: int users.Globals${'$'}WrongCritical.call_count()
              hint: take the annotation from the variable
            """ to { Bindings.bind(Globals.WrongCritical::class.java, "sum") },
            """
            A type that a callback does not return to C
              type: i32.withErrno
            """ to { callback(IntSupplier::class.java, I32.withErrno()).layout() },
            """
            A type that C does not give to a callback
              type: out(i32)
            """ to { callback(IntUnaryOperator::class.java, I32, out(I32)).layout() },
            """
            A function that does not end in ...
              function: sum: i32 (i32, i32)
              hint: declare what C names, asVariadic
            """ to { sum.downcall("sum", I32, I32, I32).variadic() },
            """
            C declares this function with ... at its end: printf
              function: printf: i32 (cstring)
              declared by C: 1 parameter, ...
              hint: declare it i32 (cstring, ...): asVariadic(1), or variadic in place of what follows
            """ to { NativeLibrary.standard().downcall("printf", I32, CSTRING).call("") },
            "no name for a variable: i32" to { Variable.declare({ sum }, sum.scope(), listOf(), I32) },
            "no name for a function: i32 ()" to { Downcall.declare({ sum }, sum.scope(), listOf(), Signature.of(I32)) },
            "no version: \"x\"" to { NativeLibrary.openFirst("x", listOf(), Arena.global()) },
            "file is not of the default file system: jar:file://…!/lib.so" to {
                val jar = URI("jar:${newDirectory().resolve("empty.zip").toUri()}")
                FileSystems.newFileSystem(jar,
                    mapOf("create" to "true")).use { NativeLibrary.open(it.getPath("/lib.so"), Arena.global()) }
            },
            """
            Only memory has a byte order
              type: i32.bigEndian
              as: the result
              hint: pass it as the machine has it, or a pointer to it
            """ to { Signature.of(I32.bigEndian()) },
            """
            A function at NULL
              type: callback(i32 (i32))
            """ to { Upcall.at(callback(IntUnaryOperator::class.java), MemorySegment.NULL) },
        ))
    }

    context("of structs:") {
        val most = Int.MAX_VALUE.toLong()
        val huge = list(list(I8).sized(most)).sized(most)
        messages(mapOf(
            """
            A struct without fields: Nothing
              hint: C has none; a pointer to what only C knows is a handle
            """ to { NativeType.struct(Structs.Nothing::class.java).layout() },
            """
            Not the field of a struct: s.a
              type: void
              expected: a type that lies in memory
            """ to { structOf(VOID).layout() },
            """
            Not the field of a struct: s.a
              type: cstring.owned
              expected: a type that is not owned, for nobody would know when it is freed
            """ to { structOf(CSTRING.owned()).layout() },
            """
            Not the field of a struct: s.a
              type: array(i32).sizedBy(3)
              expected: a size that another field says, which is an integer
            """ to { structOf(ints.sizedBy(3)).layout() },
            "A struct larger than memory can be: s" to { structOf(huge, huge, huge).layout() },
            """
            A struct that can not be passed by value
              type: p
              as: parameter 1
              found: fields that are not aligned, in a struct that fits into registers
              hint: pass a pointer to it
            """ to {
                val packed = StructType.of<Any>("p").packed()
                packed.field("a", I8)
                packed.field("b", I32)
                Signature.of(VOID, packed.byValue())
            },
            """
            Not a struct of C: "s"
              field: a
              declared: list(list(i8).sized(2147483647)).sized(2147483647)
              found: a size beyond 2^60 bytes
            """ to { StructType.of<Any>("s").also { it.field("a", huge) }.layout() },
        ))
    }

    context("of values:") {
        messages(mapOf(
            """
            Argument 1 is not a value of its type
              function: returnNullPointer: address (array(i32).terminated)
              declared: array(i32).terminated
              expected: no element of zeros before the end
              found: one at index 1
            """ to { call(intArrayOf(1, 0, 2), ints.terminated()) },
            """
            Not a value of its type
              declared: array(i32)
              expected: an array whose size is declared
              found: a pointer
            """ to { ints.allocateFrom(Arena.global(), intArrayOf(1)).get() },
            """
            Argument 1 is not a value of its type
              function: returnNullPointer: address (buffer(CharBuffer).const)
              declared: buffer(CharBuffer).const
              expected: a buffer of memory
              found: java.nio.StringCharBuffer
            """ to { call(CharBuffer.wrap("abc"), buffer(CharBuffer::class.java).asConst()) },
            """
            Argument 1 is not a value of its type
              function: returnNullPointer: address (Thing)
              declared: Thing
              expected: a handle with a segment
              found: a handle with null
              hint: declare it Thing.orNull if NULL is a value of it
            """ to { call(listOf(1), handle("Thing", { listOf(it) }, { null })) },
            """
            Not a value of its type
              declared: object(String)
              expected: an object that C keeps
              found: one that lives for a call
            """ to { NativeType.`object`(String::class.java).set(place, 0, "x", heap) },
            """
            Not a value of its type
              declared: cstring
              expected: an allocator outside of the heap
              found: MemorySegment{ kind: heap, heapBase: …, address: 0x0, byteSize: 2 }
            """ to { CSTRING.set(place, 0, "x", heap) },
            """
            Not a value of its type
              declared: array(i32)
              expected: memory outside of the heap
              found: MemorySegment{ kind: heap, heapBase: …, address: 0x0, byteSize: 4 }
            """ to { ints.set(place, 0, intArrayOf(1), heap) },
        ))
    }

    test("what is beside a result is no argument") {
        val errno = I32.withErrno()
        shouldThrowAny { Signature.of(VOID, USIZE, errno) }.message shouldBe """
            Only a result has an errno
              type: i32.withErrno
              as: parameter 2
        """.trimIndent()
    }
})
