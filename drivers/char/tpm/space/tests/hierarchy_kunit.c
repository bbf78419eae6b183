// SPDX-License-Identifier: GPL-2.0-only
/*
 * What commands take away that they do not name, and that they take no more away
 * than that: neither other objects, nor that a session is exclusive.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include "../compat.h"
#include "bed-suite.h"

#define CLIENT_EXCLUSIVE	0x02	/* TPMA_SESSION, auditExclusive */

static const u32 hierarchies[] = {
	FAKE_RH_OWNER, FAKE_RH_ENDORSEMENT, FAKE_RH_PLATFORM, TPM_RH_NULL,
};

/* A command that ends hierarchies, and which of them. */
static const struct {
	u32 cc;
	u32 handle;
	u32 enable;
	bool ends[4];
} commands[] = {
	{ TPM_CC_CLEAR, FAKE_RH_LOCKOUT, 0, { true, true } },
	{ TPM_CC_CHANGE_EPS, FAKE_RH_PLATFORM, 0, { false, true } },
	{ TPM_CC_CHANGE_PPS, FAKE_RH_PLATFORM, 0, { false, false, true } },
	{ TPM_CC_HIERARCHY_CONTROL, FAKE_RH_PLATFORM, FAKE_RH_OWNER,
	  { true } },
	{ TPM_CC_HIERARCHY_CONTROL, FAKE_RH_PLATFORM, FAKE_RH_ENDORSEMENT,
	  { false, true } },
	{ TPM_CC_HIERARCHY_CONTROL, FAKE_RH_PLATFORM, FAKE_RH_PLATFORM,
	  { false, false, true } },
};

static void build(struct client *client, u32 cc, u32 handle, u32 enable,
		  bool state)
{
	u8 params[5];

	put_unaligned_be32(enable, params);
	params[4] = state;
	client_build(client, cc, &handle, 1, params, enable ? 5 : 0);
}

static int end(struct client *client, unsigned int i)
{
	build(client, commands[i].cc, commands[i].handle, commands[i].enable,
	      false);
	return client_send(client);
}

static void enable_all(struct bed *bed)
{
	fake_hierarchy_enable_all(bed->tpm);
}

/* B is there when A ends a hierarchy in which both have objects in and out. */
static void ends_objects(struct kunit *test)
{
	struct bed *bed = test->priv;
	u32 objects[8], serials[8];
	struct client *client;
	unsigned int i, k, gone;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		for (k = 0; k < 8; k++) {
			client = &bed->clients[k / 4];
			KUNIT_EXPECT_EQ(test,
					client_create_in(client,
							 hierarchies[k % 4],
							 &objects[k],
							 &serials[k]), 0);
		}
		KUNIT_EXPECT_EQ(test, end(&bed->clients[0], i), 0);

		for (k = 0, gone = 0; k < 8; k++) {
			client = &bed->clients[k / 4];
			if (commands[i].ends[k % 4]) {
				gone++;
				KUNIT_EXPECT_EQ(test,
						client_read(client, objects[k]),
						-EINVAL);
				continue;
			}
			KUNIT_EXPECT_EQ(test, client_read(client, objects[k]),
					0);
			KUNIT_EXPECT_EQ(test, client_number(client, 0),
					serials[k]);
		}
		/* nothing is listed that is not there, and nothing counts */
		for (k = 0; k < 2; k++) {
			client = &bed->clients[k];
			KUNIT_EXPECT_EQ(test, client->space.nr_objects,
					4 - gone / 2);
			KUNIT_EXPECT_EQ(test,
					client_list(client, 0x80000000, 8), 0);
			KUNIT_EXPECT_EQ(test,
					get_unaligned_be32(client->buf + 15),
					4 - gone / 2);
			bed_reopen(bed, k);
		}
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
		enable_all(bed);
	}
}

/*
 * What is loaded is saved before its hierarchy ends. If the TPM cannot be reached
 * then, the command is not sent, and has ended nothing.
 */
static void not_reached(struct kunit *test)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_COMMAND, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1,
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial;

	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, end(&bed->clients[1], 0), -EIO);
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_CLEAR), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serial);
	KUNIT_EXPECT_EQ(test, end(&bed->clients[1], 0), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, object), -EINVAL);
}

/* The first virtual handle is free again, as often as it may be. */
static void handles_are_free(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	unsigned int i;
	u32 object;

	for (i = 0; i < 2 * TPM2_RM_MAX_OBJECTS; i++) {
		KUNIT_EXPECT_EQ(test,
				client_create_in(client, FAKE_RH_ENDORSEMENT,
						 &object, NULL), 0);
		KUNIT_EXPECT_EQ(test, object, 0x80ffffff);
		/* by Clear and by ChangeEPS in turn */
		KUNIT_EXPECT_EQ(test, end(client, i % 2), 0);
	}
}

/* What does not end anything leaves all as it is. */
static void ends_nothing(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial;

	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	/* it is refused */
	build(client, TPM_CC_CLEAR, FAKE_RH_OWNER, 0, false);
	KUNIT_EXPECT_EQ(test, client_send(client), FAKE_RC_VALUE_H1);
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	/* it is there already */
	build(client, TPM_CC_HIERARCHY_CONTROL, FAKE_RH_PLATFORM,
	      FAKE_RH_OWNER, true);
	KUNIT_EXPECT_EQ(test, client_send(client), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serial);
}

