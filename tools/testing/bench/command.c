// SPDX-License-Identifier: GPL-2.0-only
/* A program that is told the way by what it finds in its environment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "parts.h"
#include "print.h"
#include "process.h"

static const char *const variables[] = {
	"TPM2TOOLS_TCTI", "TPM2OPENSSL_TCTI", "TPM2_PKCS11_TCTI",
};

static void become(void *command)
{
	char **words = command;

	/* what is printed is ours */
	expect(dup2(STDERR_FILENO, STDOUT_FILENO) == STDOUT_FILENO,
	       "dup2(): %s", strerror(errno));
	execvp(*words, words);
	fail("cannot run %s: %s", *words, strerror(errno));
}

static void measure(const struct plan *plan, const char *name, char **command,
		    enum route route, unsigned int pass)
{
	struct outcome outcome = {};
	unsigned long long began;
	struct wire before;
	unsigned int i;
	int status;
	pid_t pid;

	for (i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		expect(!setenv(variables[i], route_tcti(), 1), "setenv(): %s",
		       strerror(errno));
	fflush(stdout);
	wire_read(&before);
	began = clock_ns();
	pid = spawn(become, command);
	expect(waitpid(pid, &status, 0) == pid, "waitpid(): %s",
	       strerror(errno));
	outcome.ns = clock_ns() - began;
	wire_since(&before, &outcome.wire);

	print_begin("command", name, route);
	print_number("status", WIFEXITED(status) ? WEXITSTATUS(status) : 255);
	print_wire(&outcome.wire);
	if (!plan->exact) {
		print_number("pass", pass);
		print_number("seconds", outcome.ns / 1e9);
	}
	print_end();
}

/**
 * part_command() - run a program by each way
 * @plan: by which ways, and how often
 * @name: what it is called in the results
 * @command: its words
 */
void part_command(const struct plan *plan, const char *name, char **command)
{
	unsigned int pass;
	enum route route;

	for (pass = 0; pass < plan->passes; pass++) {
		for (route = 0; route < NR_ROUTES; route++) {
			if (!plan->routes[route])
				continue;
			route_take(route);
			measure(plan, name, command, route, pass);
		}
		route_leave();
	}
}
