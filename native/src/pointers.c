// SPDX-License-Identifier: Apache-2.0
// Results by pointer, pointers to pointers, and structs that point to their own kind.
#include "blocks.h"
#include "export.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

EXPORT void divide(int a, int b, int *quotient, int *remainder) {
    *quotient = a / b;
    *remainder = a % b;
}

EXPORT char *getStringFromPtr(void *text) { return text; }

EXPORT int getValueFromDoublePointer(int **value) { return **value; }

EXPORT void *returnNullPointer(void) { return NULL; }

EXPORT int *same_int(int *value) { return value; }

EXPORT void increment(int *value) { ++*value; }

EXPORT int increment_or_zero(int *value) { return value ? ++*value : 0; } // NULL is allowed

EXPORT void swap(int *a, int *b) {
    const int was = *a;
    *a = *b;
    *b = was;
}

EXPORT int *find(const int *values, size_t count, int wanted) {
    for (size_t i = 0; i < count; i++)
        if (values[i] == wanted) return (int *) &values[i];
    return NULL;
}

// Pointers into the caller's array, by pointer.
EXPORT void ends(const int *values, size_t count, const int **first, const int **last) {
    *first = count ? values : NULL;
    *last = count ? values + count - 1 : NULL;
}

// Every kind of out parameter at once.
EXPORT int out_all(int8_t *a, int16_t *b, int32_t *c, int64_t *d, float *e, double *f, const char **g, void **h) {
    *a = -1, *b = -2, *c = -3, *d = -4, *e = 5.5f, *f = 6.5, *g = "seven", *h = NULL;
    return 8;
}

struct extremes {
    int low, high;
};

EXPORT int extremes_of(const int *values, size_t count, struct extremes *out) { // a struct filled in by C
    if (!count) return -1;
    out->low = out->high = values[0];
    for (size_t i = 1; i < count; i++) {
        if (values[i] < out->low) out->low = values[i];
        if (values[i] > out->high) out->high = values[i];
    }
    return 0;
}

EXPORT void widen(struct extremes *both, int by) { // in and out
    both->low -= by;
    both->high += by;
}

EXPORT int describe(int n, char **out) { // the caller frees the text
    *out = NULL;
    if (n < 0) return -1;
    char *text = give(32);
    if (!text) return -1;
    *out = text;
    return snprintf(text, 32, "number %d", n);
}

EXPORT int describe_into(int n, char *buffer, size_t *size) { // the size is the room before, the length after
    const int length = snprintf(buffer, *size, "number %d", n);
    const int fits = (size_t) length < *size;
    *size = (size_t) length;
    return fits ? 0 : -1;
}

// --- a thing that is opened into a pointer, and must be closed once --------------------------------------------

struct thing {
    int id;
    atomic_int open; // a cleaner closes from a thread of its own
};

static struct thing things[1 << 16]; // never given again, so that closing twice is seen
static atomic_int things_made, open_now, strange;

EXPORT int open_thing(struct thing **out) {
    *out = NULL;
    const int index = things_made++;
    if (index >= 1 << 16) return -1;
    struct thing *thing = &things[index];
    thing->id = index + 1;
    thing->open = 1;
    open_now++;
    *out = thing;
    return 0;
}

EXPORT int open_no_thing(struct thing **out) {
    *out = NULL;
    return -1;
}

EXPORT int thing_id(const struct thing *thing) { return thing->open ? thing->id : -1; }

EXPORT void close_thing(struct thing *thing) {
    if (thing && atomic_exchange(&thing->open, 0)) open_now--;
    else strange++;
}

EXPORT int things_open(void) { return open_now; }

EXPORT int things_strange(void) { return strange; }

// --- a list ----------------------------------------------------------------------------------------------------

struct node {
    int value;
    struct node *next;
};

EXPORT void push_node(struct node **list, struct node *node) {
    node->next = *list;
    *list = node;
}

EXPORT struct node *make_list(int n) { // 1 to n; NULL for none
    struct node *list = NULL;
    for (int value = n; value > 0; value--) {
        struct node *node = give(sizeof *node);
        if (!node) break;
        node->value = value;
        push_node(&list, node);
    }
    return list;
}

EXPORT int64_t sum_list(const struct node *list) {
    int64_t sum = 0;
    for (; list; list = list->next) sum += list->value;
    return sum;
}

EXPORT void reverse_list(struct node **list) {
    struct node *reversed = NULL;
    for (struct node *node = *list, *next; node; node = next) {
        next = node->next;
        push_node(&reversed, node);
    }
    *list = reversed;
}

EXPORT void free_list(struct node *list) {
    for (struct node *next; list; list = next) {
        next = list->next;
        take(list);
    }
}

// --- functions by address --------------------------------------------------------------------------------------

typedef int (*operation)(int, int);

static int plus(int a, int b) { return (int) ((unsigned) a + (unsigned) b); }

static int times(int a, int b) { return (int) ((unsigned) a * (unsigned) b); }

static int minus(int a, int b) { return (int) ((unsigned) a - (unsigned) b); }

EXPORT operation operation_for(int which) {
    return which == 0 ? plus : which == 1 ? times : which == 2 ? minus : NULL;
}

struct operations { // as a field, too
    int count;
    operation first, second;
};

EXPORT const struct operations *all_operations(void) {
    static const struct operations operations = {2, plus, times};
    return &operations;
}

// --- memory that C keeps ---------------------------------------------------------------------------------------

static char buffer[64];
static int ints[] = {1, 2, 3, 4, 5, 6, 7, 8};

EXPORT char *static_buffer(void) { return buffer; }

EXPORT size_t static_buffer_size(void) { return sizeof buffer; }

EXPORT int *static_ints(void) { return ints; }

EXPORT int *static_ints_end(void) { return ints + sizeof ints / sizeof *ints; }
