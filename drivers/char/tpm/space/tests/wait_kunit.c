// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for a session, for how long, and who goes first.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include "../exec.h"
#include "bed-suite.h"

/* Three sessions, and as many as there are for each client. */
static struct bed *three(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 3, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);

	bed->rm->limits.max_per_fd = 3;
	return bed;
}

static void fill(struct kunit *test, struct bed *bed, unsigned int client,
		 struct client_session sessions[3])
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(&bed->clients[client],
						   &sessions[i]), 0);
}

/* G1: the limit is what the TPM answers, not what it advertises. */
static void less_than_advertised(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 5, .advertised_sessions = 64,
		.loaded_sessions = 3, .loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session session;
	unsigned int i;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	bed->rm->limits.max_per_fd = 2;
	bed_tick(bed, BED_LEASE);
	for (i = 0; i < 50; i++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i % 3 + 1],
						   &session), 0);
		bed_tick(bed, BED_LEASE);
	}
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 50);
}

/*
 * G1: nor what it has answered once: how many it can have may depend on its memory.
 * If it is to have more, who waits asks again every two seconds, and no more often.
 */
static void more_than_before(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 2, .advertised_sessions = 3,
		.loaded_sessions = 3, .loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session busy[2], session, other;
	const u64 pause = 2000 * NSEC_PER_MSEC;
	unsigned int asked;

	bed_set_tenure(bed, 10 * pause, 60 * pause);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &busy[0]), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &busy[1]), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, bed->rm->limits.full_at, 2);
	asked = fake_tpm_count(bed->tpm, TPM_CC_START_AUTH_SESSION);
	bed_tick(bed, pause - 1);
	tpm2_session_queue_kick(&bed->rm->queue);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_START_AUTH_SESSION),
			asked);
	bed_tick(bed, 1);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_START_AUTH_SESSION),
			asked + 1);

	bed->tpm->config.active_sessions = 3;
	bed_tick(bed, pause - 1);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	bed_tick(bed, 1);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[2].rc, 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	/* and two are not all that it can have, from then on */
	client_started(&bed->clients[2], &session);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2], session.handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &other), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->limits.full_at, 0);
}

/* G1: nor are sessions forever in use of which nobody had told us. */
static void sessions_unheard_of(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session session;
	u32 handle;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION, &handle);
	fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION, &handle);

	/* G10: they count from when they are found */
	bed_tick(bed, BED_LEASE - 1);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], session.handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 2);
	bed_tick(bed, BED_LEASE - 1);
	KUNIT_EXPECT_FALSE(test, client_is_next(&bed->clients[1]));
	bed_tick(bed, 1);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), 0);
}

/* G2: in the order of arrival, within ceil(k / S) leases. */
static void in_order(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;
	unsigned int i;

	fill(test, bed, 0, sessions);
	for (i = 1; i < BED_CLIENTS; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i], &session),
				-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, bed->rm->queue.nr, 3);

	/* the last one cannot be served before the first ones */
	bed_tick(bed, BED_LEASE - 1);
	for (i = 1; i < BED_CLIENTS; i++)
		KUNIT_EXPECT_FALSE(test, client_is_next(&bed->clients[i]));
	bed_tick(bed, 1);
	for (i = 1; i < BED_CLIENTS; i++) {
		KUNIT_EXPECT_TRUE(test, client_is_next(&bed->clients[i]));
		KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[i]), 0);
	}

	/* and the first one of the next three waits for another lease */
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
			-EINPROGRESS);
	bed_tick(bed, BED_LEASE - 1);
	KUNIT_EXPECT_FALSE(test, client_is_next(&bed->clients[0]));
	bed_tick(bed, 1);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[0]), 0);
}

/* G2: a newcomer does not overtake, even if a session is free. */
static void no_overtaking(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
					   sessions[1].handle), 0);
	KUNIT_EXPECT_TRUE(test, client_is_next(&bed->clients[1]));
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), 0);
	KUNIT_EXPECT_TRUE(test, bed->clients[2].waits);
}

