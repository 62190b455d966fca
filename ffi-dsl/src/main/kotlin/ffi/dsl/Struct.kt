// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Field
import ffi.core.NativeType
import ffi.core.Pointer
import ffi.core.Ref
import ffi.core.StructType
import java.lang.foreign.Arena

/**
 * A struct of C that is viewed in place, declared as an object whose properties are its fields.
 *
 * ```
 * object Person : Struct<Person>("Person") {
 *     val age = field("age", i32)
 *     val name = field("name", cstring.orNull)
 *     val scores = field("scores", array(f64).sized(4)) // double scores[4]
 *     val parent = field("parent", pointer(this).orNull) // struct Person *
 *     val level = bits("level", u32, 3) // unsigned level : 3
 * }
 *
 * arena {
 *     val bob = Person { it[age] = 42; it[name] = "bob" }
 *     LibSum.birthday(pointerTo(bob))
 *     bob[Person.age] // 43
 * }
 * ```
 *
 * Fields are declared in C's order, and lie where this platform's C compiler puts them; [describe] shows where. A
 * struct that C can not have is declared all the same, and reported by what uses it, never by the initializer of the
 * object.
 *
 * A [Ref] is a view: it reads and writes C's memory, for as long as that lives, and is checked as far as its bounds are
 * known. Text that is written goes to the arena of the struct.
 *
 * What else a struct can do stands outside of the class, so that every name is free for a field.
 *
 * @param S the object itself, so that a field is not taken for one of another struct
 */
@FfiDsl
public abstract class Struct<S : Struct<S>> internal constructor(internal val declaredStruct: StructType<S>) {

    /**
     * @param name in messages
     * @param packed whether there is no padding between fields: `__attribute__((packed))`
     * @param pack the bytes to which no field is aligned beyond: `#pragma pack(n)`; null for C's own rules
     * @param aligned the bytes to which the whole struct is aligned at least: `__attribute__((aligned(n)))`
     */
    public constructor(name: String, packed: Boolean = false, pack: Int? = null, aligned: Int? = null) :
        this(StructType.of<S>(name).placed(packed, pack, aligned))

    /**
     * A new struct in the arena around, all zero but for what [block] writes.
     *
     * ```
     * val bob = Person { it[age] = 42; it[name] = "bob" }
     * ```
     *
     * @throws ffi.core.BindingException if C can not have the struct
     */
    context(arena: Arena)
    public operator fun invoke(block: S.(Ref<S>) -> Unit = {}): Ref<S> =
        declaredStruct.allocate(arena).also { self.block(it) }

    /**
     * A new struct in the arena around, with so many [elements] in its [flexible] array; if a field says how many, it
     * is set.
     *
     * @throws IllegalArgumentException if the struct has no such array, or the field can not hold the number
     */
    context(arena: Arena)
    public operator fun invoke(elements: Int, block: S.(Ref<S>) -> Unit = {}): Ref<S> =
        declaredStruct.allocate(arena, elements.toLong()).also { self.block(it) }

    @Suppress("UNCHECKED_CAST") // S is the object itself, or it declares no fields
    private val self: S get() = this as S

    /** Such as `struct Person`. */
    override fun toString(): String = "$declaredStruct"
}

/**
 * A union of C that is viewed in place: a [Struct] whose fields all begin at its beginning.
 *
 * ```
 * object Number : Union<Number>("Number") {
 *     val asInt = field("i", i64)
 *     val asDouble = field("d", f64)
 * }
 * ```
 */
public abstract class Union<S : Union<S>> private constructor(type: StructType<S>) : Struct<S>(type) {

    /** Its parameters are those of a [Struct]. */
    public constructor(name: String, packed: Boolean = false, pack: Int? = null, aligned: Int? = null) :
        this(StructType.union<S>(name).placed(packed, pack, aligned))
}

private fun <S> StructType<S>.placed(packed: Boolean, pack: Int?, aligned: Int?): StructType<S> {
    val type = if (packed) packed() else this
    val limited = if (pack != null) type.packed(pack) else type
    return if (aligned != null) limited.aligned(aligned) else limited
}

/** Declares the next field: in place if it is a number, a struct or an array that is [sized], else a pointer. */
public fun <S : Struct<S>, T> S.field(name: String, type: NativeType<T>): Field<S, T> =
    declaredStruct.field(name, type)

