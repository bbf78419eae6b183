// SPDX-License-Identifier: GPL-2.0-only
/* Who is evicted, when, and what it costs (G1, G2, G3). */
#include <unistd.h>
#include "authorization.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "session.h"
#include "slots.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define LEASE_MS	1500

/* The TPM gives the index of the victim to the newcomer, so it tells who. */
static void evict_oldest(void)
{
	unsigned int i, each = nr_sessions_max() / CROWD_FDS;
	struct crowd crowd;
	uint32_t handle;
	int fd = -1;

	crowd_take_all(&crowd, KIND_MIXED);
	/* make it differ: order of age, order of indexes, order of use */
	crowd_flush(&crowd, 41);
	crowd_flush(&crowd, 22);
	crowd_flush(&crowd, 11);
	crowd_add(&crowd, 3, KIND_MIXED);
	for (i = crowd.nr; i-- > 0;)
		expect_ok(crowd_use(&crowd, i));

	set_lease(0);
	for (i = 0; i < crowd.nr; i++) {
		if (!(i % each))
			fd = tpm_managed();
		handle = new_session(fd, SE_POLICY);
		expect(HANDLE_INDEX(handle) ==
		       HANDLE_INDEX(crowd.session[i].handle),
		       "victim %u has index %u, and the oldest has %u", i,
		       HANDLE_INDEX(handle),
		       HANDLE_INDEX(crowd.session[i].handle));
	}
	crowd_check(&crowd, crowd.nr);
}

static void evict_own_last(void)
{
	int fd = tpm_managed();
	uint32_t own[2], handle;
	struct crowd crowd;

	own[0] = new_session(fd, SE_POLICY);
	own[1] = new_session(fd, SE_HMAC);
	crowd_take_all(&crowd, KIND_MIXED);
	set_lease(0);
	handle = new_session(fd, SE_POLICY);
	expect_number(HANDLE_INDEX(handle),
		      HANDLE_INDEX(crowd.session[0].handle));
	crowd_check(&crowd, 1);
	expect_ok(use_policy(fd, own[0]));
	expect_ok(use_audit(fd, own[1], SA_CONTINUE));
}

/*
 * Only its own sessions have had their lease: it waits for another one. Its own
 * would not help, since it must not be given their indexes again.
 */
static void evict_own_never(void)
{
	unsigned int i, nr = 8;
	int fd = tpm_managed();
	uint32_t own[8], handle;
	struct crowd crowd;

	for (i = 0; i < nr; i++)
		own[i] = new_session(fd, SE_POLICY);
	let_pass(now_ms() + LEASE_MS);
	crowd_take_all(&crowd, SE_POLICY);

	set_lease(LEASE_MS);
	handle = new_session(fd, SE_POLICY);
	expect_number(HANDLE_INDEX(handle),
		      HANDLE_INDEX(crowd.session[0].handle));
	for (i = 0; i < nr; i++)
		expect_ok(use_policy(fd, own[i]));
	crowd_check(&crowd, 1);
}

/* Nobody else has a session, so there is none to wait for. */
static void evict_own_all(void)
{
	unsigned int i, max = nr_sessions_max();
	uint32_t own[CROWD_MAX], handle;
	int fd = tpm_managed();

	set_limit("max_per_fd", max + 1);
	set_lease(0);
	for (i = 0; i < max; i++)
		own[i] = new_session(fd, SE_POLICY);
	expect_code(start_session(fd, SE_POLICY, &handle), RM_LIMIT_REACHED);
	for (i = 0; i < max; i++)
		expect_ok(use_policy(fd, own[i]));
	expect_ok(flush_context(fd, own[max / 2]));
	handle = new_session(fd, SE_POLICY);
	expect_number(handle, own[max / 2]);
}

/*
 * TPM2_StartAuthSession that is itself audited by the only session whose lease
 * has ended; and that is nobody's, so nothing else protects it.
 */
