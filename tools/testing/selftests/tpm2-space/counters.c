// SPDX-License-Identifier: GPL-2.0-only
/* Counters and limits in sysfs; and those in debugfs, which is where it belongs. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "tpm2-client.h"

#define FOLDER		"/sys/class/tpmrm/tpmrm%d/sessions/"
#define DEBUG_FOLDER	"/sys/kernel/debug/tpm2_space_sessions/tpmrm%d/"
#define POLL_NS		1000000		/* how often a counter is read */

static int open_file(const char *name, int flags)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), FOLDER "%s", chip_number(), name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		snprintf(path, sizeof(path), DEBUG_FOLDER "%s", chip_number(),
			 name);
		fd = open(path, flags | O_CLOEXEC);
	}
	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	return fd;
}

/* Is the extension at work? */
bool counters_present(void)
{
	char path[200];

	snprintf(path, sizeof(path), FOLDER, chip_number());
	return !access(path, F_OK);
}

long counter(const char *name)
{
	int fd = open_file(name, O_RDONLY);
	char text[40], *end;
	ssize_t len;
	long value;

	len = read(fd, text, sizeof(text) - 1);
	expect(len > 0, "cannot read %s: %s", name, strerror(errno));
	close(fd);
	text[len] = 0;
	value = strtol(text, &end, 10);
	expect(end != text && !strcmp(end, "\n"), "%s says '%s'", name, text);
	return value;
}

void set_limit(const char *name, long value)
{
	int fd = open_file(name, O_WRONLY);
	char text[40];
	int len = snprintf(text, sizeof(text), "%ld\n", value);

	expect(write(fd, text, len) == len, "cannot write %ld to %s: %s", value,
	       name, strerror(errno));
	close(fd);
}

/*
 * Leases run from creation, whatever a session is used for: the plain rule, by
 * which it can be said who goes when.
 */
void set_lease(long ms)
{
	set_limit("tenure_ms", ms);
	set_limit("lease_ms", ms);
}

/* Wait until a counter is in a range; sysfs sends no event for them. */
static void await_range(const char *name, long min, long max)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	long long deadline = now_ms() + HANG_MS;
	long seen;

	while ((seen = counter(name)) < min || seen > max) {
		expect(now_ms() < deadline, "%s is %ld, and not %ld in the end",
		       name, seen, min);
		nanosleep(&pause, NULL);
	}
}

void await_counter(const char *name, long value)
{
	await_range(name, value, value);
}

/* For what goes on while it is looked at. */
void await_at_least(const char *name, long value)
{
	await_range(name, value, LONG_MAX);
}

/* For tests that are about time, where there is no event to wait for. */
void let_pass(long long until_ms)
{
	const struct timespec pause = { .tv_nsec = 5 * POLL_NS };

	while (now_ms() <= until_ms)
		nanosleep(&pause, NULL);
}

/* The clock that leases are measured with. */
long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}
