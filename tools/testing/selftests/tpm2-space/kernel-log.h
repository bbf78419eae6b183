/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel says. */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stdbool.h>

int kernel_log(void);
bool kernel_log_says(int log, const char *text);

#endif /* KERNEL_LOG_H */
