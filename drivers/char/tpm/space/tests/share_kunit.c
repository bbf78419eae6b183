// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may keep a session while others wait (G19), and what each user and each
 * open file may have of them (G20).
 */
#include <linux/errno.h>
#include "bed-suite.h"

#define LEASE	100
#define TENURE	3000
#define HOG	1000	/* users */
#define OTHER	1001

/* Six sessions for four clients, and leases that use renews. */
static struct bed *six(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 6, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);

	bed->rm->limits.max_per_fd = 6;
	bed_set_tenure(bed, LEASE, TENURE);
	return bed;
}

static void fill(struct kunit *test, struct bed *bed, unsigned int client,
		 struct client_session *sessions, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		KUNIT_ASSERT_EQ(test, client_start(&bed->clients[client],
						   &sessions[i]), 0);
}

/* Use all of a client's sessions, half a lease apart, for so many leases. */
static void keep_busy(struct kunit *test, struct bed *bed, unsigned int client,
		      struct client_session *sessions, unsigned int nr,
		      unsigned int leases)
{
	unsigned int i, j;

	for (i = 0; i < 2 * leases; i++) {
		bed_tick(bed, LEASE / 2);
		for (j = 0; j < nr; j++)
			KUNIT_EXPECT_EQ(test, client_use(&bed->clients[client],
							 &sessions[j]), 0);
		bed_retry(bed);
	}
}

/* G19: who uses its sessions keeps them; who does not loses them. */
static void progress_is_safe(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session busy[3], idle[3], session;

	fill(test, bed, 1, idle, 3);
	fill(test, bed, 0, busy, 3);
	keep_busy(test, bed, 0, busy, 3, 2);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &idle[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &busy[0]), 0);
}

/* G2: but not for ever. */
static void tenure_ends(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session busy[6], session;
	unsigned int i, j;

	/* as many each, so that nobody has more than its share */
	for (i = 0; i < 3; i++)
		fill(test, bed, i, &busy[2 * i], 2);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session),
			-EINPROGRESS);
	for (i = 1; i < 2 * (TENURE / LEASE); i++) {
		bed_tick(bed, LEASE / 2);
		for (j = 0; j < 6; j++)
			KUNIT_EXPECT_EQ(test, client_use(&bed->clients[j / 2],
							 &busy[j]), 0);
		bed_retry(bed);
		KUNIT_EXPECT_TRUE(test, bed->clients[3].waits);
	}
	bed_tick(bed, LEASE / 2);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &busy[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	/* it was in use: that it is missed says that work takes longer */
	KUNIT_EXPECT_EQ(test, bed->rm->stats.premature, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, LEASE);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.term, 4 * TENURE);
}

/* A victim that comes back makes leases longer; one that never does, not. */
static void loss_is_a_lesson(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session idle[6], session;

	fill(test, bed, 0, idle, 3);
	fill(test, bed, 1, &idle[3], 3);
	bed_tick(bed, 3 * LEASE);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, LEASE);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &idle[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, 6 * LEASE);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.premature, 1);
	/* one lesson of each loss */
	bed_tick(bed, 9 * LEASE);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &idle[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, bed->rm->stats.premature, 1);
}

/* Who comes back while others wait teaches the same without a loss. */
static void pause_is_a_lesson(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session idle[6], session;
	unsigned int i;

	fill(test, bed, 0, idle, 3);
	fill(test, bed, 1, &idle[3], 3);
	bed_tick(bed, LEASE * 3 / 4);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &idle[0]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, LEASE);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	for (i = 1; i < 6; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[i / 3],
						 &idle[i]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, LEASE * 3 / 2);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
}

/* The same where the client holds the context and nobody owns the session. */
static void lost_context_is_a_lesson(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session idle[6], session;
	struct client_context context;

	fill(test, bed, 0, idle, 3);
	fill(test, bed, 1, &idle[3], 3);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], idle[0].handle,
					  &context), 0);
	bed_tick(bed, 4 * LEASE);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session), 0);
	KUNIT_EXPECT_NE(test, client_load(&bed->clients[3], &context), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.premature, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, 8 * LEASE);
	KUNIT_EXPECT_NE(test, client_load(&bed->clients[3], &context), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.premature, 1);
}

/* G20: what a user has beyond its share is not protected by use. */
static void share_of_a_user(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session hog[6], first[3];
	unsigned int i;

	bed_reopen_as(bed, 0, HOG);
	bed_reopen_as(bed, 1, HOG);
	bed_reopen_as(bed, 2, OTHER);
	fill(test, bed, 0, hog, 3);
	fill(test, bed, 1, &hog[3], 3);
	keep_busy(test, bed, 0, hog, 3, 1);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &first[i]),
				0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 3);
	/* now both have their share, and the other's is as safe as the hog's */
	bed_reopen_as(bed, 3, HOG);
	for (i = 0; i < 4; i++) {
		bed_tick(bed, LEASE / 2);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[2], &first[0]),
				0);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[2], &first[1]),
				0);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[2], &first[2]),
				0);
	}
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &hog[0]), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[2], &first[i]),
				0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.premature, 0);
}

