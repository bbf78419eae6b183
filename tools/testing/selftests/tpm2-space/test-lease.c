// SPDX-License-Identifier: GPL-2.0-only
/* How long a client has its session, and who loses it (G2, G19). */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "process.h"
#include "session.h"
#include "storm.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"
#include "worker.h"

#define LEASE_MS	2000
#define CLIENTS		100

/* Work that takes longer than a lease, but never pauses for that long. */
static const struct storm_load long_work = {
	.clients = CLIENTS, .rounds = 1, .hold_ms = 500, .uses = 5,
};

static void run_storm(struct storm_result *result)
{
	unsigned int i;

	storm_run(&long_work, result);
	check_note("%u of %u clients in %lld ms, longest wait %lld ms",
		   result->succeeded, long_work.clients, result->wall_ms,
		   result->longest_wait_ms);
	for (i = 0; i < result->nr_failures; i++)
		check_note("%u failed by %s", result->failures[i].nr,
			   result->failures[i].reason);
}

/**
 * struct tally - what has become of clients
 * @done: they were
 * @slow: they have paused for longer than they were to, and lost their session
 */
struct tally {
	unsigned int done;
	unsigned int slow;
};

static void busy_client(void *argument)
{
	struct tally *tally = argument;
	int fd = tpm_managed();
	uint32_t handle = new_session(fd, SE_POLICY);

	if (work(fd, handle, long_work.uses + 1, long_work.hold_ms))
		__atomic_add_fetch(&tally->done, 1, __ATOMIC_RELAXED);
	else
		__atomic_add_fetch(&tally->slow, 1, __ATOMIC_RELAXED);
	expect_ok(flush_context(fd, handle));
}

/* As it comes: whoever works with a session keeps it. */
static void lease_busy(void)
{
	long evictions = counter("evictions"), waits = counter("waits");
	pid_t pid[CLIENTS];
	struct tally *tally;
	unsigned int i;

	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(tally != MAP_FAILED, "mmap(): %s", strerror(errno));
	for (i = 0; i < CLIENTS; i++)
		pid[i] = spawn(busy_client, tally);
	for (i = 0; i < CLIENTS; i++)
		await_success(pid[i]);
	evictions = counter("evictions") - evictions;
	waits = counter("waits") - waits;
	check_note("%u of %u clients, %ld waits, %ld evictions", tally->done,
		   CLIENTS, waits, evictions);
	expect_number(tally->done + tally->slow, CLIENTS);
	expect_number(evictions, tally->slow);
	expect(tally->done > CLIENTS / 2, "this machine is too slow for that");
	expect(waits, "nobody had to wait");
}

#define THINK_MS	5000	/* on average */
#define THINKS		2
#define TRIES		2

/**
 * struct thinkers - what has become of clients that pause for longer than a lease
 * @next: number of the next one
 * @done: how many were, at their first try and at their second
 * @slow: how many have paused for longer than the longest was to, and lost their
 *	session
 */
struct thinkers {
	unsigned int next;
	unsigned int done[TRIES];
	unsigned int slow;
};

/* Return: 0, or the response to the first command that failed. */
static uint32_t think(int fd, uint32_t session, long think_ms, bool *slow)
{
	long long begin;
	uint32_t code;
	unsigned int i;

	for (i = 0; i < THINKS; i++) {
		begin = now_ms();
		let_pass(begin + think_ms);
		*slow = now_ms() - begin >= 2 * THINK_MS;
		code = use_policy(fd, session);
		if (code)
			return code;
	}
	return 0;
}

