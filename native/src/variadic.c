// SPDX-License-Identifier: Apache-2.0
// Functions that take any arguments.
#include "export.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

EXPORT int64_t sum_of(int count, ...) {
    va_list rest;
    va_start(rest, count);
    int64_t sum = 0;
    for (int i = 0; i < count; i++) sum += va_arg(rest, int);
    va_end(rest);
    return sum;
}

EXPORT double sum_of_doubles(int count, ...) {
    va_list rest;
    va_start(rest, count);
    double sum = 0;
    for (int i = 0; i < count; i++) sum += va_arg(rest, double);
    va_end(rest);
    return sum;
}

// Writes each argument as its letter says: i int, l int64_t, d double, s text, p pointer (set or not).
EXPORT void tell(char *text, size_t size, const char *letters, ...) {
    va_list rest;
    va_start(rest, letters);
    size_t at = 0;
    text[0] = '\0';
    for (; *letters && at < size; letters++) {
        char *to = text + at;
        const size_t room = size - at;
        switch (*letters) {
        case 'i': at += (size_t)snprintf(to, room, "%d ", va_arg(rest, int)); break;
        case 'l': at += (size_t)snprintf(to, room, "%lld ", (long long)va_arg(rest, int64_t)); break;
        case 'd': at += (size_t)snprintf(to, room, "%g ", va_arg(rest, double)); break;
        case 's': at += (size_t)snprintf(to, room, "%s ", va_arg(rest, const char *)); break;
        case 'p': at += (size_t)snprintf(to, room, "%s ", va_arg(rest, void *) ? "set" : "NULL"); break;
        default: break;
        }
    }
    va_end(rest);
}
