/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client's command, to the TPM and back.
 */
#ifndef __TPM2_SPACE_EXEC_H
#define __TPM2_SPACE_EXEC_H

#include <linux/types.h>

struct tpm2_rm;
struct tpm2_rm_space;
struct tpm2_session_ticket;

int tpm2_space_setup(struct tpm2_rm_space *space, struct tpm2_rm *rm, u32 user,
		     void (*done)(struct tpm2_session_ticket *ticket,
				  ssize_t result));
bool tpm2_space_exec(struct tpm2_rm_space *space, u8 *buf, ssize_t *result);
bool tpm2_space_abandon(struct tpm2_rm_space *space, bool keep_place);
bool tpm2_space_leave(struct tpm2_rm_space *space);
void tpm2_space_bar(struct tpm2_rm_space *space);
ssize_t tpm2_space_exec_raw(struct tpm2_rm *rm, u8 *buf);

#endif /* __TPM2_SPACE_EXEC_H */
