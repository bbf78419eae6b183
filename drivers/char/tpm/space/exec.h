/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client's command, to the TPM and back.
 */
#ifndef __TPM2_SPACE_EXEC_H
#define __TPM2_SPACE_EXEC_H

#include <linux/types.h>

struct tpm2_rm;
struct tpm2_rm_space;

ssize_t tpm2_space_exec(struct tpm2_rm_space *space, u8 *buf);
void tpm2_space_abort(struct tpm2_rm_space *space);
ssize_t tpm2_space_exec_raw(struct tpm2_rm *rm, u8 *buf);

#endif /* __TPM2_SPACE_EXEC_H */
