// SPDX-License-Identifier: GPL-2.0-only
/*
 * The session table against a plain model: each transition, every sequence of
 * operations in a small world, and long random ones.
 */
#include <kunit/test.h>
#include <linux/sched.h>
#include "numbers.h"
#include "table-model.h"

#define SMALL_OWNERS	2
#define SMALL_INDEXES	2
#define MOST_STEPS	64
#define RANDOM_STEPS	200
#define SEED		0x73657373

/* In user space there is time for more. */
#ifdef __KERNEL__
#define SMALL_DEPTH	4
#define RANDOM_WORLDS	50
#else
#define SMALL_DEPTH	6
#define RANDOM_WORLDS	2000
#endif

/* All that can be done in a small world. */
static unsigned int all_steps(struct step *steps)
{
	unsigned int nr = 0, i;
	int owner, op;

	for (op = 0; op < OPERATIONS; op++) {
		for (i = 0; i < SMALL_INDEXES; i++) {
			for (owner = 0; owner < SMALL_OWNERS; owner++) {
				bool by = op == START || op == ATTACH ||
					  op == FORGET;

				if ((!by && owner) || (op == TICK && i))
					continue;
				steps[nr++] = (struct step){ op, i, owner };
			}
		}
	}
	return nr;
}

static void tell(struct kunit *test, const struct step *path,
		 unsigned int depth)
{
	unsigned int i;

	for (i = 0; i < depth; i++)
		step_tell(test, &path[i], i);
}

/*
 * Each sequence is gone through from the start; its beginnings have been
 * checked before it.
 */
static unsigned long explore(struct kunit *test, struct world *world,
			     const struct step *steps, unsigned int nr,
			     struct step *path, unsigned int depth)
{
	unsigned long count = 0;
	unsigned int i, k;
	bool possible;

	for (i = 0; i < nr && test->status != KUNIT_FAILURE; i++) {
		path[depth] = steps[i];
		cond_resched();
		world_init(world, test);
		for (k = 0; k < depth; k++)
			world_step(world, &path[k]);
		possible = world_step(world, &path[depth]);
		if (possible && !world_check(world))
			tell(test, path, depth + 1);
		world_destroy(world);
		if (!possible)
			continue;
		count++;
		if (depth + 1 < SMALL_DEPTH)
			count += explore(test, world, steps, nr, path,
					 depth + 1);
	}
	return count;
}

static void every_sequence(struct kunit *test)
{
	struct world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);
	struct step *steps, path[SMALL_DEPTH];
	unsigned long count;

	steps = kunit_kzalloc(test, MOST_STEPS * sizeof(*steps), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, world);
	KUNIT_ASSERT_NOT_NULL(test, steps);
	count = explore(test, world, steps, all_steps(steps), path, 0);
	kunit_info(test, "%lu sequences of up to %d operations\n", count,
		   SMALL_DEPTH);
	KUNIT_EXPECT_GT(test, count, 1000);
}

static void long_sequences(struct kunit *test)
{
	struct world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);
	struct numbers numbers = { SEED };
	struct step *path;
	unsigned int n, i;

	path = kunit_kzalloc(test, RANDOM_STEPS * sizeof(*path), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, world);
	KUNIT_ASSERT_NOT_NULL(test, path);
	for (n = 0; n < RANDOM_WORLDS && test->status != KUNIT_FAILURE; n++) {
		cond_resched();
		world_init(world, test);
		for (i = 0; i < RANDOM_STEPS; i++) {
			path[i].operation = numbers_next(&numbers, OPERATIONS);
			path[i].index = numbers_next(&numbers, MODEL_INDEXES);
			path[i].owner = numbers_next(&numbers, MODEL_OWNERS);
			world_step(world, &path[i]);
			if (!world_check(world)) {
				tell(test, path, i + 1);
				break;
			}
		}
		world_destroy(world);
	}
}

/* Index 5 and index 5 + 64 share a bucket, and are not the same. */
static void crowded_bucket(struct kunit *test)
{
	struct tpm2_session sessions[3] = {};
	struct tpm2_session_table table;
	unsigned int i;

	tpm2_session_table_init(&table, NULL);
	for (i = 0; i < 3; i++)
		tpm2_session_table_add(&table, &sessions[i],
				       0x02000005 + i * TPM2_SESSION_BUCKETS,
				       NULL, TPM2_SESSION_DETACHED,
				       MOMENT(i));
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_PTR_EQ(test, &sessions[i],
				    tpm2_session_table_find(&table, 0x03000005 +
							    i * TPM2_SESSION_BUCKETS));
	tpm2_session_table_remove(&table, &sessions[1]);
	KUNIT_EXPECT_FALSE(test, tpm2_session_table_find(&table, 0x02000005 +
				       TPM2_SESSION_BUCKETS));
	KUNIT_EXPECT_TRUE(test, tpm2_session_table_find(&table, 0x02000005) ==
					&sessions[0]);
	KUNIT_EXPECT_EQ(test, table.nr, 2);
}

