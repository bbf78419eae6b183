// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs tests, and reports in the Test Anything Protocol.
 *
 * Each test is a process with a time limit, and begins and ends with a bed
 * that is made. A test that hangs is a test that failed, and whatever it has
 * started goes with it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "bed.h"
#include "check.h"
#include "counters.h"
#include "tap.h"

#define BED_SECONDS	300	/* to make the bed, and to get up */
#define SKIP		4	/* exit status, as kselftest has it */
/* who sets it says that all that the TPM has may be lost */
#define MERCILESS	"TPM2_SPACE_TEST_MAY_CLEAR_TPM"

/* A process of its own for each step, so that the report goes on. */
static pid_t start(void (*run)(void))
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(2);
	}
	if (!pid) {
		sigset_t none;

		setpgid(0, 0);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		run();
		_exit(0);
	}
	setpgid(pid, pid);
	return pid;
}

/* Wait until one of our processes has ended. Returns 0 when time is up. */
static int await_child(pid_t pid, int *status, const struct timespec *end)
{
	struct timespec now, left;
	sigset_t child;
	pid_t seen;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		seen = waitpid(pid, status, WNOHANG);
		if (seen)
			return seen;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left.tv_sec = end->tv_sec - now.tv_sec;
		left.tv_nsec = end->tv_nsec - now.tv_nsec;
		if (left.tv_nsec < 0) {
			left.tv_sec--;
			left.tv_nsec += 1000000000;
		}
		if (left.tv_sec < 0)
			return 0;
		sigtimedwait(&child, NULL, &left);
	}
}

/* Run a step to its end. Returns whether it succeeded. */
static int succeeds(void (*run)(void), unsigned int seconds, const char *what)
{
	struct timespec end;
	pid_t pid = start(run);
	int status, ended;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	ended = await_child(pid, &status, &end);

	/* whatever it started and left behind goes too */
	kill(-pid, SIGKILL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += BED_SECONDS;
	for (;;) {
		int other, seen = await_child(-1, &other, &end);

		if (seen < 0 && errno == ECHILD)
			break;
		if (!seen) {
			printf("Bail out! processes of %s cannot be killed\n",
			       what);
			exit(1);
		}
	}

	if (!ended)
		check_note("%s did not end within %u s", what, seconds);
	else if (WIFSIGNALED(status))
		check_note("%s was ended by signal %d", what, WTERMSIG(status));
	return ended && WIFEXITED(status) && !WEXITSTATUS(status);
}

static int run_test(const struct test *test, unsigned int number,
		    void (*prepare)(void))
{
	unsigned int seconds = test->seconds ? test->seconds : TEST_SECONDS;
	long long begin;
	int ok;

	if (prepare && !succeeds(prepare, TEST_SECONDS, "preparing")) {
		printf("Bail out! no test can begin\n");
		exit(1);
	}
	if (!succeeds(bed_make, BED_SECONDS, "making the bed")) {
		printf("Bail out! no test can begin\n");
		exit(1);
	}
	begin = now_ms();
	ok = succeeds(test->run, seconds, test->name);
	check_note("%s: %lld ms", test->name, now_ms() - begin);
	if (ok)
		ok = succeeds(bed_check, BED_SECONDS, "what was left behind");

	printf("%sok %u - %s: %s\n", ok ? "" : "not ", number, test->name,
	       test->proves);
	fflush(stdout);
	return ok;
}

static int chosen(const struct test *test, int nr, char **names)
{
	int i;

	for (i = 0; i < nr; i++) {
		if (!strcmp(names[i], test->name))
			return 1;
	}
	return !nr && !test->named_only;
}

static const struct test *find(const struct test * const *groups,
			       const char *name)
{
	const struct test *test;

	for (; *groups; groups++) {
		for (test = *groups; test->name; test++) {
			if (!strcmp(test->name, name))
				return test;
		}
	}
	return NULL;
}

static void list(const struct test * const *groups)
{
	const struct test *test;

	for (; *groups; groups++) {
		for (test = *groups; test->name; test++)
			printf("%s\t%s\n", test->name, test->proves);
	}
}

/**
 * tap_main() - run the tests named on the command line, or all but the long
 * @argc: number of arguments, the program's name included
 * @argv: arguments
 * @groups: all tests there are; ends with NULL
 * @prepare: to be run before each test; may be NULL
 *
 * Tests clear the TPM, and end what others have in it: nothing is run unless somebody
 * has said that it is theirs to lose.
 *
 * Return: exit status: 0 if all succeeded, 1 if not, 2 if there is no such
 * test, 4 if nothing was run.
 */
int tap_main(int argc, char **argv, const struct test * const *groups,
	     void (*prepare)(void))
{
	const struct test *test;
	unsigned int nr = 0, number = 0;
	const struct test * const *group;
	sigset_t child;
	int i, ok = 1;

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list(groups);
		return 0;
	}
	for (i = 1; i < argc; i++) {
		if (!find(groups, argv[i])) {
			fprintf(stderr, "usage: %s [--list | TEST ...]\n%s: there is no test %s\n",
				argv[0], argv[0], argv[i]);
			return 2;
		}
	}

	if (!getenv(MERCILESS)) {
		printf("TAP version 13\n");
		printf("1..0 # SKIP the TPM would be cleared: set %s=1 if it may be\n", MERCILESS);
		return SKIP;
	}

	/* orphans of a test become our children */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);

	for (group = groups; *group; group++) {
		for (test = *group; test->name; test++)
			nr += chosen(test, argc - 1, argv + 1);
	}
	printf("TAP version 13\n1..%u\n", nr);
	for (group = groups; *group; group++) {
		for (test = *group; test->name; test++) {
			if (chosen(test, argc - 1, argv + 1))
				ok &= run_test(test, ++number, prepare);
		}
	}
	return !ok;
}
