// SPDX-License-Identifier: Apache-2.0
// Structs by value of every class that a calling convention knows. A sum weighs its parts by their place, so that no
// two parts can change places unseen: a is worth 1, b 2, and so on.
#include "export.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// --- bytes: every size that is in one register, in two, or in memory -------------------------------------------

#define BYTES(n) \
    struct bytes_##n { \
        uint8_t b[n]; \
    }; \
    EXPORT uint64_t sum_bytes_##n(struct bytes_##n bytes) { \
        uint64_t sum = 0; \
        for (unsigned i = 0; i < n; i++) sum += (i + 1) * bytes.b[i]; \
        return sum; \
    } \
    EXPORT struct bytes_##n fill_bytes_##n(uint8_t seed) { \
        struct bytes_##n bytes; \
        for (unsigned i = 0; i < n; i++) bytes.b[i] = (uint8_t)(seed + i); \
        return bytes; \
    } \
    EXPORT struct bytes_##n flip_bytes_##n(struct bytes_##n bytes) { \
        struct bytes_##n flipped; \
        for (unsigned i = 0; i < n; i++) flipped.b[i] = bytes.b[n - 1 - i]; \
        return flipped; \
    }

BYTES(1)
BYTES(2)
BYTES(3)
BYTES(4)
BYTES(5)
BYTES(6)
BYTES(7)
BYTES(8)
BYTES(9)
BYTES(10)
BYTES(11)
BYTES(12)
BYTES(13)
BYTES(14)
BYTES(15)
BYTES(16)
BYTES(17)
BYTES(20)
BYTES(24)
BYTES(32)
BYTES(40)
BYTES(64)
BYTES(100)
BYTES(128)
BYTES(200)

// --- numbers: a sum for the way in, make for the way out, bump for both ----------------------------------------

#define STRUCT1(name, A) \
    struct name { \
        A a; \
    }; \
    EXPORT double sum_##name(struct name s) { return (double) s.a; } \
    EXPORT struct name make_##name(A a) { return (struct name){a}; } \
    EXPORT struct name bump_##name(struct name s) { return (struct name){s.a + 1}; }

#define STRUCT2(name, A, B) \
    struct name { \
        A a; \
        B b; \
    }; \
    EXPORT double sum_##name(struct name s) { return (double) s.a + 2 * (double) s.b; } \
    EXPORT struct name make_##name(A a, B b) { return (struct name){a, b}; } \
    EXPORT struct name bump_##name(struct name s) { return (struct name){s.a + 1, s.b + 2}; }

#define STRUCT3(name, A, B, C) \
    struct name { \
        A a; \
        B b; \
        C c; \
    }; \
    EXPORT double sum_##name(struct name s) { return (double) s.a + 2 * (double) s.b + 3 * (double) s.c; } \
    EXPORT struct name make_##name(A a, B b, C c) { return (struct name){a, b, c}; } \
    EXPORT struct name bump_##name(struct name s) { return (struct name){s.a + 1, s.b + 2, s.c + 3}; }

#define STRUCT4(name, A, B, C, D) \
    struct name { \
        A a; \
        B b; \
        C c; \
        D d; \
    }; \
    EXPORT double sum_##name(struct name s) { \
        return (double) s.a + 2 * (double) s.b + 3 * (double) s.c + 4 * (double) s.d; \
    } \
    EXPORT struct name make_##name(A a, B b, C c, D d) { return (struct name){a, b, c, d}; } \
    EXPORT struct name bump_##name(struct name s) { return (struct name){s.a + 1, s.b + 2, s.c + 3, s.d + 4}; }

STRUCT1(float1, float)
STRUCT1(double1, double)
STRUCT1(int1, int)
STRUCT1(long1, int64_t)
STRUCT2(float2, float, float)
STRUCT3(float3, float, float, float)
STRUCT4(float4, float, float, float, float)
STRUCT2(double2, double, double)
STRUCT3(double3, double, double, double)
STRUCT4(double4, double, double, double, double)
STRUCT2(int2, int, int)
STRUCT3(int3, int, int, int)
STRUCT4(int4, int, int, int, int)
STRUCT2(long2, int64_t, int64_t)
STRUCT3(long3, int64_t, int64_t, int64_t)
STRUCT2(int_float, int, float)
STRUCT2(float_int, float, int)
STRUCT2(double_int, double, int)
STRUCT2(int_double, int, double)
STRUCT2(i64_double, int64_t, double)
STRUCT2(double_i64, double, int64_t)
STRUCT2(float_double, float, double)
STRUCT2(double_float, double, float)
STRUCT2(byte_double, int8_t, double)
STRUCT3(float_float_int, float, float, int)
STRUCT3(float_int_float, float, int, float)
STRUCT3(int_float_float, int, float, float)
STRUCT3(double_float_int, double, float, int)
STRUCT4(byte_short_int_long, int8_t, int16_t, int32_t, int64_t)
STRUCT4(char_short_int_clong, signed char, short, int, long) // 24 bytes where long has 64 bits, or else 12

