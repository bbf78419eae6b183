/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The context gap: how far the TPM's context counter may run away from the
 * oldest saved context.
 */
#ifndef __TPM2_GAP_H
#define __TPM2_GAP_H

#include <linux/types.h>

struct tpm2_rm;

int tpm2_gap_close(struct tpm2_rm *rm, u64 lease, u64 *ready);

#endif /* __TPM2_GAP_H */
