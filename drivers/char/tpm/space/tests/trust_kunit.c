// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far the tables are trusted: no session is given up that is alive, and none
 * that its owner has lost becomes somebody else's (G6, G7, G12).
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "../compat.h"
#include "../context.h"
#include "../exec.h"
#include "bed-suite.h"

#define SOMEBODY	3	/* the client who uses the TPM past us */
#define MANY		500
#define MOST_COMMANDS	400U	/* eight seconds of a TPM that takes 20 ms for each */

/* What a client gets for a session that it has lost, or that is another's. */
#define LOST	(TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_H0)
#define LOST_AUTH(i)	(TPM2_WIRE_RESMGR_LAYER | (TPM_RC_REFERENCE_S0 + (i)))

static struct client *somebody(struct bed *bed)
{
	struct client *client = &bed->clients[SOMEBODY];

	client->exec = client_exec_raw;
	return client;
}

/* What does not matter, but makes the resource manager doubt. */
static void raise_doubt(struct kunit *test, struct bed *bed)
{
	struct client_session none = {};

	client_build(somebody(bed), FAKE_CC_GET_RANDOM, NULL, 0, (u8[]){ 0, 8 },
		     2);
	KUNIT_EXPECT_EQ(test, client_send(somebody(bed)), 0);
	client_flush(&bed->clients[2], none.handle);
}

/* So does a command that names nothing, and is lost. */
static void lose_command(struct kunit *test, struct bed *bed)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_COMMAND, .cc = FAKE_CC_GET_RANDOM,
		.nth = 1,
	};
	struct client *client = &bed->clients[2];

	fake_fault_add(bed->tpm, &lose);
	client_build(client, FAKE_CC_GET_RANDOM, NULL, 0, (u8[]){ 0, 8 }, 2);
	KUNIT_EXPECT_EQ(test, client_send(client), -EIO);
}

static void clear(struct kunit *test, struct client *client)
{
	const u32 lockout = FAKE_RH_LOCKOUT;
	const struct client_session password = { .handle = FAKE_RS_PW };

	client_build(client, TPM_CC_CLEAR, &lockout, 1, NULL, 0);
	client_authorize(client, 1, &password, CLIENT_CONTINUE);
	KUNIT_EXPECT_EQ(test, client_send(client), 0);
}

static void expect_mine(struct kunit *test, struct bed *bed, unsigned int c,
			struct client_session *session)
{
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[c], session), 0);
	KUNIT_EXPECT_EQ(test, client_number(&bed->clients[c], 0),
			session->serial);
}

/* Somebody saved a policy session before we came; the TPM lists it as 0x02. */
static void adopted_policy(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session, others[3];
	struct client_context context;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, client_start(somebody(bed), &session), 0);
	KUNIT_ASSERT_EQ(test, client_save(somebody(bed), session.handle,
					  &context), 0);
	raise_doubt(test, bed);
	KUNIT_EXPECT_EQ(test, client_load(&bed->clients[0], &context), 0);
	expect_mine(test, bed, 0, &session);
	/* out of its slot and back */
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &others[i]), 0);
	expect_mine(test, bed, 0, &session);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	expect_mine(test, bed, 0, &session);
}

/* The same where it was loaded, and we have to find out what it is. */
static void adopted_loaded(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session, others[3];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, client_start(somebody(bed), &session), 0);
	raise_doubt(test, bed);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &others[i]), 0);
	/* G10: as long as nobody has it, it is everybody's */
	expect_mine(test, bed, 0, &session);
}

/* The TPM lists no saved sessions at all: whoever has the context has the session. */
static void not_listed(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_NO_SAVED },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_context context;
	struct client_session session;

	KUNIT_ASSERT_EQ(test, client_start(somebody(bed), &session), 0);
	KUNIT_ASSERT_EQ(test, client_save(somebody(bed), session.handle,
					  &context), 0);
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[0], 0x02000000, 1), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 0);
	KUNIT_EXPECT_EQ(test, client_load(&bed->clients[0], &context), 0);
	expect_mine(test, bed, 0, &session);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
}

