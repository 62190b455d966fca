// SPDX-License-Identifier: Apache-2.0
package ffi.fuzz

import ffi.core.Downcall
import ffi.core.Field
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Ref
import ffi.core.StructType
import java.lang.foreign.Arena
import kotlin.random.Random

/** Types, structs and signatures, right and wrong, with what is done to them short of a call. */
internal class Types : Subject {

    private val library = NativeLibrary.standard()

    override fun feed(random: Random, said: (String) -> Unit) {
        val types = RandomTypes(random)
        when (random.nextInt(4)) {
            0 -> type(types.type(), random, said)
            1 -> struct(types.structType(random.nextInt(3)), random, said)
            else -> signature(types, random, said)
        }
    }

    private fun type(type: NativeType<*>, random: Random, said: (String) -> Unit) {
        said("$type")
        expect(type == type && type.hashCode() == type.hashCode()) { "$type" }
        expect(!type.isOwned || type != NativeType.I32) { "owned $type" }
        val bytes = type.layout().byteSize()
        if (bytes > 1 shl 20) return
        random.inArena { arena ->
            val pointer = type.allocate(arena, random.of(1L, 1L, 0L, 3L, -1L))
            expect("$pointer".isNotEmpty() && pointer.count() <= 3) { "$pointer" }
            val offset = random.of(0L, 0L, 1L, -1L)
            @Suppress("UNCHECKED_CAST")
            (pointer.type() as NativeType<Any?>).set(pointer.segment(), offset, pointer.get(), arena)
            pointer.plus(1).get()
        }
    }

    private fun struct(struct: StructType<Any>, random: Random, said: (String) -> Unit) {
        said("$struct ${struct.fields().map { "$it: ${it.type()}" }}")
        expect(struct.describe().isNotEmpty()) { "no description" }
        if (struct.byteSize() > 1 shl 20) return
        random.inArena { arena ->
            val ref = struct.allocate(arena, random.of(0L, 0L, 0L, 2L, -1L))
            expect("$ref".isNotEmpty() && ref.describe().isNotEmpty()) { "no text" }
            val several = struct.fields().map { runCatching { touch(random, ref, it) } }
            several.firstOrNull { it.isFailure && it.exceptionOrNull() !is NullPointerException }?.getOrThrow()
            several.firstOrNull { it.isFailure }?.getOrThrow()
        }
    }

    private fun <T> touch(random: Random, ref: Ref<Any>, field: Field<Any, T>) {
        when (random.nextInt(4)) {
            0 -> ref.getVolatile(field)
            1 -> ref.setRelease(field, ref.get(field))
            2 -> ref.compareAndSet(field, ref.get(field), ref.get(field))
            else -> ref.set(field, ref.get(field))
        }
    }

    private fun signature(types: RandomTypes, random: Random, said: (String) -> Unit) {
        said("a signature")
        val signature = types.signature()
        said("$signature")
        val function = Downcall.declare({ library }, Arena.global().scope(), "abs", signature)
        if (random.chance(4)) { // each is generated code
            val handle = function.handle()
            expect(handle.type().parameterCount() == signature.parameters().size) { "${handle.type()}" }
        }
        if (random.chance(8)) function.`as`(random.of(RandomTypes.faces))
        if (random.chance(8)) function.variadic()
        expect("$function" == "abs: $signature") { "$function" }
    }
}
