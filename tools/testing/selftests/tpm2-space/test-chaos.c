// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything at once (G1, G2, G6): clients that come, wait, are evicted, close
 * and are killed at any moment. In the end nothing of theirs is left.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "object.h"
#include "process.h"
#include "random.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define CLIENTS		30
#define HELD_MAX	10
#define KILLS		(4 * LULL)
#define LULL		16	/* how many are killed from one lull to the next */

/* A session that may have been evicted any time. */
static void expect_there_or_gone(uint32_t code)
{
	if (code != RM_HANDLE_GONE(0))
		expect_ok(code);
}

/* Non-blocking, and gone before the answer is there, now and then. */
static int start_impatiently(int *fd)
{
	struct message m = start_command(SE_POLICY);

	close(*fd);
	*fd = tpm_managed_nonblock();
	expect(tpm_write(*fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	if (!random_below(3)) {
		close(*fd);
		*fd = tpm_managed();
		return 0;
	}
	expect(tpm_answered(*fd, HANG_MS), "no session after %d ms", HANG_MS);
	return 1;
}

/* Comes to no end of its own. */
static void client(void *argument)
{
	uint32_t held[HELD_MAX];
	unsigned int i, nr = 0;
	int fd = tpm_managed();
	struct object key;

	random_set(*(uint64_t *)argument);
	new_key(fd, random_below(200), "", &key);
	for (;;) {
		switch (random_below(8)) {
		case 0:
		case 1:
		case 2:
		case 3:
			if (nr < HELD_MAX)
				held[nr++] = new_session(fd, SE_POLICY);
			break;
		case 4:
			for (i = 0; i < nr; i++)
				expect_there_or_gone(use_policy(fd, held[i]));
			break;
		case 5:
			check_object(fd, &key);
			break;
		case 6:
			/* succeeds in any case: flushed, or told that it went */
			if (nr)
				expect_ok(flush_context(fd, held[--nr]));
			break;
		case 7:
			if (random_below(4))
				break;
			nr = 0;
			if (start_impatiently(&fd))
				held[nr++] = started(fd);
			new_key(fd, random_below(200), "", &key);
			break;
		}
	}
}

/*
 * Where clients are killed faster than the TPM starts sessions, there is always
 * a free one, and none is ever evicted. So now and then nobody is killed until
 * one is: once with a lease that has to end first, and once without.
 */
static bool is_lull(unsigned int killed, long lease)
{
	return killed % LULL < 4 && lease < 100;
}

/* Nobody ends by himself but by a failure, of which he has told. */
static void chaos(void)
{
	/* so that now they wait, and now they are evicted */
	static const long leases[] = { 3000, 50, 400, 0 };
	long waits = counter("waits"), evictions = counter("evictions");
	unsigned int i, killed = 0;
	long lease;
	pid_t pid[CLIENTS];
	uint64_t seed;

	random_begin();
	for (i = 0; i < CLIENTS; i++) {
		seed = random_bits();
		pid[i] = spawn(client, &seed);
	}
	while (killed < KILLS || counter("waits") == waits) {
		let_pass(now_ms() + random_below(20));
		lease = leases[killed % 4];
		set_lease(lease);
		if (is_lull(killed, lease))
			await_at_least("evictions", counter("evictions") + 1);
		i = random_below(CLIENTS);
		kill_and_reap(pid[i]);
		killed++;
		seed = random_bits();
		pid[i] = spawn(client, &seed);
	}
	for (i = 0; i < CLIENTS; i++)
		kill_and_reap(pid[i]);
	waits = counter("waits") - waits;
	evictions = counter("evictions") - evictions;
	check_note("%u killed, %ld waits, %ld evictions, longest wait %ld ms",
		   killed, waits, evictions, counter("longest_wait_ms"));
	expect(waits && evictions, "it has not been tried");
	expect_number(counter("waiters"), 0);
	expect_number(counter("active"), 0);
}

const struct test chaos_tests[] = {
	{ "chaos", "G1: clients that come, wait and are killed leave no trace",
	  chaos },
	{}
};
