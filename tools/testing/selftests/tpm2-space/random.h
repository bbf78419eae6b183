/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers that can be had again. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_begin(void);
void random_set(uint64_t seed);
uint32_t random_bits(void);
uint32_t random_below(uint32_t limit);
void random_fill(uint8_t *data, size_t size);

#endif /* RANDOM_H */
