// SPDX-License-Identifier: Apache-2.0
// An enumeration, a set of bits, and a number that is in neither.
#include "export.h"

#include <string.h>

enum mode { READ, WRITE, APPEND };

enum permission { EXECUTABLE = 1, WRITABLE = 2, READABLE = 4 };

// Both arguments can be told from the result: the hundreds are the mode, the rest is the length of the path.
EXPORT int open_mode(const char *path, enum mode mode) { return (int) mode * 100 + (int) strlen(path); }

EXPORT enum mode next_mode(enum mode mode) { return mode == APPEND ? READ : (enum mode)(mode + 1); }

EXPORT int unknown_mode(void) { return 99; }

EXPORT unsigned permissions_add(unsigned set, enum permission permission) { return set | (unsigned) permission; }

EXPORT unsigned permissions_all(void) { return EXECUTABLE | WRITABLE | READABLE; }

EXPORT unsigned unknown_permissions(void) { return 1u << 31 | READABLE; }
