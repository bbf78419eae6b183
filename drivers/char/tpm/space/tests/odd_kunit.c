// SPDX-License-Identifier: GPL-2.0-only
/*
 * TPMs that do something otherwise than the reference implementation, and
 * commands that came with later versions of the specification.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/mutex.h>
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

/* An event is extended into a PCR, which stays, and its sequence does not. */
static void event_sequences(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 handles[5], i;

	for (i = 0; i < 5; i++) {
		KUNIT_ASSERT_EQ(test, client_sequence(client, &handles[i]), 0);
		KUNIT_EXPECT_EQ(test, client_update(client, handles[i]), 0);
	}
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, client_complete_event(client, 16,
							    handles[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), 1);
		KUNIT_EXPECT_EQ(test, client_update(client, handles[i]),
				-EINVAL);
	}
	KUNIT_EXPECT_EQ(test, client->space.nr_objects, 0);
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

/* The TPM says once that it has not got what it has: that is no loss. */
static void refused_once(struct kunit *test)
{
	static const u32 codes[] = {
		FAKE_RC_TYPE_H1, FAKE_RC_HANDLE_P1, FAKE_RC_INTEGRITY_P1,
		TPM_RC_REFERENCE_H0,
	};
	static const u32 ccs[] = {
		TPM_CC_CONTEXT_LOAD, TPM_CC_CONTEXT_SAVE, TPM_CC_FLUSH_CONTEXT,
	};
	struct fake_fault refuse = { .kind = FAKE_FAULT_REFUSE };
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 objects[5], serials[5], handle, i, k, n;

	for (n = 0; n < ARRAY_SIZE(codes) * ARRAY_SIZE(ccs); n++) {
		KUNIT_ASSERT_EQ(test, client_sequence(client, &handle), 0);
		for (i = 0; i < 5; i++)
			KUNIT_ASSERT_EQ(test, client_create(client, &objects[i],
							    &serials[i]), 0);
		refuse.rc = codes[n % ARRAY_SIZE(codes)];
		refuse.cc = ccs[n / ARRAY_SIZE(codes)];
		for (k = 0; k < 20; k++) {
			refuse.nth = 1 + k % 3;
			if (!fake_fault_is_pending(bed->tpm))
				fake_fault_add(bed->tpm, &refuse);
			i = k % 5;
			KUNIT_EXPECT_EQ(test, client_read(client, objects[i]),
					0);
			KUNIT_EXPECT_EQ(test, client_number(client, 0),
					serials[i]);
			if (k % 4)
				continue;
			KUNIT_EXPECT_EQ(test, client_update(client, handle), 0);
		}
		fake_fault_drop_all(bed->tpm);
		KUNIT_EXPECT_EQ(test, client_complete(client, handle), 0);
		KUNIT_EXPECT_EQ(test, client_number(client, 0), 5);
		bed_reopen(bed, 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
	}
}

/* What the TPM would not flush is flushed later, and no slot is lost for good. */
static void flush_refused(struct kunit *test)
{
	static const u32 codes[] = { 0x922, FAKE_RC_HANDLE_P1 };
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	u32 object, objects[3], serial, i, k;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		/* by its client, who is told so, or takes it for flushed */
		KUNIT_ASSERT_EQ(test, client_create(client, &object, &serial),
				0);
		refuse.rc = codes[i];
		refuse.nth = 1;
		fake_fault_add(bed->tpm, &refuse);
		KUNIT_EXPECT_EQ(test, client_flush(client, object), codes[i]);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
		KUNIT_EXPECT_EQ(test, client_list(client, 0x80000000, 1), 0);
		KUNIT_EXPECT_EQ(test, get_unaligned_be32(client->buf + 15),
				!i);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), !i);
		/* and by us, who have closed its file, and try it once more */
		for (k = 0; k < 3; k++)
			KUNIT_ASSERT_EQ(test, client_create(client, &object,
							    &serial), 0);
		for (refuse.nth = 1; refuse.nth <= 3; refuse.nth++)
			fake_fault_add(bed->tpm, &refuse);
		bed_reopen(bed, 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 3);
		refuse.nth = 1;
		fake_fault_add(bed->tpm, &refuse);
		KUNIT_EXPECT_EQ(test, client_list(&bed->clients[1], 0x80000000,
						  1), 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 1);
		for (k = 0; k < 3; k++)
			KUNIT_EXPECT_EQ(test,
					client_create(&bed->clients[1],
						      &objects[k], &serial), 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 3);
		bed_reopen(bed, 1);
		KUNIT_EXPECT_EQ(test, client_list(client, 0x80000000, 1), 0);
		KUNIT_EXPECT_EQ(test, fake_object_count(bed->tpm), 0);
		fake_fault_drop_all(bed->tpm);
	}
}

