/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The context gap: how far the TPM's context counter may run away from the
 * oldest saved context.
 */
#ifndef __TPM2_GAP_H
#define __TPM2_GAP_H

#include <linux/types.h>

struct tpm2_rm;
struct work_struct;

int tpm2_gap_refresh(struct tpm2_rm *rm);
int tpm2_gap_close(struct tpm2_rm *rm, u64 lease, u64 *ready);
void tpm2_gap_watch(struct tpm2_rm *rm);
void tpm2_gap_work(struct work_struct *work);

#endif /* __TPM2_GAP_H */
