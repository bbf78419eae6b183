/* SPDX-License-Identifier: GPL-2.0-only */
/* What the scenarios stand on, made of this machine's kernel. */
#ifndef DEVICE_BED_H
#define DEVICE_BED_H

#include <stdbool.h>

void device_bed_end(void);
bool device_bed_was_late(void);

#endif /* DEVICE_BED_H */