/* The oldest tombstone goes first, and only if there are too many. */
static void surplus_tombstones(struct kunit *test)
{
	struct tpm2_session sessions[3] = {};
	struct tpm2_session_owner owner;
	struct tpm2_session_table table;
	unsigned int i;

	tpm2_session_table_init(&table, NULL);
	tpm2_session_owner_init(&owner);
	for (i = 0; i < 3; i++) {
		tpm2_session_table_add(&table, &sessions[i], 0x02000000 + i,
				       &owner, TPM2_SESSION_LOADED, MOMENT(0));
		tpm2_session_table_lost(&table, &sessions[i]);
	}
	KUNIT_EXPECT_FALSE(test, tpm2_session_owner_surplus(&owner, 3));
	KUNIT_EXPECT_TRUE(test, tpm2_session_owner_surplus(&owner, 2) ==
					&sessions[0]);
	KUNIT_EXPECT_FALSE(test, tpm2_session_owner_surplus(&owner, 2));
	KUNIT_EXPECT_FALSE(test,
			   tpm2_session_owner_tombstone(&owner, 0x02000000));
	KUNIT_EXPECT_PTR_EQ(test, &sessions[1],
			    tpm2_session_owner_tombstone(&owner, 0x03000001));
}

/* A session keeps its age while it is with its client. */
static void age_survives_detaching(struct kunit *test)
{
	struct tpm2_session old = {}, young = {};
	struct tpm2_session_owner owner, other;
	struct tpm2_session_table table;
	struct tpm2_session_choice choice;
	struct tpm2_lease lease;

	tpm2_session_table_init(&table, NULL);
	tpm2_session_owner_init(&owner);
	tpm2_session_owner_init(&other);
	tpm2_session_table_add(&table, &old, 0x02000000, &owner,
			       TPM2_SESSION_LOADED, MOMENT(10));
	tpm2_session_table_add(&table, &young, 0x02000001, &owner,
			       TPM2_SESSION_LOADED, MOMENT(20));
	tpm2_session_table_detach(&table, &old, NULL);
	tpm2_session_table_attach(&table, &old, &owner);
	KUNIT_EXPECT_EQ(test, old.created.now, 10);
	tpm2_lease_init(&lease, 0, 0);
	tpm2_session_table_victim(&table, &other, &lease, MOMENT(30), &choice);
	KUNIT_EXPECT_TRUE(test, choice.session == &old);
	/* and use does not make it younger */
	tpm2_session_table_loaded(&table, &old);
	tpm2_session_table_victim(&table, &other, &lease, MOMENT(30), &choice);
	KUNIT_EXPECT_TRUE(test, choice.session == &old);
}

/* The lease ends at its last nanosecond, not before. */
static void lease_to_the_nanosecond(struct kunit *test)
{
	struct tpm2_session session = {};
	struct tpm2_session_table table;
	struct tpm2_session_choice choice;
	struct tpm2_lease lease;

	tpm2_session_table_init(&table, NULL);
	tpm2_lease_init(&lease, 2000, 2000);
	tpm2_session_table_victim(&table, NULL, &lease, MOMENT(~0ULL), &choice);
	KUNIT_EXPECT_TRUE(test, !choice.session);
	KUNIT_EXPECT_EQ(test, choice.ready, TPM2_SESSION_ETERNITY);
	tpm2_session_table_add(&table, &session, 0x02000000, NULL,
			       TPM2_SESSION_DETACHED, MOMENT(1000));
	tpm2_session_table_victim(&table, NULL, &lease, MOMENT(2999), &choice);
	KUNIT_EXPECT_TRUE(test, !choice.session);
	KUNIT_EXPECT_EQ(test, choice.ready, 3000);
	tpm2_session_table_victim(&table, NULL, &lease, MOMENT(3000), &choice);
	KUNIT_EXPECT_TRUE(test, choice.session == &session);
	KUNIT_EXPECT_EQ(test, choice.why, TPM2_LEASE_PLAIN);
}

#define PARTIES	4
#define LENGTH	2000

/* Users with one open file each. */
struct parties {
	struct tpm2_session_table table;
	struct tpm2_session_holder holder[PARTIES];
	struct tpm2_session_owner owner[PARTIES];
	struct tpm2_session session[16];
	struct tpm2_lease lease;
};

static struct parties *meet(struct kunit *test)
{
	struct parties *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	tpm2_session_table_init(&p->table, NULL);
	for (i = 0; i < PARTIES; i++) {
		tpm2_session_owner_init(&p->owner[i]);
		p->owner[i].holder = &p->holder[i];
	}
	tpm2_lease_init(&p->lease, LENGTH, 100 * LENGTH);
	return p;
}

