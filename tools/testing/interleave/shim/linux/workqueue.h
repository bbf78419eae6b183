/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_WORKQUEUE_H
#define SHIM_WORKQUEUE_H

/* Work is done by tasks; what is known of each stays with the scheduler. */
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct work_struct {
	void (*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
};

struct workqueue_struct;

#define WQ_UNBOUND		0
#define WQ_FREEZABLE		0
#define WQ_MEM_RECLAIM		0

#define system_freezable_wq	NULL

#define alloc_workqueue(name, flags, most) \
	((struct workqueue_struct *)hook_create_wq(name))
#define destroy_workqueue(wq)	((void)(wq))

#define INIT_WORK(work_, function)	((work_)->func = (function))
#define INIT_WORK_ONSTACK(work_, function)	INIT_WORK(work_, function)
#define destroy_work_on_stack(work_)		((void)(work_))
#define INIT_DELAYED_WORK(dwork, function) \
	INIT_WORK(&(dwork)->work, function)

#define to_delayed_work(work_)	container_of(work_, struct delayed_work, work)

#define queue_work(wq, work_) \
	hook_queue_work(wq, work_, 0, false, #work_, __func__)
#define queue_delayed_work(wq, dwork, delay) \
	hook_queue_work(wq, &(dwork)->work, delay, false, #dwork, __func__)
#define mod_delayed_work(wq, dwork, delay) \
	hook_queue_work(wq, &(dwork)->work, delay, true, #dwork, __func__)
#define cancel_delayed_work(dwork) \
	hook_cancel_work(&(dwork)->work, false, #dwork, __func__)
#define cancel_delayed_work_sync(dwork) \
	hook_cancel_work(&(dwork)->work, true, #dwork, __func__)
#define cancel_work_sync(work_) \
	hook_cancel_work(work_, true, #work_, __func__)
#define flush_work(work_)	hook_flush_work(work_, #work_, __func__)

#endif /* SHIM_WORKQUEUE_H */
