// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was loaded is gone, and nobody has noticed; and something else has come to the
 * same handle. It must not be taken for what was there (G7), nor is anything taken
 * from those who are there by right (G10).
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include "../compat.h"
#include "../exec.h"
#include "../kernel.h"
#include "../rm.h"
#include "../sync.h"
#include "bed-suite.h"

#define SOMEBODY	3	/* the client who uses the TPM past us */

/* What a client gets for a session that it has lost. */
#define LOST	RESMGR(TPM_RC_REFERENCE_H0)

static const enum fake_fault_kind unheard[] = {
	FAKE_FAULT_LOSE_RESPONSE, FAKE_FAULT_TRUNCATE,
};

static const struct fake_tpm_config narrow = {
	.active_sessions = 64, .loaded_sessions = 3, .loaded_objects = 1,
	.gap = 0xffff,
};

static ssize_t send_raw(struct client *client)
{
	return tpm2_space_exec_raw(client->space.rm, client->buf);
}

/* Somebody opens the TPM past us. */
static struct client *somebody_comes(struct bed *bed)
{
	struct client *client = &bed->clients[SOMEBODY];

	bed->chip.shared = true;
	client->exec = send_raw;
	return client;
}

static void somebody_leaves(struct bed *bed)
{
	bed->chip.shared = false;
}

static void draw(struct kunit *test, struct client *client, int result)
{
	client_build(client, FAKE_CC_GET_RANDOM, NULL, 0, (u8[]){ 0, 8 }, 2);
	KUNIT_EXPECT_EQ(test, client_send(client), result);
}

/* A context is loaded, and nobody hears of that. */
static void object_unheard(struct kunit *test)
{
	struct fake_fault fault = { .cc = TPM_CC_CONTEXT_LOAD, .nth = 1 };
	u32 first, second, third, serials[3];
	struct client *client;
	struct bed *bed;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unheard); i++) {
		bed = bed_suite_renew(test, &narrow);
		client = &bed->clients[0];
		KUNIT_EXPECT_EQ(test, client_create(client, &first,
						    &serials[0]), 0);
		KUNIT_EXPECT_EQ(test, client_create(client, &second,
						    &serials[1]), 0);
		fake_tpm_resume(bed->tpm);
		fault.kind = unheard[i];
		fake_fault_add(bed->tpm, &fault);
		KUNIT_EXPECT_EQ(test, client_read(client, first), -EIO);
		KUNIT_EXPECT_EQ(test, client_create(client, &third,
						    &serials[2]), 0);
		KUNIT_EXPECT_NE(test, client_read(client, second), 0);
		KUNIT_EXPECT_EQ(test, client_read(client, first), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[0]);
		KUNIT_EXPECT_EQ(test, client_read(client, third), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[2]);
	}
}

/* A session is started, and nobody hears of that. */
static void session_unheard(struct kunit *test)
{
	struct fake_fault fault = { .cc = TPM_CC_START_AUTH_SESSION, .nth = 1 };
	struct client_session session, lost;
	struct bed *bed = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unheard); i++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
		fake_tpm_resume(bed->tpm);
		fault.kind = unheard[i];
		fake_fault_add(bed->tpm, &fault);
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &lost),
				-EIO);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session),
				LOST);
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
						   session.handle), 0);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	}
}

/* And when the TPM is asked whether it was reset, the answer is cut off, or refused. */
static void clock_unheard(struct kunit *test)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE,
		.cc = TPM_CC_START_AUTH_SESSION, .nth = 1,
	};
	struct fake_fault fault = {
		.cc = FAKE_CC_READ_CLOCK, .nth = 1, .rc = FAKE_RC_COMMAND_SIZE,
	};
	static const enum fake_fault_kind unclear[] = {
		FAKE_FAULT_TRUNCATE, FAKE_FAULT_REFUSE,
	};
	struct client_session session, lost;
	struct bed *bed = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unclear); i++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
		fake_tpm_resume(bed->tpm);
		fake_fault_add(bed->tpm, &lose);
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &lost),
				-EIO);
		fault.kind = unclear[i];
		fake_fault_add(bed->tpm, &fault);
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session),
				LOST);
		KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
						   session.handle), 0);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	}
}

/* A list that is cut off says of nobody's session that it is there. */
static void list_unheard(struct kunit *test)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.nth = 1,
	};
	struct fake_fault cut = {
		.kind = FAKE_FAULT_TRUNCATE, .cc = TPM_CC_GET_CAPABILITY,
	};
	struct client_session session;
	struct bed *bed = test->priv;
	unsigned int nth;

	for (nth = 1; nth <= 2; nth++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
		fake_fault_add(bed->tpm, &lose);
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
						   session.handle), -EIO);
		cut.nth = nth;
		fake_fault_add(bed->tpm, &cut);
		draw(test, &bed->clients[1], 0);
		KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
		KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 0);
		KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
						   session.handle), 0);
	}
}

