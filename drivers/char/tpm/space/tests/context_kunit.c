// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts: what moves, when, and what does not; the context gap; resets.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "../compat.h"
#include "bed-suite.h"

/* G15: a client that is alone costs the commands that it sends. */
static void alone(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[3];
	u32 objects[3], serial;
	unsigned int total, i;

	KUNIT_EXPECT_EQ(test, client_start(client, &sessions[0]), 0);
	total = bed->tpm->total;
	for (i = 1; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(client, &sessions[i]), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &objects[i],
						    &serial), 0);
	for (i = 0; i < 30; i++) {
		KUNIT_EXPECT_EQ(test, client_use(client, &sessions[i % 3]), 0);
		KUNIT_EXPECT_EQ(test, client_read(client, objects[i % 3]), 0);
	}
	KUNIT_EXPECT_EQ(test, bed->tpm->total - total, 2 + 3 + 60);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.context_saves, 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.context_loads, 0);
}

/* G15: the context of an object is saved once, however often it is loaded. */
static void objects_saved_once(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 objects[4], serials[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &objects[i],
						    &serials[i]), 0);
	for (i = 0; i < 40; i++) {
		KUNIT_EXPECT_EQ(test, client_read(client, objects[i % 4]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[i % 4]);
	}
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_SAVE), 4);
}

/* G15: what is needed is in none of the slots, and there are three of these. */
static void in_turn(struct kunit *test, struct client_session sessions[5],
		    u32 objects[5], unsigned int uses)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	unsigned int i;

	for (i = 0; i < uses; i++) {
		KUNIT_EXPECT_EQ(test, client_use(client, &sessions[i % 5]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0),
				sessions[i % 5].serial);
		KUNIT_EXPECT_EQ(test, client_read(client, objects[i % 5]), 0);
	}
}

/* G15: how many slots there are need not be asked for each time. */
static void slots_remembered(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[5], session;
	u32 objects[5], serial, handle;
	unsigned int total, i;

	for (i = 0; i < 5; i++) {
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
		KUNIT_ASSERT_EQ(test, client_create(client, &objects[i],
						    &serial), 0);
	}
	in_turn(test, sessions, objects, 5);
	/* one out, one in, and the command */
	total = bed->tpm->total;
	in_turn(test, sessions, objects, 20);
	KUNIT_EXPECT_EQ(test, bed->tpm->total - total, 2 * 3 * 20);

	/* one out, and the command */
	total = bed->tpm->total;
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &handle, &serial), 0);
	KUNIT_EXPECT_EQ(test, bed->tpm->total - total, 2 * 2);

	/* nothing has to leave where there is a slot */
	KUNIT_EXPECT_EQ(test, client_flush(client, session.handle), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, handle), 0);
	total = bed->tpm->total;
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &handle, &serial), 0);
	KUNIT_EXPECT_EQ(test, bed->tpm->total - total, 2);
}

/* Nor is it believed for good: others take slots, and give them back. */
static void slots_forgotten(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[5];
	u32 objects[5], serial, handle, object;
	unsigned int total, i;

	for (i = 0; i < 5; i++) {
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
		KUNIT_ASSERT_EQ(test, client_create(client, &objects[i],
						    &serial), 0);
	}
	in_turn(test, sessions, objects, 10);

	/* somebody else comes by a slot each when there is one */
	bed->chip.shared = true;
	in_turn(test, sessions, objects, 1);
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION,
						 &handle), 0);
	KUNIT_ASSERT_EQ(test, fake_object_make(bed->tpm, FAKE_RH_OWNER, false,
					       &object), 0);
	in_turn(test, sessions, objects, 10);
	bed->chip.shared = false;
	in_turn(test, sessions, objects, 10);
	fake_session_flush(bed->tpm, handle);
	memset(fake_object_find(bed->tpm, object), 0,
	       sizeof(struct fake_object));

	/* there is one more now: all three are used again */
	in_turn(test, sessions, objects, 10);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 3);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 3);
	total = bed->tpm->total;
	in_turn(test, sessions, objects, 20);
	KUNIT_EXPECT_EQ(test, bed->tpm->total - total, 2 * 3 * 20);
}

/* But a sequence changes with each use, and its context with it. */
static void sequences(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 handles[5];
	unsigned int i, k;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_sequence(client, &handles[i]), 0);
	for (k = 0; k < 6; k++) {
		for (i = 0; i < 5; i++)
			KUNIT_EXPECT_EQ(test, client_update(client, handles[i]),
					0);
		/* an object comes between, now and then */
		KUNIT_EXPECT_EQ(test, client_update(client, handles[k % 5]), 0);
	}
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, client_complete(client, handles[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0),
				i ? 7 : 8);
		KUNIT_EXPECT_EQ(test, client_update(client, handles[i]),
				-EINVAL);
	}
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
}

