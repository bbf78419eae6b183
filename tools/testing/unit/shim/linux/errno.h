/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ERRNO_H
#define SHIM_ERRNO_H

#include_next <linux/errno.h>

/* what the kernel keeps to itself */
#define ERESTARTSYS	512

#endif /* SHIM_ERRNO_H */