/**
 * struct names - what a TPM calls its shortages
 * @name: in words
 * @quirks: the names
 */
struct names {
	const char *name;
	struct fake_tpm_quirks quirks;
};

static const struct names names[] = {
	{ "as in the specification", {} },
	{ "0x904 for objects", { .no_object_slot = 0x904 } },
	{ "0x906 for objects", { .no_object_slot = 0x906 } },
	{ "0x904 for slots", { .no_session_slot = 0x904 } },
	{ "0x905 for slots", { .no_session_slot = 0x905 } },
	{ "0x903 for indexes", { .no_index = 0x903 } },
	{ "0x904 for indexes", { .no_index = 0x904 } },
	{ "0x904 for all", { .no_object_slot = 0x904, .no_session_slot = 0x904,
			     .no_index = 0x904 } },
	{ "0x905 and 0x903, the other way round", { .no_object_slot = 0x906,
			     .no_session_slot = 0x905, .no_index = 0x903 } },
};

static void describe_names(const struct names *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(shortages, names, describe_names);

/* G1, G14: whatever it is called, it is remedied, and not with a session. */
static void shortage_by_any_name(struct kunit *test)
{
	const struct names *c = test->param_value;
	struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff, .quirks = c->quirks,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session sessions[8], session;
	u32 objects[5], serials[5], i, k;

	bed->rm->limits.max_per_fd = 6;
	for (i = 0; i < 5; i++) {
		KUNIT_ASSERT_EQ(test, client_start(a, &sessions[i]), 0);
		KUNIT_ASSERT_EQ(test, client_create(a, &objects[i], &serials[i]),
				0);
	}
	for (i = 5; i < 8; i++)
		KUNIT_ASSERT_EQ(test, client_start(b, &sessions[i]), 0);
	for (k = 0; k < 15; k++) {
		i = k % 5;
		KUNIT_EXPECT_EQ(test, client_audit(a, &sessions[i],
						   CLIENT_AUDIT), 0);
		KUNIT_EXPECT_EQ(test, client_number(a, 0), sessions[i].serial);
		KUNIT_EXPECT_EQ(test, client_read(a, objects[i]), 0);
		KUNIT_EXPECT_EQ(test, client_number(a, 0), serials[i]);
	}
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);

	/* and where it is an index that lacks, somebody waits for it */
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session),
			-EINPROGRESS);
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[2]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 8);

	/* also while others may have something in the slots */
	bed->chip.shared = true;
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_start(b, &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 2);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 8);
}

/* Slots that somebody else has are no reason to evict anybody. */
static void slots_of_others(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session;
	u32 handles[3], i;

	KUNIT_ASSERT_EQ(test, client_start(client, &session), 0);
	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_use(client, &session), 0);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm,
							 TPM_HT_HMAC_SESSION,
							 &handles[i]), 0);
	bed_tick(bed, 2 * BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_start(client, &session),
			TPM_RC_SESSION_MEMORY);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	bed->chip.shared = false;
}

