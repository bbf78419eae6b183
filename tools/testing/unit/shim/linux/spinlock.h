/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_SPINLOCK_H
#define SHIM_SPINLOCK_H

/* With one thread there is nothing to wait for, but there is to get wrong. */
#include <linux/compiler.h>
#include <linux/types.h>

typedef struct {
	bool held;
} spinlock_t;

extern unsigned int shim_spinlocks;	/* how many are held */

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->held = false;
}

static inline void spin_lock(spinlock_t *lock)
{
	WARN_ON_ONCE(lock->held);
	lock->held = true;
	shim_spinlocks++;
}

static inline void spin_unlock(spinlock_t *lock)
{
	WARN_ON_ONCE(!lock->held);
	lock->held = false;
	shim_spinlocks--;
}

static inline void might_sleep(void)
{
	WARN_ON_ONCE(shim_spinlocks);
}

#endif /* SHIM_SPINLOCK_H */
