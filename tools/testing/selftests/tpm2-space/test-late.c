// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second chip comes when the extension is at work, and goes, and comes again:
 * it is served like the first, which does not notice.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "client.h"
#include "counters.h"
#include "crowd.h"
#include "emulator.h"
#include "session.h"
#include "switch.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"
#include "uevent.h"

#define CHIPS_MAX	64
#define TIMES		3
#define NEWCOMERS	5
#define LEASE_MS	2000
#define UEVENT_MS	100	/* how often one looks for something else */

static int exists(const char *format, int number)
{
	char path[80];

	snprintf(path, sizeof(path), format, number);
	return !access(path, F_OK);
}

/* The number of a chip that is not the first, or NO_CHIP. */
static int find_second(void)
{
	int i;

	for (i = 1; i < CHIPS_MAX; i++) {
		if (exists("/dev/tpmrm%d", i) &&
		    exists("/sys/class/tpmrm/tpmrm%d/sessions", i))
			return i;
	}
	return NO_CHIP;
}

static void pause_until(long long deadline, const char *what)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	expect(now_ms() < deadline, "a chip that was to %s does not", what);
	nanosleep(&pause, NULL);
}

/*
 * The kernel takes no chip that is not quick to answer, as on a busy machine: then
 * the emulator ends, and there has to be another one.
 */
static pid_t start_again(pid_t pid)
{
	if (waitpid(pid, NULL, WNOHANG) != pid)
		return pid;
	check_note("the kernel has not taken the chip");
	return emulator_start();
}

static pid_t second_comes(void)
{
	long long deadline = now_ms() + HANG_MS;
	pid_t pid = emulator_start();

	while (find_second() == NO_CHIP) {
		pid = start_again(pid);
		pause_until(deadline, "come");
	}
	chip_choose(find_second());
	return pid;
}

static void second_goes(pid_t pid)
{
	long long deadline = now_ms() + HANG_MS;
	int status;

	emulator_end();
	expect(waitpid(pid, &status, 0) == pid, "waitpid(): %s",
	       strerror(errno));
	while (find_second() != NO_CHIP)
		pause_until(deadline, "go");
	chip_choose(NO_CHIP);
}

static void expect_gone(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect_errno(tpm_write(fd, &m), EPIPE);
	close(fd);
}

static void late_second(void)
{
	struct client first, second;
	int i, j, newcomer;
	struct crowd crowd;
	long evictions;
	pid_t pid;

	make_client(&first, CLIENT_MANY);
	evictions = counter("evictions");
	for (i = 0; i < TIMES; i++) {
		pid = second_comes();
		make_client(&second, CLIENT_MANY);
		for (j = 0; j < CLIENT_MANY; j++) {
			use_client(&first, j);
			use_client(&second, j);
		}
		/* its sessions are its own, and do not run out */
		crowd_take_all(&crowd, KIND_MIXED);
		set_lease(0);
		newcomer = tpm_managed();
		for (j = 0; j < NEWCOMERS; j++)
			new_session(newcomer, SE_POLICY);
		expect_number(counter("evictions"), NEWCOMERS);

		second_goes(pid);
		expect_gone(second.fd);
		expect_gone(newcomer);
		crowd_close(&crowd);
		check_client(&first);
		expect_number(counter("active"), CLIENT_MANY);
		expect_number(counter("evictions"), evictions);
	}
}

/* It comes while new files are the kernel's, and its are, too, until then. */
static void late_off(void)
{
	struct client first;
	int ours, kernels;
	pid_t pid;

	make_client(&first, CLIENT_MANY);
	switch_set(false);
	pid = second_comes();
	kernels = tpm_managed();
	expect_kernels(kernels);
	switch_set(true);
	ours = tpm_managed();
	expect_ours(ours);
	expect_kernels(kernels);
	switch_set(false);
	expect_ours(ours);
	expect_kernels(tpm_managed());
	check_client(&first);

	/* and it goes while it is off */
	second_goes(pid);
	expect_gone(ours);
	close(kernels);
	switch_set(true);
	expect_ours(tpm_managed());
	check_client(&first);

	pid = second_comes();
	expect_ours(tpm_managed());
	second_goes(pid);
}

/*
 * When udev is told of the device, its limits and counters are there and say what
 * is so. The module comes too late for that, so it has udev told again.
 */
static void late_uevent(void)
{
	const char *action = exists("/sys/module/tpm2_space_sessions", 0) ?
			     "change" : "add";
	long long deadline = now_ms() + HANG_MS;
	int events = uevents_open(), number;
	pid_t pid = emulator_start();

	/* the first number that is free */
	for (number = 1; exists("/sys/class/tpmrm/tpmrm%d", number); number++)
		;
	while (!uevents_saw(events, action, number, UEVENT_MS)) {
		pid = start_again(pid);
		expect(now_ms() < deadline, "nobody is told '%s'", action);
	}
	close(events);
	chip_choose(number);
	expect_number(counter("lease_ms"), LEASE_MS);
	expect(counter("max_per_fd") > 0, "the limits of the TPM are not known");
	expect_number(counter("active"), 0);
	set_limit("lease_ms", LEASE_MS + 1);
	expect_number(counter("lease_ms"), LEASE_MS + 1);
	second_goes(pid);
}

const struct test late_tests[] = {
	{ "late-second", "life: a chip that comes, goes and comes is served",
	  late_second },
	{ "late-off", "life: one that comes while it is off is, when it is on",
	  late_off },
	{ "late-uevent", "G16: when udev is told of a chip, its files are there",
	  late_uevent },
	{}
};
