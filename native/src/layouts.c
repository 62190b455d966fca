// SPDX-License-Identifier: Apache-2.0
// Structs in place whose layout is not plain: unions, members without a name, bit-fields, packed, aligned, byte order,
// atomic. C reads and writes each field apart and all at once, so a test can compare both ways.
#include "layout.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// --- unions ----------------------------------------------------------------------------------------------------

union Number {
    int64_t i;
    double d;
};

SIZE(union, Number)
FIELD(union, Number, int64_t, i)
FIELD(union, Number, double, d)

EXPORT int64_t bits_of_number(union Number number) { return number.i; }

EXPORT union Number number_of(double value) { return (union Number){.d = value}; }

union small { // passes in a register of another kind than Number
    float f;
    double d;
};

SIZE(union, small)
FIELD(union, small, float, f)
FIELD(union, small, double, d)

EXPORT double small_as_double(union small small) { return small.d; }

EXPORT union small small_of(double value) { return (union small){.d = value}; }

union color {
    uint32_t rgba;
    uint8_t parts[4];
    struct {
        uint16_t low, high;
    } halves;
};

SIZE(union, color)
FIELD(union, color, uint32_t, rgba)
OFFSET(union, color, parts)
OFFSET(union, color, halves)

// --- members without a name ------------------------------------------------------------------------------------

struct variant {
    uint8_t kind;
    union {
        int64_t i;
        double d;
        struct {
            float re, im;
        };
    };
    uint8_t after;
};

SIZE(struct, variant)
FIELD(struct, variant, uint8_t, kind)
FIELD(struct, variant, int64_t, i)
FIELD(struct, variant, double, d)
FIELD(struct, variant, float, re)
FIELD(struct, variant, float, im)
FIELD(struct, variant, uint8_t, after)

EXPORT void set_variant(struct variant *variant, uint8_t kind, float re, float im, uint8_t after) {
    variant->kind = kind;
    variant->re = re;
    variant->im = im;
    variant->after = after;
}

// --- bit-fields ------------------------------------------------------------------------------------------------
// The members are macros, because each list is laid out a second time by Microsoft's rules below.

#define FLAGS unsigned a : 1; unsigned b : 2; unsigned c : 5; unsigned d : 24;
#define MIXED uint8_t a : 3; uint32_t b : 7; uint16_t c : 9; uint64_t d : 33;
#define CROSSING uint32_t a : 20; uint32_t b : 20; uint32_t c : 24;
#define BYTEWISE uint8_t a : 5; uint8_t b : 5; uint8_t c : 5;
#define LONGWISE uint64_t a : 40; uint64_t b : 40; uint64_t c : 1;
#define ZEROES uint8_t a : 3; uint8_t : 0; uint8_t b : 4; uint32_t c : 5; uint32_t : 0; uint8_t d : 2;
#define UNNAMED unsigned a : 3; unsigned : 5; unsigned b : 8; unsigned : 20; unsigned c : 4;
#define SIGNED signed a : 3; signed b : 5; int64_t c : 40; int8_t d : 1;
#define BOOLS bool a : 1; bool b : 1; unsigned c : 6; bool d : 1;
#define BETWEEN char lead; unsigned a : 4; unsigned b : 10; char trail; unsigned c : 28; short last;
#define WHOLE unsigned a : 32; int b : 32; uint64_t c : 64;
#define SHARED uint8_t lead; uint32_t a : 24; uint16_t b; uint32_t c : 16; uint8_t trail;

#define FOUR(name, A, B, C, D) \
    SIZE(struct, name) \
    BITS(struct, name, A, a) \
    BITS(struct, name, B, b) \
    BITS(struct, name, C, c) \
    BITS(struct, name, D, d) \
    EXPORT void set_##name(struct name *memory, A a, B b, C c, D d) { \
        memory->a = a, memory->b = b, memory->c = c, memory->d = d; \
    }

#define THREE(name, A, B, C) \
    SIZE(struct, name) \
    BITS(struct, name, A, a) \
    BITS(struct, name, B, b) \
    BITS(struct, name, C, c) \
    EXPORT void set_##name(struct name *memory, A a, B b, C c) { memory->a = a, memory->b = b, memory->c = c; }

