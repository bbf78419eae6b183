// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions that are lost to their clients before the TPM lets go of them, and a
 * TPM that cannot be asked, or says that it has not got what it has, when it is
 * to be found out what there is (G4, G6, G7).
 */
#include <linux/errno.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include "../compat.h"
#include "../exec.h"
#include "../fdinfo.h"
#include "bed-suite.h"

#define LOST		(TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_H0)
#define REFUSAL		0x922	/* TPM_RC_RETRY */
#define SHOWN_MAX	1000

static void expect_mine(struct kunit *test, struct client *client,
			struct client_session *session)
{
	KUNIT_EXPECT_EQ(test, client_use(client, session), 0);
	KUNIT_EXPECT_EQ(test, client_number(client, 0), session->serial);
}

/* Somebody whom we do not know of uses the TPM: it has to be read back. */
static void meddle(struct bed *bed)
{
	struct client *somebody = &bed->clients[BED_CLIENTS - 1];

	client_build(somebody, FAKE_CC_GET_RANDOM, NULL, 0, (u8[]){ 0, 8 }, 2);
	tpm2_space_exec_raw(bed->rm, somebody->buf);
}

/*
 * A client saves its session, and the context is lost on its way. So is the session,
 * but the TPM does not flush it as often as it is asked to.
 */
static void doom(struct kunit *test, struct bed *bed, unsigned int refusals,
		 struct client_session *session)
{
	struct fake_fault fault = {
		.kind = FAKE_FAULT_LOSE_RESPONSE, .cc = TPM_CC_CONTEXT_SAVE,
		.nth = 1,
	};
	struct client_context context;

	KUNIT_ASSERT_EQ(test, client_start(&bed->clients[0], session), 0);
	fake_fault_add(bed->tpm, &fault);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], session->handle,
					  &context), -EIO);
	fault = (struct fake_fault) {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.rc = REFUSAL,
	};
	for (fault.nth = 1; fault.nth <= refusals; fault.nth++)
		fake_fault_add(bed->tpm, &fault);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], session), LOST);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
}

/* G4: to flush it succeeds once, and then it is nobody's. */
static void flushed_once(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session;

	doom(test, bed, 1, &session);
	KUNIT_EXPECT_EQ(test, client_flush(client, session.handle), 0);
	KUNIT_EXPECT_EQ(test, client->space.owner.nr_sessions, 0);
	KUNIT_EXPECT_EQ(test, client->space.owner.nr_tombstones, 0);
	/* it goes when the TPM is next read back, and nobody else has it before */
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[1], &session),
			TPM_RC_REFERENCE_H0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 0);
	KUNIT_EXPECT_EQ(test, client->space.owner.nr_tombstones, 0);
}

/* G16: it is shown as one that is lost. */
static void shown_as_lost(struct kunit *test)
{
	struct seq_file m = { .size = SHOWN_MAX };
	struct bed *bed = test->priv;
	struct client_session session;

	m.buf = kunit_kzalloc(test, SHOWN_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.buf);
	doom(test, bed, 1, &session);
	tpm2_fdinfo_show(&bed->clients[0].space, &m);
	KUNIT_EXPECT_TRUE(test, strstr(m.buf, "tpm-evicted:\t03000000"));
	KUNIT_EXPECT_FALSE(test, strstr(m.buf, "tpm-session:"));
}

/* When a session is needed, it goes first, and nobody is evicted. */
static void goes_first(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 3, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client_session session, others[3];
	unsigned int i;

	bed->rm->limits.max_per_fd = 3;
	/* the second time when the TPM is read back for want of one */
	doom(test, bed, 2, &session);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &others[i]), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.evictions, 0);
	for (i = 0; i < 3; i++)
		expect_mine(test, &bed->clients[1], &others[i]);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), LOST);
}

/*
 * The TPM has a session, and takes its context no more: its client has lost it, and
 * it is not left behind.
 */
