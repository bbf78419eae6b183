// SPDX-License-Identifier: GPL-2.0-only
/*
 * G16: what is shown of an open file in /proc/PID/fdinfo, to the letter.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include "../fdinfo.h"
#include "bed-suite.h"

#define SHOWN_MAX	1000
#define MS		((u64)NSEC_PER_MSEC)

/* What stands at the beginning of each. */
#define HEAD	"tpm-chip:\t0\n"		\
		"tpm-lease-ms:\t2000\n"		\
		"tpm-tenure-ms:\t60000\n"

/* What stands there if there is nothing else to be said. */
#define NOTHING	"tpm-objects:\t0\n"		\
		"tpm-evictions:\t0\n"

static int init(struct kunit *test)
{
	int rc = bed_suite_init(test);

	if (!rc)
		bed_set_tenure(test->priv, 2000 * MS, 60000 * MS);
	return rc;
}

/* Three sessions in all. */
static struct bed *three(struct kunit *test)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 3, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};
	struct bed *bed = bed_suite_renew(test, &config);

	bed_set_tenure(bed, 2000 * MS, 60000 * MS);
	bed->rm->limits.max_per_fd = 3;
	return bed;
}

static void expect_shown(struct kunit *test, unsigned int client,
			 const char *wanted)
{
	struct bed *bed = test->priv;
	struct seq_file m = { .size = SHOWN_MAX };

	m.buf = kunit_kzalloc(test, SHOWN_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m.buf);
	tpm2_fdinfo_show(&bed->clients[client].space, &m);
	KUNIT_ASSERT_TRUE(test, !seq_has_overflowed(&m));
	KUNIT_EXPECT_STREQ(test, m.buf, wanted);
}

/* A file that has nothing says so. */
static void nothing(struct kunit *test)
{
	expect_shown(test, 0, HEAD NOTHING);
}

/* Sessions of each type; how old they are, how long unused, and how safe. */
static void sessions(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session hmac, policy, trial, fourth;
	u32 handle, serial;

	KUNIT_EXPECT_EQ(test, client_start_type(client, &hmac,
						TPM_HT_HMAC_SESSION), 0);
	bed_tick(bed, 500 * MS);
	KUNIT_EXPECT_EQ(test, client_start(client, &policy), 0);
	bed_tick(bed, 20 * MS);
	KUNIT_EXPECT_EQ(test, client_start_trial(client, &trial), 0);
	bed_tick(bed, 3 * MS);
	expect_shown(test, 0,
		     HEAD
		     "tpm-session:\t02000000 hmac loaded 523 523 1477 59477\n"
		     "tpm-session:\t03000001 policy loaded 23 23 1977 59977\n"
		     "tpm-session:\t03000002 trial loaded 3 3 1997 59997\n"
		     NOTHING);

	/* use renews the lease; the least recently used one goes for a fourth */
	KUNIT_EXPECT_EQ(test, client_audit(client, &hmac, CLIENT_AUDIT), 0);
	bed_tick(bed, 1500 * MS);
	KUNIT_EXPECT_EQ(test, client_start(client, &fourth), 0);
	KUNIT_EXPECT_EQ(test, client_create(client, &handle, &serial), 0);
	/* what has begun counts as left */
	bed_tick(bed, 500 * MS - 1);
	expect_shown(test, 0,
		     HEAD
		     "tpm-session:\t02000000 hmac loaded 2522 1999 1 57478\n"
		     "tpm-session:\t03000001 policy saved 2022 2022 0 57978\n"
		     "tpm-session:\t03000002 trial loaded 2002 2002 0 57998\n"
		     "tpm-session:\t03000003 policy loaded 499 499 1501 59501\n"
		     "tpm-objects:\t1\n"
		     "tpm-evictions:\t0\n");

	/* nobody else's file shows them */
	expect_shown(test, 1, HEAD NOTHING);
	bed_tick(bed, 60000 * MS);
	KUNIT_EXPECT_EQ(test, client_flush(client, policy.handle), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, trial.handle), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, fourth.handle), 0);
	KUNIT_EXPECT_EQ(test, client_audit(client, &hmac, CLIENT_AUDIT), 0);
	expect_shown(test, 0,
		     HEAD
		     "tpm-session:\t02000000 hmac loaded 62522 0 2000 0\n"
		     "tpm-objects:\t1\n"
		     "tpm-evictions:\t0\n");
}

/* By the plain rule there is one end, whatever it is used for. */
static void plain(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;

	bed_set_lease(bed, 1000 * MS);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed_tick(bed, 400 * MS);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session), 0);
	expect_shown(test, 0,
		     "tpm-chip:\t0\n"
		     "tpm-lease-ms:\t1000\n"
		     "tpm-tenure-ms:\t1000\n"
		     "tpm-session:\t03000000 policy loaded 400 0 600 600\n"
		     NOTHING);
}

