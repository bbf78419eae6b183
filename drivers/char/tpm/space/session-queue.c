// SPDX-License-Identifier: GPL-2.0-only
/*
 * The FIFO of clients that wait for a session, and the lease.
 *
 * Only the first in the queue ever tries: it is woken when a session has
 * ended or when the lease of the oldest one has, tries under the chip's lock,
 * and either leaves the queue, which makes the next one first, or stays where
 * it is for the next event. So nobody overtakes, nobody polls, and a thousand
 * waiters cost one timer.
 *
 * A client joins the queue while it still holds the chip. Sessions end under
 * the chip's lock only, so no release can slip through between its attempt
 * and its joining.
 *
 * The first in the queue may be a task that sleeps in write(), or a file in
 * non-blocking mode, which occupies nobody while it waits.
 */
#include <linux/errno.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "session-queue.h"
#include "session-table.h"

/* Tell the first in the queue to try. */
static void kick_locked(struct tpm2_session_queue *queue)
{
	struct tpm2_session_waiter *first;

	lockdep_assert_held(&queue->lock);

	first = list_first_entry_or_null(&queue->waiters,
					 struct tpm2_session_waiter, node);
	if (!first || first->ready)
		return;

	WRITE_ONCE(first->ready, true);
	if (first->notify)
		first->notify(first);
	else
		wake_up(&first->wait);
}

static void lease_ended(struct work_struct *work)
{
	struct tpm2_session_queue *queue =
		container_of(to_delayed_work(work), struct tpm2_session_queue,
			     timer);

	tpm2_session_queue_kick(queue);
}

/**
 * tpm2_session_queue_init() - make an empty queue
 * @queue: the queue
 * @lease: in ns
 */
void tpm2_session_queue_init(struct tpm2_session_queue *queue, u64 lease)
{
	memset(queue, 0, sizeof(*queue));
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->waiters);
	INIT_DELAYED_WORK(&queue->timer, lease_ended);
	queue->lease = lease;
	queue->oldest = TPM2_SESSION_ETERNITY;
}

/**
 * tpm2_session_queue_destroy() - the opposite of tpm2_session_queue_init()
 * @queue: the queue; nobody waits in it
 */
void tpm2_session_queue_destroy(struct tpm2_session_queue *queue)
{
	WARN_ON_ONCE(!list_empty(&queue->waiters));
	cancel_delayed_work_sync(&queue->timer);
}

/**
 * tpm2_session_waiter_init() - make a client that waits in no queue
 * @waiter: the client; blocking unless its notify is set afterwards
 */
void tpm2_session_waiter_init(struct tpm2_session_waiter *waiter)
{
	memset(waiter, 0, sizeof(*waiter));
	INIT_LIST_HEAD(&waiter->node);
	init_waitqueue_head(&waiter->wait);
}

/**
 * tpm2_session_queue_admits() - may this client ask the TPM for a session?
 * @queue: the queue
 * @waiter: the client
 *
 * Return: true if nobody waits before it.
 */
bool tpm2_session_queue_admits(struct tpm2_session_queue *queue,
			       const struct tpm2_session_waiter *waiter)
{
	bool admits;

	spin_lock(&queue->lock);
	admits = list_empty(&queue->waiters) ||
		 queue->waiters.next == &waiter->node;
	spin_unlock(&queue->lock);
	return admits;
}

/* Run the timer when the lease of the oldest session ends. */
static void arm_locked(struct tpm2_session_queue *queue, u64 now)
{
	u64 end;

	lockdep_assert_held(&queue->lock);

	if (queue->oldest == TPM2_SESSION_ETERNITY) {
		cancel_delayed_work(&queue->timer);
		return;
	}
	end = queue->oldest + queue->lease;
	/* a jiffy more, since the current one has partly gone by */
	mod_delayed_work(system_power_efficient_wq, &queue->timer,
			 end > now ? nsecs_to_jiffies(end - now) + 1 : 0);
}

/**
 * tpm2_session_queue_join() - wait for the next chance
 * @queue: the queue
 * @waiter: the client; keeps its place if it has one already
 * @oldest: creation time in ns of the session whose lease ends next;
 *	TPM2_SESSION_ETERNITY if there is none. Matters for the first in the
 *	queue only: the others learn it when they become first.
 * @now: time in ns
 *
 * Context: called with the chip held; does not sleep.
 */
