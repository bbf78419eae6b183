/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_MUTEX_H
#define SHIM_MUTEX_H

#include <linux/spinlock.h>

#define mutex	hook_lock

#define DEFINE_MUTEX(name)	struct hook_lock name = { .holder = 0 }
#define mutex_init(mutex_)	((mutex_)->holder = 0)
#define mutex_lock(mutex_)	hook_lock(mutex_, false, #mutex_, __func__)
#define mutex_unlock(mutex_)	hook_unlock(mutex_, false, #mutex_, __func__)

#endif /* SHIM_MUTEX_H */
