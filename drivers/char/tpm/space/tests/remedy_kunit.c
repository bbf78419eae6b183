// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often a command is sent again, at most.
 *
 * Each remedy comes to an end by itself, since there is nothing left to be taken.
 * These tests are about what there is besides, for a TPM with which that is not so.
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include "../command-remedy.h"
#include "bed-suite.h"

#define MOST_COMMANDS	400U	/* eight seconds of a TPM that takes 20 ms for each */

static unsigned int count_rounds(struct tpm2_rm *rm)
{
	unsigned int rounds = 0;

	mutex_lock(&rm->mutex);
	tpm2_remedy_allow(rm, 0);
	while (rounds < MOST_COMMANDS && tpm2_remedy_goes_on(rm))
		rounds++;
	mutex_unlock(&rm->mutex);
	return rounds;
}

/* How often a command is sent again depends on how much there is to be taken. */
static void rounds(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	u32 object, serial;
	unsigned int i;

	bed->rm->limits.max_per_fd = 64;
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	KUNIT_EXPECT_EQ(test, count_rounds(bed->rm), 12);
	for (; i < 64; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_create(&bed->clients[0], &object,
						    &serial), 0);
	KUNIT_EXPECT_EQ(test, count_rounds(bed->rm), 76);
}

/* There is always one more object that nobody has made, as if for the first time. */
static void replenish(struct fake_tpm *tpm, const u8 *buf, u32 size)
{
	struct bed *bed = tpm->watch_data;
	u32 handle;

	/* so that there is an end to it, even if it is the wrong one */
	if (tpm->total > 2 * MOST_COMMANDS) {
		tpm->config.quirks.no_more = 0;
		return;
	}
	bed->rm->strangers_flushed = 0;
	fake_object_make(tpm, FAKE_RH_OWNER, false, &handle);
}

/* A remedy that can be tried again for ever comes to an end, too. */
static void no_end_of_remedies(struct kunit *test)
{
	struct bed *bed = test->priv;
	unsigned int total;
	u32 object;

	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[0], 0x80000000, 1), 0);
	bed_tick(bed, 2 * BED_LEASE);
	bed->tpm->config.quirks.no_more = TPM_RC_OBJECT_MEMORY;
	bed->tpm->watch_data = bed;
	bed->tpm->watch = replenish;
	total = bed->tpm->total;
	KUNIT_EXPECT_EQ(test, client_create(&bed->clients[0], &object, NULL),
			-EIO);
	KUNIT_EXPECT_LT(test, bed->tpm->total - total, MOST_COMMANDS);
	bed->tpm->watch = NULL;
	fake_object_forget_all(bed->tpm);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rounds),
	KUNIT_CASE(no_end_of_remedies),
	{}
};

static struct kunit_suite remedy_suite = {
	.name = "tpm2_space_remedy",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(remedy_suite);
