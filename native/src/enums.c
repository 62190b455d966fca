// SPDX-License-Identifier: Apache-2.0
// An enumeration, a set of bits, and a number that is in neither.
#include "export.h"

#include <stdint.h>
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

// Enumerations and sets of bits of other widths.
struct poll {
    int fd;
    short events, revents;
};

EXPORT int poll_all(struct poll *polls, int count) {
    for (int i = 0; i < count; i++) {
        polls[i].revents = polls[i].events;
    }
    return (int) sizeof *polls;
}

EXPORT uint8_t kind_now = 2;

EXPORT void kind_out(uint8_t *kind, uint8_t value) { *kind = value; }

EXPORT void kinds_next(uint8_t *kinds, int count) {
    for (int i = 0; i < count; i++) {
        kinds[i]++;
    }
}

EXPORT uint8_t with_kind(uint8_t (*next)(uint8_t), uint8_t kind) { return next(kind); }

EXPORT uint64_t with_flags(uint64_t (*next)(uint64_t), uint64_t flags) { return next(flags); }
