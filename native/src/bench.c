// SPDX-License-Identifier: Apache-2.0
// What the benchmarks call besides noop and sum8 (scalars.c), sum (sum.cpp) and hash (hash.c): as little work as
// will do.
#include "export.h"

#include <stdlib.h>
#include <string.h>

EXPORT double fsum(double a, double b) { return a + b; }

EXPORT size_t str_len(const char *text) { return strlen(text); }

EXPORT char *concat(const char *a, const char *b) {
    const size_t a_bytes = strlen(a), b_bytes = strlen(b);
    char *joined = malloc(a_bytes + b_bytes + 1);
    if (!joined) return NULL;
    memcpy(joined, a, a_bytes);
    memcpy(joined + a_bytes, b, b_bytes + 1);
    return joined;
}

EXPORT void free_str(char *text) { free(text); }

// With sum (sum.cpp), functions of one signature that one call site serves in turn.
EXPORT int sum2(int a, int b) { return a + b + 2; }

EXPORT int sum3(int a, int b) { return a + b + 3; }

EXPORT int sum4(int a, int b) { return a + b + 4; }
