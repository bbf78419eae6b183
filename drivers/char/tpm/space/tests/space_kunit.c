// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a space can do with what is its own, and cannot with what is not.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "../compat.h"
#include "../exec.h"
#include "bed-suite.h"
#include "numbers.h"

#define MANY	16	/* the default limit of a TPM with 64 sessions */

/* G6: the first of two sessions is lost, and the second is not. */
static void siblings_survive(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[5];
	u32 object, serial;
	unsigned int i;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_start(client, &sessions[i]), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);

	/* one that is loaded and one that is saved */
	fake_session_flush(bed->tpm, sessions[0].handle);
	fake_session_flush(bed->tpm, sessions[4].handle);
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[4]),
			RESMGR(TPM_RC_REFERENCE_H0));
	for (i = 1; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, client_use(client, &sessions[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0),
				sessions[i].serial);
	}
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serial);
}

/* G7: what is another's can be neither used nor flushed nor seen. */
static void isolation(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session session;
	unsigned int total;
	u32 object, serial;

	KUNIT_EXPECT_EQ(test, client_start(a, &session), 0);
	KUNIT_EXPECT_EQ(test, client_create(a, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, client_list(b, 0x02000000, 100), 0);
	total = bed->tpm->total;

	KUNIT_EXPECT_EQ(test, client_use(b, &session),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_audit(b, &session, CLIENT_AUDIT),
			RESMGR(TPM_RC_REFERENCE_S0));
	KUNIT_EXPECT_EQ(test, client_flush(b, session.handle),
			RESMGR(FAKE_RC_HANDLE_P1));
	KUNIT_EXPECT_EQ(test, client_read(b, object), -EINVAL);
	KUNIT_EXPECT_EQ(test, client_flush(b, object), -EINVAL);
	KUNIT_EXPECT_EQ(test, bed->tpm->total, total);

	/* in the list of loaded sessions, there is one for A and none for B */
	KUNIT_EXPECT_EQ(test, client_list(a, 0x02000000, 100), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(a->buf + 15), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(a->buf + 19), session.handle);
	KUNIT_EXPECT_EQ(test, client_list(b, 0x02000000, 100), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(b->buf + 15), 0);
	KUNIT_EXPECT_EQ(test, client_list(b, 0x80000000, 100), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(b->buf + 15), 0);
	KUNIT_EXPECT_EQ(test, client_use(a, &session), 0);
}

/* G14: sixteen sessions and ten objects of one space, all of them usable. */
static void more_than_three(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[MANY], session;
	u32 objects[10], serials[10];
	unsigned int i, round;

	for (i = 0; i < MANY; i++)
		KUNIT_EXPECT_EQ(test, client_start_type(client, &sessions[i],
							i % 2 ? 2 : 3), 0);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &objects[i],
						    &serials[i]), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &session),
			RESMGR(TPM_RC_SESSION_MEMORY));

	for (round = 0; round < 3; round++) {
		for (i = 0; i < MANY; i++) {
			KUNIT_EXPECT_EQ(test, client_audit(client, &sessions[i],
							   CLIENT_AUDIT), 0);
			KUNIT_EXPECT_EQ(test, client_number(client, 0),
					sessions[i].serial);
		}
		for (i = 0; i < 10; i++) {
			KUNIT_EXPECT_EQ(test, client_read(client, objects[i]),
					0);
			KUNIT_EXPECT_EQ(test, client_number(client, 0),
					serials[i]);
		}
	}
	/* a limit that can be reached again once there is room */
	KUNIT_EXPECT_EQ(test, client_flush(client, sessions[7].handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
}

/* One command that names as much as it can: three sessions and an object. */
static void names_at_once(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[6];
	u32 objects[5], serials[5];
	unsigned int i;

	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, client_start(client, &sessions[i]), 0);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, client_create(client, &objects[i],
						    &serials[i]), 0);
	for (i = 0; i < 12; i++) {
		client_build(client, FAKE_CC_UNSEAL, &objects[i % 5], 1, NULL,
			     0);
		client_authorize(client, 1, &sessions[i % 6], CLIENT_CONTINUE);
		client_authorize(client, 1, &sessions[(i + 1) % 6],
				 CLIENT_CONTINUE);
		client_authorize(client, 1, &sessions[(i + 4) % 6],
				 CLIENT_CONTINUE);
		sessions[i % 6].uses++;
		sessions[(i + 1) % 6].uses++;
		sessions[(i + 4) % 6].uses++;
		KUNIT_EXPECT_EQ(test, client_send(client), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[i % 5]);
	}
}