static void context_spoiled(struct kunit *test)
{
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_CONTEXT_LOAD,
		.rc = FAKE_RC_INTEGRITY_P1,
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session, others[3];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, client_start(client, &session), 0);
	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, client_start(client, &others[i]), 0);
	for (refuse.nth = 1; refuse.nth <= TPM2_SESSION_REFUSALS; refuse.nth++)
		fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), LOST);
	KUNIT_EXPECT_FALSE(test, fake_fault_is_pending(bed->tpm));
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 3);
	for (i = 0; i < 3; i++)
		expect_mine(test, client, &others[i]);
}

/* But while others may be there, it may be theirs, and is not ended. */
static void context_of_others(struct kunit *test)
{
	struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_CONTEXT_LOAD,
		.rc = FAKE_RC_INTEGRITY_P1,
	};
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session session;

	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_start(client, &session), 0);
	for (refuse.nth = 1; refuse.nth <= TPM2_SESSION_REFUSALS; refuse.nth++)
		fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_use(client, &session), LOST);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 1);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 1);
	bed->chip.shared = false;
}

/* Whichever of the questions is lost, nothing is given up for it. */
static void question_lost(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff, .page = 1,
	};
	struct fake_fault lose = { .kind = FAKE_FAULT_LOSE_COMMAND };
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *client = &bed->clients[0];
	u32 objects[2], serials[2], lost = 0;
	struct client_session sessions[4];
	unsigned int i, nth;

	bed->rm->limits.max_per_fd = 4;
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, client_start(client, &sessions[i]), 0);
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_EQ(test, client_create(client, &objects[i],
						    &serials[i]), 0);
	for (nth = 1; ; nth++) {
		meddle(bed);
		lose.nth = nth;
		fake_fault_add(bed->tpm, &lose);
		lost = client_list(client, 0x80000000, 1) == -EIO;
		fake_fault_drop_all(bed->tpm);
		if (!lost)
			break;
		for (i = 0; i < 4; i++)
			expect_mine(test, client, &sessions[i]);
		for (i = 0; i < 2; i++) {
			KUNIT_EXPECT_EQ(test, client_read(client, objects[i]),
					0);
			KUNIT_EXPECT_EQ(test, client_number(client, 0),
					serials[i]);
		}
	}
	/* the clock, a list of three and one of none, page by page, and a count */
	KUNIT_EXPECT_GT(test, nth, 6U);
	KUNIT_EXPECT_EQ(test, bed->rm->stats.adoptions, 0);
}

/*
 * The TPM lists a session as loaded that is out, and then cannot be asked any more;
 * the file is closed meanwhile. What was to be found out is of no use any more.
 */
static void closed_between_questions(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 8, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
		.quirks = { .lists = FAKE_LISTS_BY_KIND },
	};
	const struct fake_fault lose = {
		.kind = FAKE_FAULT_LOSE_COMMAND, .cc = TPM_CC_GET_CAPABILITY,
		.nth = 2,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	struct client *other = &bed->clients[1];
	struct client_session session;

	bed->chip.shared = true;
	KUNIT_ASSERT_EQ(test, client_start_type(&bed->clients[0], &session,
						TPM_HT_HMAC_SESSION), 0);
	meddle(bed);
	fake_fault_add(bed->tpm, &lose);
	KUNIT_EXPECT_EQ(test, client_list(other, 0x80000000, 1), -EIO);
	bed->chip.broken = true;
	bed_reopen(bed, 0);
	bed->chip.broken = false;
	bed->chip.shared = false;
	KUNIT_EXPECT_EQ(test, client_list(other, 0x80000000, 1), 0);
	KUNIT_EXPECT_EQ(test, fake_session_count(bed->tpm, false), 0);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(flushed_once),
	KUNIT_CASE(shown_as_lost),
	KUNIT_CASE(goes_first),
	KUNIT_CASE(context_spoiled),
	KUNIT_CASE(context_of_others),
	KUNIT_CASE(question_lost),
	KUNIT_CASE(closed_between_questions),
	{}
};

static struct kunit_suite doomed_suite = {
	.name = "tpm2_space_doomed",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(doomed_suite);
