// SPDX-License-Identifier: Apache-2.0
#ifndef LAYOUT_H
#define LAYOUT_H

#include "export.h"

#include <stddef.h>

// What the compiler made of a struct, for tests to ask. A bit-field has no address, hence no offset.
#define SIZE(kind, name) \
    EXPORT size_t sizeof_##name(void) { return sizeof(kind name); } \
    EXPORT size_t alignof_##name(void) { return _Alignof(kind name); }

#define OFFSET(kind, name, field) \
    EXPORT size_t offsetof_##name##_##field(void) { return offsetof(kind name, field); }

#define BITS(kind, name, type, field) \
    EXPORT type get_##name##_##field(const kind name *memory) { return memory->field; } \
    EXPORT void set_##name##_##field(kind name *memory, type value) { memory->field = value; }

#define FIELD(kind, name, type, field) OFFSET(kind, name, field) BITS(kind, name, type, field)

#endif