/** Declares the next field: a struct in place. */
public fun <S : Struct<S>, N : Struct<N>> S.field(name: String, nested: N): Field<S, Ref<N>> =
    declaredStruct.field(name, nested.declaredStruct)

/** Declares the next field: [count] structs in place, one after the other, as a list of views. */
public fun <S : Struct<S>, N : Struct<N>> S.field(name: String, nested: N, count: Int): Field<S, List<Ref<N>>> =
    declaredStruct.field(name, nested.declaredStruct, count)

/**
 * Declares the next field: a pointer to as many elements as the field [count] says. Who writes the elements writes
 * their number as well.
 */
public fun <S : Struct<S>, T> S.field(name: String, array: NativeType<T>, count: Field<S, *>): Field<S, T> =
    declaredStruct.field(name, array, count)

/**
 * Declares the next field: an unnamed struct or union, whose fields are fields of this one by way of it.
 *
 * ```
 * val value = anonymous(Number)
 * val asInt = value[Number.asInt]
 * ```
 */
public fun <S : Struct<S>, N : Struct<N>> S.anonymous(nested: N): Field<S, Ref<N>> =
    declaredStruct.anonymous(nested.declaredStruct)

/** Declares the last field: elements in place without a size of their own, `T data[]`, as many as the memory holds. */
public fun <S : Struct<S>, T> S.flexible(name: String, array: NativeType<T>): Field<S, T> =
    declaredStruct.flexible(name, array)

/** Declares the last field: elements in place, `T data[]`, as many as the field [count] says. */
public fun <S : Struct<S>, T> S.flexible(name: String, array: NativeType<T>, count: Field<S, *>): Field<S, T> =
    declaredStruct.flexible(name, array, count)

/** Declares the next field: a bit-field, `unsigned level : 3`, [width] bits of a number of this [type]. */
public fun <S : Struct<S>, T> S.bits(name: String, type: NativeType<T>, width: Int): Field<S, T> =
    declaredStruct.bits(name, type, width)

/** Leaves out [width] bits: an unnamed bit-field, `unsigned : 5`. One of 0 bits closes the unit of this [type]. */
public fun <S : Struct<S>> S.bits(type: NativeType<*>, width: Int) {
    declaredStruct.bits(type, width)
}

/**
 * This struct, whose next field is aligned to so many bytes at least: `_Alignas(16)`.
 *
 * ```
 * val a = align(16).field("a", u8)
 * ```
 */
public fun <S : Struct<S>> S.align(bytes: Int): S = apply { declaredStruct.align(bytes) }

/** A field of the nested struct that this field is, as one of the outer struct. */
public operator fun <S, N, T> Field<S, Ref<N>>.get(inner: Field<N, T>): Field<S, T> = then(inner)

/** The struct as core has it: its layout, its size, and views of memory. */
public val <S : Struct<S>> S.structType: StructType<S> get() = declaredStruct

/** A table of all fields, with offsets and sizes in bytes, of bit-fields in bits, and the holes between them. */
public fun describe(struct: Struct<*>): String = struct.declaredStruct.describe()

/**
 * This struct by value, as an argument or a result; as an element of an array and behind a pointer a view in place.
 *
 * An argument is copied to C. A result is copied to memory of its own, which lives as long as the [Ref].
 */
public fun <S : Struct<S>> struct(type: S): NativeType<Ref<S>> = type.declaredStruct.byValue()

/** A pointer to this struct, which may be one of its own fields: `struct Person *`. Else as any [pointer]. */
public fun <S : Struct<S>> pointer(struct: S): NativeType<Pointer<Ref<S>>> = struct.declaredStruct.pointer()

/** The pointer to a struct, with the bounds and the life of its memory. */
public fun <S> pointerTo(ref: Ref<S>): Pointer<Ref<S>> = ref.pointer()

/** The value of a field of the struct behind this pointer; it throws what [Pointer.value] throws. */
public operator fun <S, T> Pointer<Ref<S>>.get(field: Field<S, T>): T = get().get(field)

/** Writes a field of the struct behind this pointer; what is text needs memory of its own, see [Ref.set]. */
public operator fun <S, T> Pointer<Ref<S>>.set(field: Field<S, T>, value: T) {
    get().set(field, value)
}
