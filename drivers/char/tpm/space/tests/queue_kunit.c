// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue alone: places, turns, times.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include "../session-queue.h"
#include "../session-table.h"

#define WAITERS	4
#define LEASE	1000000000ULL	/* ns; long enough for no timer to run */

/**
 * struct line - a queue and those who may stand in it
 * @queue: the queue
 * @waiters: they do not block
 * @notified: how often each was
 */
struct line {
	struct tpm2_session_queue queue;
	struct tpm2_session_waiter waiters[WAITERS];
	unsigned int notified[WAITERS];
};

/* Whose place is this? */
static struct line *lines;

static void notify(struct tpm2_session_waiter *waiter)
{
	lines->notified[waiter - lines->waiters]++;
}

static int init(struct kunit *test)
{
	unsigned int i;

	lines = kunit_kzalloc(test, sizeof(*lines), GFP_KERNEL);
	if (!lines)
		return -ENOMEM;
	tpm2_session_queue_init(&lines->queue, LEASE);
	for (i = 0; i < WAITERS; i++) {
		tpm2_session_waiter_init(&lines->waiters[i]);
		lines->waiters[i].notify = notify;
	}
	test->priv = lines;
	return 0;
}

static void finish(struct kunit *test)
{
	struct line *line = test->priv;
	unsigned int i;

	for (i = 0; i < WAITERS; i++)
		tpm2_session_queue_leave(&line->queue, &line->waiters[i], 0);
	KUNIT_EXPECT_EQ(test, line->queue.nr, 0);
	tpm2_session_queue_destroy(&line->queue);
}

static void join(struct line *line, unsigned int i, u64 now)
{
	tpm2_session_queue_join(&line->queue, &line->waiters[i],
				TPM2_SESSION_ETERNITY, now);
}

/* G2: who is first may try, and nobody else. */
static void admits_the_first(struct kunit *test)
{
	struct line *line = test->priv;
	struct tpm2_session_waiter *waiters = line->waiters;

	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_admits(&line->queue,
							  &waiters[3]));
	join(line, 0, 0);
	join(line, 1, 0);
	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_admits(&line->queue,
							  &waiters[0]));
	KUNIT_EXPECT_FALSE(test, tpm2_session_queue_admits(&line->queue,
							   &waiters[1]));
	KUNIT_EXPECT_FALSE(test, tpm2_session_queue_admits(&line->queue,
							   &waiters[3]));
}

/* G2: joining again keeps the place. */
static void keeps_the_place(struct kunit *test)
{
	struct line *line = test->priv;

	join(line, 0, 0);
	join(line, 1, 0);
	tpm2_session_queue_kick(&line->queue);
	join(line, 0, 5);
	KUNIT_EXPECT_EQ(test, line->queue.nr, 2);
	KUNIT_EXPECT_EQ(test, line->queue.waits, 2);
	KUNIT_EXPECT_TRUE(test, tpm2_session_queue_admits(&line->queue,
							  &line->waiters[0]));
	KUNIT_EXPECT_FALSE(test, line->waiters[0].ready);
}

/* Only the first is told, and once until it has tried. */
static void notifies_the_first_once(struct kunit *test)
{
	struct line *line = test->priv;

	tpm2_session_queue_kick(&line->queue);
	join(line, 0, 0);
	join(line, 1, 0);
	KUNIT_EXPECT_EQ(test, line->notified[0], 0);
	tpm2_session_queue_kick(&line->queue);
	tpm2_session_queue_kick(&line->queue);
	KUNIT_EXPECT_EQ(test, line->notified[0], 1);
	KUNIT_EXPECT_EQ(test, line->notified[1], 0);
	join(line, 0, 0);
	tpm2_session_queue_kick(&line->queue);
	KUNIT_EXPECT_EQ(test, line->notified[0], 2);
}

