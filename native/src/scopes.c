// SPDX-License-Identifier: Apache-2.0
// C that calls back often, is told to stop by what it gets, and does so by several threads at the same moment.
#include "threading.h"

#include "blocks.h"
#include "export.h"

#include <stdatomic.h>
#include <stdbool.h>

// f(1), f(2), ... so often at most, until one returns something: how often it was called.
static int ask(int (*f)(int), int times) {
    int asked = 0;
    while (asked < times && !f(++asked)) {}
    return asked;
}

// As a progress handler: by the calling thread.
EXPORT int ask_until(int (*f)(int), int times) { return ask(f, times); }

// The same by a thread of C's.
struct asking {
    int (*f)(int);
    int times, asked;
    thread made;
};

static BODY ask_by_thread(void *data) {
    struct asking *asking = data;
    asking->asked = ask(asking->f, asking->times);
    return 0;
}

EXPORT struct asking *begin_asking(int (*f)(int), int times) {
    struct asking *asking = give(sizeof *asking);
    if (!asking) return NULL;
    asking->f = f;
    asking->times = times;
    asking->asked = 0;
    if (!begin(&asking->made, ask_by_thread, asking, 0)) {
        take(asking);
        return NULL;
    }
    return asking;
}

// How often it was called, when it is not any more.
EXPORT int end_asking(struct asking *asking) {
    join(asking->made);
    const int asked = asking->asked;
    take(asking);
    return asked;
}

// Threads that stay, and call back at the same moment, as near as can be.
#define MOST_RACERS 4
static struct racer {
    int number;
    thread made;
} racers[MOST_RACERS];
static int racing;
static void (*raced)(int);
static _Atomic int first, race_number, at_start, in_goal;
static _Atomic bool racers_ended;

static BODY run_races(void *data) {
    const struct racer *self = data;
    for (int ran = 0; !racers_ended;) {
        if (race_number == ran) {
            pause_for(20);
            continue;
        }
        ran++;
        at_start++;
        for (int spun = 0; at_start < ran * racing; spun++) {
            if (spun > 10000) pause_for(1); // the others have no processor
        }
        raced(first + self->number);
        in_goal++;
    }
    return 0;
}

// How many there are.
EXPORT int begin_racers(int number) {
    race_number = at_start = in_goal = 0;
    racers_ended = false;
    racing = number < MOST_RACERS ? number : MOST_RACERS;
    for (int i = 0; i < racing; i++) {
        racers[i].number = i;
        if (!begin(&racers[i].made, run_races, &racers[i], 0)) return i;
    }
    return racing;
}

// f(value) by the first of them, f(value + 1) by the second, and so on; it does not wait for them.
EXPORT void start_race(void (*f)(int), int value) {
    raced = f;
    first = value;
    race_number++;
}

// When it returns f is not called any more.
EXPORT void await_race(void) {
    while (in_goal < race_number * racing) pause_for(20);
}

EXPORT void end_racers(void) {
    racers_ended = true;
    for (int i = 0; i < racing; i++) join(racers[i].made);
}
