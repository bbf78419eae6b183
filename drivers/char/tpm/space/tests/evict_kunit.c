// SPDX-License-Identifier: GPL-2.0-only
/*
 * Eviction: what it costs, who is notified, and what becomes of handles.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "../slots.h"
#include "../compat.h"
#include "bed-suite.h"

#define SESSIONS	4

static struct bed *four(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = SESSIONS, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);

	bed->rm->limits.max_per_fd = SESSIONS;
	return bed;
}

/* A client has all sessions, and others may take them. */
static void fill(struct kunit *test, struct bed *bed, unsigned int client,
		 struct client_session sessions[SESSIONS])
{
	unsigned int i;

	for (i = 0; i < SESSIONS; i++)
		KUNIT_ASSERT_EQ(test, client_start(&bed->clients[client],
						   &sessions[i]), 0);
	bed_tick(bed, BED_LEASE);
}

/* The commands that reached the TPM, in order. */
struct record {
	unsigned int count;
	u32 sizes[8];
	u8 bytes[8][64];
};

static void keep(struct fake_tpm *tpm, const u8 *buf, u32 size)
{
	struct record *record = tpm->watch_data;

	if (record->count < 8 && size <= 64) {
		record->sizes[record->count] = size;
		memcpy(record->bytes[record->count], buf, size);
	}
	record->count++;
}

/* G3: refused, flush, and the same command again, byte for byte. */
static void one_flush_one_repetition(struct kunit *test)
{
	struct record *record = kunit_kzalloc(test, sizeof(*record),
					      GFP_KERNEL);
	struct bed *bed = four(test);
	struct client_session sessions[SESSIONS], session;
	struct tpm2_rm *rm = bed->rm;
	u32 hold;

	KUNIT_ASSERT_NOT_NULL(test, record);
	fill(test, bed, 0, sessions);
	/* so that the number of sessions is known, and the slots are empty */
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	KUNIT_ASSERT_EQ(test, tpm2_rm_hold(rm), 0);
	tpm2_slots_spill_all(rm);
	tpm2_rm_release(rm);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);

	bed->tpm->watch_data = record;
	bed->tpm->watch = keep;
	hold = rm->hold;
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session), 0);
	bed->tpm->watch = NULL;

	/* the chip was not let go of in between, so nobody could take it */
	KUNIT_EXPECT_EQ(test, rm->hold, hold + 1);
	KUNIT_EXPECT_EQ(test, record->count, 3);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(record->bytes[1] + 6),
			TPM_CC_FLUSH_CONTEXT);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(record->bytes[1] + 10),
			sessions[1].handle);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(record->bytes[0] + 6),
			TPM_CC_START_AUTH_SESSION);
	KUNIT_EXPECT_EQ(test, record->sizes[0], record->sizes[2]);
	KUNIT_EXPECT_EQ(test, memcmp(record->bytes[0], record->bytes[2],
				     record->sizes[0]), 0);
	KUNIT_EXPECT_EQ(test, rm->stats.evictions, 2);
}

/* G3: no remedy is tried twice where it has not helped. */
static void no_help(struct kunit *test)
{
	struct bed *bed = four(test);
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_START_AUTH_SESSION,
		.nth = 1, .rc = TPM_RC_SESSION_HANDLES,
	};
	struct client_session sessions[SESSIONS], session;

	fill(test, bed, 0, sessions);
	fake_fault_add(bed->tpm, &refuse);
	refuse.nth = 2;
	fake_fault_add(bed->tpm, &refuse);
	refuse.nth = 3;
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			TPM_RC_SESSION_HANDLES);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_TRUE(test, fake_fault_is_pending(bed->tpm));
	fake_fault_drop_all(bed->tpm);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
}

