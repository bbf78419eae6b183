// SPDX-License-Identifier: GPL-2.0-only
/* tpm-sessions stat: the counters and limits of each TPM. */
#include <dirent.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "absence.h"
#include "commands.h"
#include "memory.h"
#include "options.h"
#include "path.h"
#include "snapshot.h"
#include "status.h"
#include "sysfs.h"
#include "table.h"

enum { COL_TPM, COL_NAME, COL_VALUE, COL_MEANING };

static const struct column stat_columns[] = {
	[COL_TPM] = { "TPM", 6, 0, SCOLS_JSON_STRING, true, "the TPM" },
	[COL_NAME] = { "NAME", 10, 0, SCOLS_JSON_STRING, true,
		"name of the counter or the limit, as in sysfs" },
	[COL_VALUE] = { "VALUE", 5, SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER, true,
		"what it is now" },
	[COL_MEANING] = { "MEANING", 0.5, SCOLS_FL_TRUNC, SCOLS_JSON_STRING,
		true, "what that means" },
};

#define NR_COLUMNS	(sizeof(stat_columns) / sizeof(*stat_columns))

/* Others, which later versions may have, come behind them. */
static const struct {
	const char *name;
	const char *meaning;
} known[] = {
	{ "active", "sessions in the TPM, detached ones among them" },
	{ "detached", "sessions that no open file has" },
	{ "waiters", "commands that wait for a session now" },
	{ "longest_wait_ms", "the longest wait so far" },
	{ "evictions", "sessions that were taken away" },
	{ "premature_evictions", "of these, how many their owners came back to" },
	{ "lease_ms", "for how long a session is safe that is not used" },
	{ "tenure_ms", "for how long a session is safe that is used" },
	{ "max_per_fd", "how many sessions an open file may have" },
};

#define NR_KNOWN	(sizeof(known) / sizeof(*known))

struct counter {
	int chip;
	const char *name;
	long long value;
	const char *meaning;
};

static void print_help(FILE *to)
{
	fputs("usage: tpm-sessions stat [OPTION ...]\n"
	      "\n"
	      "Prints the counters and limits of all TPMs.\n"
	      "\n"
	      TABLE_OPTIONS_HELP
	      OPTIONS_HELP, to);
	table_help(to, stat_columns, NR_COLUMNS);
}

static char *cell(const void *row, size_t column, bool exact)
{
	const struct counter *counter = row;

	(void)exact;
	switch (column) {
	case COL_TPM:
		return format("tpmrm%d", counter->chip);
	case COL_NAME:
		return format("%s", counter->name);
	case COL_VALUE:
		return format("%lld", counter->value);
	}
	return counter->meaning ? format("%s", counter->meaning) : NULL;
}

static void add(struct table *table, int chip, const char *name,
		const char *meaning)
{
	struct counter counter = {
		.chip = chip, .name = name, .meaning = meaning
	};

	if (sysfs_read(chip, name, &counter.value))
		table_add(table, cell, &counter);
}

/* Also keeps out what begins with a dot: folders. */
static int is_unknown(const struct dirent *entry)
{
	size_t i;

	for (i = 0; i < NR_KNOWN; i++) {
		if (!strcmp(entry->d_name, known[i].name))
			return 0;
	}
	return *entry->d_name != '.';
}

static void add_chip(struct table *table, int chip)
{
	struct dirent **unknown;
	char path[PATH_MAX];
	size_t i;
	int k, nr;

	for (i = 0; i < NR_KNOWN; i++)
		add(table, chip, known[i].name, known[i].meaning);
	path_of(path, "/sys/class/tpmrm/tpmrm%d/sessions", chip);
	nr = scandir(path, &unknown, is_unknown, alphasort);
	if (nr < 0)
		return;
	for (k = 0; k < nr; k++) {
		add(table, chip, unknown[k]->d_name, NULL);
		free(unknown[k]);
	}
	free(unknown);
}

/**
 * stat_main() - print counters and limits
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: exit status.
 */
int stat_main(int argc, char **argv)
{
	struct table table = {
		.columns = stat_columns, .nr_columns = NR_COLUMNS
	};
	struct options options = {
		.table = &table,
		.print_help = print_help,
	};
	struct snapshot snapshot;
	size_t i;

	options_parse(&options, argc, argv);
	snapshot_look(&snapshot, options.tpm);
	absence_check(&snapshot, options.tpm);
	table_begin(&table, "counters");
	for (i = 0; i < snapshot.nr_chips; i++)
		add_chip(&table, snapshot.chips[i].number);
	table_end(&table);
	snapshot_free(&snapshot);
	return STATUS_OK;
}
