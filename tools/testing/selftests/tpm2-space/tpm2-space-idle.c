// SPDX-License-Identifier: GPL-2.0-only
/*
 * One idle session among busy ones, until the TPM's context counter has gone
 * round: with or without the extension.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "check.h"
#include "counters.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define FILES		2
#define SESSIONS	2	/* of each file: together more than have a slot */

static const char usage_text[] =
	"usage: tpm2-space-idle [OPTION ...]\n"
	"\n"
	"Two files of /dev/tpmrm0 use two sessions each in turn, and a third one has a\n"
	"session that it does not use before the end.\n"
	"\n"
	"  --commands N   of the busy ones together (default: 70000)\n"
	"  --progress N   a line on standard error for every N commands\n"
	"\n"
	"Prints one JSON object. A command that fails is counted, and does not end the\n"
	"run; a thousand failures in a row do. The exit status is 0 whenever there is a\n"
	"result.\n";

/**
 * struct result - what became of the commands
 * @sent: how many there were
 * @failed: how many of them failed
 * @first_failed: the how-manieth one was the first to fail, 0 if none did
 * @reason: of the first one
 */
struct result {
	unsigned long sent;
	unsigned long failed;
	unsigned long first_failed;
	char reason[40];
};

/* TPM2_PolicyGetDigest, which changes nothing. What went wrong, or NULL. */
static const char *use(int fd, uint32_t session)
{
	static char reason[40];
	struct message m, r;
	uint32_t rc;

	command_begin(&m, ST_NO_SESSIONS, CC_POLICY_GET_DIGEST);
	put32(&m, session);
	command_end(&m);
	if (tpm_write(fd, &m) < 0) {
		snprintf(reason, sizeof(reason), "%s", strerror(errno));
		return reason;
	}
	rc = tpm_read(fd, &r);
	if (!rc)
		return NULL;
	snprintf(reason, sizeof(reason), "0x%08x", rc);
	return reason;
}

static void keep_busy(unsigned long commands, unsigned long progress,
		      struct result *result)
{
	unsigned long in_a_row = 0, i;
	uint32_t sessions[FILES][SESSIONS];
	int fds[FILES], file, nr;
	const char *reason;

	for (file = 0; file < FILES; file++) {
		fds[file] = tpm_managed();
		for (nr = 0; nr < SESSIONS; nr++)
			sessions[file][nr] = new_session(fds[file], SE_POLICY);
	}

	for (i = 0; i < commands && in_a_row < 1000; i++) {
		file = i % FILES;
		nr = i / FILES % SESSIONS;
		reason = use(fds[file], sessions[file][nr]);
		result->sent++;
		in_a_row = reason ? in_a_row + 1 : 0;
		if (reason && !result->failed++) {
			result->first_failed = i + 1;
			strcpy(result->reason, reason);
		}
		if (progress && result->sent % progress == 0)
			fprintf(stderr, "%lu commands, %lu failed\n",
				result->sent, result->failed);
	}
}

static unsigned long number(const char *text)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (end == text || *end || !value) {
		fputs(usage_text, stderr);
		exit(2);
	}
	return value;
}

static void print_counter(const char *name)
{
	if (counters_present())
		printf("\"%s\": %ld, ", name, counter(name));
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "commands", required_argument, NULL, 'c' },
		{ "progress", required_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	unsigned long commands = 70000, progress = 0;
	struct result result = {};
	const char *idle;
	uint32_t session;
	int option, fd;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			commands = number(optarg);
			break;
		case 'p':
			progress = number(optarg);
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	}
	if (optind != argc) {
		fputs(usage_text, stderr);
		return 2;
	}

	fd = tpm_managed();
	session = new_session(fd, SE_POLICY);
	keep_busy(commands, progress, &result);
	idle = use(fd, session);

	printf("{\"commands\": %lu, \"failed\": %lu, \"first_failed\": %lu, ",
	       result.sent, result.failed, result.first_failed);
	printf("\"reason\": \"%s\", ", result.reason);
	print_counter("context_saves");
	print_counter("context_refreshes");
	print_counter("evictions");
	printf("\"idle_session\": \"%s\"}\n", idle ? idle : "works");
	return 0;
}