/*
 * G1: a TPM that lists sessions by kind does not say which of them is in its only
 * slot. Not even that one stays taken, although one is to be left free.
 */
static void only_slot_of_others(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 4, .loaded_sessions = 1,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = {
			.lists = FAKE_LISTS_BY_KIND,
			.no_save = TPM_RC_MEMORY,
		},
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session session;
	u32 handle;

	bed->rm->limits.reserve_sessions = 1;
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm,
						 TPM_HT_POLICY_SESSION,
						 &handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &session), -EINPROGRESS);
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_retry(client), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/*
 * Where it can be saved, it leaves the slot, and lives: so does one that the TPM lists
 * with others that are out, beside one that it lists with those that are in.
 */
static void slot_of_others(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 4, .loaded_sessions = 1,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session session;
	u64 sequence;
	u32 handle;

	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION,
						 &handle), 0);
	KUNIT_ASSERT_EQ(test, fake_session_save(bed->tpm, handle, &sequence), 0);
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm,
						 TPM_HT_POLICY_SESSION,
						 &handle), 0);
	KUNIT_EXPECT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 3);
}

/* If that TPM then says that it lacks an index, it is looked for all the same. */
static void slot_by_another_name(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 4, .loaded_sessions = 1,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = {
			.lists = FAKE_LISTS_BY_KIND,
			.no_session_slot = TPM_RC_SESSION_HANDLES,
		},
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session session;
	u32 handle;

	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm,
						 TPM_HT_POLICY_SESSION,
						 &handle), 0);
	KUNIT_ASSERT_EQ(test, client_start(client, &session), 0);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 2);
}

/*
 * Sessions of which neither a list nor TPM2_FlushContext tells what has become: nobody
 * else's lease is the longer for that.
 */
static void without_trace(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 6, .loaded_sessions = 1,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = {
			.lists = FAKE_LISTS_MORE, .rotates = true,
		},
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session sessions[5], session;
	struct client *other = &bed->clients[1];
	unsigned int i;

	bed->rm->limits.max_per_fd = 5;
	for (i = 0; i < 5; i++)
		KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	for (i = 0; i < 5; i++)
		KUNIT_ASSERT_EQ(test, fake_session_flush(bed->tpm,
							 sessions[i].handle), 0);
	bed_reopen(bed, 0);
	KUNIT_ASSERT_EQ(test, client_start(other, &session), 0);
	bed->tpm->config.quirks.no_save = TPM_RC_OBJECT_MEMORY;
	bed_tick(bed, BED_LEASE);
	client_start(&bed->clients[2], &session);
	for (i = 0; i < 4 && bed->clients[2].waits; i++) {
		bed_tick(bed, BED_LEASE);
		client_retry(&bed->clients[2]);
	}
	KUNIT_EXPECT_EQ(test, bed->clients[2].rc, 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/*
 * An object is gone, and no list says so. Its owner does not have what somebody else
 * has made in its slot, but has not heard of.
 */
static void slot_of_the_gone(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_MORE },
	};
	struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = FAKE_CC_CREATE_PRIMARY,
		.nth = 1,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	u32 object, other, serial;

	KUNIT_ASSERT_EQ(test, client_create(&bed->clients[0], &object, &serial),
			0);
	fake_object_forget_all(bed->tpm);
	KUNIT_EXPECT_NE(test, client_read(&bed->clients[0], object), 0);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_create(&bed->clients[1], &other, &serial),
			-EIO);
	KUNIT_EXPECT_NE(test, client_read(&bed->clients[0], object), 0);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], object), 0);
}

