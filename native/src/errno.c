// SPDX-License-Identifier: Apache-2.0
// C that fails, and says why in errno; and C that does not, and leaves something there all the same.
#include "export.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

EXPORT int fail_with(int code) {
    errno = code;
    return -1;
}

EXPORT int64_t fail_long(int code) {
    errno = code;
    return -1;
}

EXPORT uint16_t fail_short(int code) {
    errno = code;
    return UINT16_MAX;
}

EXPORT void *fail_pointer(int code) {
    errno = code;
    return NULL;
}

EXPORT int succeed_with(int code) {
    errno = code;
    return 7;
}

// errno as the caller had it.
EXPORT int errno_before(void) { return errno; }

// f(a) is called between.
EXPORT int fail_after(int (*f)(int), int a, int code) {
    errno = code;
    const int kept = errno;
    f(a);
    errno = kept;
    return -1;
}

EXPORT void leave(int code) { errno = code; }

struct two {
    int64_t a, b;
};

struct three {
    int64_t a, b, c;
};

EXPORT struct two leave_two(int code) {
    errno = code;
    return (struct two){1, 2};
}

EXPORT struct three leave_three(int code) {
    errno = code;
    return (struct three){1, 2, 3};
}
