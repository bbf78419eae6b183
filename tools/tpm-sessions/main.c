// SPDX-License-Identifier: GPL-2.0-only
/*
 * tpm-sessions: who has the sessions of the TPM, for administrators.
 *
 * main.c hands the command line to a command, each a file of its own. What they
 * know comes from a snapshot, which procfs, sysfs and the device fill; a table or
 * a view shows it.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include "commands.h"
#include "status.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "list", list_main },
	{ "stat", stat_main },
	{ "watch", watch_main },
	{ "flush", flush_main },
	{ "set", set_main },
};

/* What it says of itself has the command's name. */
static int run(size_t i, int argc, char **argv)
{
	char name[32];

	snprintf(name, sizeof(name), "tpm-sessions %s", commands[i].name);
	argv[0] = name;
	return commands[i].run(argc, argv);
}

int main(int argc, char **argv)
{
	size_t i;

	setlocale(LC_ALL, "");
	if (argc < 2 || *argv[1] == '-')
		return list_main(argc, argv);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		return run(i, argc - 1, argv + 1);
	}
	fprintf(stderr, "tpm-sessions: there is no command '%s': there are",
		argv[1]);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(stderr, " %s", commands[i].name);
	fputc('\n', stderr);
	return STATUS_USAGE;
}
