/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a resource manager: how it comes and goes, how its chip is held,
 * and how spaces are made and ended.
 */
#ifndef __TPM2_RM_H
#define __TPM2_RM_H

#include "state.h"

struct tpm2_rm *tpm2_rm_create(const struct tpm2_rm_ops *ops, void *priv);
void tpm2_rm_put(struct tpm2_rm *rm);
void tpm2_rm_begin(struct tpm2_rm *rm);
int tpm2_rm_hold(struct tpm2_rm *rm);
void tpm2_rm_wipe(struct tpm2_rm *rm);
void tpm2_rm_release(struct tpm2_rm *rm);
bool tpm2_rm_has_slots(struct tpm2_rm *rm);
void tpm2_rm_close(struct tpm2_rm *rm, bool all);

int tpm2_rm_space_init(struct tpm2_rm_space *space, struct tpm2_rm *rm,
		       u32 user);
void tpm2_rm_flush_parked(struct tpm2_rm_space *space);
bool tpm2_rm_space_has_nothing(struct tpm2_rm_space *space);
void tpm2_rm_space_destroy(struct tpm2_rm_space *space);

#endif /* __TPM2_RM_H */
