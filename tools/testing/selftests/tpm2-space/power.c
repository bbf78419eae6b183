// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine's sleep.
 *
 * The clock wakes it from suspend-to-RAM. From suspend-to-idle somebody else
 * has to, where the clock is none that can; who runs the tests sees to that.
 *
 * A machine that is slow to fall asleep may not be asleep yet when the clock rings,
 * and would sleep for ever. So the kernel is told which wakeups have been before
 * that, and gives the sleep up if there is another one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "power.h"

#define CLOCK_FILE	"/sys/class/rtc/rtc0/wakealarm"
#define WAKEUPS_FILE	"/sys/power/wakeup_count"
#define COUNT_FILE	"/sys/power/suspend_stats/success"
#define SECONDS_ASLEEP	"+2"

/* Returns 0, or the errno that says why it was not taken. */
static int try_tell(const char *path, const char *what)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	if (write(fd, what, strlen(what)) != (ssize_t)strlen(what))
		error = errno;
	close(fd);
	return error;
}

static void tell(const char *path, const char *what)
{
	int error = try_tell(path, what);

	expect(!error, "cannot write %s to %s: %s", what, path,
	       strerror(error));
}

/* All wakeups there have been are known. Returns 0, or EINVAL if one came. */
static int know_wakeups(void)
{
	int fd = open(WAKEUPS_FILE, O_RDONLY | O_CLOEXEC);
	char text[40];
	ssize_t len;

	expect(fd >= 0, "cannot open " WAKEUPS_FILE ": %s", strerror(errno));
	len = read(fd, text, sizeof(text) - 1);
	expect(len > 0, "cannot read " WAKEUPS_FILE ": %s", strerror(errno));
	close(fd);
	text[len] = 0;
	return try_tell(WAKEUPS_FILE, text);
}

static long times_slept(void)
{
	FILE *f = fopen(COUNT_FILE, "re");
	long times;

	expect(f, "cannot open " COUNT_FILE ": %s", strerror(errno));
	expect(fscanf(f, "%ld", &times) == 1, "cannot read " COUNT_FILE);
	fclose(f);
	return times;
}

/* These two return when the machine is awake again. */
void suspend_to_idle(void)
{
	long before = times_slept();

	tell("/sys/power/state", "freeze");
	expect_number(times_slept(), before + 1);
}

void suspend_to_ram(void)
{
	long before = times_slept();
	int error;

	tell("/sys/power/mem_sleep", "deep");
	do {
		tell(CLOCK_FILE, "0");
		error = know_wakeups();
		if (error) {
			expect_number(error, EINVAL);
			continue;
		}
		tell(CLOCK_FILE, SECONDS_ASLEEP);
		error = try_tell("/sys/power/state", "mem");
		expect(!error || error == EBUSY, "the machine stays awake: %s",
		       strerror(error));
	} while (error);
	expect_number(times_slept(), before + 1);
}

/*
 * To disk. Who runs the tests switches the machine on again, and it goes on
 * here. The kernel does not count these.
 */
void hibernate(void)
{
	tell("/sys/power/state", "disk");
}
