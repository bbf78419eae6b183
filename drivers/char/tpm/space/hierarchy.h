/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hierarchies that end, and their objects with them.
 */
#ifndef __TPM2_HIERARCHY_H
#define __TPM2_HIERARCHY_H

#include <linux/types.h>

struct tpm2_rm;
struct tpm2_wire_command;

int tpm2_hierarchy_about_to_end(struct tpm2_rm *rm, const u8 *buf,
				const struct tpm2_wire_command *cmd);
void tpm2_hierarchy_ended(struct tpm2_rm *rm, const u8 *buf,
			  const struct tpm2_wire_command *cmd);

#endif /* __TPM2_HIERARCHY_H */
