/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is set from outside: whether new files are ours, and the limits that a
 * chip begins with.
 */
#ifndef __TPM2_SETTINGS_H
#define __TPM2_SETTINGS_H

#include <linux/moduleparam.h>
#include "chip.h"

extern struct tpm2_space_settings tpm2_space_settings;
extern const struct kernel_param_ops tpm2_space_switch_ops;

int tpm2_space_start(const struct tpm2_space_delivery *how);
void tpm2_space_stop(void);

/*
 * They are parameters of whichever module we are a part of, and have names there
 * that go with those of others.
 */
#define TPM2_SPACE_SWITCH_DESC						\
	"Serve files of /dev/tpmrmN that are opened from now on (default: Y)"
#define TPM2_SPACE_LEASE_DESC						\
	"How long a session that is not used is safe from eviction, in ms (default: 2000)"
#define TPM2_SPACE_TENURE_DESC						\
	"How long a session that is used is safe from eviction, in ms (default: 60000)"
#define TPM2_SPACE_MAX_DESC						\
	"How many sessions an open file may have (default: a quarter of the TPM's)"

#endif /* __TPM2_SETTINGS_H */
