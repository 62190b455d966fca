// SPDX-License-Identifier: Apache-2.0
// Every type as an element of an array and as a field of a struct between two others.
#include "export.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#define IN_MEMORY(name, type) \
    struct around_##name { \
        uint8_t before; \
        type field; \
        uint8_t after; \
    }; \
    EXPORT type pick_##name(const type *elements, size_t index) { return elements[index]; } \
    EXPORT void put_##name(type *elements, size_t index, type value) { elements[index] = value; } \
    EXPORT type field_##name(const struct around_##name *around) { return around->field; } \
    EXPORT void set_field_##name(struct around_##name *around, type value) { around->field = value; } \
    EXPORT size_t offset_##name(void) { return offsetof(struct around_##name, field); } \
    EXPORT size_t after_##name(void) { return offsetof(struct around_##name, after); } \
    EXPORT size_t size_around_##name(void) { return sizeof(struct around_##name); }

typedef void *pointer;

IN_MEMORY(i8, int8_t)
IN_MEMORY(i16, int16_t)
IN_MEMORY(i32, int32_t)
IN_MEMORY(i64, int64_t)
IN_MEMORY(u8, uint8_t)
IN_MEMORY(u16, uint16_t)
IN_MEMORY(u32, uint32_t)
IN_MEMORY(u64, uint64_t)
IN_MEMORY(f32, float)
IN_MEMORY(f64, double)
IN_MEMORY(bool, bool)
IN_MEMORY(char16, uint16_t)
IN_MEMORY(isize, ptrdiff_t)
IN_MEMORY(usize, size_t)
IN_MEMORY(char, char)
IN_MEMORY(short, short)
IN_MEMORY(int, int)
IN_MEMORY(long, long)
IN_MEMORY(ulong, unsigned long)
IN_MEMORY(longlong, long long)
IN_MEMORY(uchar, unsigned char)
IN_MEMORY(ushort, unsigned short)
IN_MEMORY(uint, unsigned)
IN_MEMORY(ulonglong, unsigned long long)
IN_MEMORY(wchar, wchar_t)
IN_MEMORY(pointer, pointer)
