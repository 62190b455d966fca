// SPDX-License-Identifier: Apache-2.0
package samples.rivals

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

/** What each rival exports, as its own module lists it. */
private val exports = mapOf(
    ffiRs to """
        DataType PointerType FFITypeTag open close load define arrayConstructor funcConstructor createPointer
        restorePointer unwrapPointer wrapPointer freePointer isNullPointer createExternalBuffer
        String I32 Double I32Array StringArray DoubleArray Boolean Void I64 U8 U8Array External U64 FloatArray Float
        WString BigInt I16 StructArray I16Array U32 StackArray StackStruct Function
        errno runInNewThread freeResultMemory freeCFuncParamsMemory structItemType ffiTypeTag length
    """,
    deno to """
        dlopen UnsafePointer UnsafePointerView UnsafeFnPointer UnsafeCallback DynamicLibrary symbols
        parameters result name nonblocking optional type
        void bool i8 u8 i16 u16 i32 u32 i64 u64 isize usize f32 f64 pointer buffer function struct
        create equals of offset value getBool getInt8 getUint8 getInt16 getUint16 getInt32 getUint32 getBigInt64
        getBigUint64 getFloat32 getFloat64 getPointer getCString getArrayBuffer copyInto call definition callback
        threadSafe ref unref close permissions NativeU8Enum NativeTypedPointer NativeTypedFunction
    """,
    koffi to """
        address alias alignof alloc array as call config decode disposable encode enumeration errno extension free in
        inout introspect load node offsetof opaque os out pack pointer proto register reset resolve sizeof stats struct
        type types union unregister version view LibraryHandle TypeObject Union
        func symbol unload async info int8 uint8 int16 uint16 int32 uint32 int64 uint64 int8_t uint8_t int16_t uint16_t
        int32_t uint32_t int64_t uint64_t char uchar short ushort int uint long ulong longlong ulonglong size_t intptr
        uintptr intptr_t uintptr_t wchar wchar_t char16 char16_t char32 char32_t bool float float32 double float64 void
        int16_le int16_be uint16_le uint16_be int32_le int32_be uint32_le uint32_be int64_le int64_be uint64_le
        uint64_be str string str16 string16 str32 string32 wstring
    """,
)

/** No row of ffi-rs, Deno or koffi is without its equal; each is run, and what has none is named here. */
class RivalsSpec : FunSpec({

    for (rival in listOf(ffiRs, deno, denoTests, koffi)) {
        context(rival.name) {
            for (row in rival.rows) {
                test(row.name) { row.found() shouldBe row.expected }
            }
        }
    }

    test("each row has a name of its own, so that none is lost") {
        for (rival in listOf(ffiRs, deno, denoTests, koffi)) {
            rival.rows.map { it.name }.shouldBeUnique()
        }
    }

    for ((rival, words) in exports) {
        test("nothing that ${rival.name} exports is without a row") {
            words.split(Regex("\\s+")).filter { it.isNotEmpty() && !rival.speaksOf(it) }.shouldBeEmpty()
        }
    }

    test("a row that says nothing of what it gives fails") {
        val row = rival("none") { row("nothing") { 1 } }.rows.single()
        (row.found() == row.expected) shouldBe false
    }

    test("what has no equal") {
        listOf(ffiRs, deno, denoTests, koffi).flatMap { rival -> rival.lacks.map { "${rival.name}, ${it.name}" } }
            .shouldContainExactly(
                "Deno, permissions: Deno.permissions.request, revoke",
                "koffi, libraries: a prototype in C's words",
                "koffi, libraries: func(convention, …)",
                "koffi, libraries: func(ordinal, …)",
                "koffi, libraries: config",
                "koffi, libraries: reset",
                "koffi, libraries: version",
                "koffi, libraries: node",
            )
    }
})
