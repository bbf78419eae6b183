// SPDX-License-Identifier: GPL-2.0-only
/* Clients wait in the order in which they came, and not for long (G2). */
#include <errno.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define LEASE_MS	2000
#define EXTRA		8
#define ROUNDS		15
#define DAY_S		86400
#define TICKS		3	/* from far too slow to far too fast */
#define CLOCK_MS	500	/* of a lease, in which that is so */

/*
 * With S sessions, the k-th waiter has its session after ceil(k / S) - 1 leases,
 * and not before. How soon after that is up to the machine, too; the KUnit suites
 * look at it, on a clock of their own. The order is not seen from when waiters say
 * so, but from which index each got: that of the oldest session at its turn.
 */
static void wait_bound(void)
{
	unsigned int k, max = nr_sessions_max(), nr = 2 * max + EXTRA;
	struct waiter waiters[2 * CROWD_MAX + EXTRA];
	long evictions = counter("evictions");
	struct crowd crowd;
	long long begin;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	begin = now_ms();
	for (k = 0; k < nr; k++) {
		waiter_start(&waiters[k]);
		await_counter("waiters", k + 1);
	}
	check_note("%u waiters in line after %lld ms", nr, now_ms() - begin);
	/* so that the lease of all those who have a session has ended */
	let_pass(begin + LEASE_MS);
	expect_number(counter("evictions"), evictions);

	begin = now_ms();
	set_lease(LEASE_MS);
	for (k = 0; k < nr; k++) {
		uint32_t handle;

		expect(waiter_is_done(&waiters[k], HANG_MS),
		       "waiter %u of %u has no session after %lld ms", k, nr,
		       now_ms() - begin);
		/* who takes from a waiter finds a session with a new lease */
		expect(now_ms() >= begin + k / max * LEASE_MS,
		       "waiter %u has its session before a lease has ended",
		       k);
		handle = waiter_session(&waiters[k]);
		expect(HANDLE_INDEX(handle) ==
		       HANDLE_INDEX(crowd.session[k % max].handle),
		       "waiter %u has index %u, and it was the turn of %u", k,
		       HANDLE_INDEX(handle),
		       HANDLE_INDEX(crowd.session[k % max].handle));
	}
	check_note("the last one had its session after %lld ms",
		   now_ms() - begin);
	expect_number(counter("evictions"), evictions + nr);
	expect_number(counter("waiters"), 0);
	/* the longest wait is one of those seen here */
	expect(counter("longest_wait_ms") >= LEASE_MS, "the longest wait: %ld ms",
	       counter("longest_wait_ms"));
	for (k = 0; k < nr; k++)
		waiter_end(&waiters[k]);
}

static void ask(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
}

#define AT_A_TIME	3	/* sessions that a command can take */

/*
 * A client that has a session and needs another has it before one that has none and
 * came before, up to three. Then it is the other one's turn.
 */
static void wait_goes_on(void)
{
	long evictions = counter("evictions");
	int i, fd = tpm_managed_nonblock();
	struct waiter waiter;
	struct crowd crowd;
	uint32_t handle;

	set_limit("max_per_fd", nr_sessions_max());
	ask(fd);
	expect(tpm_answered(fd, HANG_MS), "no session after %d ms", HANG_MS);
	started(fd);
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	waiter_start(&waiter);
	await_counter("waiters", 1);
	for (i = 1; i < AT_A_TIME; i++) {
		ask(fd);
		await_counter("waiters", 2);
		handle = crowd.session[0].handle;
		crowd_flush(&crowd, 0);
		expect(tpm_answered(fd, HANG_MS), "no session after %d ms",
		       HANG_MS);
		expect_number(started(fd), handle);
		expect_number(counter("waiters"), 1);
	}

	ask(fd);
	await_counter("waiters", 2);
	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(waiter_is_done(&waiter, HANG_MS), "no session after %d ms",
	       HANG_MS);
	expect_number(waiter_session(&waiter), handle);
	expect(!tpm_answered(fd, 0), "a fourth session comes before a first");
	expect_number(counter("waiters"), 1);
	expect_number(counter("evictions"), evictions);
	waiter_end(&waiter);
	close(fd);
}