/* G4: wherever a command names a session that is lost. */
static void loss_is_reported(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client *victim = &bed->clients[0];
	struct client_session sessions[SESSIONS], session;
	const u8 bytes[] = { 0, 8 };
	u32 handles[2];
	unsigned int total;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	total = bed->tpm->total;

	KUNIT_EXPECT_EQ(test, client_use(victim, &sessions[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	handles[0] = FAKE_RH_OWNER;
	handles[1] = sessions[0].handle;
	client_build(victim, FAKE_CC_POLICY_SECRET, handles, 2, NULL, 0);
	KUNIT_EXPECT_EQ(test, client_send(victim),
			RESMGR(TPM_RC_REFERENCE_H0 + 1));

	KUNIT_EXPECT_EQ(test, client_audit(victim, &sessions[0], CLIENT_AUDIT),
			RESMGR(TPM_RC_REFERENCE_S0));
	client_build(victim, FAKE_CC_GET_RANDOM, NULL, 0, bytes, 2);
	client_authorize(victim, 0, &sessions[1], CLIENT_AUDIT);
	client_authorize(victim, 0, &sessions[0], CLIENT_CONTINUE);
	KUNIT_EXPECT_EQ(test, client_send(victim),
			RESMGR(TPM_RC_REFERENCE_S0 + 1));
	client_build(victim, FAKE_CC_GET_RANDOM, NULL, 0, bytes, 2);
	client_authorize(victim, 0, &sessions[1], CLIENT_AUDIT);
	client_authorize(victim, 0, &sessions[2], CLIENT_CONTINUE);
	client_authorize(victim, 0, &sessions[0], CLIENT_CONTINUE);
	KUNIT_EXPECT_EQ(test, client_send(victim),
			RESMGR(TPM_RC_REFERENCE_S0 + 2));

	/* none of that has reached the TPM */
	KUNIT_EXPECT_EQ(test, bed->tpm->total, total);
	KUNIT_EXPECT_EQ(test, bed->tpm->auth_failures, 0);
	/* G6: and the others are as they were */
	KUNIT_EXPECT_EQ(test, client_audit(victim, &sessions[1], CLIENT_AUDIT),
			0);
	KUNIT_EXPECT_EQ(test, client_number(victim, 0), sessions[1].serial);
}

/* G4: flushing what is lost succeeds, once. */
static void flushing_the_lost(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client *victim = &bed->clients[0];
	struct client_session sessions[SESSIONS], session;
	unsigned int total;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	KUNIT_EXPECT_EQ(test, session.handle, sessions[0].handle);
	total = bed->tpm->total;
	KUNIT_EXPECT_EQ(test, client_flush(victim, sessions[0].handle), 0);
	/* G7: what has this handle now is somebody else's */
	KUNIT_EXPECT_EQ(test, client_flush(victim, sessions[0].handle),
			RESMGR(FAKE_RC_HANDLE_P1));
	KUNIT_EXPECT_EQ(test, bed->tpm->total, total);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), 0);
}

/* G5: no index comes back while its handle is a lost one's. */
static void no_handle_comes_back(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client *victim = &bed->clients[0];
	struct client_session sessions[SESSIONS], others[2], session;
	unsigned int i;

	fill(test, bed, 0, sessions);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &others[i]), 0);
		KUNIT_EXPECT_EQ(test, others[i].handle, sessions[i].handle);
	}
	/* the lowest free ones are those that it has lost */
	bed_reopen(bed, 1);
	KUNIT_EXPECT_EQ(test, client_flush(victim, sessions[3].handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(victim, &session), 0);
	KUNIT_EXPECT_EQ(test, session.handle, sessions[3].handle);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, client_use(victim, &sessions[i]),
				RESMGR(TPM_RC_REFERENCE_H0));
	/* what was put aside meanwhile is free again */
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 2);

	/* once it has flushed them, they are as good as any */
	KUNIT_EXPECT_EQ(test, client_flush(victim, sessions[0].handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(victim, &session), 0);
	KUNIT_EXPECT_EQ(test, session.handle, sessions[0].handle);
	KUNIT_EXPECT_EQ(test, client_use(victim, &session), 0);
	KUNIT_EXPECT_EQ(test, client_number(victim, 0), session.serial);
}

