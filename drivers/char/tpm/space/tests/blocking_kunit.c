// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients that sleep until there is a session for them, each in a thread of its
 * own, and what wakes them (G2, G13).
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include "../exec.h"
#include "bed-suite.h"

#define SESSIONS	3
#define LONG		(30 * HZ)	/* nothing here takes that long */

/**
 * struct sleeper - a client that blocks
 * @client: the client
 * @task: its thread
 * @done: the thread has its answer
 */
struct sleeper {
	struct client *client;
	struct task_struct *task;
	struct completion done;
};

static int start(void *data)
{
	struct sleeper *sleeper = data;
	struct client_session session;

	allow_signal(SIGTERM);
	client_start(sleeper->client, &session);
	complete(&sleeper->done);
	return 0;
}

static struct bed *full(struct kunit *test, struct client_session sessions[])
{
	static const struct fake_tpm_config config = {
		.active_sessions = SESSIONS, .loaded_sessions = SESSIONS,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	unsigned int i;

	bed->rm->limits.max_per_fd = SESSIONS;
	for (i = 0; i < SESSIONS; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	return bed;
}

/* Let a client go to sleep; returns when it does. */
static void put_to_sleep(struct kunit *test, struct sleeper *sleeper,
			 struct client *client)
{
	struct tpm2_session_waiter *waiter = &client->space.waiter;

	sleeper->client = client;
	init_completion(&sleeper->done);
	waiter->notify = NULL;
	sleeper->task = kthread_run(start, sleeper, "tpm2-sleeper");
	KUNIT_ASSERT_FALSE(test, IS_ERR(sleeper->task));
	KUNIT_ASSERT_GT(test, wait_event_timeout(waiter->wait,
						 READ_ONCE(waiter->queued),
						 LONG), 0);
	KUNIT_EXPECT_FALSE(test, completion_done(&sleeper->done));
}

/* Its answer, which it must have without further ado. */
static int answer(struct kunit *test, struct sleeper *sleeper)
{
	KUNIT_ASSERT_GT(test, wait_for_completion_timeout(&sleeper->done, LONG),
			0);
	return sleeper->client->rc;
}

/* G2: as soon as a session ends, one after the other in the order of arrival. */
static void woken_in_order(struct kunit *test)
{
	struct client_session sessions[SESSIONS];
	struct bed *bed = full(test, sessions);
	struct sleeper first, second;

	put_to_sleep(test, &first, &bed->clients[1]);
	put_to_sleep(test, &second, &bed->clients[2]);
	/* a sleeper holds nothing that anybody needs */
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[2]), 0);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
					   sessions[1].handle), 0);
	KUNIT_EXPECT_EQ(test, answer(test, &first), 0);
	KUNIT_EXPECT_EQ(test, client_handle(first.client), sessions[1].handle);
	KUNIT_EXPECT_FALSE(test, completion_done(&second.done));
	bed_reopen(bed, 0);
	KUNIT_EXPECT_EQ(test, answer(test, &second), 0);
}

/* G2: by the queue's own timer, when the oldest lease ends. */
static void woken_by_timer(struct kunit *test)
{
	struct client_session sessions[SESSIONS];
	struct bed *bed = full(test, sessions);
	struct sleeper sleeper;

	/* the timer goes by real time, and the rest by that of the chip */
	tpm2_session_queue_set_lease(&bed->rm->queue, NSEC_PER_SEC / 4);
	put_to_sleep(test, &sleeper, &bed->clients[1]);
	WRITE_ONCE(bed->chip.now, bed->chip.now + NSEC_PER_SEC / 4);
	KUNIT_EXPECT_EQ(test, answer(test, &sleeper), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/* G2: a signal ends the wait, and nothing was carried out. */
static void woken_by_signal(struct kunit *test)
{
	struct client_session sessions[SESSIONS];
	struct bed *bed = full(test, sessions);
	struct sleeper first, second;

	put_to_sleep(test, &first, &bed->clients[1]);
	put_to_sleep(test, &second, &bed->clients[2]);
	send_sig(SIGTERM, first.task, 1);
	KUNIT_EXPECT_EQ(test, answer(test, &first), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, first.client->space.owner.nr_sessions, 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(bed->rm->queue.nr), 1);
	/* the one behind it has moved up */
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
					   sessions[0].handle), 0);
	KUNIT_EXPECT_EQ(test, answer(test, &second), 0);
}

/* G13: the chip goes away, and all are let go. */
static void woken_by_removal(struct kunit *test)
{
	struct client_session sessions[SESSIONS];
	struct bed *bed = full(test, sessions);
	struct sleeper sleepers[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		put_to_sleep(test, &sleepers[i], &bed->clients[i + 1]);
	tpm2_rm_close(bed->rm, true);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, answer(test, &sleepers[i]), -EPIPE);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(woken_in_order),
	KUNIT_CASE(woken_by_timer),
	KUNIT_CASE(woken_by_signal),
	KUNIT_CASE(woken_by_removal),
	{}
};

static struct kunit_suite blocking_suite = {
	.name = "tpm2_space_blocking",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(blocking_suite);
