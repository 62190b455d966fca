// SPDX-License-Identifier: Apache-2.0
// Counts what C hands out for the caller to give back; alloc.c has the same for text, apart so that counts do not mix.
#include "blocks.h"
#include "export.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

static _Atomic int64_t given, taken; // tests call from several threads

void *give(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1); // NULL means failure, never an empty array
    if (memory) given++;
    return memory;
}

void take(void *memory) {
    if (!memory) return;
    free(memory);
    taken++;
}

EXPORT int64_t blocks_given(void) { return given; }

EXPORT int64_t blocks_taken(void) { return taken; }

EXPORT void block_free(void *memory) { take(memory); }
