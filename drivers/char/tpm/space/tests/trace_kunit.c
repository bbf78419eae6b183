// SPDX-License-Identifier: GPL-2.0-only
/*
 * G16: trace events tell what becomes of sessions, and to whom it happens: each of
 * them, in order, and nothing else.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <trace/events/tpm2_space.h>
#include "../compat.h"
#include "../exec.h"
#include "bed-suite.h"

#define TOLD_MAX	4096
#define PID		100	/* of the first client */
#define USER		1000
#define OTHER_USER	1001
#define NOBODY		"0/4294967295"

/* Where events are told. There is one bed at a time. */
static char told[TOLD_MAX];
static size_t length;

#define TELL(...)							\
	(length += scnprintf(told + length, TOLD_MAX - length, __VA_ARGS__))

/* The bed's chip is the first. */
static void tell_session(const char *what, int chip, u32 handle, u64 age,
			 int pid, u32 uid)
{
	if (!chip)
		TELL("%s %08x %llu %d/%u\n", what, handle, age, pid, uid);
}

static void tell_context(const char *what, int chip, u32 handle, int pid,
			 u32 uid)
{
	if (!chip)
		TELL("%s %08x %d/%u\n", what, handle, pid, uid);
}

#define SESSION_PROBE(name)						\
static void on_##name(void *data, int chip, u32 handle, u64 age, int pid, \
		      u32 uid)						\
{									\
	tell_session(#name, chip, handle, age, pid, uid);		\
}

#define CONTEXT_PROBE(name)						\
static void on_##name(void *data, int chip, u32 handle, int pid, u32 uid) \
{									\
	tell_context(#name, chip, handle, pid, uid);			\
}

SESSION_PROBE(start)
SESSION_PROBE(end)
SESSION_PROBE(lose)
SESSION_PROBE(detach)
SESSION_PROBE(adopt)
SESSION_PROBE(regap)
SESSION_PROBE(miss)
CONTEXT_PROBE(spill)
CONTEXT_PROBE(load)

static void on_evict(void *data, int chip, u32 handle, u64 age, u64 idle,
		     int why, int pid, u32 uid, int for_pid, u32 for_uid)
{
	TELL("evict %08x %llu %llu %d %d/%u for %d/%u\n", handle, age, idle,
	     why, pid, uid, for_pid, for_uid);
}

static void on_wait(void *data, int chip, u32 cc, unsigned int waiters, int pid,
		    u32 uid)
{
	TELL("wait %03x %u %d/%u\n", cc, waiters, pid, uid);
}

static void on_wake(void *data, int chip, u64 waited, int result, int pid,
		    u32 uid)
{
	TELL("wake %llu %d %d/%u\n", waited, result, pid, uid);
}

static void on_replay(void *data, int chip, u32 cc, u32 rc, int pid, u32 uid)
{
	TELL("replay %03x %03x %d/%u\n", cc, rc, pid, uid);
}

#define EACH_EVENT(act)							\
	(act##_trace_tpm2_space_start(on_start, NULL) ?:		\
	 act##_trace_tpm2_space_end(on_end, NULL) ?:			\
	 act##_trace_tpm2_space_lose(on_lose, NULL) ?:			\
	 act##_trace_tpm2_space_detach(on_detach, NULL) ?:		\
	 act##_trace_tpm2_space_adopt(on_adopt, NULL) ?:		\
	 act##_trace_tpm2_space_regap(on_regap, NULL) ?:		\
	 act##_trace_tpm2_space_miss(on_miss, NULL) ?:			\
	 act##_trace_tpm2_space_evict(on_evict, NULL) ?:		\
	 act##_trace_tpm2_space_spill(on_spill, NULL) ?:		\
	 act##_trace_tpm2_space_load(on_load, NULL) ?:			\
	 act##_trace_tpm2_space_wait(on_wait, NULL) ?:			\
	 act##_trace_tpm2_space_wake(on_wake, NULL) ?:			\
	 act##_trace_tpm2_space_replay(on_replay, NULL))

static void forget(void)
{
	length = 0;
	told[0] = '\0';
}

static void watch(struct bed *bed)
{
	unsigned int i;

	for (i = 0; i < BED_CLIENTS; i++)
		bed->clients[i].space.owner.client.pid = PID + i;
	forget();
}

static int init(struct kunit *test)
{
	struct bed *bed;
	unsigned int i;
	int rc;

	rc = bed_suite_init(test);
	if (rc)
		return rc;
	bed = test->priv;
	for (i = 0; i < BED_CLIENTS; i++)
		bed_reopen_as(bed, i, i < 3 ? USER : OTHER_USER);
	watch(bed);
	return EACH_EVENT(register);
}

static void finish(struct kunit *test)
{
	EACH_EVENT(unregister);
	/* nobody is in a probe any more */
	tracepoint_synchronize_unregister();
	bed_suite_exit(test);
}

/* A TPM with so many sessions, and such a gap. */
static struct bed *renew(struct kunit *test, unsigned int sessions, u32 gap)
{
	const struct fake_tpm_config config = {
		.active_sessions = sessions, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = gap,
	};
	struct bed *bed = bed_suite_renew(test, &config);
	unsigned int i;

	for (i = 0; i < BED_CLIENTS; i++)
		bed_reopen_as(bed, i, i < 3 ? USER : OTHER_USER);
	bed->rm->limits.max_per_fd = sessions;
	watch(bed);
	return bed;
}

static void expect_told(struct kunit *test, const char *wanted)
{
	KUNIT_EXPECT_STREQ(test, told, wanted);
	forget();
}

/* Starts and ends, and what a client does with its own. */
static void tells_of_a_life(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session hmac, policy;
	struct client_context context;

	KUNIT_EXPECT_EQ(test, client_start_type(client, &hmac,
						TPM_HT_HMAC_SESSION), 0);
	bed_tick(bed, 10);
	KUNIT_EXPECT_EQ(test, client_start(client, &policy), 0);
	KUNIT_EXPECT_EQ(test, client_audit(client, &hmac, CLIENT_AUDIT), 0);
	bed_tick(bed, 5);
	KUNIT_EXPECT_EQ(test, client_save(client, policy.handle, &context), 0);
	bed_tick(bed, 5);
	KUNIT_EXPECT_EQ(test, client_load(&bed->clients[3], &context), 0);
	KUNIT_EXPECT_EQ(test, client_flush(client, hmac.handle), 0);
	KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[3], &policy,
					   CLIENT_AUDIT & ~CLIENT_CONTINUE), 0);
	expect_told(test,
		    "start 02000000 0 100/1000\n"
		    "start 03000001 0 100/1000\n"
		    "detach 03000001 5 100/1000\n"
		    "start 03000001 10 103/1001\n"
		    "end 02000000 20 100/1000\n"
		    "end 03000001 10 103/1001\n");

	/* what is closed ends */
	KUNIT_EXPECT_EQ(test, client_start(client, &policy), 0);
	bed_tick(bed, 5);
	bed_reopen_as(bed, 0, USER);
	expect_told(test,
		    "start 03000000 0 100/1000\n"
		    "end 03000000 5 100/1000\n");
}

/* Who loses a session, for whose sake, and why; and who had to wait for that. */
static void tells_who_waits_for_whom(struct kunit *test)
{
	struct bed *bed = renew(test, 3, 0xffff);
	struct client_session sessions[3], session;
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0],
						   &sessions[i]), 0);
	bed_tick(bed, 20);
	forget();
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session),
			-EINPROGRESS);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
			-EINPROGRESS);
	/* the TPM says that it has no slot before it says that it has no session */
	expect_told(test,
		    "spill 03000000 100/1000\n"
		    "replay 176 903 103/1001\n"
		    "wait 176 1 103/1001\n"
		    "wait 176 2 101/1000\n");
	/* somebody is done before that */
	bed_tick(bed, 30);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[0],
					   sessions[1].handle), 0);
	bed_retry(bed);
	expect_told(test,
		    "end 03000001 50 100/1000\n"
		    "start 03000001 0 103/1001\n"
		    "wake 30 20 103/1001\n");
	bed_tick(bed, 50);
	bed_retry(bed);
	expect_told(test,
		    "evict 03000000 100 100 1 100/1000 for 101/1000\n"
		    "replay 176 905 101/1000\n"
		    "start 03000000 0 101/1000\n"
		    "wake 80 20 101/1000\n");
	/* who comes back to it is told of */
	bed_tick(bed, 7);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[0]),
			RESMGR(TPM_RC_REFERENCE_H0));
	expect_told(test, "miss 03000000 7 100/1000\n");
}