static void give(struct parties *p, unsigned int party, unsigned int nr,
		 u64 now)
{
	while (nr--) {
		unsigned int n = p->table.nr;

		tpm2_session_table_add(&p->table, &p->session[n],
				       0x02000000 + n, &p->owner[party],
				       TPM2_SESSION_LOADED, MOMENT(now));
	}
}

/* Who has its share has nothing to demand from who has more. */
static void share_is_enough(struct kunit *test)
{
	struct parties *p = meet(test);
	struct tpm2_session_choice choice;

	give(p, 0, 5, 1000);
	give(p, 1, 3, 1000);
	give(p, 2, 1, 1000);
	tpm2_session_table_surplus(&p->table, &p->owner[1], 1000, &p->lease,
				   MOMENT(1000 + 2 * LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, !choice.session);
	KUNIT_EXPECT_EQ(test, choice.ready, TPM2_SESSION_ETERNITY);
	tpm2_session_table_surplus(&p->table, &p->owner[2], 1000, &p->lease,
				   MOMENT(1000 + 2 * LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, choice.session == &p->session[0]);
	KUNIT_EXPECT_EQ(test, choice.why, TPM2_LEASE_SHARE);
}

/* Of two that have too many it is the one that has more, young as its are. */
static void most_goes_first(struct kunit *test)
{
	struct parties *p = meet(test);
	struct tpm2_session_choice choice;
	unsigned int i;

	give(p, 0, 6, 2000);
	give(p, 1, 5, 3000);
	give(p, 2, 1, 3000);
	/* those of the second are not to be had before those of the first */
	tpm2_session_table_surplus(&p->table, &p->owner[3], 1000, &p->lease,
				   MOMENT(2000 + LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, choice.session == &p->session[0]);
	for (i = 0; i < 6; i++) {
		p->session[i].created = *MOMENT(4000);
		p->session[i].used = *MOMENT(4000);
	}
	tpm2_session_table_surplus(&p->table, &p->owner[3], 1000, &p->lease,
				   MOMENT(3000 + LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, !choice.session);
	KUNIT_EXPECT_EQ(test, choice.ready, 4000 + LENGTH);
}

/* Who has none need not wait for two leases where all are in use. */
static void first_comes_sooner(struct kunit *test)
{
	struct parties *p = meet(test);
	struct tpm2_session_choice choice;
	unsigned int i;

	give(p, 0, 4, 1000);
	give(p, 1, 1, 1000);
	for (i = 0; i < 5; i++)
		p->session[i].used = *MOMENT(3400);
	tpm2_session_table_surplus(&p->table, &p->owner[3], 1500, &p->lease,
				   MOMENT(1500 + LENGTH - 1), &choice);
	KUNIT_EXPECT_TRUE(test, !choice.session);
	KUNIT_EXPECT_EQ(test, choice.ready, 1500 + LENGTH);
	tpm2_session_table_surplus(&p->table, &p->owner[3], 1500, &p->lease,
				   MOMENT(1500 + LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, choice.session == &p->session[0]);
	/* and who has one has to */
	tpm2_session_table_surplus(&p->table, &p->owner[1], 1500, &p->lease,
				   MOMENT(1500 + LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, !choice.session);
	KUNIT_EXPECT_EQ(test, choice.ready, 1000 + 2 * LENGTH);
}

/* Who has none counts among the files of one user, so others have too many. */
static void newcomer_counts(struct kunit *test)
{
	struct parties *p = meet(test);
	struct tpm2_session_choice choice;
	unsigned int i;

	for (i = 0; i < PARTIES; i++)
		p->owner[i].holder = &p->holder[0];
	give(p, 0, 4, 1000);
	give(p, 1, 4, 1000);
	tpm2_session_table_surplus(&p->table, &p->owner[2], 1000, &p->lease,
				   MOMENT(1000 + 2 * LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, choice.session == &p->session[0]);
	KUNIT_EXPECT_EQ(test, choice.why, TPM2_LEASE_SHARE);
	/* but not the two who are there already */
	tpm2_session_table_surplus(&p->table, &p->owner[1], 1000, &p->lease,
				   MOMENT(1000 + 2 * LENGTH), &choice);
	KUNIT_EXPECT_TRUE(test, !choice.session);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_sequence),
	KUNIT_CASE(long_sequences),
	KUNIT_CASE(crowded_bucket),
	KUNIT_CASE(surplus_tombstones),
	KUNIT_CASE(age_survives_detaching),
	KUNIT_CASE(lease_to_the_nanosecond),
	KUNIT_CASE(share_is_enough),
	KUNIT_CASE(most_goes_first),
	KUNIT_CASE(first_comes_sooner),
	KUNIT_CASE(newcomer_counts),
	{}
};

static struct kunit_suite session_table_suite = {
	.name = "tpm2_space_session_table",
	.test_cases = cases,
};

kunit_test_suite(session_table_suite);