/**
 * struct turn - how a turn of the counter goes
 * @name: in words
 * @gap: largest value of the counter
 * @busy: no command leaves time for anything
 */
struct turn {
	const char *name;
	u32 gap;
	bool busy;
};

static const struct turn turns[] = {
	{ "gap of 15", 15, false },
	{ "gap of 15 without a pause", 15, true },
	{ "gap of 255", 255, false },
	{ "gap of 255 without a pause", 255, true },
};

static void describe(const struct turn *turn, char *desc)
{
	strscpy(desc, turn->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(turns, turns, describe);

static struct bed *turning(struct kunit *test)
{
	const struct turn *turn = test->param_value;
	struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = turn->gap,
	};

	return bed_suite_renew(test, &config);
}

static void pause(struct kunit *test)
{
	const struct turn *turn = test->param_value;

	if (turn->busy)
		bed_hurry(test->priv);
	else
		bed_idle(test->priv);
}

/* Four sessions in three slots: each use is a save and a load. */
static void turn_round(struct kunit *test, struct client *client,
		       struct client_session sessions[4], unsigned int uses)
{
	unsigned int i;

	for (i = 0; i < uses; i++) {
		KUNIT_EXPECT_EQ(test, client_audit(client, &sessions[i % 4],
						   CLIENT_AUDIT), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0),
				sessions[i % 4].serial);
		pause(test);
	}
}

/* G8: one session is idle while others turn the counter round, and again. */
static void idle_session(struct kunit *test)
{
	struct bed *bed = turning(test);
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session idle, sessions[4], more;
	u32 gap = bed->tpm->config.gap;
	u64 counter = bed->tpm->counter;
	unsigned int i;

	bed->rm->limits.max_per_fd = 6;
	KUNIT_EXPECT_EQ(test, client_start(a, &idle), 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(b, &sessions[i]), 0);
	turn_round(test, b, sessions, 3 * gap);
	KUNIT_EXPECT_GT(test, bed->tpm->counter - counter, 3ULL * gap);
	KUNIT_EXPECT_GT(test, bed->rm->stats.refreshes, 0);

	KUNIT_EXPECT_EQ(test, client_use(a, &idle), 0);
	KUNIT_EXPECT_EQ(test, client_number(a, 0), idle.serial);
	KUNIT_EXPECT_EQ(test, client_start(a, &more), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
}

/* G8, G9: the idle session is one that its client has saved itself. */
static void idle_context(struct kunit *test)
{
	struct bed *bed = turning(test);
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client *c = &bed->clients[2];
	struct client_session session, sessions[4];
	struct client_context context;
	unsigned int i;

	bed->rm->limits.max_per_fd = 6;
	KUNIT_EXPECT_EQ(test, client_start(a, &session), 0);
	KUNIT_EXPECT_EQ(test, client_audit(a, &session, CLIENT_AUDIT), 0);
	KUNIT_EXPECT_EQ(test, client_save(a, session.handle, &context), 0);
	bed_reopen(bed, 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(b, &sessions[i]), 0);
	turn_round(test, b, sessions, 3 * bed->tpm->config.gap);

	/* another client loads it, from the file that the first one left */
	KUNIT_EXPECT_EQ(test, client_load(c, &context), 0);
	KUNIT_EXPECT_EQ(test, client_handle(c), session.handle);
	KUNIT_EXPECT_EQ(test, client_audit(c, &session, CLIENT_AUDIT), 0);
	KUNIT_EXPECT_EQ(test, client_number(c, 0), session.serial);
	/* and nobody can load it again */
	KUNIT_EXPECT_EQ(test, client_load(a, &context), FAKE_RC_HANDLE_P1);
	KUNIT_EXPECT_EQ(test, client_load(c, &context), FAKE_RC_HANDLE_P1);
	KUNIT_EXPECT_EQ(test, client_audit(c, &session, CLIENT_AUDIT), 0);
}

/* G8: one whose context nobody here knows goes when its lease has ended. */
static void unknown_context(struct kunit *test)
{
	struct bed *bed = turning(test);
	struct client *b = &bed->clients[1];
	struct client_session sessions[4];
	unsigned int i, waits = 0;
	u64 sequence;
	u32 handle;

	bed->rm->limits.max_per_fd = 6;
	fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION, &handle);
	fake_session_save(bed->tpm, handle, &sequence);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(b, &sessions[i]), 0);
	for (i = 0; i < 2 * bed->tpm->config.gap; i++) {
		client_audit(b, &sessions[i % 4], CLIENT_AUDIT);
		if (b->waits) {
			waits++;
			bed_tick(bed, BED_LEASE - 1);
			KUNIT_EXPECT_FALSE(test, client_is_next(b));
			bed_tick(bed, 1);
			KUNIT_EXPECT_EQ(test, client_retry(b), 0);
			sessions[i % 4].uses++;
		}
		KUNIT_EXPECT_EQ(test, b->rc, 0);
		pause(test);
	}
	KUNIT_EXPECT_EQ(test, waits, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 4);
}

