// SPDX-License-Identifier: GPL-2.0-only
/*
 * TPMs that do something otherwise than the reference implementation, and
 * commands that came with later versions of the specification.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "../compat.h"
#include "bed-suite.h"

static struct bed *odd(struct kunit *test, const struct fake_tpm_quirks *quirks)
{
	struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff, .quirks = *quirks,
	};

	return bed_suite_renew(test, &config);
}

/**
 * struct sequence_case - a TPM whose sequences are to be known
 * @name: in words
 * @quirks: what is odd about it
 */
struct sequence_case {
	const char *name;
	struct fake_tpm_quirks quirks;
};

static const struct sequence_case sequence_cases[] = {
	{ "savedHandle of a sequence", {} },
	{ "savedHandle of an object", { .saved_sequence = 0x80000000 } },
	{ "savedHandle of a stClear object", { .saved_sequence = 0x80000002 } },
};

static void describe_sequence(const struct sequence_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(sequences, sequence_cases, describe_sequence);

/* A sequence is known by the command that made it, whatever its context says. */
static void sequences_by_command(struct kunit *test)
{
	const struct sequence_case *c = test->param_value;
	struct bed *bed = odd(test, &c->quirks);
	struct client *client = &bed->clients[0];
	u32 handles[5], i, k;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_sequence(client, &handles[i]), 0);
	for (k = 0; k < 4; k++) {
		for (i = 0; i < 5; i++)
			KUNIT_EXPECT_EQ(test, client_update(client, handles[i]),
					0);
	}
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, client_complete(client, handles[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), 4);
	}
}

/* And one that its client has loaded, by what is done with it. */
static void sequence_by_use(struct kunit *test)
{
	const struct sequence_case *c = test->param_value;
	struct bed *bed = odd(test, &c->quirks);
	struct client *client = &bed->clients[0];
	struct client_context context;
	u32 handle, objects[3], serial, i, k;

	KUNIT_ASSERT_EQ(test, client_sequence(client, &handle), 0);
	KUNIT_EXPECT_EQ(test, client_update(client, handle), 0);
	KUNIT_ASSERT_EQ(test, client_save(client, handle, &context), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, handle), 0);
	KUNIT_ASSERT_EQ(test, client_load(client, &context), 0);
	handle = client_handle(client);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &objects[i],
						    &serial), 0);
	for (k = 0; k < 3; k++) {
		KUNIT_EXPECT_EQ(test, client_update(client, handle), 0);
		for (i = 0; i < 3; i++)
			KUNIT_EXPECT_EQ(test, client_read(client, objects[i]),
					0);
	}
	KUNIT_EXPECT_EQ(test, client_complete(client, handle), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), 4);
}

/* The key that completes a sequence stays, and so does its slot. */
static void key_sequences(struct kunit *test)
{
	static const u32 ccs[][2] = {
		{ FAKE_CC_SIGN_SEQUENCE_START, FAKE_CC_SIGN_SEQUENCE_COMPLETE },
		{ FAKE_CC_VERIFY_SEQUENCE_START,
		  FAKE_CC_VERIFY_SEQUENCE_COMPLETE },
	};
	const struct sequence_case *c = test->param_value;
	struct bed *bed = odd(test, &c->quirks);
	struct client *client = &bed->clients[0];
	u32 keys[3], serials[3], handle, i, k;

	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_create(client, &keys[i],
						    &serials[i]), 0);
	for (k = 0; k < 12; k++) {
		KUNIT_ASSERT_EQ(test, client_key_sequence(client, ccs[k % 2][0],
							  keys[k % 3], &handle),
				0);
		for (i = 0; i < 3; i++) {
			KUNIT_EXPECT_EQ(test, client_update(client, handle), 0);
			KUNIT_EXPECT_EQ(test, client_read(client, keys[i]), 0);
			KUNIT_EXPECT_EQ(test, client_number(client, 0),
					serials[i]);
		}
		KUNIT_EXPECT_EQ(test, client_key_complete(client, ccs[k % 2][1],
							  handle, keys[k % 3]),
				0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), 3);
		KUNIT_EXPECT_EQ(test, client_update(client, handle), -EINVAL);
	}
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_flush(client, keys[i]), 0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
}

static const u32 refusals[] = { FAKE_RC_TYPE_H1, TPM_RC_COMMAND_CODE };

/* What cannot be saved stays, the others make room; and it goes in the end. */
static void unsavable(struct kunit *test)
{
	struct fake_tpm_quirks quirks = {};
	u32 handle, objects[4], serials[4];
	struct client *client;
	struct bed *bed;
	unsigned int i, k, n;

	for (n = 0; n < ARRAY_SIZE(refusals); n++) {
		quirks.unsavable = refusals[n];
		bed = odd(test, &quirks);
		client = &bed->clients[0];
		KUNIT_ASSERT_EQ(test, client_sequence(client, &handle), 0);
		for (i = 0; i < 4; i++)
			KUNIT_EXPECT_EQ(test, client_create(client, &objects[i],
							    &serials[i]), 0);
		for (k = 0; k < 3; k++) {
			bed->chip.shared = k == 1;
			KUNIT_EXPECT_EQ(test, client_update(client, handle), 0);
			for (i = 0; i < 4; i++) {
				KUNIT_EXPECT_EQ(test, client_read(client,
								  objects[i]),
						0);
				KUNIT_EXPECT_EQ(test, client_number(client, 0),
						serials[i]);
			}
			/* for others there is as much room as can be made */
			if (bed->chip.shared)
				KUNIT_EXPECT_EQ(test,
						fake_object_count(bed->tpm), 1);
		}
		KUNIT_EXPECT_EQ(test, client_complete(client, handle), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), 3);
		KUNIT_EXPECT_EQ(test, client_sequence(client, &handle), 0);
		for (i = 0; i < 4; i++)
			KUNIT_EXPECT_EQ(test, client_read(client, objects[i]),
					0);
		bed_reopen(bed, 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(sequences_by_command, sequences_gen_params),
	KUNIT_CASE_PARAM(sequence_by_use, sequences_gen_params),
	KUNIT_CASE_PARAM(key_sequences, sequences_gen_params),
	KUNIT_CASE(unsavable),
	{}
};

static struct kunit_suite odd_suite = {
	.name = "tpm2_space_odd",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(odd_suite);
