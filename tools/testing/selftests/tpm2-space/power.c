// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine's sleep. Who runs the tests wakes it: the clock might ring
 * before a machine that is slow to fall asleep is asleep.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "check.h"
#include "knob.h"
#include "power.h"

#define COUNT_FILE	"/sys/power/suspend_stats/success"

static long times_slept(void)
{
	FILE *f = fopen(COUNT_FILE, "re");
	long times;

	expect(f, "cannot open " COUNT_FILE ": %s", strerror(errno));
	expect(fscanf(f, "%ld", &times) == 1, "cannot read " COUNT_FILE);
	fclose(f);
	return times;
}

static void suspend(const char *state)
{
	long before = times_slept();

	knob_set("/sys/power/state", state);
	expect_number(times_slept(), before + 1);
}

/* These two return when the machine is awake again. */
void suspend_to_idle(void)
{
	suspend("freeze");
}

void suspend_to_ram(void)
{
	knob_set("/sys/power/mem_sleep", "deep");
	suspend("mem");
}

/*
 * To disk. Who runs the tests switches the machine on again, and it goes on
 * here. The kernel does not count these.
 */
static void hibernate(const char *how)
{
	knob_set("/sys/power/disk", how);
	knob_set("/sys/power/state", "disk");
}

/* Firmware's way, S4: the kernel does not shut down. */
void hibernate_by_platform(void)
{
	hibernate("platform");
}

/* The kernel that has written the image goes as if the machine were switched off. */
void hibernate_by_shutdown(void)
{
	hibernate("shutdown");
}
