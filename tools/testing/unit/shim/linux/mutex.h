/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_MUTEX_H
#define SHIM_MUTEX_H

#include <linux/spinlock.h>

struct mutex {
	bool held;
};

#define DEFINE_MUTEX(name)	struct mutex name = {}

static inline void mutex_init(struct mutex *mutex)
{
	mutex->held = false;
}

static inline void mutex_lock(struct mutex *mutex)
{
	might_sleep();
	WARN_ON_ONCE(mutex->held);
	mutex->held = true;
}

static inline void mutex_unlock(struct mutex *mutex)
{
	WARN_ON_ONCE(!mutex->held);
	mutex->held = false;
}

#endif /* SHIM_MUTEX_H */
