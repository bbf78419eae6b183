// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything that can happen in a small world.
 *
 * G1 to G7, G9, G10 and G15 in all combinations that are as short as this: who
 * holds which session, who is told that it lost one, who waits and for how
 * long, what each client gets, what that costs, and what is left behind.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include "small-world.h"

#define A	.client = 0
#define B	.client = 1
#define C	.client = 2
#define END	{ .client = SMALL_NOBODY }

static const struct small_step full[] = {
	{ SMALL_START, A }, { SMALL_START, A }, { SMALL_START, B }, END
};

static const struct small_step aged[] = {
	{ SMALL_START, A }, { SMALL_TICK }, { SMALL_START, B },
	{ SMALL_TICK }, { SMALL_START, B }, END
};

static const struct small_step lost[] = {
	{ SMALL_START, A }, { SMALL_START, A }, { SMALL_START, B },
	{ SMALL_TICK }, { SMALL_TICK }, { SMALL_START, B }, END
};

#define TPM(active, loaded) {						\
	.active_sessions = active, .loaded_sessions = loaded,		\
	.loaded_objects = 1, .gap = 0xffff,				\
}

/* Five contexts are a full turn of the counter: it is about to be complete. */
#define TURNING_TPM {							\
	.active_sessions = 4, .loaded_sessions = 2, .loaded_objects = 1,	\
	.gap = 7,							\
}

static const struct small_step turning[] = {
	{ SMALL_START, A }, { SMALL_START, B }, { SMALL_START, B },
	{ SMALL_START, B }, { SMALL_USE, B, 2 }, { SMALL_USE, B, 1 },
	{ SMALL_USE, B, 0 }, END
};

/* In user space there is time for longer ones, and for all of them. */
#ifdef __KERNEL__
#define DEEP(depth)	(depth)
#define STRIDE		7
#else
#define DEEP(depth)	((depth) + 1)
#define STRIDE		1
#endif

static const struct small_config worlds[] = {
	{ "nothing has happened", TPM(3, 2), 2, 2, NULL, DEEP(4) },
	{ "all sessions in use", TPM(3, 2), 2, 2, full, DEEP(3) },
	{ "leases end", TPM(3, 2), 2, 2, aged, DEEP(3) },
	{ "a session was evicted", TPM(3, 2), 2, 2, lost, DEEP(3) },
	{ "three clients", TPM(3, 2), 3, 2, full, 3 },
	{ "three clients after an eviction", TPM(3, 2), 3, 2, lost, 3 },
	{ "four sessions", TPM(4, 3), 3, 2, lost, 3 },
	{ "one slot", TPM(3, 1), 2, 2, lost, 3 },
	{ "one client may have all", TPM(3, 2), 2, 3, lost, 3 },
	{ "others, all sessions in use", TPM(3, 3), 2, 2, full, 3, .raw = true },
	{ "others, leases end", TPM(3, 2), 2, 2, aged, 3, .raw = true },
	{ "others after an eviction", TPM(3, 2), 2, 2, lost, 3, .raw = true },
	{ "faults from the start", TPM(3, 2), 2, 2, NULL, DEEP(3),
	  .faults = true },
	{ "faults when leases end", TPM(3, 2), 2, 2, aged, DEEP(2),
	  .faults = true },
	{ "faults after an eviction", TPM(3, 2), 2, 2, lost, DEEP(2),
	  .faults = true },
	{ "gap", TURNING_TPM, 2, 3, turning, 3, .gap = true },
	{ "gap without a pause", TURNING_TPM, 2, 3, turning, DEEP(3),
	  .gap = true, .busy = true },
	{ "gap and faults", TURNING_TPM, 2, 3, turning, 2, .gap = true,
	  .busy = true, .faults = true },
};

static void describe(const struct small_config *config, char *desc)
{
	strscpy(desc, config->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(worlds, worlds, describe);

static void every_sequence(struct kunit *test)
{
	char *wrong = kunit_kzalloc(test, SMALL_TEXT, GFP_KERNEL);
	const struct small_config *config = test->param_value;
	unsigned long count;

	KUNIT_ASSERT_NOT_NULL(test, wrong);
	count = small_walk(config, STRIDE, wrong, SMALL_TEXT);
	KUNIT_EXPECT_GT(test, count * STRIDE, 500UL);
	if (wrong[0])
		KUNIT_FAIL(test, "%s", wrong);
	kunit_info(test, "%s: %lu sequences of %u steps\n", config->name,
		   count, config->depth);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(every_sequence, worlds_gen_params),
	{}
};

static struct kunit_suite small_world_suite = {
	.name = "tpm2_space_small_world",
	.test_cases = cases,
};

kunit_test_suite(small_world_suite);
