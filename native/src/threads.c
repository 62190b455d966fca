// SPDX-License-Identifier: Apache-2.0
// C that calls back by threads of its own.
#include "export.h"
#include "threading.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef int (*operation)(int, int);

int fire(int place, int a, int b); // of callbacks.c

struct work {
    operation f;
    int a, b, times, micros;
    int64_t result;
};

static BODY work(void *data) {
    struct work *work = data;
    pause_for(work->micros);
    for (int i = 0; i < work->times; i++) work->result += work->f(work->a, work->b);
    return 0;
}

// f(a, b) by a new thread, whose end is waited for; -1000 if there is none.
EXPORT int apply_on_thread(operation f, int a, int b) {
    struct work data = {f, a, b, 1, 0, 0};
    thread made;
    if (!begin(&made, work, &data, 0)) return -1000;
    join(made);
    return (int)data.result;
}

// The same by a thread with so small a stack.
EXPORT int apply_on_small_thread(operation f, int a, int b, int stack) {
    struct work data = {f, a, b, 1, 0, 0};
    thread made;
    if (!begin(&made, work, &data, (size_t)stack)) return -1000;
    join(made);
    return (int)data.result;
}

// f(number of the thread, b) so many times by each of so many threads at once; the sum.
EXPORT int64_t apply_on_threads(operation f, int threads, int times, int b) {
    struct work *data = calloc((size_t)threads, sizeof *data);
    thread *made = calloc((size_t)threads, sizeof *made);
    int64_t sum = 0;
    int begun = 0;
    while (data && made && begun < threads) {
        const struct work next = {f, begun, b, times, 0, 0};
        data[begun] = next;
        if (!begin(&made[begun], work, &data[begun], 0)) break;
        begun++;
    }
    for (int i = 0; i < begun; i++) {
        join(made[i]);
        sum += data[i].result;
    }
    free(data);
    free(made);
    return sum;
}

static struct work later;
static thread later_thread;

// f(a, b) after so many microseconds; await_later returns what it returned.
EXPORT void apply_later(operation f, int a, int b, int micros) {
    const struct work next = {f, a, b, 1, micros, 0};
    later = next;
    begin(&later_thread, work, &later, 0);
}

EXPORT int await_later(void) {
    join(later_thread);
    return (int)later.result;
}

// A thread that calls back until it is told to end.
static volatile bool ticking;
static void (*ticked)(int);
static int ticks;
static int pace;
static thread ticker;

static BODY tick(void *data) {
    (void)data;
    while (ticking) {
        ticked(++ticks);
        pause_for(pace);
    }
    return 0;
}

EXPORT void start_ticking(void (*f)(int), int micros) {
    ticked = f;
    pace = micros;
    ticks = 0;
    ticking = true;
    begin(&ticker, tick, NULL, 0);
}

EXPORT int stop_ticking(void) {
    ticking = false;
    join(ticker);
    return ticks;
}

// Fires what is kept; if nothing is and it waits, once something is.
EXPORT int fire_when_kept(int place, int a, int b, bool waits) {
    int result = fire(place, a, b);
    while (waits && result == -1000) {
        pause_for(1000);
        result = fire(place, a, b);
    }
    return result;
}
