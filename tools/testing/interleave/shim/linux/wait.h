/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_WAIT_H
#define SHIM_WAIT_H

#include <linux/errno.h>
#include <linux/spinlock.h>

typedef struct hook_queue wait_queue_head_t;

#define init_waitqueue_head(queue)	((queue)->wakeups = 0)
#define wake_up(queue)		hook_wake(queue, #queue, __func__)

/* Like the kernel's, these look before they stand in line, and again after. */
#define SHIM_WAIT(queue, how, condition, what)				\
	({								\
		int wait_ = 0;						\
									\
		might_sleep();						\
		if (!(condition)) {					\
			hook_wait_begin(&(queue), what, __func__);	\
			while (!(condition)) {				\
				if (hook_wait_sleep(&(queue), how, what, \
						    __func__))		\
					continue;			\
				wait_ = -ERESTARTSYS;			\
				break;					\
			}						\
			hook_wait_end(&(queue));			\
		}							\
		wait_;							\
	})

#define wait_event(queue, condition) \
	((void)SHIM_WAIT(queue, HOOK_UNINTERRUPTIBLE, condition, #condition))
#define wait_event_killable(queue, condition) \
	SHIM_WAIT(queue, HOOK_KILLABLE, condition, #condition)
#define wait_event_interruptible(queue, condition) \
	SHIM_WAIT(queue, HOOK_INTERRUPTIBLE, condition, #condition)
#define wait_event_freezable(queue, condition) \
	SHIM_WAIT(queue, HOOK_INTERRUPTIBLE, condition, #condition)

#endif /* SHIM_WAIT_H */
