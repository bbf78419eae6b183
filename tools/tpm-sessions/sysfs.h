/* SPDX-License-Identifier: GPL-2.0-only */
/* What is the same for all who use a TPM: its counters and limits. */
#ifndef SYSFS_H
#define SYSFS_H

#include <stdbool.h>
#include "snapshot.h"

const char *sysfs_switched_off(void);
void sysfs_find_chips(struct snapshot *snapshot, int only);
void sysfs_read_counters(struct chip *chip);
bool sysfs_read(int chip, const char *name, long long *value);
int sysfs_write(int chip, const char *name, long long value);

#endif /* SYSFS_H */
