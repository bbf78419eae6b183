/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The FIFO of clients that wait for a session, and the lease.
 */
#ifndef __TPM2_SESSION_QUEUE_H
#define __TPM2_SESSION_QUEUE_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/**
 * struct tpm2_session_waiter - a client's place in the queue
 * @node: in the queue, or empty
 * @wait: where a blocking client sleeps; also woken when @queued becomes true
 * @notify: called instead of waking @wait, with the queue's lock held, for a
 *	client that does not block; NULL for one that does
 * @queued: it is in the queue; may be read without the queue's lock
 * @ready: it is this client's turn to try
 * @since: when it joined, ns of CLOCK_BOOTTIME
 */
struct tpm2_session_waiter {
	struct list_head node;
	wait_queue_head_t wait;
	void (*notify)(struct tpm2_session_waiter *waiter);
	bool queued;
	bool ready;
	u64 since;
};

/**
 * struct tpm2_session_queue - clients that wait for a session, in order
 * @lock: protects all of it; taken inside of every other lock
 * @waiters: the clients, the longest waiting first
 * @nr: how many
 * @lease: how long a session is safe from eviction, in ns
 * @oldest: creation time in ns of the session that the first client waits for
 *	the lease of, TPM2_SESSION_ETERNITY if it waits for a release only
 * @timer: runs when that lease ends
 * @gone: the chip went away, nobody waits any more
 * @waits: how many clients have had to wait
 * @longest: the longest wait, in ns
 */
struct tpm2_session_queue {
	spinlock_t lock;	/* protects all of it */
	struct list_head waiters;
	unsigned int nr;
	u64 lease;
	u64 oldest;
	struct delayed_work timer;
	bool gone;
	unsigned long waits;
	u64 longest;
};

void tpm2_session_queue_init(struct tpm2_session_queue *queue, u64 lease);
void tpm2_session_queue_destroy(struct tpm2_session_queue *queue);
void tpm2_session_waiter_init(struct tpm2_session_waiter *waiter);

bool tpm2_session_queue_admits(struct tpm2_session_queue *queue,
			       const struct tpm2_session_waiter *waiter);
void tpm2_session_queue_join(struct tpm2_session_queue *queue,
			     struct tpm2_session_waiter *waiter,
			     u64 oldest, u64 now);
int tpm2_session_queue_wait(struct tpm2_session_queue *queue,
			    struct tpm2_session_waiter *waiter);
void tpm2_session_queue_leave(struct tpm2_session_queue *queue,
			      struct tpm2_session_waiter *waiter, u64 now);
void tpm2_session_queue_kick(struct tpm2_session_queue *queue);
void tpm2_session_queue_close(struct tpm2_session_queue *queue);

u64 tpm2_session_queue_longest(struct tpm2_session_queue *queue, bool reset);
u64 tpm2_session_queue_lease(struct tpm2_session_queue *queue);
void tpm2_session_queue_set_lease(struct tpm2_session_queue *queue, u64 lease);

#endif /* __TPM2_SESSION_QUEUE_H */
