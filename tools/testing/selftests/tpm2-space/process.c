// SPDX-License-Identifier: GPL-2.0-only
/* Processes that take part in a test. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "process.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define FIRST_FD	(STDERR_FILENO + 1)

/* Run a function in a process of its own, which ends when it returns. */
pid_t spawn(void (*run)(void *), void *argument)
{
	pid_t pid = fork();

	expect(pid >= 0, "fork(): %s", strerror(errno));
	if (pid)
		return pid;
	run(argument);
	_exit(0);
}

/* What went wrong in the other process, it has said itself. */
void await_success(pid_t pid)
{
	int status;

	expect(waitpid(pid, &status, 0) == pid, "waitpid(): %s",
	       strerror(errno));
	expect(WIFEXITED(status), "process %d was ended by signal %d", pid,
	       WTERMSIG(status));
	expect_number(WEXITSTATUS(status), 0);
}

void kill_and_reap(pid_t pid)
{
	int status;

	expect(!kill(pid, SIGKILL), "kill(): %s", strerror(errno));
	expect(waitpid(pid, &status, 0) == pid, "waitpid(): %s",
	       strerror(errno));
	expect(WIFSIGNALED(status), "process %d ended by itself, with status %d",
	       pid, WEXITSTATUS(status));
}

/* It holds its own file open and no other: to close one must end it. */
static void ask_and_hold(int result)
{
	struct message m = start_command(SE_POLICY), r;
	struct granted granted = {};
	int fd;

	expect(dup2(result, FIRST_FD) == FIRST_FD &&
	       !close_range(FIRST_FD + 1, ~0U, 0), "close_range(): %s",
	       strerror(errno));
	result = FIRST_FD;
	fd = tpm_managed();
	if (tpm_write(fd, &m) < 0) {
		granted.error = errno;
	} else {
		granted.code = tpm_read(fd, &r);
		if (!granted.code)
			granted.handle = get32(&r);
	}
	expect(write(result, &granted, sizeof(granted)) == sizeof(granted),
	       "write() to a pipe: %s", strerror(errno));
	for (;;)
		pause();
}

void waiter_start(struct waiter *waiter)
{
	int ends[2];

	expect(!pipe(ends), "pipe(): %s", strerror(errno));
	waiter->pid = fork();
	expect(waiter->pid >= 0, "fork(): %s", strerror(errno));
	if (!waiter->pid) {
		close(ends[0]);
		ask_and_hold(ends[1]);
	}
	close(ends[1]);
	waiter->result = ends[0];
}

/* Is the wait over? Or did the process end without a word? */
bool waiter_is_done(const struct waiter *waiter, int timeout_ms)
{
	struct pollfd p = { .fd = waiter->result, .events = POLLIN };
	int n = poll(&p, 1, timeout_ms);

	expect(n >= 0, "poll(): %s", strerror(errno));
	return n > 0;
}

struct granted waiter_result(const struct waiter *waiter)
{
	struct granted granted;

	expect(read(waiter->result, &granted, sizeof(granted)) ==
	       sizeof(granted), "process %d ended without a word", waiter->pid);
	return granted;
}

/* The session that it waited for. */
uint32_t waiter_session(const struct waiter *waiter)
{
	struct granted granted = waiter_result(waiter);

	expect(!granted.error, "write() of a waiter: %s",
	       strerror(granted.error));
	expect_ok(granted.code);
	return granted.handle;
}

void waiter_end(struct waiter *waiter)
{
	kill_and_reap(waiter->pid);
	close(waiter->result);
}