void tpm2_session_queue_join(struct tpm2_session_queue *queue,
			     struct tpm2_session_waiter *waiter,
			     u64 oldest, u64 now)
{
	spin_lock(&queue->lock);
	WRITE_ONCE(waiter->ready, false);
	if (list_empty(&waiter->node)) {
		list_add_tail(&waiter->node, &queue->waiters);
		waiter->since = now;
		queue->nr++;
		queue->waits++;
		WRITE_ONCE(waiter->queued, true);
		wake_up(&waiter->wait);
	}
	if (queue->waiters.next == &waiter->node) {
		queue->oldest = oldest;
		arm_locked(queue, now);
	}
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_wait() - sleep until it is this client's turn
 * @queue: the queue
 * @waiter: the client, which has joined
 *
 * Context: no lock held. This is the one place where a client waits.
 *
 * Return: 0 when the client is to try again, -EINPROGRESS if it does not
 * block and is notified instead, -EPIPE if the chip went away, -ERESTARTSYS
 * on a signal.
 */
int tpm2_session_queue_wait(struct tpm2_session_queue *queue,
			    struct tpm2_session_waiter *waiter)
{
	int rc;

	if (READ_ONCE(queue->gone))
		return -EPIPE;
	if (waiter->notify)
		return -EINPROGRESS;

	might_sleep();
	rc = wait_event_freezable(waiter->wait,
				  READ_ONCE(waiter->ready) ||
				  READ_ONCE(queue->gone));
	if (READ_ONCE(queue->gone))
		return -EPIPE;
	return rc;
}

/**
 * tpm2_session_queue_leave() - give up one's place
 * @queue: the queue
 * @waiter: a client, waiting or not
 * @now: time in ns
 *
 * If it was the first, it is the next one's turn.
 */
void tpm2_session_queue_leave(struct tpm2_session_queue *queue,
			      struct tpm2_session_waiter *waiter, u64 now)
{
	bool first;

	spin_lock(&queue->lock);
	if (!list_empty(&waiter->node)) {
		first = queue->waiters.next == &waiter->node;
		list_del_init(&waiter->node);
		WRITE_ONCE(waiter->queued, false);
		queue->nr--;
		queue->longest = max(queue->longest, now - waiter->since);
		if (first)
			kick_locked(queue);
	}
	WRITE_ONCE(waiter->ready, false);
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_kick() - a session may be had
 * @queue: the queue
 *
 * Context: any; takes the queue's lock.
 */
void tpm2_session_queue_kick(struct tpm2_session_queue *queue)
{
	spin_lock(&queue->lock);
	kick_locked(queue);
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_close() - let everybody go, the chip went away
 * @queue: the queue
 */
void tpm2_session_queue_close(struct tpm2_session_queue *queue)
{
	struct tpm2_session_waiter *waiter;

	spin_lock(&queue->lock);
	WRITE_ONCE(queue->gone, true);
	list_for_each_entry(waiter, &queue->waiters, node) {
		if (waiter->ready)
			continue;
		WRITE_ONCE(waiter->ready, true);
		if (waiter->notify)
			waiter->notify(waiter);
		else
			wake_up(&waiter->wait);
	}
	spin_unlock(&queue->lock);
}

/**
 * tpm2_session_queue_longest() - the longest wait so far
 * @queue: the queue
 * @reset: begin anew
 *
 * Return: ns.
 */
u64 tpm2_session_queue_longest(struct tpm2_session_queue *queue, bool reset)
{
	u64 longest;

	spin_lock(&queue->lock);
	longest = queue->longest;
	if (reset)
		queue->longest = 0;
	spin_unlock(&queue->lock);
	return longest;
}

/**
 * tpm2_session_queue_lease() - how long a session is safe from eviction
 * @queue: the queue
 *
 * Return: ns.
 */
u64 tpm2_session_queue_lease(struct tpm2_session_queue *queue)
{
	u64 lease;

	spin_lock(&queue->lock);
	lease = queue->lease;
	spin_unlock(&queue->lock);
	return lease;
}

/**
 * tpm2_session_queue_set_lease() - change the lease
 * @queue: the queue
 * @lease: in ns; 0 evicts without waiting
 *
 * Whoever waits finds out at once.
 */
void tpm2_session_queue_set_lease(struct tpm2_session_queue *queue, u64 lease)
{
	spin_lock(&queue->lock);
	queue->lease = lease;
	kick_locked(queue);
	spin_unlock(&queue->lock);
}