/* G18: virtual handles count down, and the lowest place is taken first. */
static void virtual_handles(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial;
	unsigned int i;

	for (i = 0; i < TPM2_RM_MAX_OBJECTS; i++) {
		KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial),
				0);
		KUNIT_EXPECT_EQ(test, object, 0x80ffffff - i);
	}
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial),
			RESMGR(TPM_RC_OBJECT_MEMORY));
	KUNIT_EXPECT_EQ(test, client_flush(client, 0x80fffffd), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, 0x80fffffd), -EINVAL);
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, object, 0x80fffffd);
	KUNIT_EXPECT_EQ(test, client_read(client, 0x80000000), -EINVAL);
}

/* G12: what resets have taken away does not fill the file for ever. */
static void forgets_what_is_lost(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial;
	unsigned int i;

	for (i = 0; i < TPM2_RM_MAX_OBJECTS; i++) {
		KUNIT_ASSERT_EQ(test, client_create(client, &object, &serial),
				0);
		fake_tpm_reset(bed->tpm);
		KUNIT_EXPECT_EQ(test, client_read(client, object),
				RESMGR(TPM_RC_REFERENCE_H0));
	}
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, object, 0x80ffffff);
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serial);
	/* and of the others it is told still */
	KUNIT_EXPECT_EQ(test, client_read(client, 0x80fffffe),
			RESMGR(TPM_RC_REFERENCE_H0));
}

static const struct fake_tpm_config two_slots = {
	.active_sessions = 6, .loaded_sessions = 3, .loaded_objects = 2,
	.gap = 0xffff,
};

/* One of two that a command names has gone, and the other is loaded in its place. */
static void two_by_one_handle(struct kunit *test)
{
	struct bed *bed = bed_suite_renew(test, &two_slots);
	struct client *client = &bed->clients[0];
	u32 key, other, sequence, serials[2];
	struct tpm2_object *first;

	KUNIT_ASSERT_EQ(test, client_create(client, &key, &serials[0]), 0);
	KUNIT_ASSERT_EQ(test, client_key_sequence(client,
						  FAKE_CC_SIGN_SEQUENCE_START,
						  key, &sequence), 0);
	/* takes the key's slot */
	KUNIT_ASSERT_EQ(test, client_create(client, &other, &serials[1]), 0);
	KUNIT_ASSERT_EQ(test, client_read(client, other), 0);
	first = list_first_entry(&bed->rm->objects, struct tpm2_object, lru);
	fake_object_find(bed->tpm, first->handle)->serial = 0;

	KUNIT_EXPECT_EQ(test, client_key_complete(client,
						  FAKE_CC_SIGN_SEQUENCE_COMPLETE,
						  sequence, key),
			RESMGR(TPM_RC_REFERENCE_H0));
	/* whoever is well stays so */
	KUNIT_EXPECT_EQ(test, client_read(client, key), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[0]);
	KUNIT_EXPECT_EQ(test, client_read(client, other), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[1]);
}

/* G18: a command that the TPM does not know does not reach it. */
static void unknown_command(struct kunit *test)
{
	struct bed *bed = test->priv;

	client_build(&bed->clients[0], 0x12345678, NULL, 0, NULL, 0);
	KUNIT_EXPECT_EQ(test, client_send(&bed->clients[0]),
			RESMGR(TPM_RC_COMMAND_CODE));
	KUNIT_EXPECT_EQ(test, bed->tpm->total, 0);
}

/* G17: a client that writes whatever there is, and one that does not notice. */
static void garbage(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	static const u32 handles[] = {
		0x02000000, 0x03000000, 0x03000001, 0x80ffffff, 0x80fffffe,
		0x80000000, FAKE_RH_OWNER, TPM_RH_NULL, FAKE_RS_PW, 0x0200ffff,
	};
	struct client_session session;
	u32 object, serial, i, k, h, size;
	struct numbers numbers = { 0x7470326d };

	KUNIT_EXPECT_EQ(test, client_start(b, &session), 0);
	KUNIT_EXPECT_EQ(test, client_create(b, &object, &serial), 0);

	for (i = 0; i < 3000; i++) {
		if (a->waits)
			bed_reopen(bed, 0);
		size = TPM2_WIRE_HEADER_SIZE + numbers_next(&numbers, 80);
		for (k = 0; k < size; k++)
			a->buf[k] = numbers_next(&numbers, 4) ? 0 :
				    numbers_next(&numbers, 256);
		for (k = 10; k + 4 <= size; k += 4) {
			h = numbers_next(&numbers, ARRAY_SIZE(handles));
			if (numbers_next(&numbers, 2))
				put_unaligned_be32(handles[h], a->buf + k);
		}
		put_unaligned_be16(TPM_ST_NO_SESSIONS +
				   numbers_next(&numbers, 2), a->buf);
		put_unaligned_be32(size, a->buf + 2);
		put_unaligned_be32(FAKE_TPM_FIRST_CC +
				   numbers_next(&numbers, FAKE_TPM_LAST_CC -
						FAKE_TPM_FIRST_CC),
				   a->buf + 6);
		/* these take away what is everybody's */
		switch (get_unaligned_be32(a->buf + 6)) {
		case TPM_CC_HIERARCHY_CONTROL:
		case TPM_CC_CHANGE_EPS:
		case TPM_CC_CHANGE_PPS:
		case TPM_CC_CLEAR:
			continue;
		}
		client_send(a);
	}

	KUNIT_EXPECT_EQ(test, client_use(b, &session), 0);
	KUNIT_EXPECT_EQ(test, client_number(b, 0), session.serial);
	KUNIT_EXPECT_EQ(test, client_read(b, object), 0);
	KUNIT_EXPECT_EQ(test, client_number(b, 0), serial);
	/* and its own file is still good */
	if (!a->waits)
		KUNIT_EXPECT_EQ(test, client_list(a, 0x02000000, 4), 0);
	/* its HMACs were wrong, and that is its own affair */
	bed->tpm->auth_failures = 0;
}

