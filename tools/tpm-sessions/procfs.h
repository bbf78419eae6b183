/* SPDX-License-Identifier: GPL-2.0-only */
/* The processes that have /dev/tpmrmN open. */
#ifndef PROCFS_H
#define PROCFS_H

#include "snapshot.h"

void procfs_find_files(struct snapshot *snapshot);

#endif /* PROCFS_H */
