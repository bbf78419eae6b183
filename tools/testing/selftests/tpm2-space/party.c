// SPDX-License-Identifier: GPL-2.0-only
/* Clients of which each is a process group, that come, stop and are killed. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "party.h"
#include "random.h"

static const char *name_of(const struct guest *guest)
{
	return guest->kind ? guest->kind->name : guest->command;
}

void party_add(struct party *party, const struct resident_kind *kind,
	       const char *command)
{
	expect(party->nr < PARTY_MAX, "more than %d clients", PARTY_MAX);
	party->guest[party->nr++] = (struct guest){
		.kind = kind,
		.command = command,
	};
}

static void arrive(struct party *party, struct guest *guest)
{
	uint64_t seed = (uint64_t)random_bits() << 32 | random_bits();

	fflush(stdout);
	guest->pid = fork();
	expect(guest->pid >= 0, "fork(): %s", strerror(errno));
	if (!guest->pid) {
		setpgid(0, 0);
		if (guest->kind)
			guest->kind->run(&seed);
		else
			execl("/bin/sh", "sh", "-c", guest->command, NULL);
		fail("%s has come to an end", name_of(guest));
	}
	setpgid(guest->pid, guest->pid);
	party->lives++;
}

/* Its children are ours when it has gone. */
static void leave(struct guest *guest)
{
	int status;

	expect(!kill(-guest->pid, SIGKILL), "kill(): %s", strerror(errno));
	expect(waitpid(guest->pid, &status, 0) == guest->pid, "waitpid(): %s",
	       strerror(errno));
	expect(WIFSIGNALED(status), "%s ended by itself, with status %d",
	       name_of(guest), WEXITSTATUS(status));
	while (waitpid(-guest->pid, &status, 0) > 0)
		;
	guest->pid = 0;
}

void party_begin(struct party *party)
{
	unsigned int i;

	for (i = 0; i < party->nr; i++) {
		if (!party->guest[i].pid)
			arrive(party, &party->guest[i]);
	}
}

void party_replace(struct party *party, unsigned int i)
{
	leave(&party->guest[i]);
	arrive(party, &party->guest[i]);
}

/* Nobody ends but by a failure, of which it has told. */
void party_check(const struct party *party)
{
	unsigned int i;
	siginfo_t info;

	for (i = 0; i < party->nr; i++) {
		info.si_pid = 0;
		expect(!waitid(P_PID, party->guest[i].pid, &info,
			       WEXITED | WNOHANG | WNOWAIT) && !info.si_pid,
		       "%s ended by itself", name_of(&party->guest[i]));
	}
	/* what others have left */
	while (waitpid(-getpgrp(), NULL, WNOHANG) > 0)
		;
}

static bool is_ours(const struct party *party, pid_t group)
{
	unsigned int i;

	for (i = 0; i < party->nr; i++) {
		if (party->guest[i].pid == group)
			return true;
	}
	return false;
}

/* Does the process run, or is in a system call that it has not come back from? */
static bool runs(const struct party *party, const char *pid)
{
	char path[60], text[400], *end;
	int group, parent;
	char state;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	end = fgets(text, sizeof(text), f) ? strrchr(text, ')') : NULL;
	fclose(f);
	if (!end || sscanf(end + 1, " %c %d %d", &state, &parent, &group) != 3)
		return false;
	/* the kernel's own have no group */
	return group && is_ours(party, group) && !strchr("TZX", state);
}

static bool anybody_runs(const struct party *party)
{
	struct dirent *entry;
	bool any = false;
	DIR *dir;

	dir = opendir("/proc");
	expect(dir, "cannot open /proc: %s", strerror(errno));
	while (!any && (entry = readdir(dir)))
		any = isdigit((unsigned char)*entry->d_name) &&
		      runs(party, entry->d_name);
	closedir(dir);
	return any;
}

static void signal_all(const struct party *party, int signal)
{
	unsigned int i;

	for (i = 0; i < party->nr; i++) {
		if (party->guest[i].pid)
			kill(-party->guest[i].pid, signal);
	}
}

/*
 * All stand still where they are, in the midst of a command maybe. Who has the
 * bare TPM has to go, since nobody else could look at it.
 */
void party_stop(struct party *party)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	long long deadline = now_ms() + HANG_MS;
	unsigned int i;

	for (i = 0; i < party->nr; i++) {
		if (party->guest[i].kind && party->guest[i].kind->raw)
			leave(&party->guest[i]);
	}
	do {
		expect(now_ms() < deadline, "a client cannot be stopped");
		signal_all(party, SIGSTOP);
		nanosleep(&pause, NULL);
	} while (anybody_runs(party));
}

void party_go_on(struct party *party)
{
	signal_all(party, SIGCONT);
	party_begin(party);
}

void party_end(struct party *party)
{
	unsigned int i;

	for (i = 0; i < party->nr; i++) {
		if (party->guest[i].pid)
			leave(&party->guest[i]);
	}
}
