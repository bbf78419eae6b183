// SPDX-License-Identifier: GPL-2.0-only
/* Clients that need several sessions at a time: what has begun comes to its end (G19). */
#include <linux/errno.h>
#include "../user.h"
#include "bed-suite.h"

#define LEASE	100
#define TENURE	3000
#define USER	1000

/* As many sessions as that, and leases that use renews. */
static struct bed *sessions(struct kunit *test, u32 nr)
{
	const struct fake_tpm_config config = {
		.active_sessions = nr, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);

	bed->rm->limits.max_per_fd = nr;
	bed_set_tenure(bed, LEASE, TENURE);
	return bed;
}

static void start(struct kunit *test, struct bed *bed, unsigned int client,
		  struct client_session *session)
{
	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[client], session), 0);
}

static void wait(struct kunit *test, struct bed *bed, unsigned int client,
		 struct client_session *session)
{
	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[client], session),
			-EINPROGRESS);
}

static void use(struct kunit *test, struct bed *bed, unsigned int client,
		struct client_session *session)
{
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[client], session), 0);
}

static void passes(struct tpm2_user_command *command)
{
}

/* Three users have one each, and a fourth has none. */
static struct bed *three_have_one(struct kunit *test,
				  struct client_session first[3])
{
	struct bed *bed = sessions(test, 3);
	unsigned int i;

	for (i = 0; i < 4; i++)
		bed_reopen_as(bed, i, USER + i);
	for (i = 0; i < 3; i++)
		start(test, bed, i, &first[i]);
	return bed;
}

/* Who needs a second, and a third, comes before who has none; but not with a fourth. */
static void goes_on_to_three(struct kunit *test)
{
	struct bed *bed = sessions(test, 5);
	struct client_session first[2], all[3], more, other;
	unsigned int i;

	for (i = 0; i < 4; i++)
		bed_reopen_as(bed, i, USER + i);
	start(test, bed, 0, &first[0]);
	start(test, bed, 1, &first[1]);
	for (i = 0; i < 3; i++)
		start(test, bed, 2, &all[i]);
	wait(test, bed, 3, &other);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_TRUE(test, bed->clients[3].waits);
		wait(test, bed, 1, &more);
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2],
						   all[i].handle), 0);
		KUNIT_EXPECT_TRUE(test, bed_retry(bed));
		KUNIT_EXPECT_EQ(test, bed->clients[1].waits, i == 2);
	}
	KUNIT_EXPECT_FALSE(test, bed->clients[3].waits);
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	use(test, bed, 0, &first[0]);
}

/* Who has had two, and has given one back, has had what it could ask for. */
static void once_per_first(struct kunit *test)
{
	struct client_session first[3], second, other;
	struct bed *bed = three_have_one(test, first);

	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2], first[2].handle), 0);
	start(test, bed, 0, &second);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], second.handle), 0);
	start(test, bed, 2, &first[2]);
	wait(test, bed, 3, &other);
	wait(test, bed, 0, &second);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[1], first[1].handle), 0);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	KUNIT_EXPECT_TRUE(test, bed->clients[0].waits);

	/* with another first one it can again */
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2], first[2].handle), 0);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	client_started(&bed->clients[0], &second);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], second.handle), 0);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], first[0].handle), 0);
	start(test, bed, 0, &first[0]);
	start(test, bed, 1, &first[1]);
	wait(test, bed, 2, &first[2]);
	wait(test, bed, 0, &second);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[1], first[1].handle), 0);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[0].rc, 0);
	KUNIT_EXPECT_TRUE(test, bed->clients[2].waits);
}

