/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a client sees of the TPM.
 */
#ifndef __TPM2_SPACE_CAPS_H
#define __TPM2_SPACE_CAPS_H

#include <linux/types.h>

struct tpm2_rm_space;
struct tpm2_wire_command;
struct tpm2_wire_response;

ssize_t tpm2_space_caps_answer(struct tpm2_rm_space *space, u8 *buf,
			       const struct tpm2_wire_command *cmd);
void tpm2_space_caps_adjust(struct tpm2_rm_space *space,
			    const struct tpm2_wire_command *cmd,
			    const struct tpm2_wire_response *rsp);

#endif /* __TPM2_SPACE_CAPS_H */