/* TPM2_Clear makes the counters of resets 0, and leaves sessions alone. */
static void clear_is_no_reset(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session sessions[4];
	unsigned int i, round;

	fake_tpm_reset(bed->tpm);
	fake_tpm_resume(bed->tpm);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	for (round = 0; round < 2; round++) {
		clear(test, round ? somebody(bed) : &bed->clients[1]);
		for (i = 0; i < 4; i++)
			expect_mine(test, bed, 0, &sessions[i]);
		/* somebody who has gone long since does not change that */
		raise_doubt(test, bed);
	}
	clear(test, &bed->clients[1]);
	for (i = 0; i < 4; i++)
		expect_mine(test, bed, 0, &sessions[i]);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &sessions[3]), LOST);
}

/* So no context is tried for its sake, as all are after a reset. */
static void clear_costs_nothing(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session sessions[4];
	unsigned int i, loads;

	fake_tpm_reset(bed->tpm);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	clear(test, somebody(bed));
	loads = fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_LOAD);
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_LOAD),
			loads);

	/* but it is where somebody may have got its handle after one */
	fake_tpm_reset(bed->tpm);
	KUNIT_EXPECT_EQ(test, client_start(somebody(bed), &sessions[1]), 0);
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	KUNIT_EXPECT_GT(test, fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_LOAD),
			loads);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[0]), LOST);
}

/*
 * The TPM was reset, and gives an index away that the table has. That this is
 * noticed takes nothing away that has been started since.
 */
static void started_after_reset(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session old, stranger = {}, session;

	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &old), 0);
	fake_tpm_reset(bed->tpm);
	/* the first one is put aside, since its client has lost that index */
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_NE(test, session.handle & 0xffffff, old.handle & 0xffffff);
	expect_mine(test, bed, 0, &session);
	/* and does not stay */
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
	stranger.handle = old.handle;
	KUNIT_EXPECT_NE(test, client_use(&bed->clients[1], &stranger), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	bed->chip.shared = false;
	expect_mine(test, bed, 0, &session);
}

/* Whoever else had the TPM open has closed it by the time of this command. */
static void leave(struct fake_tpm *tpm, const u8 *buf, u32 size)
{
	struct bed *bed = tpm->watch_data;

	bed->chip.shared = false;
}

/*
 * Likewise, but the session stays in its slot until the next command. Whether it is
 * the one that was started, or of somebody who has the same handle, is not to be
 * known when the reset is noticed: so it is nobody's.
 */
static void kept_after_reset(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;

	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[1], session.handle), 0);
	fake_tpm_reset(bed->tpm);
	bed->tpm->watch = leave;
	bed->tpm->watch_data = bed;
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed->tpm->watch = NULL;
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 1);

	KUNIT_EXPECT_NE(test, client_use(&bed->clients[1], &session), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
}

/*
 * Likewise, but it was saved, and when its context is tried for being from before
 * the reset, the TPM takes it, and will not save it again. Then it is its client's.
 */
static void stuck_after_reset(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;

	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	fake_tpm_reset(bed->tpm);
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);
	bed->tpm->config.quirks.no_save = TPM_RC_REFERENCE_H0;
	bed->chip.shared = false;
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 1);

	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	expect_mine(test, bed, 0, &session);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
	bed->tpm->config.quirks.no_save = 0;
	expect_mine(test, bed, 0, &session);
}

/* A context was loaded, and we have not heard of it, while others are there. */
static void load_lost(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_LOAD,
		.nth = 1,
	};
	struct client_session session;

	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), -EIO);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	expect_mine(test, bed, 0, &session);
	bed->chip.shared = false;
	expect_mine(test, bed, 0, &session);
}

/*
 * A command was lost, and before the TPM is read back somebody has come whom we do not
 * know of: what nobody knows may be theirs, and is not flushed.
 */
static void others_have_come(struct kunit *test)
{
	struct bed *bed = test->priv;
	u32 handle;

	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	lose_command(test, bed);
	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION,
						 &handle), 0);
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	KUNIT_EXPECT_NOT_NULL(test, fake_session_find(bed->tpm, handle));
	fake_session_flush(bed->tpm, handle);
	bed->chip.shared = false;
}

