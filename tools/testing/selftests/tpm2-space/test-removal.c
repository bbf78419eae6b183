// SPDX-License-Identifier: GPL-2.0-only
/* The chip goes away while clients wait for a session (G2). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "knob.h"
#include "object.h"
#include "process.h"
#include "random.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"
#include "visitors.h"

#define WAITERS		3
#define EARLY_TIMES	10
#define LOAD_TIMES	5
#define RAW_TIMES	12
#define OPEN_MS		60	/* so that some are open to the very end */

/* The chip's device and its driver, as sysfs has them. */
static char driver[PATH_MAX], device[NAME_MAX + 1];

static void find_driver(void)
{
	char link[80], path[PATH_MAX];

	snprintf(link, sizeof(link), "/sys/class/tpm/tpm%d/device/driver",
		 chip_number());
	expect(realpath(link, driver), "the chip has no driver: %s",
	       strerror(errno));
	*strrchr(link, '/') = 0;
	expect(realpath(link, path), "the chip has no device: %s",
	       strerror(errno));
	snprintf(device, sizeof(device), "%s", strrchr(path, '/') + 1);
}

static void tell_driver(const char *file)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", driver, file);
	knob_set(path, device);
}

/* The node is made by the kernel, a moment after the chip is there. */
static int open_when_there(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	long long deadline = now_ms() + HANG_MS;
	int fd;

	while ((fd = tpm_try_managed()) < 0) {
		expect(now_ms() < deadline, "no chip after %d ms: %s", HANG_MS,
		       strerror(errno));
		nanosleep(&pause, NULL);
	}
	return fd;
}

static void expect_gone(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect_errno(tpm_write(fd, &m), EPIPE);
}

/**
 * struct scene - clients of a chip that goes away
 * @idle: a file that has an object
 * @crowd: files that have all sessions
 * @waiters: processes that wait for one
 * @nonblock: files that wait for one
 */
struct scene {
	int idle;
	struct crowd crowd;
	struct waiter waiters[WAITERS];
	int nonblock[WAITERS];
};

static void set_scene(struct scene *scene)
{
	struct message m = start_command(SE_POLICY);
	struct object key;
	int i;

	find_driver();
	scene->idle = tpm_managed();
	new_key(scene->idle, 1, "", &key);
	crowd_take_all(&scene->crowd, KIND_MIXED);
	set_lease(LEASE_ENDLESS);
	for (i = 0; i < WAITERS; i++) {
		waiter_start(&scene->waiters[i]);
		await_counter("waiters", i + 1);
	}
	for (i = 0; i < WAITERS; i++) {
		scene->nonblock[i] = tpm_managed_nonblock();
		expect(tpm_write(scene->nonblock[i], &m) == (ssize_t)m.len,
		       "write(): %s", strerror(errno));
		await_counter("waiters", WAITERS + i + 1);
	}
}

/* Take the chip away: who waits is told, and so is who comes again. */
static void remove_chip(struct scene *scene)
{
	struct granted granted;
	struct message m;
	int i;

	tell_driver("unbind");
	for (i = 0; i < WAITERS; i++) {
		expect(waiter_is_done(&scene->waiters[i], HANG_MS),
		       "a client waits for a chip that is gone");
		granted = waiter_result(&scene->waiters[i]);
		expect(granted.error == EPIPE, "write() of a waiter: %s",
		       strerror(granted.error));
	}
	for (i = 0; i < WAITERS; i++) {
		expect(tpm_answered(scene->nonblock[i], HANG_MS),
		       "a client waits for a chip that is gone");
		expect_errno(read(scene->nonblock[i], m.data, sizeof(m.data)),
			     EPIPE);
	}
	expect_number(chip_number(), NO_CHIP);

	expect_gone(scene->idle);
	expect_gone(scene->crowd.fds[0]);
	m = start_command(SE_POLICY);
	expect(tpm_write(scene->nonblock[0], &m) == (ssize_t)m.len,
	       "write(): %s", strerror(errno));
	expect(tpm_answered(scene->nonblock[0], HANG_MS), "no answer");
	expect_errno(read(scene->nonblock[0], m.data, sizeof(m.data)), EPIPE);
}

static void close_all(struct scene *scene)
{
	int i;

	for (i = 0; i < WAITERS; i++) {
		waiter_end(&scene->waiters[i]);
		close(scene->nonblock[i]);
	}
	crowd_close(&scene->crowd);
	close(scene->idle);
}

