/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ATOMIC_H
#define SHIM_ATOMIC_H

#include <linux/compiler.h>

typedef struct {
	int value;
} atomic_t;

#define atomic_read(atomic)	READ_ONCE((atomic)->value)
#define atomic_inc(atomic)	WRITE_ONCE((atomic)->value, (atomic)->value + 1)
#define atomic_dec(atomic)	WRITE_ONCE((atomic)->value, (atomic)->value - 1)

#define test_bit(nr, bits)	(READ_ONCE(*(bits)) >> (nr) & 1)
#define clear_bit(nr, bits)	WRITE_ONCE(*(bits), *(bits) & ~(1UL << (nr)))

#endif /* SHIM_ATOMIC_H */