/* While others are there, a handle of ours may be theirs by the time of the close. */
static void closed_beside_others(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	u32 handle;

	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_ASSERT_EQ(test, fake_session_flush(bed->tpm, session.handle), 0);
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_POLICY_SESSION,
						 &handle), 0);
	KUNIT_EXPECT_EQ(test, handle, session.handle);
	bed_reopen(bed, 0);
	KUNIT_EXPECT_NOT_NULL(test, fake_session_find(bed->tpm, handle));
	bed->chip.shared = false;
}

/*
 * Something is odd while others are there, and they have gone by the time that the TPM
 * is read back: what they have left is theirs to come back to (G10).
 */
static void left_by_others(struct kunit *test)
{
	const struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.rc = 0x922, .nth = 1,
	};
	struct bed *bed = test->priv;
	struct client_session session;
	u64 sequence;
	u32 handle;

	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION,
						 &handle), 0);
	KUNIT_ASSERT_EQ(test, fake_session_save(bed->tpm, handle, &sequence), 0);
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], session.handle),
			0x922);
	bed->chip.shared = false;
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	KUNIT_EXPECT_NOT_NULL(test, fake_session_find(bed->tpm, handle));
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 1);
	fake_session_flush(bed->tpm, handle);
}

/* A context was saved, and is lost: so is the session, for everybody. */
static void save_lost(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1,
	};
	struct client_session session;
	struct client_context context;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], session.handle,
					  &context), -EIO);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
}

/* The same where there is no memory; in the kernel, no test can bring that about. */
#ifndef __KERNEL__
static void starved(void *data)
{
	(*(unsigned int *)data)++;
}

static void save_lost_without_memory(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct fake_fault fault = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1,
	};
	struct client_session session;
	struct client_context context;
	unsigned int failures = 0;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_fault_add(bed->tpm, &fault);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], session.handle,
					  &context), -EIO);
	fault.kind = FAKE_FAULT_REFUSE;
	fault.cc = TPM_CC_FLUSH_CONTEXT;
	fault.rc = 0x922;	/* TPM_RC_RETRY */
	fault.nth = 1;
	fake_fault_add(bed->tpm, &fault);
	shim_starve(1, starved, &failures);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	shim_starve(0, NULL, NULL);
	KUNIT_EXPECT_EQ(test, failures, 0);
	/* it is there, and it counts, but nobody has it */
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	/* nor sees it */
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[0], 0x02000000, 64), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(bed->clients[0].buf + 15), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	/* in the end it goes, and its client knows that it has lost it */
	raise_doubt(test, bed);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 0);
	KUNIT_EXPECT_EQ(test, bed->clients[0].space.owner.nr_tombstones, 1);
}

/* What could not be entered for lack of memory is ended, sooner or later. */
static void start_without_memory(struct kunit *test)
{
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.rc = 0x922,
	};
	struct bed *bed = test->priv;
	struct client_session session;
	unsigned int failures = 0;
	u32 object, serial;

	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	refuse.nth = 1;
	fake_fault_add(bed->tpm, &refuse);
	shim_starve(1, starved, &failures);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), -ENOMEM);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);

	refuse.nth = 1;
	fake_fault_add(bed->tpm, &refuse);
	shim_starve(1, starved, &failures);
	KUNIT_EXPECT_EQ(test, client_create(&bed->clients[0], &object, &serial),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x02000000, 64), 0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
	KUNIT_EXPECT_EQ(test, failures, 2);
	shim_starve(0, NULL, NULL);
}
#endif

/* A session that a client has saved is made younger, and that gets stuck. */
static void refresh_stuck(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	struct client_context context;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], session.handle,
					  &context), 0);
	bed->tpm->config.quirks.no_save = 0x923;	/* TPM_RC_NV_UNAVAILABLE */
	KUNIT_ASSERT_EQ(test, tpm2_rm_hold(bed->rm), 0);
	KUNIT_EXPECT_EQ(test, tpm2_context_refresh(bed->rm), 0x923);
	tpm2_rm_release(bed->rm);
	bed->tpm->config.quirks.no_save = 0;
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	KUNIT_EXPECT_EQ(test, client_load(&bed->clients[1], &context), 0);
	expect_mine(test, bed, 1, &session);
}

