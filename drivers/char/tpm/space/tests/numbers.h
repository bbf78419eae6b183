/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that look random, and come again with the same seed.
 */
#ifndef __TPM2_NUMBERS_H
#define __TPM2_NUMBERS_H

#include <linux/types.h>

/**
 * struct numbers - where they come from
 * @state: of a xorshift generator; any seed but 0
 */
struct numbers {
	u64 state;
};

/* The next one; it is smaller than @below. */
static inline u32 numbers_next(struct numbers *numbers, u32 below)
{
	numbers->state ^= numbers->state << 13;
	numbers->state ^= numbers->state >> 7;
	numbers->state ^= numbers->state << 17;
	return (u32)(numbers->state >> 16) % below;
}

#endif /* __TPM2_NUMBERS_H */