/* None of those that may go does: that is not tried again at once, and without end. */
static void keep_all(struct kunit *test, unsigned int nr)
{
	const struct fake_tpm_config config = {
		.active_sessions = nr, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.rc = 0x922,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session session;
	unsigned int i;

	bed->rm->limits.max_per_fd = nr;
	for (i = 0; i < nr; i++)
		KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	bed_tick(bed, BED_LEASE);
	nr = min_t(unsigned int, nr, FAKE_FAULTS);
	for (refuse.nth = 1; refuse.nth <= nr; refuse.nth++)
		fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_GT(test, bed->rm->queue.due, bed->chip.now);
	bed_tick(bed, bed->rm->queue.due - bed->chip.now);
	KUNIT_EXPECT_EQ(test, client_retry(&bed->clients[1]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
}

static void none_goes(struct kunit *test)
{
	keep_all(test, 6);
}

/* Nor is the client refused where there are no others left to try. */
static void none_of_a_few_goes(struct kunit *test)
{
	keep_all(test, 3);
}

/*
 * The oldest context is that of a session which somebody else has left, and which the
 * TPM lists as if it were in a slot: it is found, and goes when its lease has ended.
 */
static void close_gap_of_others(struct kunit *test, bool shared)
{
	const struct fake_tpm_config config = {
		.active_sessions = 4, .loaded_sessions = 1,
		.loaded_objects = 3, .gap = 15,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session sessions[2];
	unsigned int i;
	u64 sequence;
	u32 handle;

	bed->rm->limits.max_per_fd = 2;
	bed->chip.shared = shared;
	KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION,
						 &handle), 0);
	KUNIT_ASSERT_EQ(test, fake_session_save(bed->tpm, handle, &sequence), 0);
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
	bed_tick(bed, BED_LEASE);
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, client_use(client, &sessions[i % 2]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 1);
	bed->chip.shared = false;
}

/* Also while it is not to be found out, since whoever has left it may be back. */
static void gap_of_others(struct kunit *test)
{
	close_gap_of_others(test, false);
	close_gap_of_others(test, true);
}

/*
 * A TPM2_StartAuthSession that names more objects than there are slots: nobody's session
 * is taken away for that, or waited for.
 */
static void too_few_slots(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 3, .loaded_sessions = 3,
		.loaded_objects = 1, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[1];
	struct client_session session;
	u32 objects[2], serial;
	unsigned int i;

	bed->rm->limits.max_per_fd = 3;
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_EQ(test, client_create(client, &objects[i],
						    &serial), 0);
	bed_tick(bed, BED_LEASE);
	client_build(client, TPM_CC_START_AUTH_SESSION, objects, 2, NULL, 0);
	KUNIT_EXPECT_EQ(test, client_send(client), TPM_RC_OBJECT_MEMORY);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 3);
}

/* TPM2_StartAuthSession, audited by another session. */
static int start_audited(struct client *client, struct client_session *auditor)
{
	tpm2_wire_build_start_auth_session(client->buf);
	client_authorize(client, 2, auditor, CLIENT_AUDIT);
	client_send(client);
	auditor->uses += !client->rc;
	return client->rc;
}

/*
 * A command for which there are too few slots, whoever is where: the TPM is asked that of
 * each session that others have left, and not again for the next command.
 */
static void places_of_others(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 1,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session session, saved;
	struct client_context context;
	unsigned int i, before;
	u64 sequence;
	u32 handle;

	for (i = 0; i < 4; i++) {
		KUNIT_ASSERT_EQ(test, fake_session_start(bed->tpm,
							 TPM_HT_POLICY_SESSION,
							 &handle), 0);
		KUNIT_ASSERT_EQ(test, fake_session_save(bed->tpm, handle,
							&sequence), 0);
	}
	/* one that we have seen saved is not asked for */
	KUNIT_ASSERT_EQ(test, client_start(client, &saved), 0);
	KUNIT_ASSERT_EQ(test, client_save(client, saved.handle, &context), 0);
	KUNIT_ASSERT_EQ(test, client_start(client, &session), 0);
	before = fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_SAVE) + 4;
	KUNIT_EXPECT_EQ(test, start_audited(client, &session),
			TPM_RC_SESSION_MEMORY);
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_SAVE),
			before);
	KUNIT_EXPECT_EQ(test, start_audited(client, &session),
			TPM_RC_SESSION_MEMORY);
	KUNIT_EXPECT_EQ(test, fake_tpm_count(bed->tpm, TPM_CC_CONTEXT_SAVE),
			before);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 6);

	/* but when others have been there */
	bed->chip.shared = true;
	KUNIT_EXPECT_EQ(test, client_use(client, &session), 0);
	KUNIT_ASSERT_EQ(test, fake_session_load(bed->tpm, handle, sequence), 0);
	bed->chip.shared = false;
	KUNIT_EXPECT_EQ(test, client_use(client, &session), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 6);
}

