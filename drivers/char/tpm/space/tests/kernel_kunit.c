// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the kernel's own, while clients have all that the TPM has (G11).
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include "../kernel.h"
#include "../compat.h"
#include "../exec.h"
#include "bed-suite.h"

/* Somebody in the kernel, who talks like a client but is none. */
static struct client *kernel(struct bed *bed)
{
	return &bed->clients[BED_CLIENTS - 1];
}

/* Send what is in the kernel's buffer, as tpm_transmit_cmd() does. */
static int send(struct bed *bed)
{
	struct client *k = kernel(bed);

	mutex_lock(&bed->chip.mutex);
	bed->chip.held = true;
	k->size = tpm2_kernel_exec(bed->rm, k->buf, sizeof(k->buf));
	bed->chip.held = false;
	mutex_unlock(&bed->chip.mutex);
	return k->size < 0 ? k->size : get_unaligned_be32(k->buf + 6);
}

static int start(struct bed *bed, struct client_session *session)
{
	struct client *k = kernel(bed);

	tpm2_wire_build_start_auth_session(k->buf);
	k->rc = send(bed);
	client_started(k, session);
	return k->rc;
}

static int flush(struct bed *bed, u32 handle)
{
	client_build(kernel(bed), TPM_CC_FLUSH_CONTEXT, &handle, 1, NULL, 0);
	return send(bed);
}

/* All sessions, all session slots and all object slots are the clients'. */
static void occupy(struct kunit *test, struct bed *bed,
		   struct client_session sessions[64])
{
	u32 object, serial;
	unsigned int i;

	bed->rm->limits.max_per_fd = 32;
	for (i = 0; i < 64; i++)
		KUNIT_ASSERT_EQ(test, client_start(&bed->clients[i % 2],
						   &sessions[i]), 0);
	for (i = 0; i < 6; i++)
		KUNIT_ASSERT_EQ(test, client_create(&bed->clients[i % 2],
						    &object, &serial), 0);
	KUNIT_ASSERT_EQ(test, fake_session_count(bed->tpm, false), 64);
	KUNIT_ASSERT_EQ(test, fake_session_count(bed->tpm, true), 3);
	KUNIT_ASSERT_EQ(test, fake_object_count(bed->tpm), 3);
}

/* It gets a session at once, of whatever age the others are. */
static void gets_a_session(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session sessions[64], own;
	unsigned int i;

	occupy(test, bed, sessions);
	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	/* the others lose nothing */
	for (i = 1; i < 64; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[i % 2],
						 &sessions[i]), 0);
	KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 63);
}

/* What it has is not taken away from it, by clients or by time. */
static void keeps_its_session(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session sessions[64], own, session;
	const u8 bytes[] = { 0, 8 };
	unsigned int i;

	occupy(test, bed, sessions);
	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	bed_tick(bed, 10 * BED_LEASE);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
				0);
	/* nor can a client use it, or end it */
	KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[2], &own, 0),
			RESMGR(TPM_RC_REFERENCE_S0));
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2], own.handle),
			RESMGR(FAKE_RC_HANDLE_P1));

	client_build(kernel(bed), FAKE_CC_GET_RANDOM, NULL, 0, bytes, 2);
	client_authorize(kernel(bed), 0, &own, CLIENT_CONTINUE);
	KUNIT_EXPECT_EQ(test, send(bed), 0);
	KUNIT_EXPECT_EQ(test, client_number(kernel(bed), 0), own.serial);
	/* continueSession clear: it is gone, and everybody knows */
	own.uses++;
	client_build(kernel(bed), FAKE_CC_GET_RANDOM, NULL, 0, bytes, 2);
	client_authorize(kernel(bed), 0, &own, 0);
	KUNIT_EXPECT_EQ(test, send(bed), 0);
	KUNIT_EXPECT_NULL(test, tpm2_session_table_find(&bed->rm->sessions,
							own.handle));
}

