// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks and wait queues.
 */
#include <string.h>
#include "schedule.h"

void hook_might_sleep(const char *where)
{
	if (self()->spins)
		fail("%s() may sleep, but there is a spinlock", where);
}

void hook_lock(struct hook_lock *lock, bool spins, const char *what,
	       const char *where)
{
	if (!spins)
		hook_might_sleep(where);
	if (lock->holder == current_task)
		fail("%s is taken twice, in %s()", what, where);
	task_want(lock, what, where);
	lock->holder = current_task;
	self()->spins += spins;
	self()->quiet = quiet_always(what, where);
	if (quiet_look(what, where))
		task_read_event(lock);
	else if (!self()->quiet)
		task_event(lock);
	trace("takes", what, where);
}

void hook_unlock(struct hook_lock *lock, bool spins, const char *what,
		 const char *where)
{
	if (lock->holder != current_task)
		fail("%s is not held, in %s()", what, where);
	if (!quiet_look(what, where) && !quiet_always(what, where))
		task_event(lock);
	self()->quiet = false;
	lock->holder = 0;
	self()->spins -= spins;
	trace("lets go of", what, where);
	task_point(lock, NULL, what, where);
}

void hook_assert_held(const struct hook_lock *lock, const char *what,
		      const char *where)
{
	if (lock->holder != current_task)
		fail("%s should be held, in %s()", what, where);
}

void hook_wait_begin(struct hook_queue *queue, const char *what,
		     const char *where)
{
	struct task *task = self();

	if (task->queue)
		fail("waits while it waits, in %s()", where);
	task_point(queue, "gets ready to wait for", what, where);
	task_event(queue);
	queue->wakeups += 0;
	task->queue = queue;
	task->woken = false;
}

/* Sleep until the queue is woken; false if it is a signal. */
bool hook_wait_sleep(struct hook_queue *queue, enum hook_sleep how,
		     const char *what, const char *where)
{
	struct task *task = self();
	bool interrupted;

	task_point(queue, "waits for", what, where);
	if (current_task == MAIN_TASK) {
		/* it looks again whenever something was done */
		task_block(what, queue);
		return true;
	}
	if (how == HOOK_UNINTERRUPTIBLE && work_do_own())
		return true;
	while (!task->woken) {
		if (how != HOOK_UNINTERRUPTIBLE)
			task_event(task);
		interrupted = (how == HOOK_INTERRUPTIBLE && task->signal) ||
			      (how == HOOK_KILLABLE && task->fatal);
		if (interrupted) {
			note("is interrupted by a signal");
			return false;
		}
		task_block(what, how == HOOK_INTERRUPTIBLE ?
				 (void *)&task->signal :
				 how == HOOK_KILLABLE ? (void *)&task->fatal :
							(void *)&task->woken);
	}
	task_event(queue);
	task->woken = false;
	return true;
}

void hook_wait_end(struct hook_queue *queue)
{
	task_event(queue);
	queue->wakeups += 0;
	self()->queue = NULL;
}

void hook_wake(struct hook_queue *queue, const char *what, const char *where)
{
	struct task *task;
	int i;

	task_point(queue, "wakes", what, where);
	task_event(queue);
	queue->wakeups++;
	for (i = MAIN_TASK + 1; i <= TASKS; i++) {
		task = &tasks[i];
		if (task->queue != queue && task->polled != queue)
			continue;
		task->woken |= task->queue == queue;
		task->poll_woken |= task->polled == queue;
		task_unblock(&task->signal);
		task_unblock(&task->fatal);
		task_unblock(&task->woken);
	}
}

/* Be woken by this queue, to poll again. */
void hook_poll(struct hook_queue *queue)
{
	task_point(queue, "polls", "its file", "space_poll");
	task_event(queue);
	queue->wakeups += 0;
	self()->polled = queue;
	self()->poll_woken = false;
}
