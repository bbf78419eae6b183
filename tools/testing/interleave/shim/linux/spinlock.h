/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of the other shims' one, which is for one thread. */
#ifndef SHIM_SPINLOCK_H
#define SHIM_SPINLOCK_H

#include <linux/compiler.h>
#include <linux/types.h>

#include <linux/lockdep.h>

typedef struct hook_lock spinlock_t;

#define spin_lock_init(lock)	((lock)->holder = 0)
#define spin_lock(lock)		hook_lock(lock, true, #lock, __func__)
#define spin_unlock(lock)	hook_unlock(lock, true, #lock, __func__)
#define might_sleep()		hook_might_sleep(__func__)

#endif /* SHIM_SPINLOCK_H */
