// SPDX-License-Identifier: Apache-2.0
#ifndef COUNTER_H
#define COUNTER_H

#include <stdatomic.h>

struct counter {
    int next;
    _Atomic int stopped; // times counter_stop was called
};

#endif
