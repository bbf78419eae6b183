/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_WORKQUEUE_H
#define SHIM_WORKQUEUE_H

/* Work that is not done by itself: a test does it when its time has come. */
#include <linux/jiffies.h>
#include <linux/types.h>

struct work_struct {
	void (*func)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	bool pending;
};

#define system_power_efficient_wq		NULL
#define system_freezable_wq	NULL

#define INIT_DELAYED_WORK(dwork, function)				\
	do {								\
		(dwork)->work.func = (function);			\
		(dwork)->pending = false;				\
	} while (0)

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

/* Both return whether it was pending before, or was not, as the kernel's do. */
static inline bool mod_delayed_work(void *wq, struct delayed_work *dwork,
				    unsigned long delay)
{
	bool pending = dwork->pending;

	(void)wq;
	(void)delay;
	dwork->pending = true;
	return pending;
}

static inline bool queue_delayed_work(void *wq, struct delayed_work *dwork,
				      unsigned long delay)
{
	return !mod_delayed_work(wq, dwork, delay);
}

#define delayed_work_pending(dwork)	((dwork)->pending)

static inline bool cancel_delayed_work(struct delayed_work *dwork)
{
	bool pending = dwork->pending;

	dwork->pending = false;
	return pending;
}

static inline bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel_delayed_work(dwork);
}

#endif /* SHIM_WORKQUEUE_H */
