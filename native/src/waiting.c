// SPDX-License-Identifier: Apache-2.0
// C that takes its time: calls that wait, that are told to end, or that end when they are let go.
#include "threading.h"

#include "blocks.h"
#include "counter.h"
#include "export.h"

#include <stdatomic.h>
#include <stdint.h>

static _Atomic int slowness = 20000; // microseconds
static _Atomic int under_way, most_under_way;

static void enter(void) {
    const int now = atomic_fetch_add(&under_way, 1) + 1;
    int most = most_under_way;
    while (now > most && !atomic_compare_exchange_weak(&most_under_way, &most, now)) {}
}

static void leave(void) { atomic_fetch_sub(&under_way, 1); }

EXPORT void set_slowness(int micros) { slowness = micros; }

EXPORT int slow_sum(int a, int b) {
    enter();
    pause_for(slowness);
    leave();
    return a + b;
}

// How many calls of this file are under way, and how many ever were at once since the last reset.
EXPORT int calls_under_way(void) { return under_way; }

EXPORT int most_calls_under_way(void) { return most_under_way; }

EXPORT void reset_most_calls(void) { most_under_way = (int)under_way; }

// Waits until the counter is stopped, before or meanwhile; how often it was told so.
EXPORT int counter_wait(struct counter *counter) {
    enter();
    while (!counter->stopped) pause_for(200);
    leave();
    return counter->stopped;
}

EXPORT void counter_stop(struct counter *counter) { counter->stopped++; }

EXPORT int counter_stops(struct counter *counter) { return counter->stopped; }

// As sqlite3_interrupt: only a stop that comes while it waits ends it, after so long a beginning.
EXPORT int counter_wait_deaf(struct counter *counter, int micros) {
    enter();
    pause_for(micros);
    const int before = counter->stopped;
    while (counter->stopped == before) pause_for(200);
    leave();
    return counter->stopped;
}

// A gate: what passes it waits until it is open.
static _Atomic int gate_open, at_gate;

EXPORT void close_gate(void) { gate_open = 0; }

EXPORT void open_gate(void) { gate_open = 1; }

EXPORT int waiting_at_gate(void) { return at_gate; }

EXPORT int pass_gate(int value) {
    enter();
    at_gate++;
    while (!gate_open) pause_for(at_gate < 16 ? 100 : 50000); // a thousand that look often leave no time for others
    at_gate--;
    leave();
    return value;
}

// The first element once it is through the gate: it reads the memory as late as can be.
EXPORT int read_behind_gate(const int *values) {
    pass_gate(0);
    return values[0];
}

// A block of memory for the caller to give back by block_free, when it is through the gate.
EXPORT void *block_behind_gate(void) {
    pass_gate(0);
    return give(16);
}

EXPORT void *block_now(void) { return give(16); }

// Subscriptions: f(n) for n = 1, 2, ... by a thread of C's, each so many microseconds, until they are cancelled.
#define MOST_SUBSCRIPTIONS 64
static struct subscription {
    _Atomic int state; // 0 free, 1 taken, 2 told to end
    void (*f)(int);
    int micros, times;
    _Atomic int called;
    thread made;
} subscriptions[MOST_SUBSCRIPTIONS];
static _Atomic int active_subscriptions;

static BODY serve(void *data) {
    struct subscription *s = data;
    while (s->state == 1 && (!s->times || s->called < s->times)) {
        s->called++;
        s->f(s->called);
        if (s->micros) pause_for(s->micros);
    }
    return 0;
}

// So often at most; 0 is without end. The number of the subscription, or -1.
EXPORT int subscribe_paced(void (*f)(int), int micros, int times) {
    for (int i = 0; i < MOST_SUBSCRIPTIONS; i++) {
        int none = 0;
        struct subscription *s = &subscriptions[i];
        if (!atomic_compare_exchange_strong(&s->state, &none, 1)) continue;
        s->f = f;
        s->micros = micros;
        s->times = times;
        s->called = 0;
        if (!begin(&s->made, serve, s, 0)) {
            s->state = 0;
            return -1;
        }
        active_subscriptions++;
        return i;
    }
    return -1;
}

EXPORT int subscribe(void (*f)(int)) { return subscribe_paced(f, 1000, 0); }

// When it returns f is not called any more. How often it was called.
EXPORT int unsubscribe_counted(int subscription) {
    struct subscription *s = &subscriptions[subscription];
    s->state = 2;
    join(s->made);
    const int called = s->called;
    s->state = 0;
    active_subscriptions--;
    return called;
}

EXPORT void unsubscribe(int subscription) { unsubscribe_counted(subscription); }

EXPORT int subscriptions_active(void) { return active_subscriptions; }

// Work that is done in a while, and says so once: f(value, data), by a thread of C's, or at once if there is no while.
struct work {
    void (*f)(int, void *);
    void *data;
    int value, micros, times;
    _Atomic int cancelled;
    thread made;
};

static BODY finish(void *data) {
    struct work *work = data;
    for (int waited = 0; waited < work->micros && !work->cancelled; waited += 200) pause_for(200);
    for (int i = 0; i < work->times && !work->cancelled; i++) work->f(work->value, work->data);
    return 0;
}

EXPORT struct work *start_work(int value, int micros, int times, void (*f)(int, void *), void *data) {
    struct work *work = give(sizeof *work);
    if (!work) return NULL;
    *work = (struct work){.f = f, .data = data, .value = value, .micros = micros, .times = times};
    if (!micros) {
        for (int i = 0; i < times; i++) f(value, data);
        work->times = 0;
    }
    if (!begin(&work->made, finish, work, 0)) {
        take(work);
        return NULL;
    }
    return work;
}

// When it returns f is not called any more; the work is freed.
EXPORT void end_work(struct work *work) {
    work->cancelled = 1;
    join(work->made);
    take(work);
}
