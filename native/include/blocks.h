// SPDX-License-Identifier: Apache-2.0
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stddef.h>

// malloc() and free() that count, so that a test can assert that nothing leaked. The memory is plain: C's own free()
// takes it too, and is not counted.
void *give(size_t bytes);
void take(void *memory);

#endif
