// SPDX-License-Identifier: Apache-2.0
// One function for each number of parameters, whose result says which argument arrived at which place.
#include "export.h"

#include <stdint.h>

EXPORT int64_t ladder0(void) { return 0; }

EXPORT int64_t ladder1(int64_t a) { return a; }

EXPORT int64_t ladder2(int64_t a, int64_t b) { return ladder1(a) + 2 * b; }

EXPORT int64_t ladder3(int64_t a, int64_t b, int64_t c) { return ladder2(a, b) + 3 * c; }

EXPORT int64_t ladder4(int64_t a, int64_t b, int64_t c, int64_t d) { return ladder3(a, b, c) + 4 * d; }

EXPORT int64_t ladder5(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e) { return ladder4(a, b, c, d) + 5 * e; }

EXPORT int64_t ladder6(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f) {
    return ladder5(a, b, c, d, e) + 6 * f;
}

EXPORT int64_t ladder7(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g) {
    return ladder6(a, b, c, d, e, f) + 7 * g;
}

EXPORT int64_t ladder8(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h) {
    return ladder7(a, b, c, d, e, f, g) + 8 * h;
}

EXPORT int64_t ladder9(
    int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i) {
    return ladder8(a, b, c, d, e, f, g, h) + 9 * i;
}

EXPORT int64_t ladder10(
    int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i, int64_t j) {
    return ladder9(a, b, c, d, e, f, g, h, i) + 10 * j;
}

EXPORT int64_t ladder11(
    int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i, int64_t j,
    int64_t k) {
    return ladder10(a, b, c, d, e, f, g, h, i, j) + 11 * k;
}

EXPORT int64_t ladder12(
    int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i, int64_t j,
    int64_t k, int64_t l) {
    return ladder11(a, b, c, d, e, f, g, h, i, j, k) + 12 * l;
}