/* A flush that the TPM refuses is no eviction: it is the next one's turn. */
static void flush_refused(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT, .nth = 1,
		.rc = 0x922,	/* TPM_RC_RETRY */
	};
	struct client_session sessions[64], session;
	unsigned int i;

	bed->rm->limits.max_per_fd = 64;
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	bed_tick(bed, BED_LEASE);
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	expect_mine(test, bed, 0, &sessions[0]);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[1]), LOST);
	expect_mine(test, bed, 1, &session);
}

/* One that its client has lost already goes first, and that is nobody's eviction. */
static void doomed_goes_first(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct fake_fault fault = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1,
	};
	struct client_session sessions[64], session;
	struct client_context context;
	unsigned int i;

	bed->rm->limits.max_per_fd = 64;
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	fake_fault_add(bed->tpm, &fault);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], sessions[63].handle,
					  &context), -EIO);
	/* it cannot be flushed when that is noticed, nor when all are counted */
	fault.kind = FAKE_FAULT_REFUSE;
	fault.cc = TPM_CC_FLUSH_CONTEXT;
	fault.rc = 0x922;	/* TPM_RC_RETRY */
	for (i = 1; i <= 2; i++) {
		fault.nth = i;
		fake_fault_add(bed->tpm, &fault);
	}
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	KUNIT_EXPECT_EQ(test, bed->clients[0].space.owner.nr_evictions, 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[63]), LOST);
	for (i = 0; i < 63; i++)
		expect_mine(test, bed, 0, &sessions[i]);
	expect_mine(test, bed, 1, &session);
}

/* The TPM says once that it has not got what it has. */
static void not_gone(struct kunit *test)
{
	static const u32 codes[] = {
		FAKE_RC_HANDLE_P1, FAKE_RC_INTEGRITY_P1, TPM_RC_REFERENCE_H0,
	};
	static const u32 commands[] = {
		TPM_CC_CONTEXT_LOAD, TPM_CC_CONTEXT_SAVE, TPM_CC_FLUSH_CONTEXT,
		FAKE_CC_POLICY_GET_DIGEST,
	};
	struct fake_fault refuse = { .kind = FAKE_FAULT_REFUSE, .nth = 1 };
	struct bed *bed = test->priv;
	struct client_session session, others[3];
	unsigned int i, k;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	for (i = 0; i < ARRAY_SIZE(codes) * ARRAY_SIZE(commands); i++) {
		refuse.rc = codes[i % ARRAY_SIZE(codes)];
		refuse.cc = commands[i / ARRAY_SIZE(codes)];
		fake_fault_add(bed->tpm, &refuse);
		for (k = 0; k < 3; k++)
			KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
							   &others[k]), 0);
		/* its answer may be what the TPM said, but it is not lost */
		client_use(&bed->clients[0], &session);
		expect_mine(test, bed, 0, &session);
		bed_reopen(bed, 1);
		expect_mine(test, bed, 0, &session);
		fake_fault_drop_all(bed->tpm);
	}
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/* What could not be flushed when its file was closed is nobody's. */
static void close_refused(struct kunit *test)
{
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT, .nth = 1,
		.rc = 0x922,
	};
	struct bed *bed = test->priv;
	struct client_session session, other;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &other), 0);
	fake_fault_add(bed->tpm, &refuse);
	bed_reopen(bed, 0);
	/* it is flushed as soon as the TPM is willing to, and not before */
	refuse.nth = 1;
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	expect_mine(test, bed, 1, &other);
	raise_doubt(test, bed);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/*
 * The system has hibernated: the TPM was reset, and the kernel that has read the
 * image has had a session of the same index.
 */
