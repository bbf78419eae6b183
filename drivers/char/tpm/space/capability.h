/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which handles a client sees.
 */
#ifndef __TPM2_SPACE_CAPS_H
#define __TPM2_SPACE_CAPS_H

#include <linux/types.h>

struct tpm2_rm_space;
struct tpm2_wire_command;
struct tpm2_wire_response;

ssize_t tpm2_space_caps_answer(struct tpm2_rm_space *space, u8 *buf,
			       const struct tpm2_wire_command *cmd);
ssize_t tpm2_space_caps_filter(struct tpm2_rm_space *space, const u8 *buf,
			       const struct tpm2_wire_command *cmd,
			       const struct tpm2_wire_response *rsp);

#endif /* __TPM2_SPACE_CAPS_H */
