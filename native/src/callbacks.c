// SPDX-License-Identifier: Apache-2.0
// C that calls back: at once, later, often, from within, and what it was told not to.
#include "blocks.h"
#include "export.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int (*operation)(int, int);

EXPORT int apply(operation f, int a, int b) { return f(a, b); }

EXPORT int apply_or(operation f, int a, int b, int otherwise) { return f ? f(a, b) : otherwise; }

// The sum of f(i, 1) for i from 0 to times - 1.
EXPORT int64_t apply_times(operation f, int times) {
    int64_t sum = 0;
    for (int i = 0; i < times; i++) sum += f(i, 1);
    return sum;
}

EXPORT int sum_of_all(const operation *all, int count, int a, int b) {
    int sum = 0;
    for (int i = 0; i < count; i++) sum += all[i](a, b);
    return sum;
}

// Ends with the first negative result, as C's own error paths do; returns how many calls there were.
EXPORT int apply_until_negative(operation f, int times) {
    for (int i = 0; i < times; i++) {
        if (f(i, 0) < 0) return i + 1;
    }
    return times;
}

// --- Deno's test ---------------------------------------------------------------------------------------------------

static operation stored;

EXPORT void setCallback(operation f) { stored = f; }

EXPORT int runCallback(int a, int b) { return stored ? stored(a, b) : -1000; }

// --- what C keeps --------------------------------------------------------------------------------------------------

#define PLACES 16384
static operation kept[PLACES];

EXPORT void keep(int place, operation f) { kept[place] = f; }

EXPORT int fire(int place, int a, int b) { return kept[place] ? kept[place](a, b) : -1000; }

// Fires the first so many, and returns the sum.
EXPORT int64_t fire_all(int count, int a, int b) {
    int64_t sum = 0;
    for (int i = 0; i < count; i++) sum += kept[i](a, b);
    return sum;
}

// Keeps a function that it was only lent, and calls it in its own time.
EXPORT int apply_and_keep(int place, operation f, int a, int b) {
    kept[place] = f;
    return f(a, b);
}

static void (*stored_action)(void);

EXPORT void set_action(void (*action)(void)) { stored_action = action; }

EXPORT void run_action(void) { stored_action(); }

EXPORT void call_action(void (*action)(void)) { action(); }

// --- deeply --------------------------------------------------------------------------------------------------------

EXPORT int descend(int (*f)(int), int depth) { return f(depth); }

EXPORT int run_stored_deep(int depth) { return stored(depth, 0); }

// --- every scalar --------------------------------------------------------------------------------------------------

#define TWICE(name, type) \
    EXPORT type twice_##name(type (*f)(type), type value) { return f(f(value)); }

TWICE(i8, int8_t)
TWICE(i16, int16_t)
TWICE(i32, int32_t)
TWICE(i64, int64_t)
TWICE(u8, uint8_t)
TWICE(u16, uint16_t)
TWICE(u32, uint32_t)
TWICE(u64, uint64_t)
TWICE(f32, float)
TWICE(f64, double)
TWICE(bool, bool)
TWICE(char16, uint16_t)
TWICE(usize, size_t)
TWICE(long, long)
TWICE(address, void *)

typedef double (*many)(int8_t, int16_t, int32_t, int64_t, int64_t, int64_t, int64_t, int64_t, float, double, double,
    double, double, double, double, double, double, uint8_t);

EXPORT double apply_many(many f) {
    return f(-1, -2, -3, -4, 5, 6, 7, INT64_C(8000000000), 9.5f, 10, 11, 12, 13, 14, 15, 16, 17, 255);
}

// --- structs by value ----------------------------------------------------------------------------------------------

#define STRUCT(name, ...) \
    struct cb_##name __VA_ARGS__; \
    EXPORT struct cb_##name twice_##name(struct cb_##name (*f)(struct cb_##name), struct cb_##name s) { \
        return f(f(s)); \
    } \
    EXPORT struct cb_##name given_##name(struct cb_##name (*f)(void)) { return f(); }

STRUCT(int1, { int a; })
STRUCT(pair, { int a, b; })
STRUCT(point, { double x, y; })
STRUCT(floats, { float a, b, c; })
STRUCT(mixed, { double d; int64_t i; })
STRUCT(int_double, { int i; double d; })
STRUCT(longs2, { int64_t a, b; })
STRUCT(longs3, { int64_t a, b, c; })
STRUCT(bytes5, { uint8_t b[5]; })
STRUCT(big, { double values[20]; })

// The registers run out: six before it, and the struct goes by the stack.
EXPORT int64_t late_struct(int64_t (*f)(int64_t, int64_t, int64_t, int64_t, int64_t, struct cb_longs2, int64_t)) {
    struct cb_longs2 s = {60, 70};
    return f(1, 2, 3, 4, 5, s, 8);
}

// --- functions of functions ----------------------------------------------------------------------------------------

EXPORT void *call_generator(void *(*f)(void)) { return f(); }