/* A file is closed: what it had is gone, and nothing else is. */
static void close_ends_its_own(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session sessions[6], other;
	u32 object, others, serial;
	unsigned int i;

	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, client_start(a, &sessions[i]), 0);
	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_EQ(test, client_create(a, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, client_start(b, &other), 0);
	KUNIT_EXPECT_EQ(test, client_create(b, &others, &serial), 0);
	bed_reopen(bed, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	KUNIT_EXPECT_EQ(test, client_use(b, &other), 0);
	KUNIT_EXPECT_EQ(test, client_read(b, others), 0);
}

/* The chip cannot be had while a file is closed: nothing is forgotten. */
static void close_without_chip(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed->chip.broken = true;
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), -EPIPE);
	bed_reopen(bed, 0);
	bed->chip.broken = false;
	/* G7: it is nobody's, whoever knows its handle */
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session),
			TPM_RC_REFERENCE_H0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	bed->rm->limits.max_per_fd = 64;
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
}

/*
 * The TPM does not answer any more. Each command takes minutes to find that out, and
 * everybody waits for it; so there are two, whatever the file has there.
 */
static void close_without_answers(struct kunit *test)
{
	const unsigned int many = 100;
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session;
	u32 object, serial;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
		KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial),
				0);
	}
	bed->tpm->deaf = many;
	bed_reopen(bed, 0);
	KUNIT_EXPECT_EQ(test, bed->tpm->deaf, many - 2);
	bed->tpm->deaf = 0;
	/* nothing is forgotten */
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
}

/* As many slots as the kernel needs are free, whoever has the others. */
static void keeps_slots_free(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, serial, handle;
	unsigned int i;

	/* who was there before us has left some */
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, fake_object_make(bed->tpm, FAKE_RH_OWNER,
						       false, &handle), 0);
	bed->rm->limits.reserve_objects = 1;
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), serial);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);
	fake_object_forget_all(bed->tpm);
}

/* It never saves a sequence. */
static const struct fake_tpm_config keeping = {
	.active_sessions = 64, .loaded_sessions = 3, .loaded_objects = 3,
	.gap = 0xffff, .quirks.unsavable = FAKE_RC_TYPE_H1,
};

/* Not even with what this TPM never saves: the kernel would give the chip up. */
static void keeps_slots_free_for_good(struct kunit *test)
{
	struct bed *bed = bed_suite_renew(test, &keeping);
	struct client *client = &bed->clients[0];
	u32 sequences[2], handle;
	unsigned int i;

	/* unless it would not */
	KUNIT_EXPECT_FALSE(test, tpm2_rm_has_slots(bed->rm));
	bed->rm->limits.reserve_objects = 2;
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, client_sequence(client, &sequences[i]),
				0);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, client_update(client, sequences[i]), 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);
	}
	bed->rm->limits.reserve_for_good = true;
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, sequences[0]), 0);

	/* nor where nothing is to stay, since others use the TPM */
	bed->rm->limits.reserve_for_good = false;
	KUNIT_EXPECT_EQ(test, client_sequence(client, &sequences[0]), 0);
	bed->rm->limits.reserve_for_good = true;
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[0]), 0);
	bed->chip.shared = false;
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	KUNIT_EXPECT_TRUE(test, tpm2_rm_has_slots(bed->rm));
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_flush(client, sequences[1]), 0);
	sequences[1] = sequences[0];

	/* others have so much that it would be of no use */
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, fake_object_make(bed->tpm, FAKE_RH_OWNER,
						       false, &handle), 0);
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	bed->chip.shared = false;
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	fake_object_forget_all(bed->tpm);
}

