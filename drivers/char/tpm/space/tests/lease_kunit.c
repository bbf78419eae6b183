// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leases alone: two clocks, and what is learned from a loss.
 */
#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/minmax.h>
#include "../lease.h"

#define LENGTH	2000ULL
#define TENURE	60000ULL

static struct tpm2_moment at(u64 now, u64 free)
{
	return (struct tpm2_moment) { .now = now, .free = free };
}

/* The TPM's own clock runs at 1/n while n clients have commands under way. */
static void clock_runs(struct kunit *test)
{
	struct tpm2_clock clock = {};
	struct tpm2_moment m;

	m = tpm2_clock_read(&clock, 1000);
	KUNIT_EXPECT_EQ(test, m.free, 1000);
	tpm2_clock_begin(&clock, 1000);
	m = tpm2_clock_read(&clock, 1100);
	KUNIT_EXPECT_EQ(test, m.free, 1100);
	tpm2_clock_begin(&clock, 1100);
	tpm2_clock_begin(&clock, 1100);
	tpm2_clock_begin(&clock, 1100);
	m = tpm2_clock_read(&clock, 1500);
	KUNIT_EXPECT_EQ(test, m.free, 1200);
	KUNIT_EXPECT_EQ(test, m.now, 1500);
	tpm2_clock_end(&clock, 1700);
	tpm2_clock_end(&clock, 1700);
	tpm2_clock_end(&clock, 1700);
	m = tpm2_clock_read(&clock, 1800);
	KUNIT_EXPECT_EQ(test, m.free, 1350);
	/* somebody who has looked at the clock earlier, and comes later */
	m = tpm2_clock_read(&clock, 1790);
	KUNIT_EXPECT_EQ(test, m.free, 1350);
	KUNIT_EXPECT_EQ(test, m.now, 1800);
}

/**
 * struct look - a session at a time, and what is to become of it
 * @created: when it was started
 * @used: when it was last used
 * @m: the time
 * @end: why it may be evicted
 * @ready: when it may be at the earliest
 */
struct look {
	struct tpm2_moment created;
	struct tpm2_moment used;
	struct tpm2_moment m;
	enum tpm2_lease_end end;
	u64 ready;
};

static void expect_looks(struct kunit *test, const struct tpm2_lease *lease,
			 const struct look *looks, unsigned int nr)
{
	struct tpm2_lease_left left;
	unsigned int i;
	u64 ready;

	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ(test,
				tpm2_lease_look(lease, &looks[i].created,
						&looks[i].used, &looks[i].m,
						&ready), looks[i].end);
		KUNIT_EXPECT_EQ(test, ready, looks[i].ready);
		/* what is left says the same */
		left = tpm2_lease_left(lease, &looks[i].created, &looks[i].used,
				       &looks[i].m);
		KUNIT_EXPECT_EQ(test, !left.idle || !left.used,
				looks[i].end != TPM2_LEASE_RUNS);
		if (left.idle && left.used)
			KUNIT_EXPECT_EQ(test, looks[i].m.now +
					min(left.idle, left.used), ready);
	}
}

/* G19: use renews the lease, up to the tenure. */
static void use_renews(struct kunit *test)
{
	static const struct look looks[] = {
		{ { 100, 100 }, { 100, 100 }, { 2099, 2099 },
		  TPM2_LEASE_RUNS, 2100 },
		{ { 100, 100 }, { 100, 100 }, { 2100, 2100 },
		  TPM2_LEASE_IDLE, 2100 },
		{ { 100, 100 }, { 2000, 2000 }, { 3999, 3999 },
		  TPM2_LEASE_RUNS, 4000 },
		{ { 100, 100 }, { 60000, 60000 }, { 60099, 60099 },
		  TPM2_LEASE_RUNS, 60100 },
		{ { 100, 100 }, { 60000, 60000 }, { 60100, 60100 },
		  TPM2_LEASE_TENURE, 60100 },
	};
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	expect_looks(test, &lease, looks, ARRAY_SIZE(looks));
}

/* Leases are longer where the TPM is busy, but not without limit. */
static void busy_stretches(struct kunit *test)
{
	static const struct look looks[] = {
		/* ten seconds have passed, and the TPM was free for one */
		{ { 0, 0 }, { 0, 0 }, { 10000, 1000 }, TPM2_LEASE_RUNS, 11000 },
		{ { 0, 0 }, { 0, 0 }, { 20000, 2000 }, TPM2_LEASE_IDLE, 20000 },
		/* the clock stands still: no safer than for a tenure */
		{ { 0, 0 }, { 0, 0 }, { 59999, 0 }, TPM2_LEASE_RUNS, 60000 },
		{ { 0, 0 }, { 0, 0 }, { 60000, 0 }, TPM2_LEASE_IDLE, 60000 },
		/* and one that is in use for ten of them */
		{ { 0, 0 }, { 599000, 0 }, { 599999, 0 },
		  TPM2_LEASE_RUNS, 600000 },
		{ { 0, 0 }, { 599000, 0 }, { 600000, 0 },
		  TPM2_LEASE_TENURE, 600000 },
	};
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	expect_looks(test, &lease, looks, ARRAY_SIZE(looks));
}

