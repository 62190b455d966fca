// SPDX-License-Identifier: Apache-2.0
// Every scalar type comes back as it went in; the functions of ffi-rs and Deno that take and return scalars.
#include "export.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#define ECHO(name, type) \
    EXPORT type echo_##name(type value) { return value; }

ECHO(i8, int8_t)
ECHO(i16, int16_t)
ECHO(i32, int32_t)
ECHO(i64, int64_t)
ECHO(u8, uint8_t)
ECHO(u16, uint16_t)
ECHO(u32, uint32_t)
ECHO(u64, uint64_t)
ECHO(f32, float)
ECHO(f64, double)
ECHO(bool, bool)
ECHO(char16, uint16_t)
ECHO(isize, ptrdiff_t)
ECHO(usize, size_t)
ECHO(char, char)
ECHO(schar, signed char)
ECHO(uchar, unsigned char)
ECHO(short, short)
ECHO(ushort, unsigned short)
ECHO(int, int)
ECHO(uint, unsigned)
ECHO(long, long)
ECHO(ulong, unsigned long)
ECHO(longlong, long long)
ECHO(ulonglong, unsigned long long)
ECHO(wchar, wchar_t)
ECHO(pointer, void *)

// What a caller in another language does not write by itself: the limits, and a truth other than 1.
EXPORT uint64_t max_u64(void) { return UINT64_MAX; }

EXPORT int32_t min_i32(void) { return INT32_MIN; }

EXPORT int bool_as_int(bool value) { return value; }

EXPORT uint8_t truth_of_two(void) { return 2; } // declared as bool by a caller whose header is wrong

EXPORT size_t sizeof_long(void) { return sizeof(long); }

EXPORT size_t sizeof_wchar(void) { return sizeof(wchar_t); }

EXPORT double floatSum(float a, float b) { return a + b; }

EXPORT uint32_t doubleU32(uint32_t value) { return value * 2; }

EXPORT uint32_t testU32(uint32_t a, uint32_t b) { return a + b; }

EXPORT uint64_t testbigint(uint64_t value) { return value; }

EXPORT int64_t sum8(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h) {
    return a + b + c + d + e + f + g + h;
}

EXPORT void noop(void) {}

EXPORT uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