/* Refused again, it is taken for a TPM that does not say; its lists have to do. */
static void refuse_clock(struct kunit *test, u32 rc)
{
	const struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = FAKE_CC_READ_CLOCK, .nth = 1,
		.rc = rc,
	};
	const struct fake_fault once_more = {
		.kind = FAKE_FAULT_REFUSE, .cc = FAKE_CC_READ_CLOCK, .nth = 2,
		.rc = rc,
	};
	struct client_session session;
	struct bed *bed = test->priv;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_tpm_resume(bed->tpm);
	tpm2_rm_hold(bed->rm);
	tpm2_rm_distrust(bed->rm, TPM2_TRUST_STALE);
	tpm2_rm_release(bed->rm);
	fake_fault_add(bed->tpm, &refuse);
	fake_fault_add(bed->tpm, &once_more);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_EQ(test, bed->rm->trust, TPM2_TRUST_FULL);
}

static void clock_refused(struct kunit *test)
{
	refuse_clock(test, TPM_RC_COMMAND_CODE);
}

/* What no TPM should say would be -EIO as a number with a sign. */
static void clock_refused_oddly(struct kunit *test)
{
	refuse_clock(test, (u32)-EIO);
}

/* In failure mode it answers nothing; what it has is found out when it is well again. */
static void all_refused(struct kunit *test)
{
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = FAKE_CC_READ_CLOCK, .nth = 1,
		.rc = TPM_RC_FAILURE,
	};
	struct client_session session;
	struct bed *bed = test->priv;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_fault_add(bed->tpm, &refuse);
	refuse.cc = TPM_CC_GET_CAPABILITY;
	for (i = 0; i < 2; i++) {
		fake_fault_add(bed->tpm, &refuse);
		refuse.nth++;
	}
	tpm2_rm_hold(bed->rm);
	tpm2_rm_distrust(bed->rm, TPM2_TRUST_STALE);
	KUNIT_EXPECT_EQ(test, tpm2_rm_sync(bed->rm), TPM_RC_FAILURE);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_EQ(test, bed->rm->trust, TPM2_TRUST_STALE);
	tpm2_rm_release(bed->rm);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->trust, TPM2_TRUST_FULL);
}

/* A context is loaded unheard, and the system sleeps before the TPM is read back. */
static void object_unheard_asleep(struct kunit *test)
{
	struct fake_fault fault = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_LOAD,
		.nth = 1,
	};
	struct bed *bed = bed_suite_renew(test, &narrow);
	struct client *client = &bed->clients[0];
	u32 first, second, serials[2];

	KUNIT_EXPECT_EQ(test, client_create(client, &first, &serials[0]), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &second, &serials[1]), 0);
	fake_tpm_resume(bed->tpm);
	fake_fault_add(bed->tpm, &fault);
	KUNIT_EXPECT_EQ(test, client_read(client, first), -EIO);
	WRITE_ONCE(bed->rm->quiesced, true);
	KUNIT_EXPECT_EQ(test, tpm2_rm_hold(bed->rm), 0);
	tpm2_rm_release(bed->rm);
	WRITE_ONCE(bed->rm->quiesced, false);
	KUNIT_EXPECT_NE(test, client_read(client, second), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, first), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[0]);
}

/* Somebody has made an object past us, and goes on with it. */
static void object_of_others(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0], *somebody;
	u32 object, others, serial, others_serial;

	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	fake_tpm_resume(bed->tpm);
	somebody = somebody_comes(bed);
	KUNIT_EXPECT_EQ(test, client_create(somebody, &others, &others_serial),
			0);
	draw(test, somebody, 0);
	KUNIT_EXPECT_EQ(test, client_read(somebody, others), 0);
	KUNIT_EXPECT_EQ(test, client_number(somebody, 0), others_serial);
	KUNIT_EXPECT_NE(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, client_flush(somebody, others), 0);
	somebody_leaves(bed);
	KUNIT_EXPECT_NE(test, client_read(client, object), 0);
}

/*
 * With a session it is not to be known which of the two it is, as in the suite of
 * trust: so it is nobody's.
 */
