/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_UACCESS_H
#define SHIM_UACCESS_H

#include <linux/spinlock.h>
#include <string.h>

#define copy_from_user(to, from, size) \
	(might_sleep(), hook_read(from, "user memory", __func__), \
	 memcpy(to, from, size), 0)
#define copy_to_user(to, from, size) \
	(might_sleep(), hook_read(from, "user memory", __func__), \
	 memcpy(to, from, size), 0)

#endif /* SHIM_UACCESS_H */
