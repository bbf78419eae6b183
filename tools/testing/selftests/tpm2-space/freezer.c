// SPDX-License-Identifier: GPL-2.0-only
/*
 * A group of processes that can be frozen, by cgroup's first or second version.
 *
 * What the first version has frozen sleeps where it is, cannot be killed, and
 * does not notice. What the second one freezes is interrupted as by a signal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "freezer.h"
#include "knob.h"
#include "process.h"

#define MOUNTED		"/sys/fs/cgroup"
#define GROUP		MOUNTED "/tpm2-space"
#define DEADLINE_MS	300000

const struct freezer_kind freezer_v1 = {
	.type = "cgroup",
	.options = "freezer",
	.control = "freezer.state",
	.freeze = "FROZEN",
	.thaw = "THAWED",
	.status = "freezer.state",
	.frozen = "FROZEN",
};

const struct freezer_kind freezer_v2 = {
	.type = "cgroup2",
	.control = "cgroup.freeze",
	.freeze = "1",
	.thaw = "0",
	.status = "cgroup.events",
	.frozen = "frozen 1",
};

static const struct freezer_kind *kind;

static void tell(const char *name, const char *what)
{
	char path[80];

	snprintf(path, sizeof(path), GROUP "/%s", name);
	knob_set(path, what);
}

/* A mount that nobody else sees, and that goes with this process. */
static void make_group(void)
{
	expect(!unshare(CLONE_NEWNS) &&
	       !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL),
	       "no mounts of our own: %s", strerror(errno));
	expect(!mount(kind->type, MOUNTED, kind->type, 0, kind->options),
	       "cannot mount %s with options '%s': %s", kind->type,
	       kind->options ? kind->options : "", strerror(errno));
	expect(!mkdir(GROUP, 0755), "mkdir(): %s", strerror(errno));
}

static void run_it(void *argument)
{
	(*(void (**)(void))argument)();
}

/**
 * freezer_run() - run a test that freezes processes
 * @how: how
 * @run: the test
 *
 * Whatever becomes of it, nothing stays frozen, so that all can be killed; but for
 * that it has to end by itself.
 */
void freezer_run(const struct freezer_kind *how, void (*run)(void))
{
	int status;
	pid_t pid;

	kind = how;
	make_group();
	pid = spawn(run_it, &run);
	expect(waitpid(pid, &status, 0) == pid, "waitpid(): %s",
	       strerror(errno));
	freezer_thaw();
	if (status)
		_exit(CHECK_FAILED);
	expect(!rmdir(GROUP), "rmdir(): %s", strerror(errno));
}

void freezer_add(pid_t pid)
{
	char text[20];

	snprintf(text, sizeof(text), "%d", pid);
	tell("cgroup.procs", text);
}

static bool is_frozen(void)
{
	char path[80], text[200];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), GROUP "/%s", kind->status);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	len = read(fd, text, sizeof(text) - 1);
	expect(len > 0, "cannot read %s: %s", kind->status, strerror(errno));
	close(fd);
	text[len] = 0;
	return strstr(text, kind->frozen);
}

/* Returns when all are. */
void freezer_freeze(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	long long deadline = now_ms() + DEADLINE_MS;

	tell(kind->control, kind->freeze);
	while (!is_frozen()) {
		expect(now_ms() < deadline, "not frozen after %d ms",
		       DEADLINE_MS);
		nanosleep(&pause, NULL);
	}
}

void freezer_thaw(void)
{
	tell(kind->control, kind->thaw);
}