static void session_of_others(struct kunit *test)
{
	struct client_session session, others;
	struct bed *bed = test->priv;
	struct client *somebody;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_tpm_resume(bed->tpm);
	somebody = somebody_comes(bed);
	KUNIT_EXPECT_EQ(test, client_start(somebody, &others), 0);
	KUNIT_EXPECT_EQ(test, others.handle & 0xffffff,
			session.handle & 0xffffff);
	draw(test, somebody, 0);
	draw(test, somebody, 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	somebody_leaves(bed);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
}

/*
 * A client has saved a session, loads it, and the response is lost: that it is found in
 * a slot, and taken out again, is no reason to take it for loaded by others.
 */
static void load_unheard(struct kunit *test)
{
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_LOAD,
		.nth = 1,
	};
	struct client_session session, policy;
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_context context;

	/* a policy session among those in slots shows how this TPM lists */
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &policy), 0);
	tpm2_rm_hold(bed->rm);
	tpm2_rm_distrust(bed->rm, TPM2_TRUST_FOREIGN);
	tpm2_rm_release(bed->rm);
	draw(test, client, 0);
	KUNIT_EXPECT_TRUE(test, bed->rm->shows_place);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[1], policy.handle), 0);

	KUNIT_EXPECT_EQ(test, client_start_type(client, &session,
						TPM_HT_HMAC_SESSION), 0);
	KUNIT_EXPECT_EQ(test, client_save(client, session.handle, &context), 0);
	somebody_comes(bed);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_NE(test, client_load(client, &context), 0);
	KUNIT_EXPECT_EQ(test, client_load(client, &context), 0);
	KUNIT_EXPECT_EQ(test, client_audit(client, &session, CLIENT_CONTINUE),
			0);
	somebody_leaves(bed);
}

/* What somebody has loaded past us is his: nothing is asked for the sake of that. */
static void nothing_of_ours(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *somebody = somebody_comes(bed);
	struct client_session session;
	unsigned int i, total;

	KUNIT_EXPECT_EQ(test, client_start(somebody, &session), 0);
	draw(test, &bed->clients[0], 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr_loaded, 1);
	total = bed->tpm->total;
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_use(somebody, &session), 0);
	KUNIT_EXPECT_EQ(test, bed->tpm->total - total, 5);
	KUNIT_EXPECT_EQ(test, client_flush(somebody, session.handle), 0);
	somebody_leaves(bed);
}

/* Somebody loads again what he had left outside: it has a slot, and stays his. */
static void loaded_by_others(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *somebody = somebody_comes(bed);
	struct client_session session;
	struct client_context context;

	KUNIT_EXPECT_EQ(test, client_start(somebody, &session), 0);
	KUNIT_EXPECT_EQ(test, client_save(somebody, session.handle, &context),
			0);
	draw(test, &bed->clients[0], 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr_loaded, 0);
	KUNIT_EXPECT_EQ(test, client_load(somebody, &context), 0);
	draw(test, &bed->clients[0], 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr_loaded, 1);
	KUNIT_EXPECT_EQ(test, client_use(somebody, &session), 0);
	KUNIT_EXPECT_EQ(test, client_flush(somebody, session.handle), 0);
	somebody_leaves(bed);
}

/* Started after a reset that nobody has noticed, and its context is refused, once. */
static void refused_after_reset(struct kunit *test)
{
	const struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_CONTEXT_LOAD, .nth = 1,
		.rc = TPM_RC_REFERENCE_H0,
	};
	struct bed *bed = test->priv;
	struct client_session session;

	draw(test, &bed->clients[1], 0);
	fake_tpm_reset(bed->tpm);
	somebody_comes(bed);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	somebody_leaves(bed);
	fake_fault_add(bed->tpm, &refuse);
	draw(test, &bed->clients[1], 0);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session), LOST);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
}

/* What was refused once, long ago, is not refused twice in a row now. */
static void refused_long_ago(struct kunit *test)
{
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.nth = 1, .rc = FAKE_RC_HANDLE_P1,
	};
	struct bed *bed = bed_suite_renew(test, &narrow);
	struct client *client = &bed->clients[0];
	u32 objects[2], serials[2];

	KUNIT_EXPECT_EQ(test, client_create(client, &objects[0], &serials[0]),
			0);
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_create(client, &objects[1], &serials[1]),
			TPM_RC_OBJECT_MEMORY);
	KUNIT_EXPECT_EQ(test, client_create(client, &objects[1], &serials[1]),
			0);
	refuse.cc = TPM_CC_CONTEXT_LOAD;
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_read(client, objects[0]), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[0]);
}