static void hibernation(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	u64 sequence;
	u32 handle;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	WRITE_ONCE(bed->rm->quiesced, true);
	KUNIT_ASSERT_EQ(test, tpm2_rm_hold(bed->rm), 0);
	tpm2_rm_release(bed->rm);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);

	fake_tpm_reset(bed->tpm);
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_POLICY_SESSION,
						 &handle), 0);
	KUNIT_ASSERT_EQ(test, fake_session_save(bed->tpm, handle, &sequence), 0);

	/* the first command comes before we hear that the system is awake */
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	WRITE_ONCE(bed->rm->quiesced, false);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	/* the other one is not ours to end */
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], session.handle),
			0);
}

/* Whatever a TPM's lists look like, its clients are served. */
static void odd_lists(struct kunit *test)
{
	static const struct fake_tpm_config usual = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct client_session sessions[4], hmac;
	struct fake_tpm_config config;
	struct bed *bed;
	unsigned int lists, i, page;
	u32 object, serial;

	for (lists = 0; lists <= FAKE_LISTS_ALL; lists++) {
		for (page = 0; page < 3; page++) {
			config = usual;
			config.quirks.lists = lists;
			config.page = page;
			bed = bed_suite_renew(test, &config);
			for (i = 0; i < 4; i++)
				KUNIT_EXPECT_EQ(test,
						client_start(&bed->clients[0],
							     &sessions[i]), 0);
			KUNIT_EXPECT_EQ(test,
					client_start_type(&bed->clients[1],
							  &hmac,
							  TPM_HT_HMAC_SESSION),
					0);
			KUNIT_EXPECT_EQ(test, client_create(&bed->clients[1],
							    &object, &serial),
					0);
			for (i = 0; i < 8; i++) {
				if (i < 4)
					raise_doubt(test, bed);
				else
					lose_command(test, bed);
				expect_mine(test, bed, 0, &sessions[i % 4]);
				KUNIT_EXPECT_EQ(test,
						client_read(&bed->clients[1],
							    object), 0);
				/* it has been out of its slot by then */
				if (i % 4 != 3)
					continue;
				KUNIT_EXPECT_EQ(test,
						client_audit(&bed->clients[1],
							     &hmac,
							     CLIENT_AUDIT), 0);
			}
		}
	}
}

/*
 * A TPM that lists sessions by kind is read back in the middle of a command,
 * while others may be using it: what has just been started is still its client's.
 */
static void listed_by_kind(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session lost, session;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &lost), 0);
	fake_session_flush(bed->tpm, lost.handle);
	raise_doubt(test, bed);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &lost), LOST);

	/* another index is held meanwhile, and let go of when that is ours */
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &lost),
			TPM_RC_REFERENCE_H0);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	expect_mine(test, bed, 0, &session);
}

/*
 * A client of such a TPM has saved a session itself, and then others have used it: it is
 * still who has the context that has the session, with the newest one as well.
 */
static void saved_by_kind(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 15,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session session, others[4];
	struct client_context context;
	unsigned int i;

	/* of the kind that is listed with those in slots */
	KUNIT_EXPECT_EQ(test, client_start_type(client, &session,
						TPM_HT_HMAC_SESSION), 0);
	KUNIT_EXPECT_EQ(test, client_save(client, session.handle, &context), 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &others[i]), 0);
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1],
						 &others[i % 4]), 0);
	KUNIT_EXPECT_GT(test, bed->rm->stats.refreshes, 0);
	raise_doubt(test, bed);
	KUNIT_EXPECT_NE(test, client_audit(&bed->clients[1], &session,
					   CLIENT_CONTINUE), 0);
	KUNIT_EXPECT_EQ(test, client_load(client, &context), 0);
	KUNIT_EXPECT_EQ(test, client_audit(client, &session, CLIENT_CONTINUE),
			0);
}

/*
 * From such a TPM's lists it is not to be known whether a session is loaded that a
 * lost command has named, whatever that was. It is asked, and none is ended that
 * its owner can still use.
 */
