// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work, the tasks that do it, and the clock.
 *
 * Each work has a task of its own: those of one queue run beside each other, and
 * one of them never beside itself. Time stands still but for the clock's task,
 * which goes on to when the next timer is due, and may do so at any time.
 */
#include <linux/workqueue.h>
#include <stdio.h>
#include <string.h>
#include "schedule.h"

#define WORKS	12
#define LONG	(100 * NSEC_PER_SEC)

/**
 * struct work - a work that was asked for
 * @work: which one
 * @wq: the name of its queue
 * @timer: it is to be queued at @expires
 * @queued: it is to be done
 * @running: it is being done
 * @expires: in ns
 * @by: who has asked for it last
 * @task: who does it
 * @name: that one's name
 */
struct work {
	struct work_struct *work;
	const char *wq;
	bool timer;
	bool queued;
	bool running;
	u64 expires;
	int by;
	int task;
	char name[20];
};

static PER_RUN struct work works[WORKS];
static PER_RUN unsigned int nr_works;
static PER_RUN u64 now = 1000000000ULL;
static PER_RUN bool timers;	/* stands for all of them */

void *hook_create_wq(const char *name)
{
	return (void *)name;
}

unsigned long long hook_now(void)
{
	if (!self()->quiet)
		task_read_event(&now);
	return now;
}

static struct work *find(struct work_struct *work)
{
	unsigned int i;

	for (i = 0; i < nr_works; i++) {
		if (works[i].work == work)
			return &works[i];
	}
	return NULL;
}

/* What a work is in is not touched once that is being done. */
static void do_once(struct work *work)
{
	task_event(work);
	work->queued = false;
	work->running = true;
	work->work->func(work->work);
	task_event(work);
	work->running = false;
	task_unblock(&work->running);
}

/* A worker. */
static void do_work(void *data)
{
	struct work *work = data;

	for (;;) {
		while (!work->queued)
			task_block("work", work);
		task_point(work, "begins", work->name, "worker");
		if (work->queued)
			do_once(work);
	}
}

/*
 * Before anybody runs, there is one task for everything: do what is to be done, if
 * there is anything.
 */
bool work_do_before(void)
{
	unsigned int i;

	for (i = 0; i < nr_works; i++) {
		if (!works[i].queued)
			continue;
		works[i].queued = false;
		works[i].work->func(works[i].work);
		return true;
	}
	return false;
}

/*
 * Whoever waits for nothing but what he has asked for does it himself, unless the
 * worker has begun, or the scenario is about workers. Others can come in between as
 * often as they could if the worker did it; and there are fewer tasks to choose from
 * whenever one cannot go on.
 */
bool work_do_own(void)
{
	struct work *work;
	unsigned int i;

	if (looks_at & LOOKS_AT_WORKERS)
		return false;
	for (i = 0; i < nr_works; i++) {
		work = &works[i];
		if (!work->queued || work->running ||
		    work->by != current_task ||
		    strcmp(work->wq, "tpm2_space"))
			continue;
		tasks[work->task].blocked = "work";
		tasks[work->task].on = work;
		do_once(work);
		return true;
	}
	return false;
}

static struct work *find_or_create(struct work_struct *item, const char *wq)
{
	struct work *work = find(item);

	if (work)
		return work;
	if (nr_works == WORKS)
		fail("too much work");
	work = &works[nr_works++];
	memset(work, 0, sizeof(*work));
	work->work = item;
	work->wq = wq ? wq : "system";
	snprintf(work->name, sizeof(work->name), "%.10s %u",
		 strstr(work->wq, "turn") ? "turn" : "worker", nr_works);
	work->task = task_create(work->name, do_work, work, true);
	tasks[work->task].blocked = "work";
	tasks[work->task].on = work;
	return work;
}

static bool is_errand(const char *wq)
{
	return wq && strstr(wq, "errand");
}

