/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slots of the TPM that others need.
 */
#ifndef __TPM2_SLOTS_H
#define __TPM2_SLOTS_H

struct tpm2_rm;

void tpm2_slots_spill_all(struct tpm2_rm *rm);
void tpm2_slots_keep_reserve(struct tpm2_rm *rm);

#endif /* __TPM2_SLOTS_H */
