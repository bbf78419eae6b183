/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel itself uses the TPM for, set off from user space. */
#ifndef CONSUMER_H
#define CONSUMER_H

#include <stdbool.h>
#include "message.h"

#define PARENT_HANDLE	0x81000001	/* what trusted keys are sealed under */

void consumer_setup(void);
bool kernel_extends(void);
long kernel_measurements(void);
bool kernel_draws(void);
bool kernel_seals(struct blob *sealed);
bool kernel_seals_with(struct blob *sealed, const char *options);
bool kernel_unseals(const struct blob *sealed);
bool kernel_unseals_with(const struct blob *sealed, const char *options);

#endif /* CONSUMER_H */
