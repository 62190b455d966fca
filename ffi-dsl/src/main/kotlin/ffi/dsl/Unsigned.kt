// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.NativeType
import java.util.function.Function

// The carriers of core are signed, and the mappings change the class and no bit. They are objects, and not lambdas,
// since linking a lambda takes longer than loading a class; the JIT sees through both, and nothing is boxed.

/** `uint8_t` */
public val u8: NativeType<UByte> get() = Unsigned8.fixed

/** `uint16_t` */
public val u16: NativeType<UShort> get() = Unsigned16.fixed

/** `uint32_t` */
public val u32: NativeType<UInt> get() = Unsigned32.fixed

/** `uint64_t` */
public val u64: NativeType<ULong> get() = Unsigned64.fixed

/** `unsigned char`, and `char` where it is one */
public val cUChar: NativeType<UByte> get() = Unsigned8.c

/** `unsigned short` */
public val cUShort: NativeType<UShort> get() = Unsigned16.c

/** `unsigned int` */
public val cUInt: NativeType<UInt> get() = Unsigned32.c

/** `unsigned long`: 64 bits wide, but 32 on Windows, where what does not fit is an [IllegalArgumentException] */
public val cULong: NativeType<ULong> get() = Unsigned64.long

/** `unsigned long long` */
public val cULongLong: NativeType<ULong> get() = Unsigned64.longLong

private object Unsigned8 {
    val fixed = of(NativeType.U8)
    val c = of(NativeType.C_UCHAR)

    private fun of(carrier: NativeType<Byte>): NativeType<UByte> = carrier.map(Read, Write)

    private object Read : Function<Byte, UByte> {
        override fun apply(carrier: Byte) = carrier.toUByte()
    }

    private object Write : Function<UByte, Byte> {
        override fun apply(value: UByte) = value.toByte()
    }
}

private object Unsigned16 {
    val fixed = of(NativeType.U16)
    val c = of(NativeType.C_USHORT)

    private fun of(carrier: NativeType<Short>): NativeType<UShort> = carrier.map(Read, Write)

    private object Read : Function<Short, UShort> {
        override fun apply(carrier: Short) = carrier.toUShort()
    }

    private object Write : Function<UShort, Short> {
        override fun apply(value: UShort) = value.toShort()
    }
}

private object Unsigned32 {
    val fixed = of(NativeType.U32)
    val c = of(NativeType.C_UINT)

    private fun of(carrier: NativeType<Int>): NativeType<UInt> = carrier.map(Read, Write)

    private object Read : Function<Int, UInt> {
        override fun apply(carrier: Int) = carrier.toUInt()
    }

    private object Write : Function<UInt, Int> {
        override fun apply(value: UInt) = value.toInt()
    }
}

private object Unsigned64 {
    val fixed = of(NativeType.U64)
    val long = of(NativeType.C_ULONG)
    val longLong = of(NativeType.C_ULONG_LONG)

    private fun of(carrier: NativeType<Long>): NativeType<ULong> = carrier.map(Read, Write)

    private object Read : Function<Long, ULong> {
        override fun apply(carrier: Long) = carrier.toULong()
    }

    private object Write : Function<ULong, Long> {
        override fun apply(value: ULong) = value.toLong()
    }
}
