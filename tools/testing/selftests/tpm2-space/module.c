// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a module: loaded, disabled, removed.
 *
 * It is a livepatch: both loading and disabling are complete when each task of
 * the machine has gone over to the new code, for which the kernel has a file
 * but no event.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "module.h"

#define NAME		"tpm2_space_sessions"
#define LIVEPATCH	"/sys/kernel/livepatch/" NAME
#define POLL_NS		20000000
#define DEADLINE_MS	40000

bool module_is_loaded(void)
{
	return !access("/sys/module/" NAME, F_OK);
}

static bool is_patched(void)
{
	return !access(LIVEPATCH, F_OK);
}

static bool in_transition(void)
{
	int fd = open(LIVEPATCH "/transition", O_RDONLY | O_CLOEXEC);
	char c = '1';

	expect(fd >= 0, "cannot open " LIVEPATCH "/transition: %s",
	       strerror(errno));
	expect(read(fd, &c, 1) == 1, "cannot read it");
	close(fd);
	return c != '0';
}

static void await_not(bool (*condition)(void), const char *what)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	long long deadline = now_ms() + DEADLINE_MS;

	while (condition()) {
		expect(now_ms() < deadline, "%s is not complete after %d ms",
		       what, DEADLINE_MS);
		nanosleep(&pause, NULL);
	}
}

void module_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	expect(!syscall(SYS_finit_module, fd, "", 0), "cannot load %s: %s",
	       path, strerror(errno));
	close(fd);
	await_not(in_transition, "loading");
}

/* From here on, files that are opened are the kernel's own again. */
void module_disable(void)
{
	int fd = open(LIVEPATCH "/enabled", O_WRONLY | O_CLOEXEC);

	expect(fd >= 0, "cannot open " LIVEPATCH "/enabled: %s",
	       strerror(errno));
	expect(write(fd, "0", 1) == 1, "cannot disable it: %s",
	       strerror(errno));
	close(fd);
	await_not(is_patched, "disabling");
}

/* Returns 0, or the errno that says why it cannot be removed. */
int module_try_remove(void)
{
	return syscall(SYS_delete_module, NAME, O_NONBLOCK) ? errno : 0;
}

/* Whatever state it is in, if no file of its own is open. */
void module_remove(void)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	long long deadline = now_ms() + DEADLINE_MS;
	int error;

	if (!module_is_loaded())
		return;
	if (is_patched())
		module_disable();
	/* the livepatch drops its own reference a moment later */
	while ((error = module_try_remove())) {
		expect(now_ms() < deadline, "cannot remove it: %s",
		       strerror(error));
		nanosleep(&pause, NULL);
	}
	expect(!module_is_loaded(), "it is removed, and still there");
}
