/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_WAIT_H
#define SHIM_WAIT_H

/* Nobody sleeps where there is one thread. */
#include <linux/compiler.h>
#include <linux/types.h>

typedef struct {
	unsigned int wakeups;
} wait_queue_head_t;

static inline void init_waitqueue_head(wait_queue_head_t *wait)
{
	wait->wakeups = 0;
}

static inline void wake_up(wait_queue_head_t *wait)
{
	wait->wakeups++;
}

/* What is waited for here has happened, or never will. */
#define wait_event(wait, condition)					\
	do {								\
		(void)(wait);						\
		WARN_ON_ONCE(!(condition));				\
	} while (0)

#endif /* SHIM_WAIT_H */
