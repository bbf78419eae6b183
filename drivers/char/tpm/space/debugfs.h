/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters for whoever works on the driver.
 */
#ifndef __TPM2_DEBUGFS_H
#define __TPM2_DEBUGFS_H

struct dentry;
struct tpm2_rm;

void tpm2_debugfs_init(void);
void tpm2_debugfs_exit(void);
struct dentry *tpm2_debugfs_add(struct tpm2_rm *rm);
void tpm2_debugfs_remove(struct dentry *folder);

#endif /* __TPM2_DEBUGFS_H */