/* One that is only put aside, since its index means a lost one, is no step. */
static void put_aside_is_no_step(struct kunit *test)
{
	struct client_session first[3], more[2], other;
	struct bed *bed = three_have_one(test, first);
	struct tpm2_session_owner *owner = &bed->clients[0].space.owner;
	unsigned int i;

	bed_tick(bed, LEASE);
	start(test, bed, 3, &other);
	for (i = 1; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[i],
						   first[i].handle), 0);
	for (i = 0; i < 2; i++) {
		start(test, bed, 0, &more[i]);
		KUNIT_EXPECT_EQ(test, tpm2_session_owner_begun(owner), i + 1);
	}
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[3], other.handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &other),
			RESMGR(TPM_RC_SESSION_MEMORY));
	KUNIT_EXPECT_EQ(test, owner->nr_sessions, 2);
	KUNIT_EXPECT_EQ(test, tpm2_session_owner_begun(owner), 2);
}

/* G20: but where it can have none, it is not in the way of who has none. */
static void not_in_the_way(struct kunit *test)
{
	struct bed *bed = sessions(test, 3);
	struct client_session one, two[2], second, other;
	unsigned int i;

	bed_reopen_as(bed, 0, USER);
	for (i = 0; i < 2; i++)
		bed_reopen_as(bed, 1 + i, USER + 1);
	bed_reopen_as(bed, 3, USER + 2);
	start(test, bed, 0, &one);
	for (i = 0; i < 2; i++)
		start(test, bed, 1 + i, &two[i]);
	wait(test, bed, 0, &second);
	wait(test, bed, 3, &other);
	for (i = 0; i < 2; i++) {
		bed_tick(bed, LEASE / 2);
		use(test, bed, 1, &two[0]);
		use(test, bed, 2, &two[1]);
		KUNIT_EXPECT_EQ(test, bed_retry(bed), i == 1);
	}
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	KUNIT_EXPECT_FALSE(test, bed->clients[3].waits);
	KUNIT_EXPECT_TRUE(test, bed->clients[0].waits);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &two[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/* Who waits for a second session does not leave the first one idle; not for ever. */
static void detained_while_it_waits(struct kunit *test)
{
	struct client_session first[3], second, other;
	struct bed *bed = three_have_one(test, first);
	unsigned int i;

	/* the oldest session is that of who waits */
	wait(test, bed, 0, &second);
	wait(test, bed, 3, &other);
	for (i = 0; i < 2 * 4; i++) {
		bed_tick(bed, LEASE / 2);
		use(test, bed, 1, &first[1]);
		use(test, bed, 2, &first[2]);
		KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	}
	/* from then on it is as with others */
	bed_tick(bed, LEASE / 2 - 1);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	bed_tick(bed, 1);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	KUNIT_EXPECT_TRUE(test, bed->clients[0].waits);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	use(test, bed, 1, &first[1]);
	use(test, bed, 2, &first[2]);
}

/* A client waits for its second session for long, and has it when the third one's ends. */
static void wait_for_long(struct kunit *test, struct bed *bed,
			  struct client_session first[3],
			  struct client_session *second)
{
	unsigned int i;

	wait(test, bed, 0, second);
	for (i = 0; i < 2 * 4; i++) {
		bed_tick(bed, LEASE / 2 - 1);
		use(test, bed, 1, &first[1]);
		use(test, bed, 2, &first[2]);
	}
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2], first[2].handle), 0);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[0].rc, 0);
}

/* When it has the second, the first is not found idle at once. */
static void excused_when_it_has_it(struct kunit *test)
{
	struct client_session first[3], second, other;
	struct bed *bed = three_have_one(test, first);

	wait_for_long(test, bed, first, &second);
	use(test, bed, 1, &first[1]);
	wait(test, bed, 3, &other);
	bed_tick(bed, LEASE / 2);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	use(test, bed, 0, &first[0]);
}

/* What it has waited for is a lesson only where others wait, too. */
static void waits_alone(struct kunit *test)
{
	struct client_session first[3], second, other;
	struct bed *bed = three_have_one(test, first);

	wait_for_long(test, bed, first, &second);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, LEASE);

	client_started(&bed->clients[0], &second);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], second.handle), 0);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], first[0].handle), 0);
	start(test, bed, 0, &first[0]);
	start(test, bed, 2, &first[2]);
	wait(test, bed, 0, &second);
	wait(test, bed, 3, &other);
	bed_tick(bed, LEASE * 3 / 4);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2], first[2].handle), 0);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[0].rc, 0);
	KUNIT_EXPECT_TRUE(test, bed->clients[3].waits);
	KUNIT_EXPECT_EQ(test, bed->rm->lease.grown, LEASE * 3 / 2);
}