/* A key is loaded while clients have every slot, and theirs survive. */
static void gets_an_object(struct kunit *test)
{
	const u32 owner = FAKE_RH_OWNER;
	struct bed *bed = test->priv;
	u32 objects[3], serials[3], handle;
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_create(&bed->clients[0],
						    &objects[i], &serials[i]),
				0);
	client_build(kernel(bed), FAKE_CC_CREATE_PRIMARY, &owner, 1, NULL, 0);
	KUNIT_EXPECT_EQ(test, send(bed), 0);
	handle = client_handle(kernel(bed));
	/* the TPM's own handle, for the kernel sees no virtual ones */
	KUNIT_EXPECT_EQ(test, handle >> 8, 0x800000);
	KUNIT_EXPECT_EQ(test, flush(bed, handle), 0);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, client_read(&bed->clients[0],
						  objects[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(&bed->clients[0], 0),
				serials[i]);
	}
}

/* Nor does it go without where a client has what this TPM never saves. */
static void gets_a_slot_for_good(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks.unsavable = FAKE_RC_TYPE_H1,
	};
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = FAKE_CC_CREATE_PRIMARY,
		.rc = TPM_RC_OBJECT_MEMORY,
	};
	const u32 owner = FAKE_RH_OWNER;
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	u32 sequences[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_sequence(client, &sequences[i]),
				0);
	client_build(kernel(bed), FAKE_CC_CREATE_PRIMARY, &owner, 1, NULL, 0);
	KUNIT_EXPECT_EQ(test, send(bed), 0);
	KUNIT_EXPECT_EQ(test, flush(bed, client_handle(kernel(bed))), 0);
	/* the one that was longest out of use has given way, and no other */
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[2]), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, sequences[0]), 0);

	/* nor one more for each time that it did not help */
	for (refuse.nth = 1; refuse.nth <= 6; refuse.nth++)
		fake_fault_add(bed->tpm, &refuse);
	client_build(kernel(bed), FAKE_CC_CREATE_PRIMARY, &owner, 1, NULL, 0);
	KUNIT_EXPECT_EQ(test, send(bed), refuse.rc);
	fake_fault_drop_all(bed->tpm);
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[2]), 0);
}

/* It does not wait, but who waits is not pushed back by it. */
static void does_not_queue(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session sessions[64], own, session;

	occupy(test, bed, sessions);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	/* when it lets go, that is an end like any other */
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[2]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[2]), 0);
}

/* G3: what did not help is not tried again. */
static void no_help(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_START_AUTH_SESSION,
		.rc = TPM_RC_SESSION_HANDLES,
	};
	struct client_session sessions[64], own;

	occupy(test, bed, sessions);
	for (refuse.nth = 1; refuse.nth <= 3; refuse.nth++)
		fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, start(bed, &own), TPM_RC_SESSION_HANDLES);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	fake_fault_drop_all(bed->tpm);
	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
}

/* What it is told when the TPM cannot be reached, and what clients are. */
static void lost_on_the_way(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct fake_fault lose = { .kind = FAKE_FAULT_LOSE_RESPONSE, .nth = 1 };
	struct client_session session, own;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, start(bed, &own), -EIO);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
	/* the session that nobody was told of is flushed */
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/* Nothing but the header of its response arrives: that tells as little. */
static void cut_off(struct kunit *test)
{
	struct fake_fault cut = { .kind = FAKE_FAULT_TRUNCATE, .nth = 1 };
	struct bed *bed = test->priv;
	struct client_session session, own;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	fake_fault_add(bed->tpm, &cut);
	start(bed, &own);
	KUNIT_EXPECT_EQ(test, kernel(bed)->size, TPM2_WIRE_HEADER_SIZE);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 2);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/* Send a command that a session is used with. */
static int authorize(struct bed *bed, struct client_session *session)
{
	const u8 bytes[] = { 0, 8 };

	client_build(kernel(bed), FAKE_CC_GET_RANDOM, NULL, 0, bytes, 2);
	client_authorize(kernel(bed), 0, session, CLIENT_CONTINUE);
	return send(bed);
}

/*
 * Who has a key made by the kernel may tell it which handles to name. To the kernel,
 * what is a client's is not in the TPM, loaded or not, and the client notices nothing.
 */
