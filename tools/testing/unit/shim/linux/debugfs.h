/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_DEBUGFS_H
#define SHIM_DEBUGFS_H

/* Nobody looks. */
#include <stddef.h>

struct dentry;

#define debugfs_create_dir(name, parent)	((void)(parent), (struct dentry *)NULL)
#define debugfs_create_ulong(name, mode, parent, value) \
	((void)(parent), (void)(value))
#define debugfs_remove(dentry)			((void)(dentry))

#endif /* SHIM_DEBUGFS_H */
