// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command had in it, and its response, is in no buffer once its client has
 * the response.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "../compat.h"
#include "../exec.h"
#include "bed-suite.h"

#define SECRET	0x5a	/* no command has as many of them otherwise */

/* Are there two bytes of the secret? */
static bool holds(const u8 *buf, size_t size)
{
	for (; size > 1; buf++, size--) {
		if (buf[0] == SECRET && buf[1] == SECRET)
			return true;
	}
	return false;
}

static void expect_clean(struct kunit *test, const struct client *client)
{
	const struct tpm2_rm *rm = client->space.rm;

	KUNIT_EXPECT_FALSE(test, holds(client->buf, TPM2_WIRE_BUFSIZE));
	KUNIT_EXPECT_FALSE(test, holds(rm->wire, TPM2_WIRE_BUFSIZE));
	KUNIT_EXPECT_FALSE(test, holds(rm->scratch, TPM2_WIRE_BUFSIZE));
}

/* A command with a secret in its parameters, which the TPM refuses or not. */
static void build_secret(struct client *client, u32 cc, const u32 *handles,
			 unsigned int nr)
{
	u8 params[200];

	memset(params, SECRET, sizeof(params));
	client_build(client, cc, handles, nr, params, sizeof(params));
}

/* A command with a session start in it whose nonce is the secret. */
static void build_start(struct client *client)
{
	const u32 handles[] = { TPM_RH_NULL, TPM_RH_NULL };
	u8 params[41] = {};

	params[1] = 32;
	memset(params + 2, SECRET, 32);
	params[36] = 1;		/* TPM_SE_POLICY */
	put_unaligned_be16(TPM2_WIRE_ALG_NULL, params + 37);
	put_unaligned_be16(TPM2_WIRE_ALG_SHA256, params + 39);
	client_build(client, TPM_CC_START_AUTH_SESSION, handles, 2, params,
		     sizeof(params));
}

/* It is carried out, it is refused, and it is not even sent. */
static void answered(struct kunit *test)
{
	static const u32 owner = FAKE_RH_OWNER, stranger = 0x80abcdef;
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];

	build_secret(client, FAKE_CC_CREATE_PRIMARY, &owner, 1);
	KUNIT_EXPECT_EQ(test, client_send(client), 0);
	expect_clean(test, client);
	build_secret(client, FAKE_CC_GET_RANDOM, NULL, 0);
	KUNIT_EXPECT_EQ(test, client_send(client), FAKE_RC_INSUFFICIENT);
	expect_clean(test, client);
	build_secret(client, 0x12345678, NULL, 0);
	KUNIT_EXPECT_EQ(test, client_send(client),
			RESMGR(TPM_RC_COMMAND_CODE));
	expect_clean(test, client);
	build_secret(client, FAKE_CC_READ_PUBLIC, &stranger, 1);
	KUNIT_EXPECT_EQ(test, client_send(client), -EINVAL);
	expect_clean(test, client);
	build_secret(client, TPM_CC_FLUSH_CONTEXT, &stranger, 1);
	client_send(client);
	expect_clean(test, client);
}

/* It is lost on its way, or there is no way. */
static void lost(struct kunit *test)
{
	static const u32 owner = FAKE_RH_OWNER;
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];

	KUNIT_EXPECT_EQ(test, client_list(client, 0x02000000, 1), 0);
	fake_fault_add(bed->tpm, &(struct fake_fault) {
		.kind = FAKE_FAULT_LOSE_COMMAND, .cc = FAKE_CC_CREATE_PRIMARY,
		.nth = 1, .error = -ETIME,
	});
	build_secret(client, FAKE_CC_CREATE_PRIMARY, &owner, 1);
	KUNIT_EXPECT_EQ(test, client_send(client), -ETIME);
	expect_clean(test, client);

	bed->chip.broken = true;
	build_secret(client, FAKE_CC_CREATE_PRIMARY, &owner, 1);
	KUNIT_EXPECT_EQ(test, client_send(client), -EPIPE);
	expect_clean(test, client);
	bed->chip.broken = false;
}

/* A client that waits for a session, and its buffer has to hold the secret so long. */
static struct client *wait_with_secret(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[1];
	struct client_session session;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_list(client, 0x02000000, 1), 0);
	bed->rm->limits.max_per_fd = 64;
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	build_start(client);
	KUNIT_EXPECT_EQ(test, client_send(client), -EINPROGRESS);
	KUNIT_EXPECT_TRUE(test, holds(client->buf, TPM2_WIRE_BUFSIZE));
	return client;
}

/* It waits for a session first. */
static void waited(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = wait_with_secret(test);

	KUNIT_EXPECT_FALSE(test, holds(bed->rm->wire, TPM2_WIRE_BUFSIZE));
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_retry(client), 0);
	expect_clean(test, client);
}

/* It waits, and then there is no TPM any more. */
static void waited_in_vain(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = wait_with_secret(test);

	tpm2_rm_close(bed->rm, false);
	KUNIT_EXPECT_EQ(test, client_retry(client), -EPIPE);
	expect_clean(test, client);
}

/* It goes past the resource manager. */
static void raw(struct kunit *test)
{
	static const u32 owner = FAKE_RH_OWNER;
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];

	build_secret(client, TPM_CC_CLEAR, &owner, 1);
	KUNIT_EXPECT_GT(test, tpm2_space_exec_raw(bed->rm, client->buf), 0);
	expect_clean(test, client);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(answered),
	KUNIT_CASE(lost),
	KUNIT_CASE(waited),
	KUNIT_CASE(waited_in_vain),
	KUNIT_CASE(raw),
	{}
};

static struct kunit_suite secret_suite = {
	.name = "tpm2_space_secret",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(secret_suite);
