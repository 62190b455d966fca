// SPDX-License-Identifier: Apache-2.0
// Text that the caller must give back, each by its own function: what is given back, and how often, is counted.
#include "export.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int64_t given, taken, strange;

// The byte before the text says whether it is out; free() would not say.
EXPORT char *counted_copy(const char *text) {
    const size_t bytes = strlen(text) + 1;
    char *memory = malloc(bytes + 1);
    if (!memory) return NULL;
    memory[0] = 'g';
    memcpy(memory + 1, text, bytes);
    given++;
    return memory + 1;
}

EXPORT char *counted_none(void) { return NULL; }

EXPORT void counted_free(char *text) {
    if (!text || text[-1] != 'g') {
        strange++;
        return;
    }
    text[-1] = 't'; // and never freed, so that a second time is seen
    taken++;
}

EXPORT int64_t counted_given(void) { return given; }

EXPORT int64_t counted_taken(void) { return taken; }

EXPORT int64_t counted_strange(void) { return strange; }

// A short text in a large block, so that a program which forgets to free() it does not get far.
EXPORT char *heavy_text(size_t bytes) {
    char *text = malloc(bytes);
    if (!text) return NULL;
    memset(text, 'x', bytes); // or else the pages would not be there
    text[1] = '\0';
    return text;
}