static void names_a_clients(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session, policy;
	u32 object, serial, i, before;

	KUNIT_EXPECT_EQ(test, client_start_type(client, &session,
						TPM_HT_HMAC_SESSION), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &policy), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 2);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	before = bed->tpm->total;

	KUNIT_EXPECT_EQ(test, authorize(bed, &session), TPM_RC_REFERENCE_S0);
	KUNIT_EXPECT_EQ(test, authorize(bed, &policy), TPM_RC_REFERENCE_S0);
	KUNIT_EXPECT_EQ(test, flush(bed, session.handle), TPM_RC_REFERENCE_H0);
	KUNIT_EXPECT_EQ(test, flush(bed, policy.handle), TPM_RC_REFERENCE_H0);
	for (i = 0x80000000; i < 0x80000003; i++) {
		client_build(kernel(bed), FAKE_CC_LOAD, &i, 1, NULL, 0);
		KUNIT_EXPECT_EQ(test, send(bed), TPM_RC_REFERENCE_H0);
		KUNIT_EXPECT_EQ(test, kernel(bed)->size, TPM2_WIRE_HEADER_SIZE);
	}
	/* what is nobody's the TPM was asked about */
	KUNIT_EXPECT_EQ(test, bed->tpm->total, before + 2);

	KUNIT_EXPECT_EQ(test, client_audit(client, &session, CLIENT_CONTINUE),
			0);
	KUNIT_EXPECT_EQ(test, client_use(client, &policy), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serial);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 2);
}

/* A slot that a client's object had is the kernel's by now: then it may name it. */
static void names_its_own(struct kunit *test)
{
	const u32 owner = FAKE_RH_OWNER;
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial, handle;

	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	/* nobody knows that it has gone */
	fake_object_forget_all(bed->tpm);
	client_build(kernel(bed), FAKE_CC_CREATE_PRIMARY, &owner, 1, NULL, 0);
	KUNIT_EXPECT_EQ(test, send(bed), 0);
	handle = client_handle(kernel(bed));
	KUNIT_EXPECT_EQ(test, handle, 0x80000000);
	client_build(kernel(bed), FAKE_CC_READ_PUBLIC, &handle, 1, NULL, 0);
	KUNIT_EXPECT_EQ(test, send(bed), 0);
	KUNIT_EXPECT_EQ(test, flush(bed, handle), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, object),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/*
 * A session that somebody has left for it had to make room, and is brought back; also if
 * that takes to make a context younger first.
 */
static void names_what_was_left(struct kunit *test)
{
	const struct fake_fault gap = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_CONTEXT_LOAD, .nth = 1,
		.rc = TPM_RC_CONTEXT_GAP,
	};
	struct client_session sessions[64], left = {};
	struct bed *bed = test->priv;
	struct tpm2_session *session;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_POLICY_SESSION,
						 &left.handle), 0);
	left.serial = fake_session_find(bed->tpm, left.handle)->serial;
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	session = tpm2_session_table_find(&bed->rm->sessions, left.handle);
	KUNIT_ASSERT_NOT_NULL(test, session);
	KUNIT_EXPECT_EQ(test, session->state, TPM2_SESSION_SAVED);
	fake_fault_add(bed->tpm, &gap);
	KUNIT_EXPECT_EQ(test, authorize(bed, &left), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.refreshes, 1);
	KUNIT_EXPECT_EQ(test, client_number(kernel(bed), 0), left.serial);
	KUNIT_EXPECT_FALSE(test, session->pinned);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0],
						 &sessions[i]), 0);
	/* and it may end it */
	KUNIT_EXPECT_EQ(test, flush(bed, left.handle), 0);
	KUNIT_EXPECT_NULL(test, tpm2_session_table_find(&bed->rm->sessions,
							left.handle));
}

/* Nothing of what it has said or was told stays in memory. */
static void leaves_nothing_in_memory(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session own;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	for (i = 0; i < TPM2_WIRE_BUFSIZE; i++)
		if (bed->rm->wire[i] || bed->rm->scratch[i])
			break;
	KUNIT_EXPECT_EQ(test, i, TPM2_WIRE_BUFSIZE);
	KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
}

/*
 * The TPM has refused a session for want of a slot, and has more slots than that
 * nevertheless: then they are used.
 */
static void more_slots(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 5,
		.loaded_objects = 3, .gap = 0xffff,
	};
	const struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_START_AUTH_SESSION,
		.rc = TPM_RC_SESSION_MEMORY, .nth = 1,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session sessions[4], own;
	unsigned int i, saves;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(client, &sessions[i]), 0);
	/* as many as there are at least */
	bed->rm->limits.loaded_sessions = 3;
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_start(client, &sessions[3]), 0);
	saves = fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_SAVE);
	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_use(client, &sessions[i]), 0);
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_SAVE),
			saves);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 5);
	KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
}