/* Why it was: it was idle, or was in use for all of its tenure. */
static void tells_why(struct kunit *test)
{
	struct bed *bed = renew(test, 3, 0xffff);
	struct client_session sessions[3], session;
	struct client_context context;
	unsigned int i;

	bed_set_tenure(bed, 100, 1000);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i],
						   &sessions[i]), 0);
	KUNIT_EXPECT_EQ(test, client_save(&bed->clients[1], sessions[1].handle,
					  &context), 0);
	bed_tick(bed, 950);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &sessions[0]), 0);
	forget();
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session), 0);
	expect_told(test,
		    "evict 03000001 950 950 2 101/1000 for 103/1001\n"
		    "replay 176 905 103/1001\n"
		    "start 03000001 0 103/1001\n");
	bed_tick(bed, 50);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[3], &session), 0);
	expect_told(test,
		    "spill 03000002 102/1000\n"
		    "replay 176 903 103/1001\n"
		    "evict 03000000 1000 50 3 100/1000 for 103/1001\n"
		    "replay 176 905 103/1001\n"
		    "start 03000000 0 103/1001\n");
	/* a client that brings a context that was evicted misses it, too */
	KUNIT_EXPECT_NE(test, client_load(&bed->clients[1], &context), 0);
	expect_told(test, "miss 03000001 50 101/1000\n");
}