/* G18: the session that has audited it is still exclusive, and sees all. */
static void stays_exclusive(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session session;
	unsigned int i, k;
	u32 object;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		KUNIT_EXPECT_EQ(test, client_start_type(a, &session,
							TPM_HT_HMAC_SESSION),
				0);
		for (k = 0; k < 5; k++)
			KUNIT_EXPECT_EQ(test,
					client_create_in(b, hierarchies[k % 4],
							 &object, NULL), 0);
		build(a, commands[i].cc, commands[i].handle,
		      commands[i].enable, false);
		client_authorize(a, 1, &session, CLIENT_AUDIT);
		KUNIT_EXPECT_EQ(test, client_send(a), 0);
		session.uses++;
		KUNIT_EXPECT_EQ(test, client_attributes(a),
				CLIENT_AUDIT | CLIENT_EXCLUSIVE);
		/* and it may insist on it */
		KUNIT_EXPECT_EQ(test,
				client_audit(a, &session, CLIENT_AUDIT |
					     CLIENT_EXCLUSIVE), 0);
		KUNIT_EXPECT_EQ(test, client_attributes(a),
				CLIENT_AUDIT | CLIENT_EXCLUSIVE);
		KUNIT_EXPECT_EQ(test, client_flush(a, session.handle), 0);
		bed_reopen(bed, 1);
		enable_all(bed);
	}
}

/*
 * Objects that are limited to a version of the firmware go with the hierarchy that
 * they are a part of, and nothing is asked.
 */
static void limited_objects(struct kunit *test)
{
	static const struct {
		u32 hierarchy;
		bool ends;
	} kinds[] = {
		{ FAKE_RH_FW_OWNER, true },
		{ FAKE_RH_SVN_OWNER | 0xffff, true },
		{ FAKE_RH_FW_ENDORSEMENT, true },
		{ FAKE_RH_SVN_ENDORSEMENT | 5, true },
		{ FAKE_RH_FW_PLATFORM, false },
		{ FAKE_RH_SVN_PLATFORM, false },
		{ FAKE_RH_FW_NULL, false },
		{ FAKE_RH_SVN_NULL | 1, false },
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 objects[ARRAY_SIZE(kinds)], asked;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		KUNIT_EXPECT_EQ(test, client_create_in(client,
						       kinds[i].hierarchy,
						       &objects[i], NULL), 0);
	asked = fake_tpm_count(bed->tpm, TPM_CC_READ_CLOCK) +
		fake_tpm_count(bed->tpm, TPM_CC_GET_CAPABILITY);
	KUNIT_EXPECT_EQ(test, end(client, 0), 0);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		KUNIT_EXPECT_EQ(test, client_read(client, objects[i]),
				kinds[i].ends ? -EINVAL : 0);
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_READ_CLOCK) +
			fake_tpm_count(bed->tpm, TPM_CC_GET_CAPABILITY), asked);
}

/*
 * TPM2_Clear begins to count resets anew: the first one after it has the number of
 * the one before, and what it has taken away is gone all the same.
 */
static void reset_after_clear(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session, other;
	u32 handle;

	fake_tpm_reset(bed->tpm);
	bed->rm->trust = TPM2_TRUST_NONE;
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->reset_count, bed->tpm->resets);
	KUNIT_EXPECT_EQ(test, end(client, 0), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->reset_count, 0);
	KUNIT_EXPECT_EQ(test, bed->tpm->resets, 0);

	/* and somebody has the index by then */
	fake_tpm_reset(bed->tpm);
	KUNIT_EXPECT_EQ(test, fake_session_start(bed->tpm,
						 TPM_HT_POLICY_SESSION,
						 &handle), 0);
	KUNIT_EXPECT_EQ(test, handle, session.handle);
	bed->rm->trust = TPM2_TRUST_FOREIGN;
	KUNIT_EXPECT_EQ(test, client_start(client, &other), 0);
	KUNIT_EXPECT_EQ(test, client_use(client, &session),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/* One that cannot be saved, so nobody knows of which hierarchy it is. */
static void unknown_hierarchy(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, next;

	KUNIT_EXPECT_EQ(test, client_create(client, &object, NULL), 0);
	fake_fault_add(bed->tpm, &(struct fake_fault) {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1, .rc = 0x923,
	});
	KUNIT_EXPECT_EQ(test, end(client, 0), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, object),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_create(client, &next, NULL), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, next), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, object), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ends_objects),
	KUNIT_CASE(not_reached),
	KUNIT_CASE(handles_are_free),
	KUNIT_CASE(ends_nothing),
	KUNIT_CASE(stays_exclusive),
	KUNIT_CASE(limited_objects),
	KUNIT_CASE(reset_after_clear),
	KUNIT_CASE(unknown_hierarchy),
	{}
};

static struct kunit_suite hierarchy_suite = {
	.name = "tpm2_space_hierarchy",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(hierarchy_suite);