static void removal(void)
{
	struct scene scene;
	struct object key;
	int fd;

	set_scene(&scene);
	remove_chip(&scene);
	close_all(&scene);

	tell_driver("bind");
	fd = open_when_there();
	expect_ok(get_random(fd));
	expect_number(counter("waiters"), 0);
	set_lease(0);
	new_session(fd, SE_POLICY);
	new_key(fd, 1, "", &key);
	check_object(fd, &key);
	/* what nobody can end any more went with the chip */
	expect_number(counter("active"), 1);
}

/* With files of the old chip open, the new one gets another number. */
static void removal_open(void)
{
	struct scene scene;
	struct object key;
	int fd, number = chip_number();

	set_scene(&scene);
	remove_chip(&scene);
	tell_driver("bind");
	fd = open_when_there();
	expect(chip_number() != number, "two chips have the number %d",
	       number);
	new_key(fd, 1, "", &key);
	expect_gone(scene.idle);
	expect_gone(scene.crowd.fds[1]);
	close_all(&scene);
	check_object(fd, &key);
	close(fd);

	tell_driver("unbind");
	tell_driver("bind");
	close(open_when_there());
}

/* Opens the node as soon as it has a name, as who waits for udev would. */
static void open_at_once(void *argument)
{
	const char *path = argument;
	int fd;

	do {
		fd = open(path, O_RDWR);
	} while (fd < 0 && errno == ENOENT);
	expect(fd >= 0, "open() of a new chip: %s", strerror(errno));
	expect_ok(get_random(fd));
	new_session(fd, SE_POLICY);
	close(fd);
}

static void removal_early(void)
{
	char path[80];
	pid_t pid;
	int i;

	find_driver();
	/* IMA may keep the first chip, and with it the number, for ever */
	tell_driver("unbind");
	tell_driver("bind");
	close(open_when_there());
	snprintf(path, sizeof(path), "/dev/tpmrm%d", chip_number());
	for (i = 0; i < EARLY_TIMES; i++) {
		tell_driver("unbind");
		expect(access(path, F_OK) < 0, "%s is still there", path);
		pid = spawn(open_at_once, path);
		tell_driver("bind");
		await_success(pid);
	}
	close(open_when_there());
	expect_number(counter("active"), 0);
}

/* It goes and comes in the midst of everything. */
static void removal_load(void)
{
	struct visitors *visitors;
	int i;

	find_driver();
	visitors = visitors_begin(true);
	for (i = 0; i < LOAD_TIMES; i++) {
		visitors_await(visitors);
		tell_driver("unbind");
		tell_driver("bind");
	}
	visitors_await(visitors);
	visitors_end(visitors);
	/* it has the number of one that nobody keeps any more */
	close(open_when_there());
}

/* Whoever opens the bare TPM is not kept from it until the last moment. */
static void open_again_and_again(void *argument)
{
	const char *path = argument;
	int fd;

	for (;;) {
		fd = open(path, O_RDWR);
		let_pass(now_ms() + random_below(OPEN_MS));
		if (fd >= 0)
			close(fd);
	}
}

/* There is much to flush, so that it takes its time to go. */
static void removal_raw(void)
{
	struct crowd crowd;
	char path[80];
	pid_t pid;
	int i;

	random_begin();
	find_driver();
	for (i = 0; i < RAW_TIMES; i++) {
		crowd_take_all(&crowd, SE_POLICY);
		snprintf(path, sizeof(path), "/dev/tpm%d", chip_number());
		pid = spawn(open_again_and_again, path);
		tell_driver("unbind");
		kill_and_reap(pid);
		tell_driver("bind");
		crowd_close(&crowd);
		close(open_when_there());
	}
	expect_number(counter("active"), 0);
}

const struct test removal_tests[] = {
	{ "removal", "G2: who waits is let go when the chip goes away", removal },
	{ "removal-open", "G2: open files outlive their chip", removal_open },
	{ "removal-early", "G2: who opens a new chip at once is served",
	  removal_early },
	{ "removal-raw", "G13: a chip that goes while its bare TPM is opened is gone",
	  removal_raw },
	{ "removal-load", "G2: a chip that goes and comes under load is served",
	  removal_load },
	{}
};