static void thinking_client(void *argument)
{
	struct thinkers *all = argument;
	unsigned int n = __atomic_fetch_add(&all->next, 1, __ATOMIC_RELAXED);
	/* no two of them think for equally long */
	long think_ms = THINK_MS / 2 + n * THINK_MS / CLIENTS;
	int fd = tpm_managed();
	unsigned int i;

	for (i = 0; i < TRIES; i++) {
		uint32_t handle = new_session(fd, SE_POLICY);
		bool slow = false;
		uint32_t code = think(fd, handle, think_ms, &slow);

		expect(!code || code == RM_HANDLE_GONE(0),
		       "the response is 0x%08x", code);
		expect_ok(flush_context(fd, handle));
		if (code && !slow)
			continue;
		__atomic_add_fetch(code ? &all->slow : &all->done[i], 1,
				   __ATOMIC_RELAXED);
		return;
	}
}

/* Few lose their session before leases are long enough, and none loses two. */
static void lease_thinkers(void)
{
	long evictions = counter("evictions"), waits = counter("waits");
	struct thinkers *all;
	pid_t pid[CLIENTS];
	unsigned int i;

	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(all != MAP_FAILED, "mmap(): %s", strerror(errno));
	for (i = 0; i < CLIENTS; i++)
		pid[i] = spawn(thinking_client, all);
	for (i = 0; i < CLIENTS; i++)
		await_success(pid[i]);
	check_note("of %u clients %u at the first try, %u at the second, %u slow",
		   CLIENTS, all->done[0], all->done[1], all->slow);
	check_note("%ld waits, %ld evictions", counter("waits") - waits,
		   counter("evictions") - evictions);
	expect(counter("waits") > waits, "nobody had to wait");
	expect(all->slow < CLIENTS / 2, "this machine is too slow for that");
	expect(all->done[0] + all->slow >= CLIENTS * 9 / 10,
	       "only %u were done at the first try", all->done[0]);
	expect_number(all->done[0] + all->done[1] + all->slow, CLIENTS);
}

/* By the plain rule, they lose theirs to each other before they are done. */
static void lease_plain(void)
{
	long evictions = counter("evictions");
	struct storm_result result;

	set_lease(LEASE_MS);
	run_storm(&result);
	expect(result.succeeded < long_work.clients, "nobody has lost anything");
	expect(counter("evictions") > evictions, "nobody was evicted");
}

/**
 * struct holders - files with one session each, so that none has too many
 * @nr: how many
 * @fd: the files, by the age of their sessions
 * @session: the sessions
 */
struct holders {
	unsigned int nr;
	int fd[CROWD_MAX];
	uint32_t session[CROWD_MAX];
};

static void hold_all(struct holders *holders)
{
	unsigned int i;

	holders->nr = nr_sessions_max();
	for (i = 0; i < holders->nr; i++) {
		holders->fd[i] = tpm_managed();
		holders->session[i] = new_session(holders->fd[i], SE_POLICY);
	}
	expect_number(counter("active"), holders->nr);
}

static uint32_t use(const struct holders *holders, unsigned int i)
{
	return use_policy(holders->fd[i], holders->session[i]);
}

/* The oldest session is in use, and the next one is not. */
static void lease_renewed(void)
{
	long evictions = counter("evictions");
	struct holders holders;
	struct waiter waiter;
	unsigned int i;

	/* which no pause of ours is as long as */
	set_limit("lease_ms", 2 * LEASE_MS);
	hold_all(&holders);
	waiter_start(&waiter);
	while (!waiter_is_done(&waiter, 0))
		expect_ok(use(&holders, 0));
	waiter_session(&waiter);
	expect_number(counter("evictions"), evictions + 1);
	expect_code(use(&holders, 1), RM_HANDLE_GONE(0));
	expect_ok(use(&holders, 0));
	for (i = 2; i < holders.nr; i++)
		expect_ok(use(&holders, i));
	waiter_end(&waiter);
}