static void evict_not_named(void)
{
	struct call call = {
		.code = CC_START_AUTH_SESSION,
		.handles = { RH_NULL, RH_NULL },
		.nr_handles = 2,
		.has_handle = 1,
	};
	const struct blob nonce = { .len = 16 };
	int fd = tpm_managed(), raw = tpm_raw();
	struct authorization audit;
	struct message r;
	struct crowd crowd;
	uint32_t handle;

	expect_ok(start_authorization(raw, &audit));
	close(raw);
	expect_ok(get_random(fd));
	expect_number(counter("detached"), 1);
	let_pass(now_ms() + LEASE_MS);
	crowd_take_all(&crowd, SE_POLICY);

	put_blob(&call.params, &nonce);
	put16(&call.params, 0);
	put8(&call.params, SE_POLICY);
	put16(&call.params, ALG_NULL);
	put16(&call.params, ALG_SHA256);
	audit.attributes = SA_CONTINUE | SA_AUDIT;
	set_lease(LEASE_MS);
	expect_ok(authorized(fd, &call, &audit, 1, &r));
	handle = get32(&r);

	crowd_check(&crowd, 1);
	expect_number(HANDLE_INDEX(handle),
		      HANDLE_INDEX(crowd.session[0].handle));
	expect_ok(use_policy(fd, handle));
	/* its nonces have moved on by one use, not by one for each attempt */
	set_lease(0);
	expect_ok(authorized(fd, &call, &audit, 1, &r));
}

static void lease_kept(void)
{
	int mine = tpm_managed(), fd = tpm_managed();
	struct crowd crowd;
	long long begin, end;
	uint32_t oldest;

	begin = now_ms();
	oldest = new_session(mine, SE_POLICY);
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_MS);
	new_session(fd, SE_POLICY);
	end = now_ms();
	expect(end >= begin + LEASE_MS,
	       "a session was evicted after %lld ms, its lease is %d ms",
	       end - begin, LEASE_MS);
	expect_code(use_policy(mine, oldest), gone(SE_POLICY));
	crowd_check(&crowd, 0);
}

static void lease_zero(void)
{
	int fd = tpm_managed();
	struct crowd crowd;
	long waits;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	waits = counter("waits");
	new_session(fd, SE_POLICY);
	expect_number(counter("waits"), waits);
	crowd_check(&crowd, 1);
}

/* Counters of what one eviction took. */
struct cost {
	long commands;
	long evictions;
	long replays;
	long saves;
};

static struct cost cost_now(void)
{
	struct cost cost = {
		.commands = counter("commands"),
		.evictions = counter("evictions"),
		.replays = counter("replays"),
		.saves = counter("context_saves"),
	};

	return cost;
}

static void expect_cost(const struct cost *before, const struct cost *wanted)
{
	struct cost now = cost_now();

	expect_number(now.evictions - before->evictions, wanted->evictions);
	expect_number(now.replays - before->replays, wanted->replays);
	expect_number(now.saves - before->saves, wanted->saves);
	expect_number(now.commands - before->commands, wanted->commands);
}

static void evict_cost(void)
{
	static const struct cost with_slot = {
		.commands = 3, .evictions = 1, .replays = 1
	};
	static const struct cost without_slot = {
		.commands = 5, .evictions = 1, .replays = 2, .saves = 1
	};
	/* there always is a slot, and the new one leaves it at once */
	static const struct cost with_none_used = {
		.commands = 4, .evictions = 1, .replays = 1, .saves = 1
	};
	int fd = tpm_managed(), raw;
	struct crowd crowd;
	struct cost before;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	/* what the TPM can hold is learnt with the first eviction */
	new_session(fd, SE_POLICY);

	/* a slot is free: the command, one flush, the command again */
	raw = tpm_raw();
	expect_ok(get_random(raw));
	close(raw);
	expect_ok(get_random(fd));
	before = cost_now();
	new_session(fd, SE_POLICY);
	expect_cost(&before, nothing_stays() ? &with_none_used : &with_slot);

	/* the slots are taken: one session is saved first */
	new_session(fd, SE_POLICY);
	new_session(fd, SE_POLICY);
	before = cost_now();
	new_session(fd, SE_POLICY);
	expect_cost(&before,
		    nothing_stays() ? &with_none_used : &without_slot);
	crowd_check(&crowd, 5);
}

const struct test eviction_tests[] = {
	{ "evict-oldest", "G1: exactly the oldest is evicted, whatever its use",
	  evict_oldest },
	{ "evict-own-last", "G1: others are evicted before the client itself",
	  evict_own_last },
	{ "evict-own-never", "G5: an own session is no help, so it stays",
	  evict_own_never },
	{ "evict-own-all", "G1: who has all sessions is told that it is enough",
	  evict_own_all },
	{ "evict-not-named", "G3: a session that the command names stays",
	  evict_not_named },
	{ "evict-cost", "G3: an eviction takes one flush and one replay",
	  evict_cost },
	{ "lease-kept", "G2: no session is evicted before its lease has ended",
	  lease_kept },
	{ "lease-zero", "G2: with a lease of 0 nobody waits", lease_zero },
	{}
};