/* What was taken away, until it is flushed; and how often that has happened. */
static void loses(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session lost[2], session;
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   i < 2 ? &lost[i] : &session),
				0);
	bed_tick(bed, 2000 * MS);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	bed_tick(bed, 7 * MS);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	bed_tick(bed, 10 * MS);
	expect_shown(test, 0,
		     HEAD
		     "tpm-session:\t03000002 policy loaded 2017 2017 0 57983\n"
		     "tpm-objects:\t0\n"
		     "tpm-evicted:\t03000000 17\n"
		     "tpm-evicted:\t03000001 10\n"
		     "tpm-evictions:\t2\n");
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0], lost[0].handle), 0);
	/* the leases of all are longer when it is missed */
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &lost[1]),
			RESMGR(TPM_RC_REFERENCE_H0));
	expect_shown(test, 0,
		     "tpm-chip:\t0\n"
		     "tpm-lease-ms:\t4034\n"
		     "tpm-tenure-ms:\t60000\n"
		     "tpm-session:\t03000002 policy loaded 2017 2017 2017 57983\n"
		     "tpm-objects:\t0\n"
		     "tpm-evicted:\t03000001 10\n"
		     "tpm-evictions:\t2\n");
}

/* Who waits, since when, and behind how many. */
static void waits(struct kunit *test)
{
	struct bed *bed = three(test);
	struct client_session session;
	unsigned int i;

	bed_reopen_as(bed, 3, 1);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	for (i = 1; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i], &session),
				-EINPROGRESS);
		bed_tick(bed, 100 * MS);
	}
	/* the other user has none yet, and goes before both */
	expect_shown(test, 1, HEAD NOTHING "tpm-waiting:\t300 1\n");
	expect_shown(test, 2, HEAD NOTHING "tpm-waiting:\t200 2\n");
	expect_shown(test, 3, HEAD NOTHING "tpm-waiting:\t100 0\n");
	bed_tick(bed, 1700 * MS);
	bed_retry(bed);
	expect_shown(test, 3,
		     HEAD
		     "tpm-session:\t03000000 policy loaded 0 0 2000 60000\n"
		     NOTHING);
}

/* Everybody may use and flush what no file owns, and everybody sees it. */
static void hands_over(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	struct client_context context;
	u32 handle;

	fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION, &handle);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed_tick(bed, 10 * MS);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[0], session.handle,
					  &context), 0);
	bed_tick(bed, 5 * MS);
	expect_shown(test, 0,
		     HEAD NOTHING
		     "tpm-detached:\t02000000 hmac 15 15 1985 59985\n"
		     "tpm-detached:\t03000001 policy 15 5 1995 59985\n");
	KUNIT_EXPECT_EQ(test, client_load(&bed->clients[1], &context), 0);
	expect_shown(test, 0,
		     HEAD NOTHING
		     "tpm-detached:\t02000000 hmac 15 15 1985 59985\n");
	expect_shown(test, 1,
		     HEAD
		     "tpm-session:\t03000001 policy loaded 15 0 2000 59985\n"
		     NOTHING
		     "tpm-detached:\t02000000 hmac 15 15 1985 59985\n");
}

/* One that its file could not flush is no longer anybody's to have. */
static void not_flushed(struct kunit *test)
{
	const struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = TPM_CC_FLUSH_CONTEXT,
		.nth = 1, .rc = FAKE_RC_HANDLE_P1,
	};
	struct bed *bed = test->priv;
	struct client_session session;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session), 0);
	fake_fault_add(bed->tpm, &refuse);
	bed_reopen(bed, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->sessions.nr, 1);
	expect_shown(test, 0, HEAD NOTHING);
}

/* What was lost with the chip was evicted for nobody. */
static void chip_gone(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	bed_tick(bed, 10 * MS);
	tpm2_rm_close(bed->rm, false);
	bed_tick(bed, 5 * MS);
	expect_shown(test, 0,
		     HEAD
		     "tpm-objects:\t0\n"
		     "tpm-evicted:\t03000000 5\n"
		     "tpm-evictions:\t0\n");
}

/* Nobody is waited for: not even the holder of the chip. */
static void does_not_wait(struct kunit *test)
{
	struct bed *bed = test->priv;

	KUNIT_ASSERT_EQ(test, tpm2_rm_hold(bed->rm), 0);
	expect_shown(test, 0, HEAD NOTHING);
	tpm2_rm_release(bed->rm);
}

/* Where there is no room for all of it, procfs asks again with more. */
static void too_small(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct seq_file m = {};
	size_t whole = strlen(HEAD NOTHING);
	char *buf;

	buf = kunit_kzalloc(test, SHOWN_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (m.size = 1; m.size <= whole + 1; m.size++) {
		/* exactly as large, so that one byte more is seen */
		m.buf = buf + SHOWN_MAX - m.size;
		m.count = 0;
		tpm2_fdinfo_show(&bed->clients[0].space, &m);
		KUNIT_EXPECT_EQ(test, seq_has_overflowed(&m), m.size <= whole);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(nothing),
	KUNIT_CASE(sessions),
	KUNIT_CASE(plain),
	KUNIT_CASE(loses),
	KUNIT_CASE(waits),
	KUNIT_CASE(hands_over),
	KUNIT_CASE(not_flushed),
	KUNIT_CASE(chip_gone),
	KUNIT_CASE(does_not_wait),
	KUNIT_CASE(too_small),
	{}
};

static struct kunit_suite fdinfo_suite = {
	.name = "tpm2_space_fdinfo",
	.init = init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(fdinfo_suite);