static void lose_index(struct kunit *test, bool rotates)
{
	const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .rotates = rotates },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session sessions[3];
	unsigned int i;
	u32 index;

	bed->rm->limits.max_per_fd = 5;
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
	index = sessions[1].handle & 0xffffff;
	KUNIT_ASSERT_EQ(test, fake_session_flush(bed->tpm, sessions[1].handle),
			0);
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[1]),
			RESMGR(TPM_RC_REFERENCE_H0));

	for (i = 0; i < 20; i++) {
		KUNIT_ASSERT_EQ(test, start_audited(client, &sessions[2]), 0);
		KUNIT_EXPECT_NE(test, client_handle(client) & 0xffffff, index);
		KUNIT_EXPECT_EQ(test, client_flush(client,
						   client_handle(client)), 0);
		/* its nonce has moved on exactly once */
		KUNIT_EXPECT_EQ(test, client_audit(client, &sessions[2],
						   CLIENT_AUDIT), 0);
		KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 2);
	}
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[1]),
			RESMGR(TPM_RC_REFERENCE_H0));
}

/*
 * What the command names turns out to be lost while indexes are taken away for it: it
 * does not get the session that has its index then.
 */
static void lost_meanwhile(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .rotates = true },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session sessions[3];
	unsigned int i;

	bed->rm->limits.max_per_fd = 5;
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
	KUNIT_ASSERT_EQ(test, fake_session_flush(bed->tpm, sessions[2].handle),
			0);
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[2]),
			RESMGR(TPM_RC_REFERENCE_H0));
	/* so it is known how this TPM hands indexes out */
	KUNIT_ASSERT_EQ(test, start_audited(client, &sessions[0]), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, client_handle(client)), 0);

	KUNIT_ASSERT_EQ(test, fake_session_flush(bed->tpm, sessions[1].handle),
			0);
	KUNIT_EXPECT_EQ(test, start_audited(client, &sessions[1]),
			RESMGR(TPM_RC_REFERENCE_S0));
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/*
 * While the TPM is read back, it loses what it has listed, and has as many sessions then
 * as were on the pages of a list that goes by no order. The one that was not on them is
 * not given up for that.
 */
static void resumed_meanwhile(struct kunit *test)
{
	const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 2,
		.loaded_objects = 3, .gap = 0xffff, .page = 1,
		.quirks = { .lists = FAKE_LISTS_REVERSED },
	};
	const struct fake_fault resume = {
		.kind = FAKE_FAULT_RESUME, .cc = TPM_CC_GET_CAPABILITY,
		.nth = 2,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	struct client_session sessions[4];
	unsigned int i;

	bed->rm->limits.max_per_fd = 4;
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
	mutex_lock(&bed->rm->mutex);
	tpm2_rm_distrust(bed->rm, TPM2_TRUST_STALE);
	mutex_unlock(&bed->rm->mutex);
	fake_fault_add(bed->tpm, &resume);
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[0]), 0);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[1]), 0);
}

/* G5: no lost index comes back, though the command cannot be sent a second time. */
static void indexes_in_order(struct kunit *test)
{
	lose_index(test, false);
}