/* What leaves its slot and comes back, by the names that clients have for it. */
static void tells_of_slots(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	struct client_session sessions[4];
	u32 objects[4], serial;
	unsigned int i;

	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(client, &sessions[i]), 0);
	expect_told(test,
		    "start 03000000 0 100/1000\n"
		    "start 03000001 0 100/1000\n"
		    "start 03000002 0 100/1000\n"
		    "spill 03000000 100/1000\n"
		    "replay 176 903 100/1000\n"
		    "start 03000003 0 100/1000\n");
	KUNIT_EXPECT_EQ(test, client_use(client, &sessions[0]), 0);
	expect_told(test,
		    "spill 03000001 100/1000\n"
		    "load 03000000 100/1000\n");

	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_create(&bed->clients[i == 3],
						    &objects[i], &serial), 0);
	expect_told(test,
		    "spill 80ffffff 100/1000\n"
		    "replay 131 902 101/1000\n");
	KUNIT_EXPECT_EQ(test, client_read(client, objects[0]), 0);
	expect_told(test,
		    "spill 80fffffe 100/1000\n"
		    "load 80ffffff 100/1000\n");
}

/* An idle session's context is loaded and saved when it is too old. */
static void tells_of_the_gap(struct kunit *test)
{
	struct bed *bed = renew(test, 8, 15);
	struct client_session idle, sessions[4];
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &idle), 0);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1],
						   &sessions[i]), 0);
	bed_tick(bed, 9);
	for (i = 0; !bed->rm->stats.refreshes && i < 100; i++) {
		forget();
		KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[1],
						   &sessions[i % 4],
						   CLIENT_AUDIT), 0);
	}
	KUNIT_EXPECT_EQ(test, bed->rm->stats.refreshes, 1);
	expect_told(test,
		    "spill 03000003 101/1000\n"
		    "load 03000000 100/1000\n"
		    "regap 03000000 9 100/1000\n"
		    "spill 03000000 100/1000\n"
		    "load 03000002 101/1000\n");
}