/*
 * What a lost response of a client's has left is looked for also if the TPM is first
 * read back for a command of the kernel's, which may have objects of its own there.
 */
static void left_by_a_client(struct kunit *test)
{
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = FAKE_CC_CREATE_PRIMARY,
		.nth = 1,
	};
	struct bed *bed = test->priv;
	struct client_session sessions[64], own;
	u32 object, serial;

	occupy(test, bed, sessions);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_create(&bed->clients[0], &object, &serial),
			-EIO);
	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
	bed_reopen(bed, 0);
	bed_reopen(bed, 1);
	KUNIT_EXPECT_EQ(test, client_list(&bed->clients[0], 0x80000000, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
}

/* It has a session whatever the TPM calls that it lacks one. */
static void shortage_by_any_name(struct kunit *test)
{
	static const u32 names[] = {
		TPM_RC_SESSION_MEMORY, TPM_RC_MEMORY, TPM_RC_OBJECT_HANDLES,
	};
	struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct client_session sessions[64], own;
	struct bed *bed;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		config.quirks.no_index = names[i];
		bed = bed_suite_renew(test, &config);
		occupy(test, bed, sessions);
		KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
		KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
		KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
	}
}

/* The only slot is taken by what nobody was told of: it is looked for. */
static void reads_back(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 1,
		.loaded_objects = 1, .gap = 0xffff,
	};
	/* the first answer is that there is no slot */
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .nth = 2,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session session, own, lost;
	const u32 owner = FAKE_RH_OWNER;
	u32 object, serial;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	lose.cc = TPM_CC_START_AUTH_SESSION;
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &lost), -EIO);
	KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	KUNIT_EXPECT_EQ(test, flush(bed, own.handle), 0);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
	KUNIT_EXPECT_EQ(test, client_number(&bed->clients[0], 0),
			session.serial);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);

	/* but an object may be the kernel's, until its command is over */
	lose.cc = FAKE_CC_CREATE_PRIMARY;
	lose.nth = 1;
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_create(&bed->clients[1], &object, &serial),
			-EIO);
	client_build(kernel(bed), FAKE_CC_CREATE_PRIMARY, &owner, 1, NULL, 0);
	KUNIT_EXPECT_EQ(test, send(bed), TPM_RC_OBJECT_MEMORY);
	KUNIT_EXPECT_EQ(test, client_create(&bed->clients[1], &object, &serial),
			0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
}

static ssize_t exec_kernel(struct client *client)
{
	struct fake_chip *chip = client->space.rm->priv;

	send(container_of(chip, struct bed, chip));
	return client->size;
}

/*
 * The kernel's own resource manager serves a file that it has opened while it was
 * switched on. What it loads for that is nobody's whom we serve, nor the kernel's.
 */
static void loads_for_others(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *raw = &bed->clients[0];
	struct client_context context;
	struct client_session session;

	bed->chip.shared = true;
	raw->exec = client_exec_raw;
	kernel(bed)->exec = exec_kernel;
	KUNIT_EXPECT_EQ(test, client_start(raw, &session), 0);
	KUNIT_EXPECT_EQ(test, client_save(raw, session.handle, &context), 0);
	KUNIT_EXPECT_EQ(test, client_load(kernel(bed), &context), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->kernel.nr_sessions, 0);
	KUNIT_EXPECT_EQ(test, client_flush(raw, session.handle), 0);
	bed->chip.shared = false;
}

/* The TPM says once that it has not got what is to make room. */
static void refused_once(struct kunit *test)
{
	static const u32 codes[] = {
		FAKE_RC_HANDLE_H1, TPM_RC_REFERENCE_H0, FAKE_RC_HANDLE_P1,
	};
	struct fake_fault refuse = { .kind = FAKE_FAULT_REFUSE };
	struct bed *bed = test->priv;
	struct client_session sessions[64], own;
	const u32 owner = FAKE_RH_OWNER;
	unsigned int i, k;
	u32 handle;

	occupy(test, bed, sessions);
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		refuse.rc = codes[i];
		for (k = 0; k < 3; k++) {
			refuse.nth = 1;
			refuse.cc = k == 1 ? TPM_CC_FLUSH_CONTEXT :
					     TPM_CC_CONTEXT_SAVE;
			fake_fault_add(bed->tpm, &refuse);
			if (k == 2) {
				client_build(kernel(bed),
					     FAKE_CC_CREATE_PRIMARY, &owner, 1,
					     NULL, 0);
				KUNIT_EXPECT_EQ(test, send(bed), 0);
				handle = client_handle(kernel(bed));
			} else {
				KUNIT_EXPECT_EQ(test, start(bed, &own), 0);
				handle = own.handle;
			}
			fake_fault_drop_all(bed->tpm);
			KUNIT_EXPECT_EQ(test, flush(bed, handle), 0);
		}
	}
	/* one was evicted, and only one, since its place was free again */
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
}