struct knot { int (*tie)(struct knot); int value; };

EXPORT int tie_knot(struct knot knot) { return knot.tie(knot); }

EXPORT int same_function(operation a, operation b) { return a == b; }

EXPORT operation echo_operation(operation f) { return f; }

EXPORT int take_functions(int count, ...) {
    va_list functions;
    va_start(functions, count);
    int sum = 0;
    for (int i = 0; i < count; i++) sum += va_arg(functions, operation)(i, 1);
    va_end(functions);
    return sum;
}

// --- text, pointers, arrays ----------------------------------------------------------------------------------------

EXPORT int measure(int (*f)(const char *), const char *text) { return f(text); }

// A copy of what f returns, to be freed; NULL for NULL.
static char *copy_of(const char *text) {
    if (!text) return NULL;
    char *copy = malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

EXPORT char *decorate(const char *(*f)(const char *), const char *text) { return copy_of(f(text)); }

// As decorate, but what f returns is C's own, and freed.
EXPORT char *decorate_owned(char *(*f)(const char *), const char *text) {
    char *given = f(text);
    char *copy = copy_of(given);
    free(given);
    return copy;
}

EXPORT int64_t with_array(int64_t (*f)(const int *, size_t), size_t count) {
    int values[64];
    for (size_t i = 0; i < count && i < 64; i++) values[i] = (int)i + 1;
    return f(count ? values : NULL, count);
}

// What f makes of 1, 2, 3, …: the sum of it.
EXPORT int64_t filled_by(void (*f)(int *, size_t), size_t count) {
    int values[64];
    int64_t sum = 0;
    for (size_t i = 0; i < count && i < 64; i++) values[i] = (int)i + 1;
    f(values, count);
    for (size_t i = 0; i < count && i < 64; i++) sum += values[i];
    return sum;
}

EXPORT int with_pointer(void (*f)(int *), int value) {
    f(&value);
    return value;
}

EXPORT operation chosen_by(operation (*f)(int), int which) { return f(which); }

EXPORT int apply_chosen(operation (*f)(int), int which, int a, int b) {
    operation chosen = f(which);
    return chosen ? chosen(a, b) : -1000;
}

EXPORT int on_each_level(int (*f)(operation, int), operation g, int a) { return f(g, a); }

// --- structs of function pointers, user data, destroy notify -------------------------------------------------------

struct operations2 {
    operation first, second;
};

EXPORT int run_both(const struct operations2 *both, int a, int b) {
    return both->first(a, b) * 1000 + both->second(a, b);
}

EXPORT int run_both_by_value(struct operations2 both, int a, int b) { return run_both(&both, a, b); }

struct visitor {
    void (*begin)(const char *name);
    int (*visit)(int element);
    void (*end)(void);
};

// Visits 1 to n until visit returns a negative number; the sum of what it returned.
EXPORT int walk(const struct visitor *visitor, int n) {
    int sum = 0;
    visitor->begin("elements");
    for (int i = 1; i <= n; i++) {
        int result = visitor->visit(i);
        if (result < 0) break;
        sum += result;
    }
    visitor->end();
    return sum;
}

typedef int (*listener)(void *data, int value);

EXPORT int each_with(listener f, void *data, int n) {
    int sum = 0;
    for (int i = 1; i <= n; i++) sum += f(data, i);
    return sum;
}

static listener listening;
static void *listening_data;
static void (*listening_destroy)(void *);

EXPORT void add_listener(listener f, void *data, void (*destroy)(void *)) {
    listening = f;
    listening_data = data;
    listening_destroy = destroy;
}

EXPORT int emit(int value) { return listening ? listening(listening_data, value) : -1000; }

EXPORT void remove_listener(void) {
    if (listening_destroy) listening_destroy(listening_data);
    listening_destroy = NULL;
}

EXPORT void *listened_to(void) { return listening_data; }

// --- the callback of the ffi-rs README -------------------------------------------------------------------------------

struct ffirs_person;
struct ffirs_person *createPerson(void);
void freePerson(struct ffirs_person *);

typedef int (*FunctionPointer)(int a, bool b, const char *c, double d, char **e, const int *f, struct ffirs_person *g);

EXPORT int callFunction(FunctionPointer func) {
    char first[] = "Hello", second[] = "world";
    char *texts[] = {first, second};
    const int numbers[] = {101, 202, 303};
    struct ffirs_person *person = createPerson();
    const int result = func(100, false, "Hello, World!", 100.11, texts, numbers, person);
    freePerson(person);
    return result;
}

// --- the types of Kotlin's functions ---------------------------------------------------------------------------------

EXPORT int call_with(int (*f)(void *), void *counter) { return f(counter); }

EXPORT void call_visit(void (*f)(uint32_t, const char *), uint32_t value, const char *text) { f(value, text); }

EXPORT int apply12(int (*f)(int, int, int, int, int, int, int, int, int, int, int, int)) {
    return f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
}

EXPORT operation kept_operation;