#define BIT_FIELDS(prefix, attribute) \
    struct attribute prefix##flags { FLAGS }; \
    struct attribute prefix##mixed { MIXED }; \
    struct attribute prefix##crossing { CROSSING }; \
    struct attribute prefix##bytewise { BYTEWISE }; \
    struct attribute prefix##longwise { LONGWISE }; \
    struct attribute prefix##zeroes { ZEROES }; \
    struct attribute prefix##unnamed { UNNAMED }; \
    struct attribute prefix##signs { SIGNED }; \
    struct attribute prefix##bools { BOOLS }; \
    struct attribute prefix##between { BETWEEN }; \
    struct attribute prefix##whole { WHOLE }; \
    struct attribute prefix##shared { SHARED }; \
    FOUR(prefix##flags, unsigned, unsigned, unsigned, unsigned) \
    FOUR(prefix##mixed, uint8_t, uint32_t, uint16_t, uint64_t) \
    THREE(prefix##crossing, uint32_t, uint32_t, uint32_t) \
    THREE(prefix##bytewise, uint8_t, uint8_t, uint8_t) \
    THREE(prefix##longwise, uint64_t, uint64_t, uint64_t) \
    FOUR(prefix##zeroes, uint8_t, uint8_t, uint32_t, uint8_t) \
    THREE(prefix##unnamed, unsigned, unsigned, unsigned) \
    FOUR(prefix##signs, int, int, int64_t, int8_t) \
    FOUR(prefix##bools, bool, bool, unsigned, bool) \
    THREE(prefix##between, unsigned, unsigned, unsigned) \
    FIELD(struct, prefix##between, char, lead) \
    FIELD(struct, prefix##between, char, trail) \
    FIELD(struct, prefix##between, short, last) \
    THREE(prefix##whole, unsigned, int, uint64_t) \
    SIZE(struct, prefix##shared) \
    FIELD(struct, prefix##shared, uint8_t, lead) \
    BITS(struct, prefix##shared, uint32_t, a) \
    FIELD(struct, prefix##shared, uint16_t, b) \
    BITS(struct, prefix##shared, uint32_t, c) \
    FIELD(struct, prefix##shared, uint8_t, trail)

BIT_FIELDS(, )

#ifdef __has_attribute
#if __has_attribute(ms_struct)
#define MS_STRUCT __attribute__((ms_struct))
#endif
#endif

// Where the compiler has no Microsoft layout, these are as above; has_ms_struct says so.
#ifdef MS_STRUCT
BIT_FIELDS(ms_, MS_STRUCT)
EXPORT bool has_ms_struct(void) { return true; }
#else
BIT_FIELDS(ms_, )
EXPORT bool has_ms_struct(void) { return false; }
#endif

EXPORT uint64_t sum_flags(struct flags flags) { // bit-fields by value
    return flags.a + UINT64_C(2) * flags.b + UINT64_C(3) * flags.c + UINT64_C(4) * flags.d;
}

EXPORT struct flags make_flags(unsigned a, unsigned b, unsigned c, unsigned d) {
    struct flags flags;
    memset(&flags, 0, sizeof flags);
    set_flags(&flags, a, b, c, d);
    return flags;
}

union flag_word {
    unsigned low : 4;
    unsigned all : 32;
};

SIZE(union, flag_word)
BITS(union, flag_word, unsigned, low)
BITS(union, flag_word, unsigned, all)

// --- packed ----------------------------------------------------------------------------------------------------

#define RECORD uint8_t a; uint32_t b; uint16_t c; double d;

#define RECORD_FUNCTIONS(name) \
    SIZE(struct, name) \
    FIELD(struct, name, uint8_t, a) \
    FIELD(struct, name, uint32_t, b) \
    FIELD(struct, name, uint16_t, c) \
    FIELD(struct, name, double, d) \
    EXPORT void set_##name(struct name *memory, uint8_t a, uint32_t b, uint16_t c, double d) { \
        *memory = (struct name){a, b, c, d}; \
    } \
    EXPORT double sum_##name(struct name value) { \
        return value.a + 2. * value.b + 3. * value.c + 4 * value.d; \
    } \
    EXPORT struct name make_##name(uint8_t a, uint32_t b, uint16_t c, double d) { \
        return (struct name){a, b, c, d}; \
    }

struct record { RECORD };
struct __attribute__((packed)) record_packed { RECORD };
struct record_small { // one field packed, the others not
    uint8_t a;
    uint32_t b __attribute__((packed));
    uint16_t c;
    double d;
};

#pragma pack(push, 1)
struct record_pack1 { RECORD };
struct pack1_mixed { MIXED };
struct pack1_bytewise { BYTEWISE };
#pragma pack(pop)

#pragma pack(push, 2)
struct record_pack2 { RECORD };
struct pack2_mixed { MIXED };
struct pack2_crossing { CROSSING };
#pragma pack(pop)

#pragma pack(push, 4)
struct record_pack4 { RECORD };
#pragma pack(pop)

#pragma pack(push, 16) // more than any field needs changes nothing
struct record_pack16 { RECORD };
#pragma pack(pop)

// Without BYTEWISE: of bytes that are packed so, GCC tells at every build that its version 4.4 changed them.
struct __attribute__((packed)) packed_mixed { MIXED };
struct __attribute__((packed)) packed_crossing { CROSSING };
struct __attribute__((packed)) packed_between { BETWEEN };

RECORD_FUNCTIONS(record)
RECORD_FUNCTIONS(record_packed)
RECORD_FUNCTIONS(record_small)
RECORD_FUNCTIONS(record_pack1)
RECORD_FUNCTIONS(record_pack2)
RECORD_FUNCTIONS(record_pack4)
RECORD_FUNCTIONS(record_pack16)
FOUR(pack1_mixed, uint8_t, uint32_t, uint16_t, uint64_t)
THREE(pack1_bytewise, uint8_t, uint8_t, uint8_t)
FOUR(pack2_mixed, uint8_t, uint32_t, uint16_t, uint64_t)
THREE(pack2_crossing, uint32_t, uint32_t, uint32_t)
FOUR(packed_mixed, uint8_t, uint32_t, uint16_t, uint64_t)
THREE(packed_crossing, uint32_t, uint32_t, uint32_t)
THREE(packed_between, unsigned, unsigned, unsigned)
FIELD(struct, packed_between, char, lead)
FIELD(struct, packed_between, char, trail)
FIELD(struct, packed_between, short, last)

struct holds_packed { // a packed struct inside of one that is not, and the other way round
    uint8_t before;
    struct record_packed inner;
    uint32_t after;
};

struct __attribute__((packed)) packed_holds {
    uint8_t before;
    struct record inner;
    uint32_t after;
};

SIZE(struct, holds_packed)
FIELD(struct, holds_packed, uint8_t, before)
OFFSET(struct, holds_packed, inner)
FIELD(struct, holds_packed, uint32_t, after)
SIZE(struct, packed_holds)
FIELD(struct, packed_holds, uint8_t, before)
OFFSET(struct, packed_holds, inner)
FIELD(struct, packed_holds, uint32_t, after)

// --- aligned ---------------------------------------------------------------------------------------------------

struct aligned {
    _Alignas(16) uint8_t a;
    uint32_t b;
    uint16_t c;
    double d;
};

struct __attribute__((packed, aligned(4))) record_packed_aligned { RECORD };

RECORD_FUNCTIONS(aligned)
RECORD_FUNCTIONS(record_packed_aligned)

struct holds_aligned {
    uint8_t before;
    struct aligned inner;
    uint8_t after;
};

SIZE(struct, holds_aligned)
FIELD(struct, holds_aligned, uint8_t, before)
OFFSET(struct, holds_aligned, inner)
FIELD(struct, holds_aligned, uint8_t, after)

// --- byte order ------------------------------------------------------------------------------------------------

struct wire { // big-endian, whatever the machine is
    uint16_t kind;
    uint32_t length;
    uint64_t stamp;
    float ratio;
    int16_t codes[2];
};

static void put_big(void *memory, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) ((uint8_t *) memory)[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static uint64_t get_big(const void *memory, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | ((const uint8_t *) memory)[i];
    return value;
}

SIZE(struct, wire)
OFFSET(struct, wire, kind)
OFFSET(struct, wire, length)
OFFSET(struct, wire, stamp)
OFFSET(struct, wire, ratio)
OFFSET(struct, wire, codes)

EXPORT void set_wire(
    struct wire *wire, uint16_t kind, uint32_t length, uint64_t stamp, float ratio, int16_t code0, int16_t code1) {
    uint32_t bits;
    memcpy(&bits, &ratio, sizeof bits);
    put_big(&wire->kind, kind, 2);
    put_big(&wire->length, length, 4);
    put_big(&wire->stamp, stamp, 8);
    put_big(&wire->ratio, bits, 4);
    put_big(&wire->codes[0], (uint16_t) code0, 2);
    put_big(&wire->codes[1], (uint16_t) code1, 2);
}

EXPORT uint16_t get_wire_kind(const struct wire *wire) { return (uint16_t) get_big(&wire->kind, 2); }

EXPORT uint32_t get_wire_length(const struct wire *wire) { return (uint32_t) get_big(&wire->length, 4); }

EXPORT uint64_t get_wire_stamp(const struct wire *wire) { return get_big(&wire->stamp, 8); }

EXPORT float get_wire_ratio(const struct wire *wire) {
    const uint32_t bits = (uint32_t) get_big(&wire->ratio, 4);
    float ratio;
    memcpy(&ratio, &bits, sizeof ratio);
    return ratio;
}

EXPORT int16_t get_wire_code(const struct wire *wire, int index) { return (int16_t) get_big(&wire->codes[index], 2); }

// --- atomic ----------------------------------------------------------------------------------------------------

struct tally {
    atomic_int n;
    int plain;
};

SIZE(struct, tally)
FIELD(struct, tally, int, n)
FIELD(struct, tally, int, plain)

// The caller's threads call it at once: n loses nothing, plain may.
EXPORT void add_to_tally(struct tally *tally, int amount, int times) {
    for (int i = 0; i < times; i++) {
        atomic_fetch_add(&tally->n, amount);
        *(volatile int *) &tally->plain += amount; // volatile, or else the compiler adds once
    }
}

EXPORT bool swap_tally(struct tally *tally, int expected, int wanted) {
    return atomic_compare_exchange_strong(&tally->n, &expected, wanted);
}

// Publishes plain by n, as a C program hands over data: who sees n sees plain.
EXPORT void publish_tally(struct tally *tally, int plain, int n) {
    tally->plain = plain;
    atomic_store_explicit(&tally->n, n, memory_order_release);
}
