// SPDX-License-Identifier: Apache-2.0
// Functions that are called back when the process ends: by handlers of atexit(3), and by threads that these join.
#include "export.h"
#include "threading.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

struct words { int64_t a, b; };
struct mixed { double a; int64_t b; };
struct large { int64_t a[5]; };

static int8_t (*of_byte)(void);
static int32_t (*of_int)(int32_t);
static int64_t (*of_long)(void);
static uint8_t (*of_bool)(void);
static void *(*of_pointer)(void *);
static float (*of_float)(float);
static double (*of_double)(double);
static void (*of_void)(void);
static struct words (*of_words)(int32_t);
static struct mixed (*of_mixed)(int32_t);
static struct large (*of_large)(int32_t);

static void say(const char *text) {
    fputs(text, stdout);
    fflush(stdout);
}

static void call_int(void) { printf("int %d\n", of_int(1)); say(""); }
static void call_byte(void) { printf("byte %d\n", of_byte()); say(""); }
static void call_long(void) { printf("long %lld\n", (long long)of_long()); say(""); }
static void call_bool(void) { printf("bool %d\n", of_bool()); say(""); }
static void call_pointer(void) { printf("pointer %d\n", of_pointer(stdout) == NULL); say(""); }
static void call_float(void) { printf("float %g\n", of_float(1)); say(""); }
static void call_double(void) { printf("double %g\n", of_double(1)); say(""); }
static void call_void(void) { of_void(); say("void\n"); }

static void call_words(void) {
    const struct words got = of_words(7);
    printf("words %d %d\n", (int)got.a, (int)got.b);
    say("");
}

static void call_mixed(void) {
    const struct mixed got = of_mixed(7);
    printf("mixed %g %d\n", got.a, (int)got.b);
    say("");
}

static void call_large(void) {
    struct large got = {{1, 2, 3, 4, 5}};
    got = of_large(7);
    int sum = 0;
    for (int i = 0; i < 5; i++) sum += got.a[i] != 0;
    printf("large %d\n", sum);
    say("");
}

EXPORT void at_exit_int(int32_t (*f)(int32_t)) { of_int = f; atexit(call_int); }
EXPORT void at_exit_byte(int8_t (*f)(void)) { of_byte = f; atexit(call_byte); }
EXPORT void at_exit_long(int64_t (*f)(void)) { of_long = f; atexit(call_long); }
EXPORT void at_exit_bool(uint8_t (*f)(void)) { of_bool = f; atexit(call_bool); }
EXPORT void at_exit_pointer(void *(*f)(void *)) { of_pointer = f; atexit(call_pointer); }
EXPORT void at_exit_float(float (*f)(float)) { of_float = f; atexit(call_float); }
EXPORT void at_exit_double(double (*f)(double)) { of_double = f; atexit(call_double); }
EXPORT void at_exit_void(void (*f)(void)) { of_void = f; atexit(call_void); }
EXPORT void at_exit_words(struct words (*f)(int32_t)) { of_words = f; atexit(call_words); }
EXPORT void at_exit_mixed(struct mixed (*f)(int32_t)) { of_mixed = f; atexit(call_mixed); }
EXPORT void at_exit_large(struct large (*f)(int32_t)) { of_large = f; atexit(call_large); }

static int32_t (*worked)(int32_t);
static int rest;
static thread worker;
static volatile bool done;

static BODY work(void *data) {
    for (int i = 0; !done; i++) {
        worked(i);
        if (rest > 0) pause_for(rest);
    }
    return data;
}

static void finish(void) {
    done = true;
    join(worker);
    say("joined\n");
}

// Calls f again and again by a thread, so many microseconds apart, which a handler of atexit stops and joins.
EXPORT void work_until_exit(int32_t (*f)(int32_t), int micros) {
    worked = f;
    rest = micros;
    atexit(finish);
    begin(&worker, work, NULL, 0);
}

EXPORT void end_process(int code) { exit(code); }

// Has Linux refuse from now on to make memory executable that was written to, as SELinux may; whether it does.
EXPORT bool refuse_executable_memory(void) {
#if defined(__linux__)
    return prctl(65, 1L, 0L, 0L, 0L) == 0; // PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN: since 6.3
#else
    return false;
#endif
}