/* G19: nor does who has a command on its way, which waits for others of its user. */
static void detained_in_its_line(struct kunit *test)
{
	struct client_session first[3], other;
	struct bed *bed = three_have_one(test, first);
	struct tpm2_rm_space *space = &bed->clients[0].space;
	struct tpm2_user_command command = {
		.user = space->user, .owner = &space->owner,
		.pass = passes,
	};

	tpm2_user_begin(bed->rm, &command);
	bed_tick(bed, LEASE / 2);
	use(test, bed, 1, &first[1]);
	use(test, bed, 2, &first[2]);
	wait(test, bed, 3, &other);
	bed_tick(bed, LEASE - 1);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	bed_tick(bed, 1);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	client_started(&bed->clients[3], &other);
	use(test, bed, 0, &first[0]);
	use(test, bed, 2, &first[2]);
	tpm2_user_end(bed->rm, &command);
	KUNIT_EXPECT_EQ(test, space->owner.busy, 0);

	/* and when that is over, it is as idle as others */
	bed_reopen_as(bed, 1, USER + 1);
	wait(test, bed, 1, &first[1]);
	bed_tick(bed, LEASE / 2);
	use(test, bed, 2, &first[2]);
	use(test, bed, 3, &other);
	KUNIT_EXPECT_FALSE(test, bed_retry(bed));
	bed_tick(bed, LEASE / 2);
	KUNIT_EXPECT_TRUE(test, bed_retry(bed));
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &first[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/*
 * Where what a user has is what one client needs at a time, that is safe for a tenure,
 * by the time of day.
 */
static void set_is_safe(struct kunit *test, unsigned int each)
{
	struct bed *bed = sessions(test, 3 * each);
	struct client_session all[9], other;
	unsigned int i, j;

	for (i = 0; i < 4; i++)
		bed_reopen_as(bed, i, USER + i);
	for (i = 0; i < 3 * each; i++)
		start(test, bed, i / each, &all[i]);
	wait(test, bed, 3, &other);
	/* others slow it down, so that tenures take longer than that */
	for (i = 0; i < 4; i++)
		tpm2_clock_begin(&bed->rm->clock, bed->chip.now);
	for (i = 1; i <= 2 * (TENURE / LEASE); i++) {
		KUNIT_ASSERT_TRUE(test, bed->clients[3].waits);
		bed_tick(bed, LEASE / 2);
		for (j = 0; j < 3 * each; j++)
			use(test, bed, j / each, &all[j]);
		bed_retry(bed);
	}
	KUNIT_EXPECT_FALSE(test, bed->clients[3].waits);
	KUNIT_EXPECT_EQ(test, bed->clients[3].rc, 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &all[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	for (i = 0; i < 4; i++)
		tpm2_clock_end(&bed->rm->clock, bed->chip.now);
}

static void pair_is_safe(struct kunit *test)
{
	set_is_safe(test, 2);
}

static void triple_is_safe(struct kunit *test)
{
	set_is_safe(test, 3);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(goes_on_to_three),
	KUNIT_CASE(once_per_first),
	KUNIT_CASE(put_aside_is_no_step),
	KUNIT_CASE(not_in_the_way),
	KUNIT_CASE(detained_while_it_waits),
	KUNIT_CASE(excused_when_it_has_it),
	KUNIT_CASE(waits_alone),
	KUNIT_CASE(detained_in_its_line),
	KUNIT_CASE(pair_is_safe),
	KUNIT_CASE(triple_is_safe),
	{}
};

static struct kunit_suite pair_suite = {
	.name = "tpm2_space_pair",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(pair_suite);
