/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making the tables say what is in the TPM.
 */
#ifndef __TPM2_SYNC_H
#define __TPM2_SYNC_H

#include <linux/types.h>

struct tpm2_rm;

int tpm2_rm_read_limits(struct tpm2_rm *rm);
int tpm2_rm_flush_strangers(struct tpm2_rm *rm, u64 lease, u64 *ready);
int tpm2_rm_sync(struct tpm2_rm *rm);

#endif /* __TPM2_SYNC_H */
