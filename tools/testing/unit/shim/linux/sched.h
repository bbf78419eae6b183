/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_SCHED_H
#define SHIM_SCHED_H

/* Somebody else's turn; but there is nobody else. */
#include <linux/spinlock.h>

static inline void cond_resched(void)
{
	might_sleep();
}

/* And nobody has a number. */
#define task_tgid_nr(task)	1

#endif /* SHIM_SCHED_H */
