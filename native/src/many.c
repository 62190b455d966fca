// SPDX-License-Identifier: Apache-2.0
// 200 functions of 20 shapes, as a large binding has them: many_III_7 takes two ints and returns an int. A shape is
// spelled result first: V void, I int, J int64_t, F float, D double, P pointer. bench/src/generate has the same list.
#include "export.h"

#include <stdint.h>

#define ONE(number, shape, result, parameters, statement) \
    EXPORT result many_##shape##_##number parameters { enum { n = number }; statement }

#define TEN(...) \
    ONE(0, __VA_ARGS__) ONE(1, __VA_ARGS__) ONE(2, __VA_ARGS__) ONE(3, __VA_ARGS__) ONE(4, __VA_ARGS__) \
    ONE(5, __VA_ARGS__) ONE(6, __VA_ARGS__) ONE(7, __VA_ARGS__) ONE(8, __VA_ARGS__) ONE(9, __VA_ARGS__)

TEN(I, int, (void), return n;)
TEN(VI, void, (int a), (void) a; (void) n;)
TEN(II, int, (int a), return n + a;)
TEN(III, int, (int a, int b), return n + a + b;)
TEN(JJ, int64_t, (int64_t a), return n + a;)
TEN(JJJ, int64_t, (int64_t a, int64_t b), return n + a + b;)
TEN(DD, double, (double a), return n + a;)
TEN(DDD, double, (double a, double b), return n + a + b;)
TEN(IP, int, (void *a), return n + (a != 0);)
TEN(PP, void *, (void *a), (void) n; return a;)
TEN(PPI, void *, (void *a, int b), (void) n; (void) b; return a;)
TEN(IPPI, int, (void *a, void *b, int c), return n + (a == b) + c;)
TEN(JPJ, int64_t, (void *a, int64_t b), return n + (a != 0) + b;)
TEN(VPIJ, void, (void *a, int b, int64_t c), (void) a; (void) b; (void) c; (void) n;)
TEN(FF, float, (float a), return n + a;)
TEN(FFF, float, (float a, float b), return n + a + b;)
TEN(DID, double, (int a, double b), return n + a + b;)
TEN(JIIIJ, int64_t, (int a, int b, int c, int64_t d), return n + a + b + c + d;)
TEN(IPPPI, int, (void *a, void *b, void *c, int d), return n + (a == b) + (b == c) + d;)
TEN(VPPJJDI, void, (void *a, void *b, int64_t c, int64_t d, double e, int f),
    (void) a; (void) b; (void) c; (void) d; (void) e; (void) f; (void) n;)