bool hook_queue_work(void *wq, struct work_struct *item, unsigned long delay,
		     bool again, const char *what, const char *where)
{
	struct work *work;
	bool pending;

	/* it has to be there */
	if (!item->func)
		fail("%s is no work, in %s()", what, where);
	task_point(item, "queues", what, where);
	/*
	 * Whoever has an errand done does nothing but wait for that; so he does it
	 * himself, now or when he waits.
	 */
	if (is_errand(wq) && !self()->spins) {
		item->func(item);
		return true;
	}
	task_event(item);
	work = find_or_create(item, wq);
	task_event(work);
	pending = work->timer || work->queued;
	if (pending && !again)
		return false;
	work->timer = delay;
	work->queued = !delay;
	work->wq = wq ? wq : "system";
	work->by = current_task;
	if (delay) {
		work->expires = hook_now() + delay * NSEC_PER_MSEC;
		/* it does not matter in which order they are set */
		task_read_event(&timers);
		task_unblock(&timers);
	} else if (!is_errand(wq)) {
		task_unblock(work);
	}
	return again ? pending : !pending;
}

bool hook_cancel_work(struct work_struct *item, bool sync, const char *what,
		      const char *where)
{
	struct work *work;
	bool pending;

	if (!item->func)
		fail("%s is no work, in %s()", what, where);
	task_point(item, "cancels", what, where);
	task_event(item);
	work = find(item);
	if (!work)
		return false;
	task_event(work);
	pending = work->timer || work->queued;
	if (work->timer)
		task_read_event(&timers);
	work->timer = false;
	work->queued = false;
	if (sync) {
		hook_might_sleep(where);
		while (work->running)
			task_block(what, &work->running);
		task_event(work);
	}
	return pending;
}

void hook_flush_work(struct work_struct *item, const char *what,
		     const char *where)
{
	struct work *work;

	hook_might_sleep(where);
	if (!item->func)
		fail("%s is no work, in %s()", what, where);
	task_point(item, "flushes", what, where);
	task_event(item);
	work = find(item);
	if (!work)
		return;
	if (work->queued && is_errand(work->wq))
		do_once(work);
	while (work->queued || work->running)
		task_block(what, &work->running);
	task_event(work);
}

static struct work *next_timer(void)
{
	struct work *next = NULL;
	unsigned int i;

	for (i = 0; i < nr_works; i++) {
		if (works[i].timer &&
		    (!next || works[i].expires < next->expires))
			next = &works[i];
	}
	return next;
}

static void run_clock(void *data)
{
	struct work *work;

	(void)data;
	for (;;) {
		while (!next_timer())
			task_block("timers", &timers);
		work = next_timer();
		task_event(&timers);
		task_event(work);
		task_event(&now);
		if (work->expires > now)
			now = work->expires;
		work->timer = false;
		work->queued = true;
		task_unblock(work);
		note("it is %llu ms, time for %s", now / NSEC_PER_MSEC,
		     work->name);
		task_yield();
	}
}

void work_init(void)
{
	clock_task = task_create("clock", run_clock, NULL, true);
	tasks[clock_task].blocked = "timers";
	tasks[clock_task].on = &timers;
}

/*
 * Is the next timer one that may be due while there is something to do? Nobody
 * who can go on takes minutes for it.
 */
bool work_may_be_timely(void)
{
	const struct work *work = next_timer();

	return work && work->expires < now + LONG;
}

/* What time is it? Whoever asks makes no difference by it. */
u64 work_time(void)
{
	return now;
}

/* Before anybody runs, let time go by. */
void work_pass(u64 ns)
{
	now += ns;
}

/* Is work of this queue about to be done, or will it be? */
bool work_is_due(const void *wq)
{
	unsigned int i;

	for (i = 0; i < nr_works; i++) {
		if (!strcmp(works[i].wq, wq) &&
		    (works[i].timer || works[i].queued || works[i].running))
			return true;
	}
	return false;
}