/* A client comes just when a session has ended and another one waits for it. */
static void wait_newcomer(void)
{
	struct waiter waiter;
	struct crowd crowd;
	long evictions = counter("evictions");
	uint32_t handle;
	int i, fd;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	set_limit("max_per_fd", nr_sessions_max());
	for (i = 0; i < ROUNDS; i++) {
		fd = tpm_managed_nonblock();
		waiter_start(&waiter);
		await_counter("waiters", 1);

		handle = crowd.session[0].handle;
		crowd_flush(&crowd, 0);
		ask(fd);
		expect(waiter_is_done(&waiter, HANG_MS), "no session after %d ms",
		       HANG_MS);
		expect_number(waiter_session(&waiter), handle);
		await_counter("waiters", 1);
		expect(!tpm_answered(fd, 0), "a newcomer has a session");

		handle = crowd.session[0].handle;
		crowd_flush(&crowd, 0);
		expect(tpm_answered(fd, HANG_MS), "no session after %d ms",
		       HANG_MS);
		expect_number(started(fd), handle);
		waiter_end(&waiter);
		close(fd);
		crowd_add(&crowd, 2, SE_POLICY);
	}
	expect_number(counter("evictions"), evictions);
}

/* All else goes on while clients wait: they hold no lock. */
static void wait_others_work(void)
{
	struct waiter waiters[3];
	struct crowd crowd;
	unsigned int i;

	crowd_take_all(&crowd, KIND_MIXED);
	set_lease(LEASE_ENDLESS);
	for (i = 0; i < 3; i++) {
		waiter_start(&waiters[i]);
		await_counter("waiters", i + 1);
	}
	crowd_check(&crowd, 0);
	expect_number(counter("waiters"), 3);
	for (i = 0; i < 3; i++)
		waiter_end(&waiters[i]);
	expect_number(counter("waiters"), 0);
}

static void put_clock(long long seconds)
{
	struct timespec now;

	expect(!clock_gettime(CLOCK_REALTIME, &now), "clock_gettime(): %s",
	       strerror(errno));
	now.tv_sec += seconds;
	expect(!clock_settime(CLOCK_REALTIME, &now), "clock_settime(): %s",
	       strerror(errno));
}

/* How long the kernel believes a tick to be, in us: a tenth more or less. */
static void put_tick(long us)
{
	struct timex timex = { .modes = ADJ_TICK, .tick = us };

	expect(adjtimex(&timex) >= 0, "adjtimex(): %s", strerror(errno));
}

/* The machine's clock is set to and fro: a lease is as long as it was. */
static void wait_clock(void)
{
	struct timex before = {};
	struct waiter waiters[TICKS];
	struct crowd crowd;
	long long taken, begin;
	int i;

	expect(adjtimex(&before) >= 0, "adjtimex(): %s", strerror(errno));
	taken = now_ms();
	crowd_take_all(&crowd, KIND_MIXED);
	for (i = 0; i < TICKS; i++) {
		set_lease(LEASE_ENDLESS);
		waiter_start(&waiters[i]);
		await_counter("waiters", 1);
		put_clock(DAY_S);
		put_tick(before.tick + (i - 1) * before.tick / 10);
		begin = now_ms();
		/* the oldest session is a bit younger than that */
		set_lease(begin - taken + CLOCK_MS);
		put_clock(-2 * DAY_S);
		expect(waiter_is_done(&waiters[i], HANG_MS),
		       "the clock was set, and a client waits for ever");
		expect(now_ms() >= begin + CLOCK_MS,
		       "the clock was set, and a lease has ended too early");
		check_note("waited for %lld ms", now_ms() - begin);
		waiter_session(&waiters[i]);
		put_clock(DAY_S);
	}
	put_tick(before.tick);
	for (i = 0; i < TICKS; i++)
		waiter_end(&waiters[i]);
}

const struct test wait_tests[] = {
	{ "wait-bound", "G2: the k-th waiter waits ceil(k/S) - 1 leases, in turn",
	  wait_bound },
	{ "wait-goes-on", "G19: who has begun has its second and third session first",
	  wait_goes_on },
	{ "wait-newcomer", "G2: a newcomer does not overtake who waits",
	  wait_newcomer },
	{ "wait-others-work", "G2: who waits is in nobody's way",
	  wait_others_work },
	{ "wait-clock", "G2: who waits has a session though the clock is set",
	  wait_clock },
	{}
};
