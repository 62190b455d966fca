// SPDX-License-Identifier: Apache-2.0
// What the benchmarks call of libsum, as the rivals that are compiled against a header need it.
#ifndef RIVALS_H
#define RIVALS_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    double x, y;
} Point;

typedef struct {
    double a, b, c;
} Triple;

typedef int (*operation)(int, int);

void noop(void);
int sum(int a, int b);
int sum2(int a, int b);
double fsum(double a, double b);
int64_t sum8(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h);
size_t str_len(const char *text);
char *concat(const char *a, const char *b);
void free_str(char *text);
double distance(Point a, Point b);
Point midpoint(Point a, Point b);
int64_t sum_ints(const int *values, size_t count);
uint32_t hash(const uint8_t *bytes, size_t count);
int apply(operation f, int a, int b);
int64_t apply_times(operation f, int times);
int fail_with(int code);

// errno belongs to the thread, and the JVM uses it too: it is read before the call returns to Java.
static inline int errno_of_failure(int code) { return fail_with(code) == -1 ? errno : 0; }

#ifdef __cplusplus
}
#endif

#endif