/* G5: also where the command cannot be sent twice, since it has sessions. */
static void no_handle_with_sessions(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client *victim = &bed->clients[0];
	struct client_session sessions[SESSIONS], other;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &other), 0);
	bed_reopen(bed, 1);

	/* build the command, and add a session that audits it */
	tpm2_wire_build_start_auth_session(victim->buf);
	client_authorize(victim, 2, &sessions[1], CLIENT_AUDIT);
	/* it has all that it could be given, and what was put aside is free */
	KUNIT_EXPECT_EQ(test, client_send(victim),
			RESMGR(TPM_RC_SESSION_MEMORY));
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 3);
	KUNIT_EXPECT_EQ(test, client_use(victim, &sessions[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/* G5: the same, with an index to spare. */
static void spare_handle_with_sessions(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client *victim = &bed->clients[0];
	struct client_session sessions[SESSIONS], other;

	fill(test, bed, 0, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &other), 0);
	bed_reopen(bed, 1);
	KUNIT_EXPECT_EQ(test, client_flush(victim, sessions[3].handle), 0);

	tpm2_wire_build_start_auth_session(victim->buf);
	client_authorize(victim, 2, &sessions[1], CLIENT_AUDIT);
	KUNIT_EXPECT_EQ(test, client_send(victim), 0);
	KUNIT_EXPECT_EQ(test, client_handle(victim) & 0xffffff, 3);
	sessions[1].uses++;
	/* its nonce has moved on exactly once */
	KUNIT_EXPECT_EQ(test, client_audit(victim, &sessions[1], CLIENT_AUDIT),
			0);
	KUNIT_EXPECT_EQ(test, bed->tpm->auth_failures, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 3);
}

static void count_starts(struct fake_tpm *tpm, const u8 *buf, u32 size)
{
	unsigned int *starts = tpm->watch_data;

	*starts += get_unaligned_be32(buf + 6) == TPM_CC_START_AUTH_SESSION;
}

/*
 * While others may have sessions that nobody knows of, no index can be foretold; later
 * it can again, and no more are taken than have to be.
 */
static void foretold_again(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client *victim = &bed->clients[0], *other = &bed->clients[1];
	struct client_session evicted, own, others[3];
	unsigned int i, starts = 0;
	u32 handle;

	/* it loses the last index: that is of the oldest session */
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(other, &others[i]), 0);
	KUNIT_ASSERT_EQ(test, client_start(victim, &evicted), 0);
	for (i = 0; i < 3; i++)
		client_flush(other, others[i].handle);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(other, &others[i]), 0);
	bed_tick(bed, BED_LEASE);
	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[2], &own), 0);
	bed_reopen(bed, 1);
	bed_reopen(bed, 2);
	KUNIT_EXPECT_EQ(test, client_start(victim, &own), 0);
	KUNIT_EXPECT_EQ(test, client_use(victim, &evicted),
			RESMGR(TPM_RC_REFERENCE_H0));

	/* somebody has the lowest one, and nobody has heard of that */
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_use(other, &own),
			RESMGR(TPM_RC_REFERENCE_H0));
	fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION, &handle);
	KUNIT_EXPECT_EQ(test, client_start(other, &others[0]), 0);
	bed->chip.shared = false;
	fake_session_flush(bed->tpm, handle);
	bed_reopen(bed, 1);

	bed->tpm->watch = count_starts;
	bed->tpm->watch_data = &starts;
	tpm2_wire_build_start_auth_session(victim->buf);
	client_authorize(victim, 2, &own, CLIENT_AUDIT);
	KUNIT_EXPECT_EQ(test, client_send(victim), 0);
	bed->tpm->watch = NULL;
	KUNIT_EXPECT_EQ(test, client_handle(victim) & 0xffffff, 1);
	KUNIT_EXPECT_EQ(test, starts, 2);
}

/* The oldest by its start goes, however much it is used. */
static void oldest_goes(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client_session sessions[SESSIONS], session;
	unsigned int i;

	for (i = 0; i < SESSIONS; i++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i % 2],
						   &sessions[i]), 0);
		bed_tick(bed, 1);
	}
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[0]), 0);
	for (i = 0; i < SESSIONS; i++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
				0);
		KUNIT_EXPECT_EQ(test, session.handle, sessions[i].handle);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[i % 2],
						 &sessions[i]),
				RESMGR(TPM_RC_REFERENCE_H0));
	}
}

/* What a command names is not evicted for it. */
static void named_is_safe(struct kunit *test)
{
	struct bed *bed = four(test);
	struct client *client = &bed->clients[0];
	struct client_session sessions[SESSIONS];
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_start(client, &sessions[0]), 0);
	for (i = 1; i < SESSIONS; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &sessions[i]), 0);
	bed_tick(bed, BED_LEASE);
	tpm2_wire_build_start_auth_session(client->buf);
	client_authorize(client, 2, &sessions[0], CLIENT_AUDIT);
	KUNIT_EXPECT_EQ(test, client_send(client), 0);
	KUNIT_EXPECT_EQ(test, client_handle(client) & 0xffffff, 1);
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[0]), 0);
}

/*
 * G5: what a file loses when it may no longer have as many sessions as it has is
 * not forgotten.
 */
static void limit_lowered(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 2 * SESSIONS, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session sessions[SESSIONS], session;
	unsigned int i;

	bed->rm->limits.max_per_fd = SESSIONS;
	fill(test, bed, 0, sessions);
	bed->rm->limits.max_per_fd = 1;
	for (i = 0; i < SESSIONS; i++) {
		KUNIT_ASSERT_EQ(test, fake_session_flush(bed->tpm,
							 sessions[i].handle), 0);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0],
						 &sessions[i]),
				RESMGR(TPM_RC_REFERENCE_H0));
	}

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	for (i = 0; i < SESSIONS; i++) {
		KUNIT_EXPECT_NE(test, session.handle, sessions[i].handle);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0],
						 &sessions[i]),
				RESMGR(TPM_RC_REFERENCE_H0));
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
						   sessions[i].handle), 0);
	}
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(one_flush_one_repetition),
	KUNIT_CASE(no_help),
	KUNIT_CASE(loss_is_reported),
	KUNIT_CASE(flushing_the_lost),
	KUNIT_CASE(no_handle_comes_back),
	KUNIT_CASE(no_handle_with_sessions),
	KUNIT_CASE(spare_handle_with_sessions),
	KUNIT_CASE(foretold_again),
	KUNIT_CASE(oldest_goes),
	KUNIT_CASE(named_is_safe),
	KUNIT_CASE(limit_lowered),
	{}
};

static struct kunit_suite evict_suite = {
	.name = "tpm2_space_evict",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(evict_suite);
