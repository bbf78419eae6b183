// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bed for each test of a KUnit suite.
 */
#include <linux/errno.h>
#include "bed-suite.h"

/* What almost every chip has. */
static const struct fake_tpm_config usual = {
	.active_sessions = 64,
	.loaded_sessions = 3,
	.loaded_objects = 3,
	.gap = 0xffff,
};

/**
 * bed_suite_init() - make a bed, with a TPM as it usually is
 * @test: the test; its priv becomes the bed
 *
 * Return: 0 or -ENOMEM.
 */
int bed_suite_init(struct kunit *test)
{
	test->priv = bed_create(&usual);
	return test->priv ? 0 : -ENOMEM;
}

static void destroy(struct kunit *test)
{
	struct bed *bed = test->priv;
	unsigned int i;

	for (i = 0; i < BED_CLIENTS; i++)
		client_close(&bed->clients[i]);
	/* whatever was tested: no object is left, and nothing was guessed */
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->nr_objects, 0);
	KUNIT_EXPECT_EQ(test, bed->tpm->auth_failures, 0);
	for (i = 0; i < BED_CLIENTS; i++)
		KUNIT_EXPECT_EQ(test, client_init(&bed->clients[i], bed->rm, 0),
				0);
	KUNIT_EXPECT_EQ(test, bed_destroy(bed), 0);
}

/**
 * bed_suite_exit() - take the bed apart
 * @test: the test
 */
void bed_suite_exit(struct kunit *test)
{
	destroy(test);
	test->priv = NULL;
}

/**
 * bed_suite_renew() - another bed
 * @test: the test
 * @config: what its TPM has
 *
 * Return: the bed.
 */
struct bed *bed_suite_renew(struct kunit *test,
			    const struct fake_tpm_config *config)
{
	struct bed *bed = bed_create(config);

	KUNIT_ASSERT_NOT_NULL(test, bed);
	destroy(test);
	test->priv = bed;
	return bed;
}
