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
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, LENGTH);
	KUNIT_EXPECT_TRUE(test, tpm2_lease_is_plain(&lease));
	expect_looks(test, &lease, looks, ARRAY_SIZE(looks));
}

/* A loss that is noticed makes all leases longer, up to the tenure. */
static void lessons(struct kunit *test)
{
	struct tpm2_moment now = at(10000, 10000);
	struct tpm2_lease lease;
	u64 ready, i;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	tpm2_lease_notice(&lease, 5000, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 10000);
	/* a shorter gap teaches nothing more */
	tpm2_lease_notice(&lease, 3000, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, 10000);
	tpm2_lease_notice(&lease, ~0ULL, &now);
	KUNIT_EXPECT_EQ(test, lease.grown, TENURE);

	/* it is forgotten slowly, and for good */
	now = at(10000 + TENURE, 0);
	tpm2_lease_afford(&lease, &now, &ready);
	KUNIT_EXPECT_LT(test, lease.grown, TENURE);
	KUNIT_EXPECT_GT(test, lease.grown, TENURE * 9 / 10);
	for (i = 0; i < 1000; i++) {
		now.now += TENURE;
		tpm2_lease_afford(&lease, &now, &ready);
		KUNIT_EXPECT_GE(test, lease.grown, LENGTH);
	}
	KUNIT_EXPECT_EQ(test, lease.grown, LENGTH);
}

/* How many idle sessions may be evicted at this time? */
static unsigned int spend_all(struct kunit *test, struct tpm2_lease *lease,
			      u64 now)
{
	struct tpm2_moment m = at(now, now);
	unsigned int count = 0;
	u64 ready;

	while (tpm2_lease_afford(lease, &m, &ready)) {
		tpm2_lease_spend(lease);
		if (++count > 100000)
			break;
	}
	KUNIT_EXPECT_GT(test, ready, now);
	KUNIT_EXPECT_LE(test, ready, now + lease->length);
	return count;
}

/* Evictions of idle sessions begin slowly, and again after one was missed. */
static void slow_start(struct kunit *test)
{
	struct tpm2_moment now;
	struct tpm2_lease lease;

	tpm2_lease_init(&lease, LENGTH, TENURE);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 100000), 4);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 101999), 0);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 102000), 8);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 104000), 16);
	now = at(105000, 105000);
	tpm2_lease_notice(&lease, 3000, &now);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 105999), 0);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 106000), 1);
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 108000), 2);
	/* after a long time without a shortage everything is new */
	KUNIT_EXPECT_EQ(test, spend_all(test, &lease, 200000), 4);
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
		KUNIT_EXPECT_TRUE(test, tpm2_lease_afford(&lease, &now,
							  &ready));
		tpm2_lease_spend(&lease);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(clock_runs),
	KUNIT_CASE(use_renews),
	KUNIT_CASE(busy_stretches),
	KUNIT_CASE(plain_rule),
	KUNIT_CASE(lessons),
	KUNIT_CASE(slow_start),
	KUNIT_CASE(no_lease),
	{}
};

static struct kunit_suite lease_suite = {
	.name = "tpm2_space_lease",
	.test_cases = cases,
};

kunit_test_suite(lease_suite);
