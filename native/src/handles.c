// SPDX-License-Identifier: Apache-2.0
// A struct that only C knows, handed out by pointer.
#include "counter.h"
#include "export.h"

#include <stdlib.h>

EXPORT struct counter *counter_new(int first) {
    struct counter *counter = malloc(sizeof *counter);
    if (counter) *counter = (struct counter){.next = first};
    return counter;
}

EXPORT int counter_next(struct counter *counter) { return counter->next++; }

EXPORT void counter_free(struct counter *counter) { free(counter); }

EXPORT struct counter *counter_none(void) { return NULL; }
