/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The context gap: how far the TPM's context counter may run away from the
 * oldest saved context.
 */
#ifndef __TPM2_GAP_H
#define __TPM2_GAP_H

#include <linux/types.h>
#include "state.h"

/* The shortest that a lease is, in ns; to change it takes two stores on 32 bits. */
static inline u64 tpm2_rm_lease(struct tpm2_rm *rm)
{
	u64 length;

	spin_lock(&rm->lock);
	length = rm->lease.length;
	spin_unlock(&rm->lock);
	return length;
}

int tpm2_gap_close(struct tpm2_rm *rm, u64 lease, u64 *ready);

#endif /* __TPM2_GAP_H */