/* In use all the time, but it is time for somebody else. */
static void lease_tenure(void)
{
	long evictions = counter("evictions");
	struct holders holders;
	struct waiter waiter;
	uint32_t code;

	set_limit("lease_ms", LEASE_MS);
	set_limit("tenure_ms", 2 * LEASE_MS);
	hold_all(&holders);
	waiter_start(&waiter);
	do {
		unsigned int i;

		for (i = 0; i < holders.nr; i++) {
			code = use(&holders, i);
			expect(!code || code == RM_HANDLE_GONE(0),
			       "the response is 0x%08x", code);
		}
	} while (!waiter_is_done(&waiter, 0));
	waiter_session(&waiter);
	expect_number(counter("evictions"), evictions + 1);
	waiter_end(&waiter);
}

/* Who was evicted as idle, and has come back, has been evicted too early. */
static void lease_missed(void)
{
	long premature = counter("premature_evictions");
	struct holders holders;
	int fd = tpm_managed();

	hold_all(&holders);
	new_session(fd, SE_POLICY);
	expect_number(counter("premature_evictions"), premature);
	expect_code(use(&holders, 0), RM_HANDLE_GONE(0));
	expect_number(counter("premature_evictions"), premature + 1);
	/* it is one loss, however often it is noticed */
	expect_code(use(&holders, 0), RM_HANDLE_GONE(0));
	expect_ok(use(&holders, 1));
	expect_number(counter("premature_evictions"), premature + 1);
}

/* By the plain rule, nobody asks what a session is used for. */
static void lease_missed_plain(void)
{
	long premature = counter("premature_evictions");
	struct holders holders;
	int fd = tpm_managed();

	set_lease(0);
	hold_all(&holders);
	new_session(fd, SE_POLICY);
	expect_code(use(&holders, 0), RM_HANDLE_GONE(0));
	expect_number(counter("premature_evictions"), premature);
}

/* Returns 0 or the errno of write(). */
static int try_to_set(const char *name, const char *value)
{
	ssize_t len = strlen(value), written;
	char path[80];
	int fd, error;

	snprintf(path, sizeof(path), "/sys/class/tpmrm/tpmrm%d/sessions/%s",
		 chip_number(), name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	written = write(fd, value, len);
	error = written == len ? 0 : errno;
	close(fd);
	return error;
}

static void check_limit(const char *name)
{
	static const long values[] = { 0, 1, 1234, 2000, LEASE_ENDLESS };
	static const struct {
		const char *value;
		int error;
	} refused[] = {
		{ "3600001", ERANGE }, { "4294967295", ERANGE },
		{ "4294967296", ERANGE }, { "-1", EINVAL },
		{ "2000 ms", EINVAL }, { "two", EINVAL }, { "\n", EINVAL },
	};
	unsigned int i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
		set_limit(name, values[i]);
		expect_number(counter(name), values[i]);
	}
	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		int error = try_to_set(name, refused[i].value);

		expect(error == refused[i].error, "'%s' to %s: %s",
		       refused[i].value, name, strerror(error));
		expect_number(counter(name), LEASE_ENDLESS);
	}
}

static void lease_limits(void)
{
	check_limit("lease_ms");
	check_limit("tenure_ms");
	/* one does not change the other */
	set_limit("lease_ms", 7);
	expect_number(counter("tenure_ms"), LEASE_ENDLESS);
}

const struct test lease_tests[] = {
	{ "lease-busy", "G19: 100 clients whose work is longer than a lease are done",
	  lease_busy, 900 },
	{ "lease-thinkers", "G19: 100 that pause for 5 s are done, 90 at the first try",
	  lease_thinkers, 900 },
	{ "lease-plain", "G19: and are not where a lease runs from creation alone",
	  lease_plain, 900 },
	{ "lease-renewed", "G19: use renews a lease", lease_renewed },
	{ "lease-tenure", "G2: but not for longer than a tenure", lease_tenure, 900 },
	{ "lease-missed", "G19: a victim that comes back is counted",
	  lease_missed },
	{ "lease-missed-plain", "G2: but not by the plain rule",
	  lease_missed_plain },
	{ "lease-limits", "G16: lease_ms and tenure_ms are what they are set to",
	  lease_limits },
	{}
};
