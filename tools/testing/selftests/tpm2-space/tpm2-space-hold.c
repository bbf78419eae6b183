// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes all sessions there are, and holds them in the background until it is
 * killed or the machine goes down. Where clients can wait for a session, some
 * do that, too; and one session there belongs to nobody: its client has saved
 * it and is gone.
 *
 * With the kernel's own code a file has as many sessions as there are slots, so
 * it takes many files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "process.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define PER_FILE	3
#define WAITERS		3

/* All but so many. */
static void take_all(unsigned int but)
{
	unsigned int i, max;
	int fd = tpm_managed();

	max = get_property(fd, PT_ACTIVE_SESSIONS_MAX) - but;
	for (i = 0; i < max; i++) {
		if (i && !(i % PER_FILE))
			fd = tpm_managed();
		new_session(fd, i & 1 ? SE_POLICY : SE_HMAC);
	}
}

static void leave_one(void)
{
	int fd = tpm_managed();
	struct blob context;

	expect_ok(context_save(fd, new_session(fd, SE_HMAC), &context));
	close(fd);
}

static void wait_for_more(void)
{
	struct message m = start_command(SE_POLICY);
	struct waiter waiter;
	int i, fd;

	for (i = 0; i < WAITERS; i++) {
		waiter_start(&waiter);
		await_counter("waiters", 2 * i + 1);
		fd = tpm_managed_nonblock();
		expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
		await_counter("waiters", 2 * i + 2);
	}
}

/* With an argument, as if there were no extension: it may be switched off. */
int main(int argc, char **argv)
{
	pid_t pid;

	if (argc < 2 && counters_present()) {
		/* what others have left here is in the way */
		set_lease(0);
		take_all(1);
		leave_one();
		set_lease(LEASE_ENDLESS);
		wait_for_more();
	} else {
		take_all(0);
	}

	fflush(stdout);
	pid = fork();
	expect(pid >= 0, "fork(): %s", strerror(errno));
	if (pid)
		return 0;
	setsid();
	for (;;)
		pause();
}