/* G2: whatever ends a session wakes the first in line. */
static void woken_by_any_end(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
					   sessions[0].handle), 0);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), 0);

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[0], &sessions[1], 0),
			0);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[2]), 0);

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session),
			-EINPROGRESS);
	bed_reopen(bed, 0);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[3]), 0);
}

/* Whatever has become of a session whose end was lost: whoever waits finds out. */
static void woken_by_a_loss(struct kunit *test)
{
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.nth = 1,
	};
	struct bed *bed = three(test);
	struct client_session sessions[3], session;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
					   sessions[0].handle), -EIO);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), 0);

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	lose.cc = FAKE_CC_GET_RANDOM;
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[0], &sessions[1], 0),
			-EIO);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[2]), 0);

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session),
			-EINPROGRESS);
	lose.cc = TPM_CC_FLUSH_CONTEXT;
	fake_fault_add(bed->tpm, &lose);
	bed_reopen(bed, 0);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[3]), 0);
}

/* G2: who gives up makes room for the next in line. */
static void giving_up(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_TRUE(test, client_give_up(&bed->clients[1], false));
	KUNIT_EXPECT_EQ(test, bed->rm->queue.nr, 1);
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[2]), 0);
	/* nothing was carried out for the one that gave up */
	KUNIT_EXPECT_EQ(test, bed->clients[1].space.owner.nr_sessions, 0);
}

/* G2: the chip goes away, and nobody waits for it any more. */
static void chip_goes(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;
	unsigned int i;

	fill(test, bed, 0, sessions);
	for (i = 1; i < BED_CLIENTS; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i], &session),
				-EINPROGRESS);
	tpm2_rm_close(bed->rm, false);
	for (i = 1; i < BED_CLIENTS; i++)
		KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[i]), -EPIPE);
	KUNIT_EXPECT_EQ(test, bed->rm->queue.nr, 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[0]),
			-EPIPE);
	/* G13: nothing is left behind */
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
}

/* It has gone already: nothing can be ended in it, and nothing is left of it. */
static void chip_has_gone(struct kunit *test)
{
	struct bed *usual = test->priv;
	struct bed *bed = bed_create(&usual->tpm->config);
	struct client_session session;
	u32 object, serial;

	KUNIT_ASSERT_NOT_NULL(test, bed);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, client_create(&bed->clients[0], &object, &serial),
			0);
	bed->chip.broken = true;
	tpm2_rm_close(bed->rm, true);
	/* nor can it if the chip can be had again */
	bed->chip.broken = false;
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), -EPIPE);
	KUNIT_EXPECT_EQ(test, client_read(&bed->clients[0], object), -EPIPE);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), -EPIPE);
	KUNIT_EXPECT_EQ(test, bed_destroy(bed), 0);
}

/* The same for one whose turn comes just then. */
static void chip_is_going(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	bed_tick(bed, BED_LEASE);
	bed->chip.broken = true;
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), -EPIPE);
	KUNIT_EXPECT_EQ(test, bed->rm->queue.nr, 0);
	bed->chip.broken = false;
}

/*
 * Whatever errno a driver has for a command that was lost, its client gets that
 * and nothing else comes of it: nobody waits, and nothing is sent again.
 */
