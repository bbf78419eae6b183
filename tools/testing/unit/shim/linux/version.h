/* SPDX-License-Identifier: GPL-2.0-only */
/* User space stands for the newest kernel that the compat header knows. */
#ifndef SHIM_VERSION_H
#define SHIM_VERSION_H

#define KERNEL_VERSION(a, b, c)	(((a) << 16) + ((b) << 8) + (c))
#define LINUX_VERSION_CODE	KERNEL_VERSION(6, 12, 0)

#endif /* SHIM_VERSION_H */