static void lost_by_kind(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	static const u8 types[] = { TPM_HT_POLICY_SESSION, TPM_HT_HMAC_SESSION };
	static const u32 codes[] = { 0, TPM_RC_HANDLE };
	struct client_session session, others[3];
	struct fake_fault fault = { .nth = 1 };
	unsigned int i, k;
	struct bed *bed;

	for (i = 0; i < 32; i++) {
		bed = bed_suite_renew(test, &config);
		bed->tpm->config.quirks.stale = codes[i / 2 % 2];
		bed->chip.shared = i & 16;
		KUNIT_EXPECT_EQ(test, client_start_type(&bed->clients[0],
							&session, types[i % 2]),
				0);
		/* loaded, or to be loaded */
		for (k = 0; k < (i & 8 ? 3 : 0); k++)
			KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
							   &others[k]), 0);
		fault.kind = i & 4 ? FAKE_FAULT_LOSE_COMMAND :
				     FAKE_FAULT_LOSE_RESPONSE;
		fault.cc = i & 8 ? TPM_CC_CONTEXT_LOAD : FAKE_CC_GET_RANDOM;
		fake_fault_add(bed->tpm, &fault);
		KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[0], &session,
						   CLIENT_AUDIT), -EIO);
		KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));

		session.uses = fake_session_find(bed->tpm, session.handle)->uses;
		KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[0], &session,
						   CLIENT_AUDIT), 0);
		KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[1], &session,
						   CLIENT_AUDIT),
				TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_S0);
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
						   session.handle), 0);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false),
				i & 8 ? 3 : 0);
	}
}

/*
 * The same, while the TPM refuses to save any session, so one of ours is in a slot
 * although others are there. That it is listed among the saved ones is no proof that
 * they have it.
 */
static void stuck_by_kind(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session session;

	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed->tpm->config.quirks.no_save = TPM_RC_CONTEXT_GAP;
	bed->chip.shared = true;
	raise_doubt(test, bed);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 1);

	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	expect_mine(test, bed, 0, &session);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
	bed->tpm->config.quirks.no_save = 0;
	bed->chip.shared = false;
	expect_mine(test, bed, 0, &session);
}

/*
 * One that is out passes for one in a slot there, and the TPM refuses its context once:
 * that is no proof either that it is another one.
 */
static void refused_by_kind(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	const struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_CONTEXT_LOAD, .nth = 1,
		.rc = TPM_RC_REFERENCE_H0,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session session;

	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_start_type(&bed->clients[0], &session,
						TPM_HT_HMAC_SESSION), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);
	fake_fault_add(bed->tpm, &refuse);
	raise_doubt(test, bed);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));

	KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[1], &session,
					   CLIENT_AUDIT),
			TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_S0);
	KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[0], &session,
					   CLIENT_AUDIT), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
	bed->chip.shared = false;
}

/*
 * One is loaded there, and taken out to see whether it is, and both responses are lost:
 * what we have is not its context any more. So nobody has it, and it goes.
 */
static void superseded_by_kind(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_LOAD,
		.nth = 1,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session session;

	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_start(client, &session), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), -EIO);
	lose.cc = TPM_CC_CONTEXT_SAVE;
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), -EIO);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);

	raise_doubt(test, bed);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), LOST);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
	bed->chip.shared = false;
}

/*
 * Somebody has saved a session of ours that was stuck in its slot: on a TPM that
 * says so, it is not its client's any more.
 */
static void saved_by_others(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	u64 sequence;

	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed->tpm->config.quirks.no_save = TPM_RC_CONTEXT_GAP;
	bed->chip.shared = true;
	raise_doubt(test, bed);
	bed->tpm->config.quirks.no_save = 0;
	KUNIT_ASSERT_EQ(test, fake_session_save(bed->tpm, session.handle,
						&sequence), 0);
	raise_doubt(test, bed);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 1);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	bed->chip.shared = false;
}

/*
 * A client has a session that was started since a reset which nobody has noticed,
 * and one from before it: the latter is what it loses.
 */