// An array inside counts element by element, which a caller who counts fields gets wrong.
#define STRUCT_OF(name, type, n) \
    struct name { \
        type v[n]; \
    }; \
    EXPORT double sum_##name(struct name s) { \
        double sum = 0; \
        for (int i = 0; i < n; i++) sum += (i + 1) * (double) s.v[i]; \
        return sum; \
    } \
    EXPORT struct name make_##name(type first) { \
        struct name s; \
        for (int i = 0; i < n; i++) s.v[i] = (type)(first + i); \
        return s; \
    } \
    EXPORT struct name bump_##name(struct name s) { \
        for (int i = 0; i < n; i++) s.v[i] = (type)(s.v[i] + i + 1); \
        return s; \
    }

STRUCT_OF(bytes7, int8_t, 7)
STRUCT_OF(shorts3, int16_t, 3)
STRUCT_OF(ints3, int32_t, 3)
STRUCT_OF(longs2, int64_t, 2)
STRUCT_OF(floats2, float, 2)
STRUCT_OF(floats3, float, 3)
STRUCT_OF(floats4, float, 4)
STRUCT_OF(floats5, float, 5)
STRUCT_OF(doubles2, double, 2)
STRUCT_OF(doubles5, double, 5)

struct byte7 { // the same bytes as bytes7, as fields
    int8_t a, b, c, d, e, f, g;
};

EXPORT double sum_byte7(struct byte7 s) { return s.a + 2 * s.b + 3 * s.c + 4 * s.d + 5 * s.e + 6 * s.f + 7 * s.g; }

EXPORT struct byte7 make_byte7(int8_t a, int8_t b, int8_t c, int8_t d, int8_t e, int8_t f, int8_t g) {
    return (struct byte7){a, b, c, d, e, f, g};
}

EXPORT struct byte7 bump_byte7(struct byte7 s) {
    return (struct byte7){s.a + 1, s.b + 2, s.c + 3, s.d + 4, s.e + 5, s.f + 6, s.g + 7};
}

struct int_floats3 {
    int n;
    float v[3];
};

EXPORT double sum_int_floats3(struct int_floats3 s) {
    return s.n + 2 * (double) s.v[0] + 3 * (double) s.v[1] + 4 * (double) s.v[2];
}

EXPORT struct int_floats3 make_int_floats3(int n, float first) {
    return (struct int_floats3){n, {first, first + 1, first + 2}};
}

EXPORT struct int_floats3 bump_int_floats3(struct int_floats3 s) {
    return (struct int_floats3){s.n + 1, {s.v[0] + 2, s.v[1] + 3, s.v[2] + 4}};
}

// --- structs in structs ----------------------------------------------------------------------------------------

typedef struct Point {
    double x;
    double y;
} Point;

struct segment { // four doubles: in registers on AArch64, in memory on System V
    Point a;
    Point b;
};

EXPORT double sum_segment(struct segment s) { return s.a.x + 2 * s.a.y + 3 * s.b.x + 4 * s.b.y; }

EXPORT struct segment make_segment(Point a, Point b) { return (struct segment){a, b}; }

EXPORT struct segment swap_segment(struct segment s) { return (struct segment){s.b, s.a}; }

struct nested_floats { // four floats still, by two ways
    struct float2 a;
    float v[2];
};

EXPORT double sum_nested_floats(struct nested_floats s) {
    return s.a.a + 2 * (double) s.a.b + 3 * (double) s.v[0] + 4 * (double) s.v[1];
}

EXPORT struct nested_floats make_nested_floats(struct float2 a, float first) {
    return (struct nested_floats){a, {first, first + 1}};
}

EXPORT struct nested_floats swap_nested_floats(struct nested_floats s) {
    return (struct nested_floats){{s.v[0], s.v[1]}, {s.a.a, s.a.b}};
}

struct nested_mixed { // padding inside of the nested struct stays there
    struct int_double a;
    int8_t b;
    struct float2 c[2];
};

EXPORT double sum_nested_mixed(struct nested_mixed s) {
    return s.a.a + 2 * s.a.b + 3 * s.b + 4 * (double) s.c[0].a + 5 * (double) s.c[0].b + 6 * (double) s.c[1].a +
           7 * (double) s.c[1].b;
}

EXPORT struct nested_mixed make_nested_mixed(struct int_double a, int8_t b, struct float2 c, struct float2 d) {
    return (struct nested_mixed){a, b, {c, d}};
}

EXPORT struct nested_mixed swap_nested_mixed(struct nested_mixed s) {
    return (struct nested_mixed){s.a, s.b, {s.c[1], s.c[0]}};
}

struct slice { // text inside a struct by value
    const char *text;
    size_t length;
};

EXPORT size_t sum_slice(struct slice s) { return s.text ? strlen(s.text) + 100 * s.length : s.length; }

EXPORT struct slice make_slice(int which) {
    static const char *const texts[] = {"", "foo", "gr\xC3\xBC\xC3\x9F"};
    if (which < 0 || which > 2) return (struct slice){NULL, 0};
    return (struct slice){texts[which], strlen(texts[which])};
}

