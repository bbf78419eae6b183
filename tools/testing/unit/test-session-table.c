// SPDX-License-Identifier: GPL-2.0-only
/*
 * tpm2-session-table against a plain model: each transition, every sequence of
 * operations in a small world, and long random ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include "table-model.h"
#include "unit.h"

#define SMALL_OWNERS	2
#define SMALL_INDEXES	2
#define SMALL_DEPTH	6
#define MOST_STEPS	64
#define RANDOM_WORLDS	2000
#define RANDOM_STEPS	200
#define SEED		0x73657373

/* All that can be done in a small world. */
static unsigned int all_steps(struct step *steps)
{
	unsigned int nr = 0, i;
	int owner, op;

	for (op = 0; op < OPERATIONS; op++) {
		for (i = 0; i < SMALL_INDEXES; i++) {
			for (owner = 0; owner < SMALL_OWNERS; owner++) {
				bool by = op == START || op == ATTACH ||
					  op == EXHUME;

				if ((!by && owner) || (op == TICK && i))
					continue;
				steps[nr++] = (struct step){ op, i, owner };
			}
		}
	}
	return nr;
}

static void tell(const struct step *path, unsigned int depth)
{
	unsigned int i;

	for (i = 0; i < depth; i++)
		printf("# step %u: %s\n", i + 1, step_text(&path[i]));
}

/*
 * Each sequence is gone through from the start; its beginnings have been
 * checked before it.
 */
static unsigned long explore(const struct step *steps, unsigned int nr,
			     struct step *path, unsigned int depth)
{
	unsigned long count = 0;
	struct world world;
	unsigned int i, k;
	bool possible;

	for (i = 0; i < nr && !unit_failed(); i++) {
		path[depth] = steps[i];
		world_init(&world);
		for (k = 0; k < depth; k++)
			world_step(&world, &path[k]);
		possible = world_step(&world, &path[depth]);
		if (possible && !world_check(&world))
			tell(path, depth + 1);
		world_destroy(&world);
		if (!possible)
			continue;
		count++;
		if (depth + 1 < SMALL_DEPTH)
			count += explore(steps, nr, path, depth + 1);
	}
	return count;
}

static void small_world(void)
{
	struct step steps[MOST_STEPS], path[SMALL_DEPTH];
	unsigned long count;

	count = explore(steps, all_steps(steps), path, 0);
	printf("# %lu sequences of up to %d operations\n", count, SMALL_DEPTH);
	CHECK(count > 100000);
}

static void random_worlds(void)
{
	struct unit_random random = { SEED };
	struct step path[RANDOM_STEPS];
	struct world world;
	unsigned int n, i;

	for (n = 0; n < RANDOM_WORLDS && !unit_failed(); n++) {
		world_init(&world);
		for (i = 0; i < RANDOM_STEPS && !unit_failed(); i++) {
			path[i].operation = unit_random(&random, OPERATIONS);
			path[i].index = unit_random(&random, MODEL_INDEXES);
			path[i].owner = unit_random(&random, MODEL_OWNERS);
			world_step(&world, &path[i]);
			if (!world_check(&world))
				tell(path, i + 1);
		}
		world_destroy(&world);
	}
}

/* Index 5 and index 5 + 64 share a bucket, and are not the same. */
static void crowded_bucket(void)
{
	struct tpm2_session sessions[3] = {};
	struct tpm2_session_table table;
	unsigned int i;

	tpm2_session_table_init(&table);
	for (i = 0; i < 3; i++)
		tpm2_session_table_add(&table, &sessions[i],
				       0x02000005 + i * TPM2_SESSION_BUCKETS,
				       NULL, TPM2_SESSION_DETACHED, i);
	for (i = 0; i < 3; i++)
		CHECK(tpm2_session_table_find(&table, 0x03000005 + i *
					      TPM2_SESSION_BUCKETS) ==
		      &sessions[i]);
	tpm2_session_table_remove(&table, &sessions[1]);
	CHECK(!tpm2_session_table_find(&table, 0x02000005 +
				       TPM2_SESSION_BUCKETS));
	CHECK(tpm2_session_table_find(&table, 0x02000005) == &sessions[0]);
	CHECK_EQ(table.nr, 2);
}

/* The oldest tombstone goes first, and only if there are too many. */
static void surplus_tombstones(void)
{
	struct tpm2_session sessions[3] = {};
	struct tpm2_session_owner owner;
	struct tpm2_session_table table;
	unsigned int i;

	tpm2_session_table_init(&table);
	tpm2_session_owner_init(&owner);
	for (i = 0; i < 3; i++) {
		tpm2_session_table_add(&table, &sessions[i], 0x02000000 + i,
				       &owner, TPM2_SESSION_LOADED, 0);
		CHECK(!tpm2_session_table_bury(&table, &sessions[i]));
	}
	CHECK(!tpm2_session_owner_surplus(&owner, 3));
	CHECK(tpm2_session_owner_surplus(&owner, 2) == &sessions[0]);
	CHECK(!tpm2_session_owner_surplus(&owner, 2));
	CHECK(!tpm2_session_owner_tombstone(&owner, 0x02000000));
	CHECK(tpm2_session_owner_tombstone(&owner, 0x03000001) == &sessions[1]);
}

/* A session keeps its age while it is with its client. */
static void age_survives_detaching(void)
{
	struct tpm2_session old = {}, young = {};
	struct tpm2_session_owner owner, other;
	struct tpm2_session_table table;
	u64 ready;

	tpm2_session_table_init(&table);
	tpm2_session_owner_init(&owner);
	tpm2_session_owner_init(&other);
	tpm2_session_table_add(&table, &old, 0x02000000, &owner,
			       TPM2_SESSION_LOADED, 10);
	tpm2_session_table_add(&table, &young, 0x02000001, &owner,
			       TPM2_SESSION_LOADED, 20);
	tpm2_session_table_detach(&table, &old, NULL);
	tpm2_session_table_attach(&table, &old, &owner);
	CHECK_EQ(old.created, 10);
	CHECK(tpm2_session_table_victim(&table, &other, 30, 0, &ready) == &old);
	/* and use does not make it younger */
	tpm2_session_table_loaded(&table, &old);
	CHECK(tpm2_session_table_victim(&table, &other, 30, 0, &ready) == &old);
}

/* The lease ends at its last nanosecond, not before. */
static void lease_to_the_nanosecond(void)
{
	struct tpm2_session session = {};
	struct tpm2_session_table table;
	u64 ready;

	tpm2_session_table_init(&table);
	CHECK(!tpm2_session_table_victim(&table, NULL, ~0ULL, 0, &ready));
	CHECK_EQ(ready, TPM2_SESSION_ETERNITY);
	tpm2_session_table_add(&table, &session, 0x02000000, NULL,
			       TPM2_SESSION_DETACHED, 1000);
	CHECK(!tpm2_session_table_victim(&table, NULL, 2999, 2000, &ready));
	CHECK_EQ(ready, 3000);
	CHECK(tpm2_session_table_victim(&table, NULL, 3000, 2000, &ready) ==
	      &session);
}

static const struct unit_test tests[] = {
	{ "every sequence of operations in a small world", small_world },
	{ "long random sequences", random_worlds },
	{ "indexes that share a bucket", crowded_bucket },
	{ "more tombstones than an owner may keep", surplus_tombstones },
	{ "a session keeps its age", age_survives_detaching },
	{ "the lease ends on time", lease_to_the_nanosecond },
};

int main(void)
{
	return unit_main(tests, sizeof(tests) / sizeof(*tests));
}