static void alive_beside_lost(struct kunit *test)
{
	struct client_session before[2], since;
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];

	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_start(client, &before[0]), 0);
	KUNIT_ASSERT_EQ(test, client_start(client, &before[1]), 0);
	KUNIT_ASSERT_EQ(test, client_flush(client, before[0].handle), 0);
	fake_tpm_reset(bed->tpm);
	KUNIT_ASSERT_EQ(test, client_start(client, &since), 0);

	client_build(client, FAKE_CC_GET_RANDOM, NULL, 0, (u8[]){ 0, 8 }, 2);
	client_authorize(client, 0, &since, CLIENT_AUDIT);
	client_authorize(client, 0, &before[1], CLIENT_CONTINUE);
	KUNIT_EXPECT_EQ(test, client_send(client), LOST_AUTH(1));
	expect_mine(test, bed, 0, &since);
	KUNIT_EXPECT_EQ(test, client_use(client, &before[1]), LOST);
	bed->chip.shared = false;
}

/* A TPM that neither saves nor admits that it has not: all get an answer. */
static void stubborn(struct kunit *test)
{
	static const u32 codes[] = {
		TPM_RC_REFERENCE_H0, FAKE_RC_HANDLE_P1, 0x922, 0x923, 0x101,
		TPM_RC_SESSION_MEMORY, TPM_RC_CONTEXT_GAP,
		TPM_RC_SESSION_HANDLES, TPM_RC_OBJECT_MEMORY,
	};
	struct client_session sessions[3], session;
	struct bed *bed = test->priv;
	unsigned int i, k, total;

	for (k = 0; k < 3; k++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[k]), 0);
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		bed->tpm->config.quirks.no_save = codes[i];
		total = bed->tpm->total;
		KUNIT_EXPECT_NE(test, client_start(&bed->clients[1], &session),
				0);
		client_give_up(&bed->clients[1], false);
		KUNIT_EXPECT_LT(test, bed->tpm->total - total, 64U);
		/* those that are in a slot go on */
		for (k = 0; k < 3; k++)
			expect_mine(test, bed, 0, &sessions[k]);
	}
	bed->tpm->config.quirks.no_save = 0;
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
}

/*
 * A TPM that has no room for anything new, and each remedy seems to work: there is
 * always something to take out, make younger, or flush. Whatever it says, it is
 * not held for long.
 */
static void never_enough(struct kunit *test)
{
	struct fake_tpm_quirks *quirks;
	struct bed *bed = test->priv;
	struct client_session sessions[3], session;
	u32 objects[3], serials[3], object, rc;
	unsigned int i, k, total;

	quirks = &bed->tpm->config.quirks;
	for (rc = TPM_RC_CONTEXT_GAP; rc <= TPM_RC_OBJECT_HANDLES; rc++) {
		for (k = 0; k < 3; k++) {
			KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
							   &sessions[k]), 0);
			KUNIT_EXPECT_EQ(test, client_create(&bed->clients[0],
							    &objects[k],
							    &serials[k]), 0);
		}
		quirks->no_more = rc;
		for (i = 0; i < 8; i++) {
			quirks->no_save = i & 4 ? FAKE_RC_HANDLE_H1 : 0;
			quirks->lists = i & 2 ? FAKE_LISTS_CONJURED : 0;
			if (i & 1)
				raise_doubt(test, bed);
			bed_tick(bed, 2 * BED_LEASE);
			total = bed->tpm->total;
			KUNIT_EXPECT_NE(test, client_start(&bed->clients[1],
							   &session), 0);
			client_give_up(&bed->clients[1], false);
			KUNIT_EXPECT_LT(test, bed->tpm->total - total,
					MOST_COMMANDS);
			total = bed->tpm->total;
			KUNIT_EXPECT_NE(test, client_create(&bed->clients[1],
							    &object, NULL), 0);
			client_give_up(&bed->clients[1], false);
			KUNIT_EXPECT_LT(test, bed->tpm->total - total,
					MOST_COMMANDS);
		}
		/* when it has come to its senses, it is as if nothing had been */
		memset(quirks, 0, sizeof(*quirks));
		raise_doubt(test, bed);
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
				0);
		expect_mine(test, bed, 1, &session);
		bed_reopen(bed, 0);
		bed_reopen(bed, 1);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	}
}