/* Nor where the TPM hands them out in turn. */
static void indexes_in_turn(struct kunit *test)
{
	lose_index(test, true);
}

/* G8, G15: contexts are counted as they are saved, not by what they say. */
static void sequence_in_leaps(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 255,
		.quirks = { .sequence_shift = 8 },
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *a = &bed->clients[0], *b = &bed->clients[1];
	struct client_session idle, sessions[4];
	unsigned int i;

	bed->rm->limits.max_per_fd = 6;
	KUNIT_ASSERT_EQ(test, client_start(a, &idle), 0);
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, client_start(b, &sessions[i]), 0);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, client_use(b, &sessions[i % 4]), 0);
		/* there is nothing to be made younger yet */
		KUNIT_ASSERT_EQ(test,
				delayed_work_pending(&bed->rm->gap_work), 0);
	}
	for (i = 0; i < 1000; i++) {
		KUNIT_EXPECT_EQ(test, client_use(b, &sessions[i % 4]), 0);
		bed_idle(bed);
	}
	KUNIT_EXPECT_GT(test, bed->rm->stats.refreshes, 0);
	KUNIT_EXPECT_LT(test, bed->rm->stats.refreshes, 20);
	KUNIT_EXPECT_EQ(test, client_use(a, &idle), 0);
	KUNIT_EXPECT_EQ(test, client_number(a, 0), idle.serial);
}

/* G6, G12: TPM_RC_HANDLE for what is not there is noticed as well. */
static void stale_handles(struct kunit *test)
{
	static const struct fake_tpm_quirks quirks = { .stale = TPM_RC_HANDLE };
	struct bed *bed = odd(test, &quirks);
	struct client *client = &bed->clients[0];
	struct client_session sessions[3];
	u32 objects[2], serial, i;

	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_EQ(test, client_create(client, &objects[i],
						    &serial), 0);

	fake_session_flush(bed->tpm, sessions[0].handle);
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	fake_session_flush(bed->tpm, sessions[1].handle);
	KUNIT_EXPECT_EQ(test, client_audit(client, &sessions[1], CLIENT_AUDIT),
			RESMGR(TPM_RC_REFERENCE_S0));
	memset(&bed->tpm->objects[0], 0, sizeof(bed->tpm->objects[0]));
	KUNIT_EXPECT_EQ(test, client_read(client, objects[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[2]), 0);
	KUNIT_EXPECT_EQ(test, client_read(client, objects[1]), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(sequences_by_command, sequences_gen_params),
	KUNIT_CASE_PARAM(sequence_by_use, sequences_gen_params),
	KUNIT_CASE_PARAM(key_sequences, sequences_gen_params),
	KUNIT_CASE(event_sequences),
	KUNIT_CASE(unsavable),
	KUNIT_CASE(refused_once),
	KUNIT_CASE(flush_refused),
	KUNIT_CASE_PARAM(shortage_by_any_name, shortages_gen_params),
	KUNIT_CASE(slots_of_others),
	KUNIT_CASE(only_slot_of_others),
	KUNIT_CASE(too_few_slots),
	KUNIT_CASE(slot_of_others),
	KUNIT_CASE(slot_by_another_name),
	KUNIT_CASE(gap_of_others),
	KUNIT_CASE(places_of_others),
	KUNIT_CASE(without_trace),
	KUNIT_CASE(slot_of_the_gone),
	KUNIT_CASE(none_goes),
	KUNIT_CASE(none_of_a_few_goes),
	KUNIT_CASE(lost_meanwhile),
	KUNIT_CASE(resumed_meanwhile),
	KUNIT_CASE(indexes_in_order),
	KUNIT_CASE(indexes_in_turn),
	KUNIT_CASE(sequence_in_leaps),
	KUNIT_CASE(stale_handles),
	{}
};

static struct kunit_suite odd_suite = {
	.name = "tpm2_space_odd",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(odd_suite);