/* G16: a command that has been sent is sent again, for whatever reason. */
static void tells_of_each_repetition(struct kunit *test)
{
	struct bed *bed = renew(test, 3, 0xffff);
	const struct fake_fault refuse = {
		.kind = FAKE_FAULT_REFUSE, .cc = FAKE_CC_GET_RANDOM,
		.nth = 1, .rc = TPM_RC_REFERENCE_S0,
	};
	struct client_session lost, session;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &lost), 0);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[1], &session),
				0);
	bed_tick(bed, BED_LEASE);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[2], &session), 0);
	KUNIT_EXPECT_EQ(test, client_flush(&bed->clients[2], session.handle),
			0);
	forget();
	/* the TPM gives it the index that it has lost, which it is not to have */
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	expect_told(test,
		    "start 03000000 0 100/1000\n"
		    "replay 176 000 100/1000\n"
		    "spill 03000001 101/1000\n"
		    "replay 176 903 100/1000\n"
		    "evict 03000001 100 100 1 101/1000 for 100/1000\n"
		    "replay 176 905 100/1000\n"
		    "start 03000001 0 100/1000\n"
		    "end 03000000 0 100/1000\n");
	/* it says that it has not got the session, and has it */
	fake_fault_add(bed->tpm, &refuse);
	KUNIT_EXPECT_EQ(test, client_audit(&bed->clients[0], &session,
					   CLIENT_AUDIT), 0);
	expect_told(test, "replay 17b 918 100/1000\n");
}

/* Sessions that come from nowhere, and such as go there. */
static void tells_of_surprises(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client_session session;
	u32 handle;

	fake_session_start(bed->tpm, TPM_HT_HMAC_SESSION, &handle);
	KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session), 0);
	expect_told(test,
		    "adopt 02000000 0 " NOBODY "\n"
		    "start 03000001 0 100/1000\n");
	bed_tick(bed, 3);
	fake_tpm_reset(bed->tpm);
	KUNIT_EXPECT_EQ(test, client_use(&bed->clients[0], &session),
			RESMGR(TPM_RC_REFERENCE_H0));
	expect_told(test,
		    "lose 02000000 3 " NOBODY "\n"
		    "lose 03000001 3 100/1000\n"
		    "miss 03000001 0 100/1000\n");
}

/* Who does not wait to the end, since it gives up, or since the chip goes. */
static void tells_of_an_end(struct kunit *test)
{
	struct bed *bed = renew(test, 3, 0xffff);
	struct client_session session;
	unsigned int i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[0], &session),
				0);
	forget();
	for (i = 1; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_start(&bed->clients[i], &session),
				-EINPROGRESS);
	bed_tick(bed, 8);
	KUNIT_EXPECT_TRUE(test, client_give_up(&bed->clients[1], true));
	KUNIT_EXPECT_TRUE(test, client_give_up(&bed->clients[2], false));
	expect_told(test,
		    "spill 03000000 100/1000\n"
		    "replay 176 903 101/1000\n"
		    "wait 176 1 101/1000\n"
		    "wait 176 2 102/1000\n"
		    "wait 176 3 103/1001\n"
		    "wake 8 -4 101/1000\n"
		    "wake 8 -125 102/1000\n");
	tpm2_rm_close(bed->rm, false);
	expect_told(test,
		    "lose 03000000 8 100/1000\n"
		    "lose 03000001 8 100/1000\n"
		    "lose 03000002 8 100/1000\n"
		    "wake 8 -32 103/1001\n");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(tells_of_a_life),
	KUNIT_CASE(tells_who_waits_for_whom),
	KUNIT_CASE(tells_why),
	KUNIT_CASE(tells_of_slots),
	KUNIT_CASE(tells_of_the_gap),
	KUNIT_CASE(tells_of_each_repetition),
	KUNIT_CASE(tells_of_surprises),
	KUNIT_CASE(tells_of_an_end),
	{}
};

static struct kunit_suite trace_suite = {
	.name = "tpm2_space_trace",
	.init = init,
	.exit = finish,
	.test_cases = cases,
};

kunit_test_suite(trace_suite);