/* A tenure of no more than a lease gives the plain rule. */
static void plain_rule(struct kunit *test)
{
	static const struct look looks[] = {
		{ { 100, 0 }, { 2000, 0 }, { 2099, 0 }, TPM2_LEASE_RUNS, 2100 },
		{ { 100, 0 }, { 2000, 0 }, { 2100, 0 },
		  TPM2_LEASE_PLAIN, 2100 },
	};
	struct tpm2_moment now = at(10000, 10000);
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, LENGTH);
	KUNIT_EXPECT_TRUE(test, tpm2_lease_is_plain(&lease));
	expect_looks(test, &lease, looks, ARRAY_SIZE(looks));

	/* that somebody was evicted by another rule, and comes back, is the past */
	tpm2_lease_notice(&lease, TPM2_LEASE_IDLE, LENGTH, &now);
	tpm2_lease_notice(&lease, TPM2_LEASE_TENURE, LENGTH, &now);
	KUNIT_EXPECT_FALSE(test, tpm2_lease_see(&lease, LENGTH, &now));
	KUNIT_EXPECT_FALSE(test, tpm2_lease_see(&lease, LENGTH / 2, &now));
	KUNIT_EXPECT_EQ(test, lease.grown, LENGTH);
	KUNIT_EXPECT_EQ(test, lease.term, lease.tenure);
}

/* Who comes back makes all leases longer, up to the tenure. */
static void lessons(struct kunit *test)
{
	struct tpm2_moment now = at(10000, 10000);
	struct tpm2_lease lease;
	unsigned int i;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	tpm2_lease_notice(&lease, TPM2_LEASE_IDLE, 5000, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 10000);
	/* a shorter pause teaches nothing more */
	tpm2_lease_notice(&lease, TPM2_LEASE_IDLE, 3000, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 10000);
	/* nor does one for which there is no remedy */
	tpm2_lease_notice(&lease, TPM2_LEASE_IDLE, TENURE + 1, &now);
	tpm2_lease_notice(&lease, TPM2_LEASE_IDLE, ~0ULL, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 10000);
	/* who has lost nothing teaches the same */
	tpm2_lease_see(&lease, 8000, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 16000);
	tpm2_lease_see(&lease, 8000, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 16000);
	tpm2_lease_see(&lease, TENURE, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, TENURE);

	/* it is forgotten slowly, and for good */
	now = at(10000 + TENURE, 0);
	tpm2_lease_pass(&lease, &now);
	KUNIT_EXPECT_LT(test, lease.grown, TENURE);
	KUNIT_EXPECT_GT(test, lease.grown, TENURE * 9 / 10);
	for (i = 0; i < 1000; i++) {
		now.now += TENURE;
		tpm2_lease_pass(&lease, &now);
		KUNIT_EXPECT_GE(test, lease.grown, LENGTH);
	}
	KUNIT_EXPECT_EQ(test, lease.grown, LENGTH);
}

/* How many sessions may be evicted now that were last used then? */
static unsigned int spend_all(struct kunit *test, struct tpm2_lease *lease,
			      u64 used, u64 now, enum tpm2_lease_end why)
{
	struct tpm2_moment u = at(used, used), m = at(now, now), c = at(0, 0);
	unsigned int count = 0;
	u64 ready;

	tpm2_lease_pass(lease, &m);
	while (tpm2_lease_look(lease, why == TPM2_LEASE_TENURE ? &c : &u, &u,
			       &m, &ready) == why) {
		tpm2_lease_spend(lease, why, &u, &m);
		if (++count == 1000)
			return count;
	}
	KUNIT_EXPECT_GT(test, ready, now);
	return count;
}

/* Where nothing is known of idle sessions, they are taken slowly at first. */
static void guesses(struct kunit *test)
{
	const enum tpm2_lease_end idle = TPM2_LEASE_IDLE;
	struct tpm2_moment used = at(100000, 100000), now;
	struct tpm2_lease lease;
	u64 ready;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 101999, idle), 0);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 102000, idle), 4);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 103999, idle), 0);
	now = at(103999, 103999);
	tpm2_lease_look(&lease, &used, &used, &now, &ready);
	KUNIT_EXPECT_EQ(test, ready, 104000);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 104000, idle), 8);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 106000, idle),
			16);
	/* they are missed, and it begins anew when leases are longer */
	now = at(107000, 107000);
	tpm2_lease_notice(&lease, idle, 3000, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 6000);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 104000, 109999, idle), 0);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 104000, 110000, idle), 4);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 104000, 112000, idle), 8);
	/* not more where it would not have helped to take more */
	lease.guesses.spent = 7;
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 104000, 114000, idle), 8);
	/* nobody pauses for so long, or that is no excuse */
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 54000, 114000, idle),
			1000);
	/* after a long time without a shortage everything is new */
	lease.grown = LENGTH;
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 127999, 129999, idle),
			16);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 143999, 145999, idle), 4);
}