/* It does not list what it has saved, and its counter turns soon. */
static const struct fake_tpm_config reticent = {
	.active_sessions = 8, .loaded_sessions = 3, .loaded_objects = 3,
	.gap = 15, .quirks.lists = FAKE_LISTS_NO_SAVED,
};

/*
 * The oldest context is of a session that has ended, and nobody has heard of that; and
 * the TPM does not list what it has saved. Others' are made younger all the same.
 */
static void pass_the_gone(struct kunit *test, bool saved_by_client)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.nth = 1,
	};
	struct bed *bed = bed_suite_renew(test, &reticent);
	struct client_session gone, idle, sessions[4];
	struct client_context context;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &gone), 0);
	if (saved_by_client)
		KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], gone.handle,
						  &context), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &idle), 0);
	bed->rm->limits.max_per_fd = 8;
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &sessions[i]), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], gone.handle),
			-EIO);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1],
						 &sessions[i % 4]), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &idle), 0);
	KUNIT_EXPECT_EQ(test, client_number(&bed->clients[1], 0), idle.serial);
}

/* G8 */
static void gap_of_the_gone(struct kunit *test)
{
	pass_the_gone(test, false);
}

/* G8: its client has saved it, and may bring its context back. */
static void gap_of_the_gone_detached(struct kunit *test)
{
	pass_the_gone(test, true);
}

/*
 * G8: nor is one for ever the oldest that has left its slot, where nobody has heard of
 * that, and has its context.
 */
static void pass_the_unheard(struct kunit *test, bool used)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1,
	};
	struct bed *bed = bed_suite_renew(test, &reticent);
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session lost, sessions[5];
	unsigned int i;

	bed->rm->limits.max_per_fd = 8;
	KUNIT_EXPECT_EQ(test, client_start(a, &lost), 0);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, client_start(b, &sessions[i]), 0);
	/* the first one has to leave its slot */
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_start(b, &sessions[i]), -EIO);
	if (used)
		KUNIT_EXPECT_NE(test, client_use(a, &lost), 0);
	for (; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_start(b, &sessions[i]), 0);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, client_use(b, &sessions[i % 5]), 0);
	KUNIT_EXPECT_EQ(test, client_use(a, &lost),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_flush(a, lost.handle), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 5);
}

static void gap_of_the_unheard(struct kunit *test)
{
	pass_the_unheard(test, false);
}

/* Nor does its client change that by naming it. */
static void gap_of_the_unheard_used(struct kunit *test)
{
	pass_the_unheard(test, true);
}

/* A session is where it was thought to be when a command that names it succeeds. */
static void there_by_use(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[2];
	struct tpm2_session *session;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
		session = tpm2_session_table_find(&bed->rm->sessions,
						  sessions[i].handle);
		KUNIT_ASSERT_NOT_NULL(test, session);
		session->unsure = true;
		session->refusals = 1;
		/* in the handle area, and in the authorization area */
		KUNIT_EXPECT_EQ(test, i ? client_audit(client, &sessions[i],
						       CLIENT_CONTINUE) :
					  client_use(client, &sessions[i]), 0);
		KUNIT_EXPECT_FALSE(test, session->unsure);
		KUNIT_EXPECT_EQ(test, session->refusals, 0);
	}
}

/* The same where others use the TPM: it may be theirs by now, and is not flushed. */
static void gone_beside_others(struct kunit *test)
{
	struct bed *bed = bed_suite_renew(test, &reticent);
	struct client_session session;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, fake_session_flush(bed->tpm, session.handle), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_FLUSH_CONTEXT),
			0);
	bed->chip.shared = false;
}

/* G8: nor does the gap keep anything in the slots that others may need. */
static void shared_turn(struct kunit *test)
{
	struct bed *bed = turning(test);
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session idle, session;
	unsigned int i;

	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_start(a, &idle), 0);
	KUNIT_EXPECT_EQ(test, client_start(b, &session), 0);
	for (i = 0; i < 3 * bed->tpm->config.gap; i++) {
		KUNIT_EXPECT_EQ(test, client_use(b, &session), 0);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);
		pause(test);
	}
	KUNIT_EXPECT_EQ(test, client_use(a, &idle), 0);
	KUNIT_EXPECT_EQ(test, client_number(a, 0), idle.serial);
	bed->chip.shared = false;
}

