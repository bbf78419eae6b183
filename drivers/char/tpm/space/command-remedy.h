/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a client's command and the kernel's own share of the remedies.
 */
#ifndef __TPM2_REMEDY_H
#define __TPM2_REMEDY_H

#include <linux/types.h>

struct tpm2_rm;
struct tpm2_session_owner;

bool tpm2_remedy_must_lack_index(struct tpm2_rm *rm);
bool tpm2_remedy_lacks_index(struct tpm2_rm *rm, u32 rc);
int tpm2_remedy_make_room(struct tpm2_rm *rm, u32 rc, u64 *ready);
void tpm2_remedy_allow(struct tpm2_rm *rm, unsigned int aside);
bool tpm2_remedy_goes_on(struct tpm2_rm *rm);
int tpm2_remedy_evict(struct tpm2_rm *rm,
		      const struct tpm2_session_owner *requester, u64 *ready);

#endif /* __TPM2_REMEDY_H */
