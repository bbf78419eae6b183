/* SPDX-License-Identifier: GPL-2.0-only */
/* The TPM itself. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include "snapshot.h"

bool device_read_detached(struct chip *chip);
char *device_flush(const char *name, uint32_t handle);

#endif /* DEVICE_H */
