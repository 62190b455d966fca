// SPDX-License-Identifier: Apache-2.0
// Calls that are ended while they may be returning by themselves. What comes too late is counted.
#include "threading.h"

#include "blocks.h"
#include "export.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(_WIN32)
#include <errno.h>
#endif

// A slot is taken by one call at a time; whoever touches one that was given back is late.
#define SLOTS 1024
struct slot {
    _Atomic int taken, stopped, go, waiting;
};
static struct slot slots[SLOTS];
static _Atomic unsigned next_slot;
static _Atomic int late;

EXPORT struct slot *slot_new(void) {
    for (unsigned tried = 0; tried < SLOTS; tried++) {
        struct slot *slot = &slots[next_slot++ % SLOTS];
        int none = 0;
        if (!atomic_compare_exchange_strong(&slot->taken, &none, 1)) continue;
        slot->stopped = slot->go = slot->waiting = 0;
        return slot;
    }
    return NULL;
}

static void touch(struct slot *slot) {
    if (!slot->taken) late++;
}

EXPORT void slot_free(struct slot *slot) {
    touch(slot);
    slot->taken = 0;
}

EXPORT void slot_stop(struct slot *slot) {
    touch(slot);
    slot->stopped++;
}

EXPORT int slot_stops(struct slot *slot) { return slot->stopped; }

EXPORT void slot_go(struct slot *slot) { slot->go = 1; }

EXPORT int slot_is_waiting(struct slot *slot) { return slot->waiting; }

EXPORT int late_touches(void) { return late; }

// Until it is stopped, or for so many microseconds at most; less than 0 is for ever. How often it was stopped.
EXPORT int slot_wait(struct slot *slot, int micros) {
    slot->waiting = 1;
    for (int waited = 0; !slot->stopped && (micros < 0 || waited < micros); waited += 50) pause_for(50);
    touch(slot);
    return slot->stopped;
}

// Until it may go, and then at once: a block for the caller to give back by block_free.
EXPORT void *slot_block(struct slot *slot) {
    slot->waiting = 1;
    while (!slot->go) pause_for(1);
    touch(slot);
    return give(16);
}

// How often this thread has called it.
EXPORT int calls_in_this_thread(void) {
    static _Thread_local int calls;
    return ++calls;
}

static _Atomic int asleep;

EXPORT int sleepers(void) { return asleep; }

// Sleeps so long whatever interrupts it; how often it was interrupted.
EXPORT int sleep_through(int micros) {
#if defined(_WIN32)
    pause_for(micros);
    return 0;
#else
    asleep++;
    struct timespec left = {micros / 1000000, (long)(micros % 1000000) * 1000};
    int interrupted = 0;
    while (nanosleep(&left, &left) != 0 && errno == EINTR) interrupted++;
    asleep--;
    return interrupted;
#endif
}

// Calls back at once; then waits until it is stopped.
EXPORT int slot_call(struct slot *slot, int (*f)(int), int value) {
    const int result = f(value);
    slot_wait(slot, -1);
    return result;
}
