// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a client is told of the TPM: its own part of it, and what it could have.
 */
#include <linux/limits.h>
#include "../compat.h"
#include "bed-suite.h"

/* The handles that the client was told last. */
static u32 nr_listed(const struct client *client)
{
	return get_unaligned_be32(client->buf + 15);
}

static u32 listed(const struct client *client, unsigned int i)
{
	return get_unaligned_be32(client->buf + 19 + i * 4);
}

static void expect_property(struct kunit *test, struct client *client,
			    u32 property, u32 expected)
{
	u32 value = 0;

	KUNIT_EXPECT_EQ(test, client_property(client, property, &value), 0);
	KUNIT_EXPECT_EQ(test, value, expected);
}

/*
 * G18: an answer that the TPM has authorized is the TPM's own. The client checks
 * the HMAC of each response that has one.
 */
static void audited(struct kunit *test)
{
	static const u32 types[] = { 0x02000000, 0x03000000, 0x80000000 };
	struct bed *bed = test->priv;
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session session, other;
	struct client_context saved;
	u32 object, serial;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_start_type(a, &session,
						TPM_HT_HMAC_SESSION), 0);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, client_create(a, &object, &serial), 0);
		KUNIT_EXPECT_EQ(test, client_create(b, &object, &serial), 0);
		KUNIT_EXPECT_EQ(test, client_start(b, &other), 0);
	}
	KUNIT_EXPECT_EQ(test, client_save(b, other.handle, &saved), 0);

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test,
				client_list_audited(a, types[i], 100, &session,
						    CLIENT_AUDIT), 0);
		KUNIT_EXPECT_EQ(test,
				client_list_audited(a, types[i], 1, &session,
						    CLIENT_AUDIT), 0);
	}
	/* without a session it is shown what it has, in its own terms */
	KUNIT_EXPECT_EQ(test, client_list(a, types[2], 100), 0);
	KUNIT_EXPECT_EQ(test, nr_listed(a), 2);
}

/* G18: lists ascend, whatever the handles count. */
static void ascending(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial;
	unsigned int i;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial),
				0);
	KUNIT_EXPECT_EQ(test, client_list(client, 0x80000000, 100), 0);
	KUNIT_EXPECT_EQ(test, nr_listed(client), 5);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, listed(client, i), 0x80fffffb + i);

	/* and can be had piece by piece */
	KUNIT_EXPECT_EQ(test, client_list(client, 0x80fffffd, 2), 0);
	KUNIT_EXPECT_EQ(test, nr_listed(client), 2);
	KUNIT_EXPECT_EQ(test, client->buf[10], 1);
	KUNIT_EXPECT_EQ(test, listed(client, 0), 0x80fffffd);
	KUNIT_EXPECT_EQ(test, listed(client, 1), 0x80fffffe);
}

/* G18: who counts up from the TPM's first handle is given the one after the other. */
static void by_ordinal(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial;
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial),
				0);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, client_list(client, 0x80000000 + i, 1),
				0);
		KUNIT_EXPECT_EQ(test, nr_listed(client), 1);
		KUNIT_EXPECT_EQ(test, client->buf[10], i < 2);
		KUNIT_EXPECT_EQ(test, listed(client, 0), 0x80fffffd + i);
	}
	KUNIT_EXPECT_EQ(test, client_list(client, 0x80000003, 1), 0);
	KUNIT_EXPECT_EQ(test, nr_listed(client), 0);
}

/* G18: saved sessions are listed as the TPM does it, however we came by them. */
static void saved_kind(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_context saved;
	struct client_session session;
	u64 sequence;
	u32 handle;

	/* one from before, which is adopted */
	fake_session_start(bed->tpm, TPM_HT_POLICY_SESSION, &handle);
	fake_session_save(bed->tpm, handle, &sequence);
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, client_save(client, session.handle, &saved), 0);

	KUNIT_EXPECT_EQ(test, client_list(client, 0x03000000, 100), 0);
	KUNIT_EXPECT_EQ(test, nr_listed(client), 2);
	KUNIT_EXPECT_EQ(test, listed(client, 0), 0x02000000);
	KUNIT_EXPECT_EQ(test, listed(client, 1), 0x02000001);
}

/* G18: what there is for a client does not depend on what others have loaded. */
static void available(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *rich = &bed->clients[0], *newcomer = &bed->clients[1];
	struct client_session session;
	u32 object, serial;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, client_start(rich, &session), 0);
		KUNIT_EXPECT_EQ(test, client_create(rich, &object, &serial),
				0);
	}
	expect_property(test, newcomer, TPM_PT_HR_TRANSIENT_AVAIL, 3);
	expect_property(test, newcomer, TPM_PT_HR_LOADED, 0);
	expect_property(test, newcomer, TPM_PT_HR_LOADED_AVAIL, 3);
	expect_property(test, newcomer, TPM_PT_CONTEXT_GAP_MAX, U32_MAX);
	/* what it has is loaded, and it can still have more */
	expect_property(test, rich, TPM_PT_HR_TRANSIENT_AVAIL, 3);
	expect_property(test, rich, TPM_PT_HR_LOADED, 3);
	expect_property(test, rich, TPM_PT_HR_LOADED_AVAIL, 3);
	/* what does not concern the asker is as it is */
	expect_property(test, newcomer, TPM_PT_ACTIVE_SESSIONS_MAX, 64);
	expect_property(test, newcomer, TPM_PT_HR_TRANSIENT_MIN, 3);
}

/* G14: until it comes to its limits. */
static void available_to_the_end(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session;
	u32 object, serial, left;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_list(client, 0x02000000, 1), 0);
	left = bed->rm->limits.max_per_fd;
	for (i = 0; i + 2 < left; i++)
		KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	expect_property(test, client, TPM_PT_HR_LOADED, left - 2);
	for (i = 2; i--;) {
		KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
		expect_property(test, client, TPM_PT_HR_LOADED_AVAIL, i);
	}

	for (i = 0; i + 2 < TPM2_RM_MAX_OBJECTS; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial),
				0);
	for (i = 2; i--;) {
		KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial),
				0);
		expect_property(test, client, TPM_PT_HR_TRANSIENT_AVAIL, i);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(audited),
	KUNIT_CASE(ascending),
	KUNIT_CASE(by_ordinal),
	KUNIT_CASE(saved_kind),
	KUNIT_CASE(available),
	KUNIT_CASE(available_to_the_end),
	{}
};

static struct kunit_suite capability_suite = {
	.name = "tpm2_space_capability",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(capability_suite);
