/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters and limits in sysfs.
 */
#ifndef __TPM2_SYSFS_H
#define __TPM2_SYSFS_H

struct attribute_group;

extern const struct attribute_group tpm2_space_sysfs_group;

#endif /* __TPM2_SYSFS_H */
