// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals to processes that are at work, as a timer's or a terminal's come.
 *
 * Some drivers of TPM chips give a command up when the task that has sent it has
 * a signal. With SA_RESTART programs do not notice, unless something is lost.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include "check.h"
#include "counters.h"
#include "disturb.h"
#include "process.h"

static volatile sig_atomic_t caught;

static void handler(int signal)
{
	caught++;
}

/* From now on they do not end this process, nor those that it starts. */
void disturb_begin(void)
{
	struct sigaction action = {
		.sa_handler = handler, .sa_flags = SA_RESTART,
	};

	expect(!sigaction(SIGUSR1, &action, NULL), "sigaction(): %s",
	       strerror(errno));
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = {};

	expect(!waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT),
	       "waitid(): %s", strerror(errno));
	return info.si_pid == pid;
}

/**
 * disturb_until_ended() - send signals to processes for as long as they run
 * @pids: the processes, which are to succeed
 * @nr: how many
 * @meanwhile: what to do from one signal to the next
 * @argument: of @meanwhile
 */
void disturb_until_ended(const pid_t *pids, unsigned int nr,
			 void (*meanwhile)(void *), void *argument)
{
	unsigned int i, left;

	do {
		for (i = 0, left = 0; i < nr; i++) {
			if (has_ended(pids[i]))
				continue;
			expect(!kill(pids[i], SIGUSR1), "kill(): %s",
			       strerror(errno));
			left++;
		}
		meanwhile(argument);
	} while (left);
	for (i = 0; i < nr; i++)
		await_success(pids[i]);
}

/* In a process that was to be disturbed. */
void disturb_expect_signals(void)
{
	expect(caught, "no signal has come");
}