/* G9: a context is loaded once, and only by whoever comes first. */
static void saved_and_loaded(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_context first, second;
	struct client_session session;

	KUNIT_EXPECT_EQ(test, client_start(a, &session), 0);
	KUNIT_EXPECT_EQ(test, client_save(a, session.handle, &first), 0);
	/* it is nobody's now, as on any TPM */
	KUNIT_EXPECT_EQ(test, a->space.owner.nr_sessions, 0);
	KUNIT_EXPECT_EQ(test, client_load(b, &first), 0);
	KUNIT_EXPECT_EQ(test, client_use(a, &session),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_use(b, &session), 0);
	KUNIT_EXPECT_EQ(test, client_save(b, session.handle, &second), 0);
	KUNIT_EXPECT_EQ(test, client_load(a, &first), FAKE_RC_HANDLE_P1);
	KUNIT_EXPECT_EQ(test, client_load(a, &second), 0);
	KUNIT_EXPECT_EQ(test, client_use(a, &session), 0);
	KUNIT_EXPECT_EQ(test, client_number(a, 0), session.serial);
	bed_reopen(bed, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
}

/* G10: what was there before is adopted, page by page, and can be evicted. */
static void leftovers(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 40, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff, .page = 7,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session session;
	u64 sequence;
	u32 handle;
	unsigned int i;

	for (i = 0; i < 40; i++) {
		KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, i % 2 ?
				TPM_HT_HMAC_SESSION : TPM_HT_POLICY_SESSION,
				&handle), 0);
		if (i < 38)
			fake_session_save(bed->tpm, handle, &sequence);
	}
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 40);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr_unowned, 40);
	bed_tick(bed, BED_LEASE - 1);
	KUNIT_EXPECT_FALSE(test, client_is_next(&bed->clients[0]));
	bed_tick(bed, 1);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[0]), 0);
	for (i = 1; i < 10; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 10);
}

/* TPM2_Load */
static int load_below(struct client *client, u32 parent)
{
	client_build(client, FAKE_CC_LOAD, &parent, 1, NULL, 0);
	return client_send(client);
}

/* Objects that others have left go, too, when nobody can be using them. */
static void leftover_objects(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 left[2], parent, child, serial;

	KUNIT_ASSERT_EQ(test, fake_object_make(bed->tpm, FAKE_RH_OWNER, false,
					       &left[0]), 0);
	KUNIT_ASSERT_EQ(test, fake_object_make(bed->tpm, FAKE_RH_OWNER, false,
					       &left[1]), 0);
	KUNIT_ASSERT_EQ(test, client_create(client, &parent, &serial), 0);
	KUNIT_EXPECT_EQ(test, load_below(client, parent), -EINPROGRESS);
	bed_tick(bed, BED_LEASE - 1);
	KUNIT_EXPECT_FALSE(test, client_is_next(client));
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 3);
	bed_tick(bed, 1);
	KUNIT_EXPECT_EQ(test, client_retry(client), 0);
	child = client_handle(client);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);
	KUNIT_EXPECT_EQ(test, client_read(client, child), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, parent), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serial);
	KUNIT_EXPECT_EQ(test, client_flush(client, child), 0);

	/* somebody may be there whose they are */
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_read(client, parent), 0);
	KUNIT_ASSERT_EQ(test, fake_object_make(bed->tpm, FAKE_RH_OWNER, false,
					       &left[0]), 0);
	KUNIT_ASSERT_EQ(test, fake_object_make(bed->tpm, FAKE_RH_OWNER, false,
					       &left[1]), 0);
	bed_tick(bed, 2 * BED_LEASE);
	KUNIT_EXPECT_EQ(test, load_below(client, parent), TPM_RC_OBJECT_MEMORY);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);

	/* and then has gone for long enough */
	bed->chip.shared = false;
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, load_below(client, parent), 0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);
}

