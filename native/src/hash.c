// SPDX-License-Identifier: Apache-2.0
#include "export.h"

#include <stddef.h>
#include <stdint.h>

// FNV-1a: short, and every byte at every place changes it.
EXPORT uint32_t hash(const uint8_t *bytes, size_t count) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}