/* The same among the open files of one user. */
static void share_of_a_file(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session hog[5], one, session;

	fill(test, bed, 0, hog, 5);
	fill(test, bed, 1, &one, 1);
	keep_busy(test, bed, 0, hog, 5, 2);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &one), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &hog[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &hog[4]), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &one), 0);
}

/* G20: beside sessions in use that are not old, it takes a lease and no more. */
static void first_within_a_lease(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session hog[6], session;
	unsigned int i;

	bed_reopen_as(bed, 0, HOG);
	bed_reopen_as(bed, 2, OTHER);
	fill(test, bed, 0, hog, 6);
	keep_busy(test, bed, 0, hog, 6, 1);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	bed_tick(bed, LEASE / 2);
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &hog[i]), 0);
	bed_tick(bed, LEASE / 2 - 1);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	bed_tick(bed, 1);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[2].rc, 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &hog[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/* G20: nor does it take longer where all others have equally many, and use them. */
static void first_beside_equals(struct kunit *test)
{
	static const struct fake_tpm_config fifteen = {
		.active_sessions = 15, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &fifteen);
	struct client_session busy[15], session;
	unsigned int i, j;

	bed->rm->limits.max_per_fd = 15;
	bed_set_tenure(bed, LEASE, TENURE);
	for (i = 0; i < 3; i++) {
		bed_reopen_as(bed, i, HOG + i);
		fill(test, bed, i, &busy[5 * i], 5);
	}
	bed_reopen_as(bed, 3, HOG + 3);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session),
			-EINPROGRESS);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_TRUE(test, bed->clients[3].waits);
		bed_tick(bed, LEASE / 2);
		for (j = 0; j < 15; j++)
			KUNIT_EXPECT_EQ(test, client_use(&bed->clients[j / 5],
							 &busy[j]), 0);
		bed_retry(bed);
	}
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	/* who has lost one has its share, and waits for another */
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &busy[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &busy[0]),
			-EINPROGRESS);
	bed_tick(bed, LEASE / 2);
	for (j = 5; j < 15; j++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[j / 5],
						 &busy[j]), 0);
}

/* G19, G20: its share takes two leases, so that what is soon done can be done. */
static void share_within_two_leases(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session hog[5], one, two;
	unsigned int i, j;

	bed_reopen_as(bed, 0, HOG);
	bed_reopen_as(bed, 2, OTHER);
	bed_reopen_as(bed, 3, OTHER);
	fill(test, bed, 2, &one, 1);
	fill(test, bed, 0, hog, 5);
	keep_busy(test, bed, 0, hog, 5, 1);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[2], &one), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &two),
			-EINPROGRESS);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_TRUE(test, bed->clients[3].waits);
		bed_tick(bed, LEASE / 2);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[2], &one), 0);
		for (j = 0; j < 5; j++)
			KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0],
							 &hog[j]), 0);
		bed_retry(bed);
	}
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &hog[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
}

/* What it does not use it can lose after one. */
static void idle_surplus_goes(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session busy[3], idle[3], session;
	unsigned int i;

	bed_reopen_as(bed, 0, HOG);
	bed_reopen_as(bed, 1, HOG);
	bed_reopen_as(bed, 2, OTHER);
	fill(test, bed, 0, busy, 3);
	fill(test, bed, 1, idle, 3);
	keep_busy(test, bed, 0, busy, 3, 1);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
				0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &busy[i]),
				0);
}

/* G20: however many starts one user has queued, another one's is first, as long as it has less. */
static void queue_of_users(struct kunit *test)
{
	struct bed *bed = six(test);
	struct client_session hog[6], session;

	bed_reopen_as(bed, 0, HOG);
	bed_reopen_as(bed, 1, HOG);
	bed_reopen_as(bed, 2, HOG);
	bed_reopen_as(bed, 3, OTHER);
	fill(test, bed, 0, hog, 6);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], hog[0].handle), 0);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[3]), 0);
	KUNIT_EXPECT_TRUE(test, bed->clients[1].waits);
	KUNIT_EXPECT_TRUE(test, bed->clients[2].waits);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], hog[1].handle), 0);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), 0);
	KUNIT_EXPECT_TRUE(test, bed->clients[2].waits);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(progress_is_safe),
	KUNIT_CASE(tenure_ends),
	KUNIT_CASE(loss_is_a_lesson),
	KUNIT_CASE(pause_is_a_lesson),
	KUNIT_CASE(lost_context_is_a_lesson),
	KUNIT_CASE(share_of_a_user),
	KUNIT_CASE(share_of_a_file),
	KUNIT_CASE(first_within_a_lease),
	KUNIT_CASE(first_beside_equals),
	KUNIT_CASE(share_within_two_leases),
	KUNIT_CASE(idle_surplus_goes),
	KUNIT_CASE(queue_of_users),
	{}
};

static struct kunit_suite share_suite = {
	.name = "tpm2_space_share",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(share_suite);