/* Who pauses for long, although none of its was taken, begins it anew, too. */
static void pause_begins_anew(struct kunit *test)
{
	const enum tpm2_lease_end idle = TPM2_LEASE_IDLE;
	struct tpm2_moment now = at(107000, 107000);
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 102000, idle), 4);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 104000, idle), 8);
	tpm2_lease_pass(&lease, &now);
	tpm2_lease_see(&lease, 1500, &now);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 104000, 107000, idle), 4);
}

/* What others do speaks for it. */
static void evidence(struct kunit *test)
{
	const enum tpm2_lease_end idle = TPM2_LEASE_IDLE;
	struct tpm2_moment now = at(102000, 102000);
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 102000, idle), 4);
	/* one command after the other is no pause */
	KUNIT_EXPECT_FALSE(test, tpm2_lease_see(&lease, 124, &now));
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 102000, idle), 0);
	KUNIT_EXPECT_TRUE(test, tpm2_lease_see(&lease, 125, &now));
	KUNIT_EXPECT_FALSE(test, tpm2_lease_see(&lease, 1000, &now));
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 102000, idle), 4);
	/* one long pause is worth more than many short ones */
	KUNIT_EXPECT_TRUE(test, tpm2_lease_see(&lease, 1000, &now));
	KUNIT_EXPECT_FALSE(test, tpm2_lease_see(&lease, 1001, &now));
	KUNIT_EXPECT_EQ(test, lease.grown, 2002);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000, 102002, idle), 0);
}

/* But not for long: those of whom it spoke may have gone. */
static void evidence_fades(struct kunit *test)
{
	const enum tpm2_lease_end idle = TPM2_LEASE_IDLE;
	struct tpm2_moment now = at(102000, 102000);
	struct tpm2_lease lease;
	unsigned int i;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	for (i = 0; i < 100; i++)
		tpm2_lease_see(&lease, 500, &now);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 101000, 103999, idle),
			64 + 4);
	for (i = 0; i < 100; i++)
		tpm2_lease_see(&lease, 500, &now);
	now = at(104000, 104000);
	tpm2_lease_pass(&lease, &now);
	KUNIT_EXPECT_EQ(test, lease.evidence, 0);
}

/* Tenures end slowly at first, and are longer after one was missed. */
static void tenures(struct kunit *test)
{
	const enum tpm2_lease_end over = TPM2_LEASE_TENURE;
	struct tpm2_moment now = at(68000, 68000);
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 59500, 59999, over), 0);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 59500, 60000, over), 4);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 61500, 61999, over), 0);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 61500, 62000, over), 8);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 63500, 64000, over), 16);
	/* not where it would not have helped to take more */
	lease.tenures.spent = 1;
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 65500, 66000, over), 16);
	tpm2_lease_notice(&lease, over, 500, &now);
	tpm2_lease_notice(&lease, over, 500, &now);
	KUNIT_EXPECT_EQ(test, lease.term, 4 * TENURE);
	KUNIT_EXPECT_EQ(test, lease.grown, LENGTH);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 239500, 239999, over), 0);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 240000, 240000, over), 4);
	now = at(240100, 240100);
	tpm2_lease_notice(&lease, over, 500, &now);
	KUNIT_EXPECT_EQ(test, lease.term, 10 * TENURE);
	/* it is forgotten slowly, and for good */
	now = at(240100 + 10 * TENURE, 0);
	tpm2_lease_pass(&lease, &now);
	KUNIT_EXPECT_LT(test, lease.term, 10 * TENURE);
	KUNIT_EXPECT_GT(test, lease.term, 9 * TENURE);
	now = at(240100 + 10000 * TENURE, 0);
	tpm2_lease_pass(&lease, &now);
	KUNIT_EXPECT_EQ(test, lease.term, TENURE);
}

/* Without a lease there is nothing to wait for. */
static void no_lease(struct kunit *test)
{
	struct tpm2_moment now = at(5000, 5000);
	struct tpm2_lease lease;
	unsigned int i;
	u64 ready;

	tpm2_lease_init(&lease, 0, TENURE);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, tpm2_lease_look(&lease, &now, &now, &now,
						      &ready), TPM2_LEASE_PLAIN);
		tpm2_lease_spend(&lease, TPM2_LEASE_PLAIN, &now, &now);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(clock_runs),
	KUNIT_CASE(use_renews),
	KUNIT_CASE(busy_stretches),
	KUNIT_CASE(plain_rule),
	KUNIT_CASE(lessons),
	KUNIT_CASE(guesses),
	KUNIT_CASE(pause_begins_anew),
	KUNIT_CASE(evidence),
	KUNIT_CASE(evidence_fades),
	KUNIT_CASE(tenures),
	KUNIT_CASE(no_lease),
	{}
};

static struct kunit_suite lease_suite = {
	.name = "tpm2_space_lease",
	.test_cases = cases,
};

kunit_test_suite(lease_suite);