// --- registers run out -----------------------------------------------------------------------------------------

EXPORT int64_t long5_long2(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, struct long2 s) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * s.a + 7 * s.b;
}

EXPORT int64_t long6_long2(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, struct long2 s) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * s.a + 8 * s.b;
}

EXPORT int64_t long7_long2(
    int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, struct long2 s) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * s.a + 9 * s.b;
}

// On System V the struct does not fit in the last register, and the argument after it does.
EXPORT int64_t long5_long2_long(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, struct long2 s, int64_t f) {
    return long5_long2(a, b, c, d, e, s) + 8 * f;
}

EXPORT int64_t long6_bytes_3(
    int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, struct bytes_3 s, int64_t g) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * (int64_t) sum_bytes_3(s) + 8 * g;
}

EXPORT double double7_double2(
    double a, double b, double c, double d, double e, double f, double g, struct double2 s) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * s.a + 9 * s.b;
}

EXPORT double double7_double2_double(
    double a, double b, double c, double d, double e, double f, double g, struct double2 s, double h) {
    return double7_double2(a, b, c, d, e, f, g, s) + 10 * h;
}

EXPORT double double8_double2(
    double a, double b, double c, double d, double e, double f, double g, double h, struct double2 s) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * s.a + 10 * s.b;
}

EXPORT double float6_float4(float a, float b, float c, float d, float e, float f, struct float4 s) {
    return a + 2. * b + 3. * c + 4. * d + 5. * e + 6. * f + 7 * sum_float4(s);
}

// Registers of one kind are gone, of the other there are some: a struct of both kinds goes to memory as a whole.
EXPORT double long6_i64_double(
    int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, struct i64_double s, double g) {
    return (double) (a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * s.a) + 8 * s.b + 9 * g;
}

EXPORT double double8_double_i64(
    double a, double b, double c, double d, double e, double f, double g, double h, struct double_i64 s, int64_t i) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * s.a + 10 * (double) s.b + 11 * (double) i;
}

EXPORT double long6_double2(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, struct double2 s) {
    return (double) (a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f) + 7 * s.a + 8 * s.b;
}

EXPORT int64_t long2_long2_long2_long2(struct long2 a, struct long2 b, struct long2 c, struct long2 d) {
    return a.a + 2 * a.b + 3 * b.a + 4 * b.b + 5 * c.a + 6 * c.b + 7 * d.a + 8 * d.b;
}

EXPORT double mixed_arguments(
    int8_t a, struct double2 b, int16_t c, struct long3 d, float e, struct int_float f, const int *g,
    struct bytes_17 h) {
    return a + 2 * sum_double2(b) + 3 * c + 4 * sum_long3(d) + 5 * (double) e + 6 * sum_int_float(f) + 7 * *g +
           8 * (double) sum_bytes_17(h);
}

// The address of a result in memory takes a register, too.
EXPORT struct long3 long4_long2_to_long3(int64_t a, int64_t b, int64_t c, int64_t d, struct long2 s) {
    return (struct long3){a + 2 * b, 3 * c + 4 * d, 5 * s.a + 6 * s.b};
}

EXPORT struct long3 long5_long2_to_long3(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, struct long2 s) {
    return (struct long3){a + 2 * b, 3 * c + 4 * d + 5 * e, 6 * s.a + 7 * s.b};
}

EXPORT double bytes_3_double3(struct bytes_3 a, struct double3 b) {
    return (double) sum_bytes_3(a) + 100 * sum_double3(b);
}

EXPORT double point_text_int(Point point, const char *text, int n) {
    return point.x + 10 * point.y + 100 * (double) strlen(text) + 1000. * n;
}

// --- points ----------------------------------------------------------------------------------------------------

EXPORT double distance(Point a, Point b) {
    const double dx = a.x - b.x, dy = a.y - b.y;
    return sqrt(dx * dx + dy * dy);
}

// GCC 12 would spill the four registers and load them again as vectors: a stall that benchmarks would take for the
// cost of the call.
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((optimize("no-tree-slp-vectorize")))
#endif
EXPORT Point midpoint(Point a, Point b) {
    const Point middle = {(a.x + b.x) / 2, (a.y + b.y) / 2};
    return middle;
}

EXPORT Point centroid(const Point *points, size_t count) {
    Point sum = {0, 0};
    for (size_t i = 0; i < count; i++) {
        sum.x += points[i].x;
        sum.y += points[i].y;
    }
    return count ? (Point){sum.x / (double) count, sum.y / (double) count} : sum;
}

EXPORT void move_all(Point *points, size_t count, double dx, double dy) {
    for (size_t i = 0; i < count; i++) {
        points[i].x += dx;
        points[i].y += dy;
    }
}

EXPORT void move_point(Point *point, double dx, double dy) { move_all(point, 1, dx, dy); }

EXPORT double sum_points(const Point *const *points, size_t count) { // an array of pointers to structs
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += points[i] ? points[i]->x + 2 * points[i]->y : 0;
    return sum;
}
