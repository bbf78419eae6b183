/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who waits for a session, and whose turn it is.
 */
#ifndef __TPM2_SESSION_QUEUE_H
#define __TPM2_SESSION_QUEUE_H

#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#define TPM2_SESSION_QUEUE_NEVER	(~0ULL)

/**
 * struct tpm2_session_line - the tickets of one user
 * @node: in tpm2_session_queue::lines while there are any
 * @passed: in tpm2_session_queue::passed, likewise
 * @begun: in tpm2_session_queue::begun, if all that the user has are the sessions of
 *	the first ticket's client, which has begun
 * @tickets: those of clients that have begun, who has most sessions first; then the
 *	others; of several such in the order of arrival
 * @served: when it was last this user's turn, as a number that grows
 * @joined: since when it waits, or was tried for having been passed over, likewise
 *	(an interruption does not end a wait that goes on after it)
 * @came: the place of the command that it began to wait with
 * @held: how many sessions the user has, as tpm2_session_line_hold() was told: a tree
 *	is sorted by it, so it changes under the lock of the queue
 */
struct tpm2_session_line {
	struct rb_node node;
	struct rb_node passed;
	struct rb_node begun;
	struct rb_root_cached tickets;
	u64 served;
	u64 joined;
	u64 came;
	unsigned int held;
};

/**
 * struct tpm2_session_ticket - a command that waits for a session
 * @node: in its line while it waits
 * @line: that of the user whose command it is
 * @attempt: try the command. Called by tpm2_session_queue_turn() without locks.
 *	Has to end in tpm2_session_queue_keep() or tpm2_session_queue_retire().
 * @done: the command has its answer, or never will. Called once, with the
 *	queue's lock held.
 * @arrival: its place in the line; kept when the wait is interrupted, in case
 *	that it goes on
 * @since: when it came, ns of CLOCK_MONOTONIC
 * @begun: how many sessions its client has, if it may need another one at the same
 *	time; else 0. Changes only while it does not wait.
 * @waiting: it is in the queue; may be read without the queue's lock
 * @trying: it is being tried
 * @unwanted: nobody waits for it any more; known only when it has been tried
 * @barred: it may not come again
 */
struct tpm2_session_ticket {
	struct rb_node node;
	struct tpm2_session_line *line;
	void (*attempt)(struct tpm2_session_ticket *ticket);
	void (*done)(struct tpm2_session_ticket *ticket, ssize_t result);
	u64 arrival;
	u64 since;
	unsigned int begun;
	bool waiting;
	bool trying;
	bool unwanted;
	bool barred;
};

/**
 * enum tpm2_session_admission - may a command ask the TPM for a session?
 * @TPM2_SESSION_ADMITTED: yes, nobody is before it
 * @TPM2_SESSION_QUEUED: no, and it has joined those who wait
 * @TPM2_SESSION_REFUSED: never; the chip or its client has gone
 */
enum tpm2_session_admission {
	TPM2_SESSION_ADMITTED,
	TPM2_SESSION_QUEUED,
	TPM2_SESSION_REFUSED,
};

/**
 * struct tpm2_session_queue - commands that wait for a session
 * @lock: protects all of it; taken inside of every other lock of ours but an open
 *	file's
 * @lines: users whose commands wait: who has fewest sessions is first, of those who
 *	have as many, whose last turn was longest ago, and else, who came first
 * @passed: the same users: first is who has been passed over for longest
 * @begun: those of them that have begun: who has most is first; of those who have as
 *	many it is by their turns
 * @anew: a session has ended, or the like, or the time has come, and nobody has been
 *	tried in vain since: those who have begun are tried before the others
 * @trying: the ticket that is being tried
 * @due: when the first one is to be tried, ns of CLOCK_MONOTONIC; 0 for now
 * @kicks: how often a session has ended, or the like
 * @schedule: have tpm2_session_queue_turn() called when @due has come. Called
 *	with the lock held.
 * @settled: woken when nothing is being tried any more
 * @gone: the chip went away, nobody waits any more
 * @nr: how many wait
 * @arrivals: how many have come
 * @turns: how many turns there have been
 * @waits: how many commands have had to wait
 * @longest: the longest wait, in ns
 */
struct tpm2_session_queue {
	spinlock_t lock;	/* protects all of it */
	struct rb_root_cached lines;
	struct rb_root_cached passed;
	struct rb_root_cached begun;
	bool anew;
	struct tpm2_session_ticket *trying;
	u64 due;
	u64 kicks;
	void (*schedule)(struct tpm2_session_queue *queue, u64 due);
	wait_queue_head_t settled;
	bool gone;
	unsigned int nr;
	u64 arrivals;
	u64 turns;
	unsigned long waits;
	u64 longest;
};

void tpm2_session_queue_init(struct tpm2_session_queue *queue,
			     void (*schedule)(struct tpm2_session_queue *queue,
					      u64 due));
void tpm2_session_queue_destroy(struct tpm2_session_queue *queue);
void tpm2_session_line_init(struct tpm2_session_queue *queue,
			    struct tpm2_session_line *line);
bool tpm2_session_line_waits(struct tpm2_session_queue *queue,
			     const struct tpm2_session_line *line);
void tpm2_session_line_hold(struct tpm2_session_queue *queue,
			    struct tpm2_session_line *line, unsigned int held);
void tpm2_session_ticket_init(struct tpm2_session_ticket *ticket,
			      struct tpm2_session_line *line,
			      void (*attempt)(struct tpm2_session_ticket *));

enum tpm2_session_admission
tpm2_session_queue_admit(struct tpm2_session_queue *queue,
			 struct tpm2_session_ticket *ticket, u64 now);
bool tpm2_session_queue_wait(struct tpm2_session_queue *queue,
			     struct tpm2_session_ticket *ticket, u64 due,
			     u64 kicks, u64 now);
void tpm2_session_queue_keep(struct tpm2_session_queue *queue,
			     struct tpm2_session_ticket *ticket, u64 due,
			     u64 kicks);
void tpm2_session_queue_retire(struct tpm2_session_queue *queue,
			       struct tpm2_session_ticket *ticket,
			       ssize_t result, u64 now);
bool tpm2_session_queue_abandon(struct tpm2_session_queue *queue,
				struct tpm2_session_ticket *ticket,
				bool keep_place);
void tpm2_session_queue_bar(struct tpm2_session_queue *queue,
			    struct tpm2_session_ticket *ticket);
void tpm2_session_queue_lose_place(struct tpm2_session_queue *queue,
				   struct tpm2_session_ticket *ticket);

struct tpm2_session_ticket *
tpm2_session_queue_first(const struct tpm2_session_queue *queue);
bool tpm2_session_queue_since(struct tpm2_session_queue *queue,
			      const struct tpm2_session_ticket *ticket,
			      u64 *since);
bool tpm2_session_queue_before(struct tpm2_session_queue *queue,
			       const struct tpm2_session_ticket *ticket,
			       unsigned int *before, u64 *since);
struct tpm2_session_ticket *
tpm2_session_queue_next(struct tpm2_session_queue *queue, u64 now);
void tpm2_session_queue_turn(struct tpm2_session_queue *queue, u64 now);
u64 tpm2_session_queue_kicks(struct tpm2_session_queue *queue);
void tpm2_session_queue_kick(struct tpm2_session_queue *queue);
void tpm2_session_queue_close(struct tpm2_session_queue *queue);
u64 tpm2_session_queue_longest(struct tpm2_session_queue *queue, bool reset);

#endif /* __TPM2_SESSION_QUEUE_H */