static void start_with(struct client *client, struct client_session *session)
{
	static const u32 handles[] = { TPM_RH_NULL, TPM_RH_NULL };
	u8 params[25] = { 0, 16 };

	params[20] = 1;		/* TPM_SE_POLICY */
	put_unaligned_be16(TPM2_WIRE_ALG_NULL, params + 21);
	put_unaligned_be16(TPM2_WIRE_ALG_SHA256, params + 23);
	client_build(client, TPM_CC_START_AUTH_SESSION, handles, 2, params,
		     sizeof(params));
	client_authorize(client, 2, session, CLIENT_CONTINUE | CLIENT_AUDIT);
}

/* Has a command sessions in its authorization area? */
static void note_sessions(struct fake_tpm *tpm, const u8 *buf, u32 size)
{
	bool *named = tpm->watch_data;

	*named |= get_unaligned_be16(buf) == TPM_ST_SESSIONS;
}

/*
 * A client's session was lost, and that is found out while the bad indexes are taken
 * away that its new one must not have: the TPM hears nothing of the lost one.
 */
static void lost_on_the_way(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 3, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_START_AUTH_SESSION,
		.nth = 1, .rc = TPM_RC_SESSION_HANDLES,
	};
	struct client_session evicted, others[2], session;
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client *other = &bed->clients[1];
	bool named = false;

	/* its index is the last, and it is the oldest */
	bed_set_share(bed, 3);
	KUNIT_EXPECT_EQ(test, client_start(other, &others[0]), 0);
	KUNIT_EXPECT_EQ(test, client_start(other, &others[1]), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &evicted), 0);
	KUNIT_EXPECT_EQ(test, client_flush(other, others[0].handle), 0);
	KUNIT_EXPECT_EQ(test, client_flush(other, others[1].handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(other, &others[0]), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_start(other, &others[1]), 0);
	KUNIT_EXPECT_EQ(test, client_use(client, &evicted), LOST);
	KUNIT_EXPECT_EQ(test, client_flush(other, others[1].handle), 0);

	fake_tpm_resume(bed->tpm);
	fake_fault_add(bed->tpm, &refuse);
	bed->tpm->watch = note_sessions;
	bed->tpm->watch_data = &named;
	start_with(client, &session);
	KUNIT_EXPECT_EQ(test, client_send(client),
			RESMGR(TPM_RC_REFERENCE_S0));
	bed->tpm->watch = NULL;
	KUNIT_EXPECT_FALSE(test, named);
}

/* The kernel makes an object of its own; see send() in the suite of the kernel's. */
static int create_as_kernel(struct bed *bed)
{
	struct client *kernel = &bed->clients[BED_CLIENTS - 1];
	const u32 owner = FAKE_RH_OWNER;
	ssize_t size;

	client_build(kernel, FAKE_CC_CREATE_PRIMARY, &owner, 1, NULL, 0);
	mutex_lock(&bed->chip.mutex);
	bed->chip.held = true;
	size = tpm2_kernel_exec(bed->rm, kernel->buf, sizeof(kernel->buf));
	bed->chip.held = false;
	mutex_unlock(&bed->chip.mutex);
	return min_t(ssize_t, size, 0);
}

/*
 * A client's object is flushed, and nobody hears of that; then the kernel loads one, and
 * nobody hears of that either. It is not the client's.
 */
static void two_losses(struct kunit *test)
{
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.nth = 1,
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial;

	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_flush(client, object), -EIO);
	lose.cc = FAKE_CC_CREATE_PRIMARY;
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, create_as_kernel(bed), -EIO);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	KUNIT_EXPECT_EQ(test, client_read(client, object),
			RESMGR(TPM_RC_REFERENCE_H0));
	/* and it is not left behind */
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(object_unheard),
	KUNIT_CASE(session_unheard),
	KUNIT_CASE(clock_unheard),
	KUNIT_CASE(list_unheard),
	KUNIT_CASE(clock_refused),
	KUNIT_CASE(clock_refused_oddly),
	KUNIT_CASE(all_refused),
	KUNIT_CASE(object_unheard_asleep),
	KUNIT_CASE(object_of_others),
	KUNIT_CASE(session_of_others),
	KUNIT_CASE(load_unheard),
	KUNIT_CASE(nothing_of_ours),
	KUNIT_CASE(loaded_by_others),
	KUNIT_CASE(refused_after_reset),
	KUNIT_CASE(refused_long_ago),
	KUNIT_CASE(lost_on_the_way),
	KUNIT_CASE(two_losses),
	{}
};

static struct kunit_suite handle_suite = {
	.name = "tpm2_space_handle",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(handle_suite);
