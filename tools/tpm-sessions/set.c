// SPDX-License-Identifier: GPL-2.0-only
/* tpm-sessions set: the limits of a TPM. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "absence.h"
#include "commands.h"
#include "duration.h"
#include "options.h"
#include "snapshot.h"
#include "status.h"
#include "sysfs.h"

static const struct limit {
	const char *name;
	const char *file;
	bool is_time;
	const char *range;
} limits[] = {
	{ "lease", "lease_ms", true, "at most an hour" },
	{ "tenure", "tenure_ms", true, "at most an hour" },
	{ "max-per-fd", "max_per_fd", false, "from 1 to 4294967295" },
};

static void print_help(FILE *to)
{
	fputs("usage: tpm-sessions set [OPTION ...] lease|tenure TIME\n"
	      "       tpm-sessions set [OPTION ...] max-per-fd NUMBER\n"
	      "\n"
	      "Sets for how long a session is safe that is not used (lease) or is used\n"
	      "(tenure), or how many sessions an open file may have, until the machine\n"
	      "restarts. TIME has a unit: ms, s, m, h or d; without one, it is seconds.\n"
	      "\n"
	      OPTIONS_HELP, to);
}

static const struct limit *find_limit(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		if (!strcmp(limits[i].name, name))
			return &limits[i];
	}
	errx(STATUS_USAGE, "there is no limit '%s': there are lease, tenure and max-per-fd",
	     name);
}

static long long parse(const struct limit *limit, const char *text)
{
	long long value;
	char *end;

	if (limit->is_time) {
		if (!duration_parse(text, &value))
			errx(STATUS_USAGE, "'%s' is no time: it is a number and ms, s, m, h or d",
			     text);
		return value;
	}
	errno = 0;
	value = strtoll(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno)
		errx(STATUS_USAGE, "'%s' is no number", text);
	return value;
}

static bool set_limit(int chip, const struct limit *limit, long long value)
{
	int error = sysfs_write(chip, limit->file, value);

	switch (error) {
	case 0:
		return true;
	case EACCES:
	case EPERM:
		warnx("only root may set a limit of tpmrm%d: try as root", chip);
		break;
	case ERANGE:
	case EINVAL:
		warnx("tpmrm%d does not take %lld%s for %s: it is %s", chip,
		      value, limit->is_time ? " ms" : "", limit->name,
		      limit->range);
		break;
	default:
		warnx("cannot set %s of tpmrm%d: %s", limit->name, chip,
		      strerror(error));
	}
	return false;
}

/**
 * set_main() - set a limit
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: exit status.
 */
int set_main(int argc, char **argv)
{
	struct options options = {
		.least = 2,
		.most = 2,
		.print_help = print_help,
	};
	struct snapshot snapshot;
	const struct limit *limit;
	long long value;
	bool ok = true;
	size_t i;

	argv += options_parse(&options, argc, argv);
	limit = find_limit(argv[0]);
	value = parse(limit, argv[1]);
	snapshot_look(&snapshot, options.tpm);
	absence_check(&snapshot, options.tpm);
	for (i = 0; i < snapshot.nr_chips; i++) {
		if (snapshot.chips[i].served)
			ok &= set_limit(snapshot.chips[i].number, limit, value);
	}
	snapshot_free(&snapshot);
	return ok ? STATUS_OK : STATUS_FAILED;
}