static void errnos_of_drivers(struct kunit *test)
{
	static const int errors[] = {
		-EAGAIN, -EINPROGRESS, -ENOSPC, -ENOMEM, -ERESTARTSYS, -EPIPE,
		-EINTR, -ETIME, -EIO, -EBUSY, -EINVAL,
	};
	struct bed *bed = three(test);
	struct fake_fault fault = { .nth = 1 };
	struct client *c = &bed->clients[0];
	struct client_session session;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		for (j = 0; j < 4; j++) {
			/* first, so that what is lost is the command itself */
			KUNIT_ASSERT_EQ(test, client_start(c, &session), 0);
			fault.kind = j & 1 ? FAKE_FAULT_LOSE_COMMAND :
					     FAKE_FAULT_LOSE_RESPONSE;
			fault.error = errors[i];
			fake_fault_add(bed->tpm, &fault);
			if (j & 2)
				KUNIT_EXPECT_EQ(test,
						client_start(c, &session),
						errors[i]);
			else
				KUNIT_EXPECT_EQ(test, client_use(c, &session),
						errors[i]);
			KUNIT_EXPECT_FALSE(test, c->waits);
			KUNIT_EXPECT_EQ(test, bed->rm->queue.nr, 0);
			bed_reopen(bed, 0);
			/* what only the lost response has named is adopted */
			bed_tick(bed, BED_LEASE);
		}
	}
	KUNIT_EXPECT_EQ(test, bed->rm->queue.waits, 0);
}

/* A lease of nothing: evict without waiting. */
static void no_lease(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;
	unsigned int i;

	bed_set_lease(bed, 0);
	fill(test, bed, 0, sessions);
	for (i = 1; i < BED_CLIENTS; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i], &session),
				0);
	KUNIT_EXPECT_EQ(test, bed->rm->queue.waits, 0);
}

/* Who waits finds out at once that leases are shorter now. */
static void shorter_lease(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	bed_tick(bed, BED_LEASE / 2);
	KUNIT_EXPECT_FALSE(test, client_is_next(&bed->clients[1]));
	bed_set_lease(bed, BED_LEASE / 2);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), 0);
}

/* All sessions are the client's own: there is nothing to wait for. */
static void all_its_own(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;
	unsigned int i;

	bed->rm->limits.max_per_fd = 4;
	fill(test, bed, 0, sessions);
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
			RESMGR(TPM_RC_SESSION_MEMORY));
	KUNIT_EXPECT_EQ(test, bed->rm->queue.nr, 0);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0],
						 &sessions[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(&bed->clients[0], 0),
				sessions[i].serial);
	}
}

/* G1: a client that has lost one of each handle is not refused for good. */
static void lost_one_of_each(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session sessions[3], session;

	fill(test, bed, 0, sessions);
	bed_tick(bed, BED_LEASE);
	fill(test, bed, 1, sessions);
	KUNIT_EXPECT_EQ(test, bed->clients[0].space.owner.nr_tombstones, 3);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
			-EINPROGRESS);
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[0]), 0);
	KUNIT_EXPECT_EQ(test, client_handle(&bed->clients[0]),
			sessions[0].handle);
	KUNIT_EXPECT_EQ(test, bed->clients[0].space.owner.nr_tombstones, 2);

	/* the same where all handles are free */
	bed_reopen(bed, 0);
	bed_reopen(bed, 1);
	fill(test, bed, 0, sessions);
	bed_tick(bed, BED_LEASE);
	fill(test, bed, 1, sessions);
	bed_reopen(bed, 1);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, session.handle, sessions[0].handle);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(less_than_advertised),
	KUNIT_CASE(more_than_before),
	KUNIT_CASE(sessions_unheard_of),
	KUNIT_CASE(in_order),
	KUNIT_CASE(no_overtaking),
	KUNIT_CASE(woken_by_any_end),
	KUNIT_CASE(woken_by_a_loss),
	KUNIT_CASE(giving_up),
	KUNIT_CASE(chip_goes),
	KUNIT_CASE(chip_has_gone),
	KUNIT_CASE(chip_is_going),
	KUNIT_CASE(errnos_of_drivers),
	KUNIT_CASE(no_lease),
	KUNIT_CASE(shorter_lease),
	KUNIT_CASE(all_its_own),
	KUNIT_CASE(lost_one_of_each),
	{}
};

static struct kunit_suite wait_suite = {
	.name = "tpm2_space_wait",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(wait_suite);