/* What has gone by itself is taken for that, and nothing else is given up for it. */
static void gives_up_what_has_gone(struct kunit *test)
{
	struct bed *bed = bed_suite_renew(test, &keeping);
	struct client *client = &bed->clients[0];
	struct tpm2_object *object;
	u32 sequences[2];
	unsigned int i;

	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, client_sequence(client, &sequences[i]),
				0);
	object = list_first_entry(&bed->rm->objects, struct tpm2_object, lru);
	fake_object_find(bed->tpm, object->handle)->serial = 0;
	bed->rm->limits.reserve_objects = 2;
	bed->rm->limits.reserve_for_good = true;
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/* Where the TPM does not answer, or does not flush one either, the next one is left. */
static void gives_up_no_more(struct kunit *test)
{
	struct fake_fault fault = {
		.kind = FAKE_FAULT_LOSE_COMMAND, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 3,
	};
	struct bed *bed = bed_suite_renew(test, &keeping);
	struct client *client = &bed->clients[0];
	u32 sequences[2];
	unsigned int i, losses;

	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, client_sequence(client, &sequences[i]),
				0);
	bed->rm->limits.reserve_objects = 2;
	bed->rm->limits.reserve_for_good = true;
	/* the third time, after each of them was refused */
	fake_fault_add(bed->tpm, &fault);
	losses = bed->rm->losses;
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->losses - losses, 1);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);

	/* nor is one lost after the other where all has to leave */
	bed->rm->limits.reserve_all = true;
	for (fault.nth = 1; fault.nth <= 3; fault.nth++)
		fake_fault_add(bed->tpm, &fault);
	losses = bed->rm->losses;
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->losses - losses, 1);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 2);
	fake_fault_drop_all(bed->tpm);

	/* the other one goes where the first is not let go */
	fault = (struct fake_fault) {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.nth = 1, .rc = FAKE_RC_COMMAND_SIZE,
	};
	fake_fault_add(bed->tpm, &fault);
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[1]), 0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	KUNIT_EXPECT_EQ(test, client_update(client, sequences[0]), 0);
}

/* One that the TPM refuses to save once is not lost by that. */
static void keeps_what_is_refused_once(struct kunit *test)
{
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_CONTEXT_SAVE,
		.rc = FAKE_RC_TYPE_H1,
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 objects[2], serials[2];
	unsigned int i;

	bed->rm->limits.reserve_objects = 2;
	bed->rm->limits.reserve_for_good = true;
	KUNIT_EXPECT_EQ(test, client_create(client, &objects[0], &serials[0]),
			0);
	/* nor is the other one, which is tried then */
	for (refuse.nth = 1; refuse.nth <= 2; refuse.nth++)
		fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_create(client, &objects[1], &serials[1]),
			0);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, client_read(client, objects[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), serials[i]);
	}
}

/*
 * Where the kernel may name what is loaded, nothing is; but what somebody has left
 * for it to name.
 */
static void keeps_all_free(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session, left;
	const struct fake_session *stays;
	u32 object, serial;
	unsigned int i;

	bed->rm->limits.reserve_all = true;
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &object, &serial), 0);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, object), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);

	client->exec = client_exec_raw;
	KUNIT_EXPECT_EQ(test, client_start(client, &left), 0);
	client->exec = NULL;
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, client_use(client, &session), 0);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, true), 1);
		stays = fake_session_find(bed->tpm, left.handle);
		KUNIT_ASSERT_NOT_NULL(test, stays);
		KUNIT_EXPECT_TRUE(test,
				  fake_session_is_loaded(bed->tpm, stays));
	}
	fake_session_flush(bed->tpm, left.handle);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(siblings_survive),
	KUNIT_CASE(isolation),
	KUNIT_CASE(more_than_three),
	KUNIT_CASE(names_at_once),
	KUNIT_CASE(virtual_handles),
	KUNIT_CASE(forgets_what_is_lost),
	KUNIT_CASE(two_by_one_handle),
	KUNIT_CASE(unknown_command),
	KUNIT_CASE(garbage),
	KUNIT_CASE(close_ends_its_own),
	KUNIT_CASE(close_without_chip),
	KUNIT_CASE(close_without_answers),
	KUNIT_CASE(keeps_slots_free),
	KUNIT_CASE(keeps_slots_free_for_good),
	KUNIT_CASE(gives_up_what_has_gone),
	KUNIT_CASE(gives_up_no_more),
	KUNIT_CASE(keeps_what_is_refused_once),
	KUNIT_CASE(keeps_all_free),
	{}
};

static struct kunit_suite space_suite = {
	.name = "tpm2_space_space",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(space_suite);