/* The TPM cannot be reached for a long while, then it can. */
static void deaf(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session sessions[5], other;
	unsigned int i;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	bed->tpm->deaf = MANY;
	for (i = 0; bed->tpm->deaf; i++) {
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0],
						 &sessions[i % 5]), -EIO);
		KUNIT_EXPECT_LT(test, i, MANY + 1U);
	}
	for (i = 0; i < 5; i++)
		expect_mine(test, bed, 0, &sessions[i]);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &other), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &sessions[0]), LOST);
}

/*
 * Sessions that were there before are nobody's. Who names them and is refused has not
 * used them; so they are idle after a lease.
 */
static void refused_use(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 3, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session sessions[3] = {}, own;
	unsigned int i;
	u64 sequence;

	bed_set_tenure(bed, BED_LEASE, 100 * BED_LEASE);
	for (i = 0; i < 3; i++)
		fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION,
				   &sessions[i].handle);
	for (i = 0; i < 3; i++)
		fake_session_save(bed->tpm, sessions[i].handle, &sequence);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &own),
			-EINPROGRESS);
	for (i = 0; i < 6; i++) {
		bed_tick(bed, BED_LEASE / 3);
		client_audit(&bed->clients[0], &sessions[i % 3],
			     CLIENT_CONTINUE);
		KUNIT_EXPECT_NE(test, bed->clients[0].rc, 0);
		if (client_retry(&bed->clients[1]) != -EINPROGRESS)
			break;
	}
	KUNIT_EXPECT_EQ(test, bed->clients[1].rc, 0);
}

/* G13: one response that is lost before the machine sleeps costs nothing else. */
static void sleep_after_a_loss(struct kunit *test)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1,
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session;
	u32 object, serial;

	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 1);
	fake_fault_add(bed->tpm, &lose);
	WRITE_ONCE(bed->rm->quiesced, true);
	KUNIT_EXPECT_EQ(test, tpm2_rm_hold(bed->rm), 0);
	tpm2_rm_release(bed->rm);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);
	WRITE_ONCE(bed->rm->quiesced, false);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(adopted_policy),
	KUNIT_CASE(adopted_loaded),
	KUNIT_CASE(not_listed),
	KUNIT_CASE(clear_is_no_reset),
	KUNIT_CASE(clear_costs_nothing),
	KUNIT_CASE(started_after_reset),
	KUNIT_CASE(kept_after_reset),
	KUNIT_CASE(stuck_after_reset),
	KUNIT_CASE(alive_beside_lost),
	KUNIT_CASE(load_lost),
	KUNIT_CASE(others_have_come),
	KUNIT_CASE(closed_beside_others),
	KUNIT_CASE(left_by_others),
	KUNIT_CASE(save_lost),
#ifndef __KERNEL__
	KUNIT_CASE(save_lost_without_memory),
	KUNIT_CASE(start_without_memory),
#endif
	KUNIT_CASE(refresh_stuck),
	KUNIT_CASE(flush_refused),
	KUNIT_CASE(doomed_goes_first),
	KUNIT_CASE(not_gone),
	KUNIT_CASE(close_refused),
	KUNIT_CASE(hibernation),
	KUNIT_CASE(odd_lists),
	KUNIT_CASE(listed_by_kind),
	KUNIT_CASE(saved_by_kind),
	KUNIT_CASE(lost_by_kind),
	KUNIT_CASE(stuck_by_kind),
	KUNIT_CASE(refused_by_kind),
	KUNIT_CASE(superseded_by_kind),
	KUNIT_CASE(saved_by_others),
	KUNIT_CASE(stubborn),
	KUNIT_CASE(never_enough),
	KUNIT_CASE(deaf),
	KUNIT_CASE(refused_use),
	KUNIT_CASE(sleep_after_a_loss),
	{}
};

static struct kunit_suite trust_suite = {
	.name = "tpm2_space_trust",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(trust_suite);
