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

// Three of them in an array, which is given back by itself, by C's free().
EXPORT char **counted_three(const char *a, const char *b, const char *c) {
    char **three = calloc(4, sizeof *three);
    if (!three) return NULL;
    three[0] = counted_copy(a);
    three[1] = b ? counted_copy(b) : NULL;
    three[2] = counted_copy(c);
    return three;
}

EXPORT char **counted_three_and_number(const char *a, const char *b, const char *c, int32_t *number) {
    *number = 3;
    return counted_three(a, b, c);
}

// An owned result, and two outs that are owned.
EXPORT char *counted_outs(char **first, char **second, int (*calls)(int)) {
    *first = counted_copy("first");
    *second = counted_copy("second");
    if (calls) calls(1);
    return counted_copy("result");
}

EXPORT int counted_into(char ***out) {
    *out = counted_three("a", "b", "c");
    return 3;
}

EXPORT void owned_ints(int32_t **out) {
    *out = malloc(3 * sizeof **out);
    for (int32_t i = 0; *out && i < 3; i++) (*out)[i] = i + 1;
}

EXPORT void ints_in_place(int32_t (*out)[3]) {
    for (int32_t i = 0; i < 3; i++) (*out)[i] = i + 1;
}

// A short text in a large block, so that a program which forgets to free() it does not get far.
EXPORT char *heavy_text(size_t bytes) {
    char *text = malloc(bytes);
    if (!text) return NULL;
    memset(text, 'x', bytes); // or else the pages would not be there
    text[1] = '\0';
    return text;
}