/*
 * A kernel that has just booted may be about to resume another one, whose clients'
 * sessions those are that it finds. It takes none of them for itself.
 */
static void leaves_leftovers(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session own;
	u64 sequence;
	unsigned int i;
	u32 handle;

	for (i = 0; i < 64; i++) {
		KUNIT_ASSERT_EQ(test,
				fake_session_start(bed->tpm,
						   TPM_HT_HMAC_SESSION,
						   &handle), 0);
		KUNIT_ASSERT_EQ(test, fake_session_save(bed->tpm, handle,
							&sequence), 0);
	}
	KUNIT_EXPECT_EQ(test, start(bed, &own), TPM_RC_SESSION_HANDLES);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 64);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
}

/*
 * It sends TPM2_FlushContext once, and forgets the session whatever comes of that. So
 * that session keeps nobody from anything, on TPMs that can be read back and others.
 */
static void flushes_once(struct kunit *test)
{
	static const struct fake_fault faults[] = {
		{ .kind = FAKE_FAULT_LOSE_RESPONSE },
		{ .kind = FAKE_FAULT_LOSE_COMMAND },
		{ .kind = FAKE_FAULT_TRUNCATE },
		{ .kind = FAKE_FAULT_REFUSE, .rc = TPM_RC_MEMORY },
		{ .kind = FAKE_FAULT_REFUSE, .rc = FAKE_RC_HANDLE_P1 },
	};
	struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct client_session sessions[64], own;
	struct fake_fault fault;
	unsigned int i, k;
	struct bed *bed;

	for (i = 0; i < 2 * ARRAY_SIZE(faults); i++) {
		config.quirks.lists = i % 2 ? FAKE_LISTS_NO_SAVED : 0;
		bed = bed_suite_renew(test, &config);
		KUNIT_ASSERT_EQ(test, start(bed, &own), 0);
		fault = faults[i / 2];
		fault.cc = TPM_CC_FLUSH_CONTEXT;
		fault.nth = 1;
		fake_fault_add(bed->tpm, &fault);
		flush(bed, own.handle);
		KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));

		occupy(test, bed, sessions);
		KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
		for (k = 0; k < 64; k++)
			KUNIT_EXPECT_EQ(test, client_use(&bed->clients[k % 2],
							 &sessions[k]), 0);
		/* whoever was given its handle has a session like others */
		bed_tick(bed, 10 * BED_LEASE);
		bed->rm->limits.max_per_fd = 64;
		for (k = 0; k < 64; k++)
			KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2],
							   &sessions[k]), 0);
		KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 64);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(gets_a_session),
	KUNIT_CASE(keeps_its_session),
	KUNIT_CASE(gets_an_object),
	KUNIT_CASE(gets_a_slot_for_good),
	KUNIT_CASE(does_not_queue),
	KUNIT_CASE(no_help),
	KUNIT_CASE(lost_on_the_way),
	KUNIT_CASE(cut_off),
	KUNIT_CASE(names_a_clients),
	KUNIT_CASE(names_its_own),
	KUNIT_CASE(names_what_was_left),
	KUNIT_CASE(leaves_nothing_in_memory),
	KUNIT_CASE(more_slots),
	KUNIT_CASE(left_by_a_client),
	KUNIT_CASE(shortage_by_any_name),
	KUNIT_CASE(reads_back),
	KUNIT_CASE(loads_for_others),
	KUNIT_CASE(refused_once),
	KUNIT_CASE(leaves_leftovers),
	KUNIT_CASE(flushes_once),
	{}
};

static struct kunit_suite kernel_suite = {
	.name = "tpm2_space_kernel",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(kernel_suite);
