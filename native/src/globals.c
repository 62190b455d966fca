// SPDX-License-Identifier: Apache-2.0
// Variables that a library exports: of each kind, some of which can not be written, or are no variables at all.
#include "export.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

enum state { IDLE, RUNNING, STOPPED };

struct place {
    double x, y;
};

struct account {
    int32_t id;
    const char *owner;
    int64_t balance;
};

EXPORT int call_count = 3;
EXPORT int calls = 0;
EXPORT uint32_t flags_of_all = 0xfffffff0u;
EXPORT int64_t ticks = 1;
EXPORT uint8_t one_byte = 200;
EXPORT double ratio = 0.5;
EXPORT int primes[4] = {2, 3, 5, 7};
EXPORT struct place place_of_start = {1, 2};
EXPORT struct account first_account = {7, "ann", 100};
EXPORT struct account *current_account = &first_account;
EXPORT const char *greeting = "hello";
EXPORT char title[16] = "untitled";
EXPORT enum state state = RUNNING;
EXPORT const char *nothing_said = 0;
EXPORT int (*operation)(int, int) = 0;
EXPORT int *latest_prime = &primes[3];

EXPORT const int api_version = 42;
EXPORT const char api_name[] = "globals";
EXPORT const struct place origin = {0, 0};
EXPORT const char *const level_names[] = {"low", "high", 0}; // relocated, and made read-only after that

// Of sizes that a declaration may have wrong, and with several names.
EXPORT char banner[] = "in place";
EXPORT wchar_t wide_banner[8] = L"wide";
EXPORT uint16_t utf16_banner[4] = {'u', 't', 'f', '!'}; // without a NUL
EXPORT long long wide_number = 5;
EXPORT int64_t written_name = 9;

#if defined(__ELF__)
extern int64_t second_name __attribute__((alias("written_name"), visibility("default")));
extern char third_name[9] __attribute__((alias("banner"), visibility("default")));
__asm__(".data\n.globl without_size\nwithout_size: .long 42\n.long 43\n.text\n"); // a symbol of size 0
#endif

EXPORT _Thread_local int per_thread = 5;

EXPORT int count_call(void) { return ++call_count; }

EXPORT int sum_of_primes(void) { return primes[0] + primes[1] + primes[2] + primes[3]; }

EXPORT int operate(int a, int b) { return operation ? operation(a, b) : -1; }

EXPORT int multiply(int a, int b) { return a * b; }

EXPORT uint64_t length_of_greeting(void) { return strlen(greeting); }

EXPORT uint64_t length_of_title(void) { return strlen(title); }

EXPORT void add_ticks(int times) {
    for (int i = 0; i < times; i++) {
        __atomic_fetch_add(&ticks, 1, __ATOMIC_SEQ_CST);
    }
}

// What a loader such as glXGetProcAddress gives: addresses of functions by names that are exported by nobody.
typedef void (*procedure)(void);

static int32_t hidden_add(int32_t a, int32_t b) { return a + b; }

static const char *hidden_name(void) { return "hidden"; }

static int32_t hidden_level = 11;

EXPORT procedure get_proc(const char *name) {
    return strcmp(name, "glAdd") == 0 ? (procedure) hidden_add
         : strcmp(name, "glName") == 0 ? (procedure) hidden_name
         : 0;
}

EXPORT void *get_symbol(const char *name) { return strcmp(name, "glLevel") == 0 ? &hidden_level : 0; }