/* Who leaves from the front has the next one told; from behind, nobody. */
static void leaving(struct kunit *test)
{
	struct line *line = test->priv;

	join(line, 0, 0);
	join(line, 1, 0);
	join(line, 2, 0);
	tpm2_session_queue_leave(&line->queue, &line->waiters[1], 0);
	KUNIT_EXPECT_EQ(test, line->notified[0] + line->notified[2], 0);
	tpm2_session_queue_leave(&line->queue, &line->waiters[0], 0);
	KUNIT_EXPECT_EQ(test, line->notified[2], 1);
	/* who is in no queue can leave it all the same */
	tpm2_session_queue_leave(&line->queue, &line->waiters[3], 0);
	KUNIT_EXPECT_EQ(test, line->queue.nr, 1);
	KUNIT_EXPECT_FALSE(test, line->waiters[0].queued);
	KUNIT_EXPECT_TRUE(test, line->waiters[2].queued);
}

/* G16: the longest wait is that from joining to leaving. */
static void longest_wait(struct kunit *test)
{
	struct line *line = test->priv;
	struct tpm2_session_queue *queue = &line->queue;

	join(line, 0, 100);
	join(line, 1, 150);
	join(line, 0, 180);
	tpm2_session_queue_leave(queue, &line->waiters[0], 200);
	tpm2_session_queue_leave(queue, &line->waiters[1], 210);
	KUNIT_EXPECT_EQ(test, tpm2_session_queue_longest(queue, false), 100);
	KUNIT_EXPECT_EQ(test, tpm2_session_queue_longest(queue, true), 100);
	KUNIT_EXPECT_EQ(test, tpm2_session_queue_longest(queue, false), 0);
}

/* The timer runs for the first in line only, when there is a lease to end. */
static void timer(struct kunit *test)
{
	struct line *line = test->priv;
	struct delayed_work *work = &line->queue.timer;

	join(line, 0, 0);
	KUNIT_EXPECT_FALSE(test, cancel_delayed_work_sync(work));
	tpm2_session_queue_join(&line->queue, &line->waiters[1], 7, 8);
	KUNIT_EXPECT_FALSE(test, cancel_delayed_work_sync(work));
	tpm2_session_queue_join(&line->queue, &line->waiters[0], 7, 8);
	KUNIT_EXPECT_TRUE(test, cancel_delayed_work_sync(work));
	KUNIT_EXPECT_EQ(test, line->queue.oldest, 7);
	tpm2_session_queue_join(&line->queue, &line->waiters[0], 7, 8);
	join(line, 0, 9);
	KUNIT_EXPECT_FALSE(test, cancel_delayed_work_sync(work));
}

/* A new lease is tried at once. */
static void new_lease(struct kunit *test)
{
	struct line *line = test->priv;

	join(line, 0, 0);
	tpm2_session_queue_set_lease(&line->queue, 0);
	KUNIT_EXPECT_EQ(test, line->notified[0], 1);
	KUNIT_EXPECT_EQ(test, tpm2_session_queue_lease(&line->queue), 0);
}

/* G13: when the chip goes, all are told, and none may wait any more. */
static void closing(struct kunit *test)
{
	struct line *line = test->priv;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		join(line, i, 0);
		KUNIT_EXPECT_EQ(test,
				tpm2_session_queue_wait(&line->queue,
							&line->waiters[i]),
				-EINPROGRESS);
	}
	tpm2_session_queue_close(&line->queue);
	for (i = 0; i < WAITERS; i++) {
		KUNIT_EXPECT_EQ(test, line->notified[i], i < 3);
		KUNIT_EXPECT_EQ(test,
				tpm2_session_queue_wait(&line->queue,
							&line->waiters[i]),
				-EPIPE);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(admits_the_first),
	KUNIT_CASE(keeps_the_place),
	KUNIT_CASE(notifies_the_first_once),
	KUNIT_CASE(leaving),
	KUNIT_CASE(longest_wait),
	KUNIT_CASE(timer),
	KUNIT_CASE(new_lease),
	KUNIT_CASE(closing),
	{}
};

static struct kunit_suite queue_suite = {
	.name = "tpm2_space_queue",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(queue_suite);
