// SPDX-License-Identifier: Apache-2.0
#ifndef THREADING_H
#define THREADING_H

// Threads and pauses, of POSIX or Windows. It comes before all other headers: C11 alone has no nanosleep.
#if !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif

#include <stdbool.h>
#include <stddef.h>

#if defined(_WIN32)
#include <windows.h>
typedef HANDLE thread;
#define BODY DWORD WINAPI
static inline bool begin(thread *made, LPTHREAD_START_ROUTINE body, void *data, size_t stack) {
    return (*made = CreateThread(NULL, stack, body, data, 0, NULL)) != NULL;
}
static inline void join(thread made) {
    WaitForSingleObject(made, INFINITE);
    CloseHandle(made);
}
static inline void pause_for(int micros) { Sleep((micros + 999) / 1000); }
#else
#include <pthread.h>
#include <time.h>
typedef pthread_t thread;
#define BODY void *
static inline bool begin(thread *made, void *(*body)(void *), void *data, size_t stack) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (stack) pthread_attr_setstacksize(&attributes, stack);
    const bool done = pthread_create(made, &attributes, body, data) == 0;
    pthread_attr_destroy(&attributes);
    return done;
}
static inline void join(thread made) { pthread_join(made, NULL); }
static inline void pause_for(int micros) {
    const struct timespec time = {micros / 1000000, (long)(micros % 1000000) * 1000};
    nanosleep(&time, NULL);
}
#endif

#endif
