// SPDX-License-Identifier: GPL-2.0-only
/* Sessions never run out (G1). */
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "session.h"
#include "storm.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define NEWCOMERS	3	/* files that take sessions from others */
#define CLIENTS		200
#define ROUNDS		3
#define LEASE_DEFAULT	2000

/* Each session that is asked for is had, for the price of one that is older. */
static void exhaust(uint8_t kind)
{
	unsigned int i, nr = 0, each = nr_sessions_max() / CROWD_FDS;
	struct crowd crowd;
	long evictions;
	int fd = -1;

	crowd_take_all(&crowd, kind);
	set_lease(0);
	evictions = counter("evictions");
	for (i = 0; i < NEWCOMERS * each; i++) {
		if (!(i % each))
			fd = tpm_managed();
		new_session(fd, kind_of(kind, i));
		nr++;
		expect_number(counter("evictions"), evictions + nr);
		expect_number(counter("active"), nr_sessions_max());
	}
	crowd_check(&crowd, nr);
}

static void exhaust_hmac(void)
{
	exhaust(SE_HMAC);
}

static void exhaust_policy(void)
{
	exhaust(SE_POLICY);
}

static void exhaust_trial(void)
{
	exhaust(SE_TRIAL);
}

static void exhaust_mixed(void)
{
	exhaust(KIND_MIXED);
}

/* With the lease that is the default. */
static void exhaust_lease(void)
{
	long evictions = counter("evictions");
	long long begin = now_ms();
	int fd = tpm_managed();
	struct crowd crowd;

	crowd_take_all(&crowd, KIND_MIXED);
	new_session(fd, SE_POLICY);
	expect(now_ms() >= begin + LEASE_DEFAULT,
	       "a session was evicted after %lld ms", now_ms() - begin);
	expect_number(counter("evictions"), evictions + 1);
	crowd_check(&crowd, 1);
}

static void exhaust_storm(void)
{
	const struct storm_load load = { .clients = CLIENTS, .rounds = ROUNDS };
	long evictions = counter("evictions");
	struct storm_result result;

	/* a slow machine must not make sessions look abandoned */
	set_lease(LEASE_ENDLESS);
	storm_run(&load, &result);
	check_note("%u clients, %lld ms, longest wait %lld ms, %ld evictions",
		   load.clients, result.wall_ms, result.longest_wait_ms,
		   counter("evictions") - evictions);
	if (result.nr_failures)
		check_note("%u clients failed by %s", result.failures[0].nr,
			   result.failures[0].reason);
	expect_number(result.succeeded, load.clients);
}

const struct test exhaustion_tests[] = {
	{ "exhaust-hmac", "G1: HMAC sessions never run out", exhaust_hmac },
	{ "exhaust-policy", "G1: policy sessions never run out",
	  exhaust_policy },
	{ "exhaust-trial", "G1: trial sessions never run out", exhaust_trial },
	{ "exhaust-mixed", "G1: sessions of all kinds are one supply",
	  exhaust_mixed },
	{ "exhaust-lease", "G1: nor with the lease that is the default",
	  exhaust_lease },
	{ "exhaust-storm", "G1: 200 clients at once all get their sessions",
	  exhaust_storm },
	{}
};