/* G12: the TPM is reset, and every file is usable at once. */
static void reset(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session sessions[2][5], session;
	u32 objects[2][5], serial, i, k;

	for (k = 0; k < 2; k++) {
		for (i = 0; i < 5; i++) {
			KUNIT_EXPECT_EQ(test, client_start(&bed->clients[k],
							   &sessions[k][i]), 0);
			KUNIT_EXPECT_EQ(test, client_create(&bed->clients[k],
							    &objects[k][i],
							    &serial), 0);
		}
	}
	fake_tpm_reset(bed->tpm);
	for (k = 0; k < 2; k++) {
		for (i = 0; i < 5; i++) {
			KUNIT_EXPECT_EQ(test, client_use(&bed->clients[k],
							 &sessions[k][i]),
					RESMGR(TPM_RC_REFERENCE_H0));
			KUNIT_EXPECT_EQ(test, client_read(&bed->clients[k],
							  objects[k][i]),
					RESMGR(TPM_RC_REFERENCE_H0));
		}
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[k], &session),
				0);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[k], &session),
				0);
	}
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 2);
}

/* G12: of a TPM that was resumed, only what was loaded is gone. */
static void resume(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[6];
	u32 object, serial;
	unsigned int i, lost = 0;

	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, client_start(client, &sessions[i]), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	fake_tpm_resume(bed->tpm);
	for (i = 0; i < 6; i++) {
		client_use(client, &sessions[i]);
		if (client->rc == RESMGR(TPM_RC_REFERENCE_H0))
			lost++;
		else
			KUNIT_EXPECT_EQ(test, client_number(client, 0),
					sessions[i].serial);
	}
	KUNIT_EXPECT_EQ(test, lost, 3);
	KUNIT_EXPECT_EQ(test, client_read(client, object),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
}

/* While others may use the TPM, nothing of ours is in it between commands. */
static void shared(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[4];
	u32 objects[4], serials[4];
	unsigned int i;

	bed->chip.shared = true;
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, client_start(client, &sessions[i]), 0);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);
		KUNIT_EXPECT_EQ(test, client_create(client, &objects[i],
						    &serials[i]), 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
	}
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, client_use(client, &sessions[i]), 0);
		KUNIT_EXPECT_EQ(test, client_read(client, objects[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[i]);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
	}
	bed->chip.shared = false;
}

/*
 * Contexts are made younger when nobody waits for that. If the TPM will not have it,
 * that is not tried again until another context has been saved.
 */
static void idle_refused(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 63,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session idle, sessions[4];
	unsigned int i, total;

	bed->rm->limits.max_per_fd = 6;
	KUNIT_EXPECT_EQ(test, client_start(a, &idle), 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(b, &sessions[i]), 0);
	/* three quarters of it, so that it is due; the TPM does not demand it yet */
	for (i = 0; i < config.gap && 4 * bed->rm->saved < 3 * config.gap + 12; i++) {
		bed_hurry(bed);
		KUNIT_EXPECT_EQ(test, client_use(b, &sessions[i % 4]), 0);
	}
	bed->tpm->config.quirks.no_save = 0x923;	/* TPM_RC_NV_UNAVAILABLE */
	total = bed->tpm->total;
	bed_idle(bed);
	KUNIT_EXPECT_GT(test, bed->tpm->total, total);
	total = bed->tpm->total;
	KUNIT_EXPECT_EQ(test, client_list(b, 0x80000000, 1), 0);
	bed_idle(bed);
	KUNIT_EXPECT_EQ(test, bed->tpm->total, total);
	bed->tpm->config.quirks.no_save = 0;
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_use(b, &sessions[i]), 0);
	bed_idle(bed);
	KUNIT_EXPECT_EQ(test, client_use(a, &idle), 0);
	KUNIT_EXPECT_EQ(test, client_number(a, 0), idle.serial);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(alone),
	KUNIT_CASE(objects_saved_once),
	KUNIT_CASE(slots_remembered),
	KUNIT_CASE(slots_forgotten),
	KUNIT_CASE(idle_refused),
	KUNIT_CASE(sequences),
	KUNIT_CASE_PARAM(idle_session, turns_gen_params),
	KUNIT_CASE_PARAM(idle_context, turns_gen_params),
	KUNIT_CASE_PARAM(unknown_context, turns_gen_params),
	KUNIT_CASE_PARAM(shared_turn, turns_gen_params),
	KUNIT_CASE(gap_of_the_gone),
	KUNIT_CASE(gap_of_the_gone_detached),
	KUNIT_CASE(gap_of_the_unheard),
	KUNIT_CASE(gap_of_the_unheard_used),
	KUNIT_CASE(there_by_use),
	KUNIT_CASE(gone_beside_others),
	KUNIT_CASE(saved_and_loaded),
	KUNIT_CASE(leftovers),
	KUNIT_CASE(leftover_objects),
	KUNIT_CASE(reset),
	KUNIT_CASE(resume),
	KUNIT_CASE(shared),
	{}
};

static struct kunit_suite context_suite = {
	.name = "tpm2_space_context",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(context_suite);
