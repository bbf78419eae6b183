// SPDX-License-Identifier: GPL-2.0-only
/* tpm-sessions list: all sessions, and who waits for one. */
#include <err.h>
#include <stdio.h>
#include "absence.h"
#include "columns.h"
#include "commands.h"
#include "options.h"
#include "status.h"

static void print_help(FILE *to)
{
	fputs("usage: tpm-sessions [list] [OPTION ...]\n"
	      "\n"
	      "Lists the sessions of all TPMs, and who waits for one. Other commands are stat,\n"
	      "watch, flush and set: see tpm-sessions COMMAND --help, and tpm-sessions(8).\n"
	      "\n"
	      " -a, --all            also sessions that were evicted, and files that have none\n"
	      TABLE_OPTIONS_HELP
	      OPTIONS_HELP, to);
	table_help(to, columns, nr_columns);
}

static void add_sessions(struct table *table, int chip,
			 const struct tpm_file *file,
			 const struct sessions *sessions)
{
	struct row row = { .chip = chip, .file = file };
	size_t i;

	for (i = 0; i < sessions->nr; i++) {
		row.session = &sessions->session[i];
		row.state = row.session->state;
		table_add(table, columns_cell, &row);
	}
}

static void add_lost(struct table *table, const struct tpm_file *file)
{
	struct row row = {
		.chip = file->chip,
		.file = file,
		.state = "evicted",
	};
	size_t i;

	for (i = 0; i < file->nr_lost; i++) {
		row.handle = file->lost[i].handle;
		row.age = file->lost[i].ago;
		table_add(table, columns_cell, &row);
	}
}

static void add_file(struct table *table, const struct tpm_file *file, bool all)
{
	struct row row = { .chip = file->chip, .file = file, .age = -1 };

	add_sessions(table, file->chip, file, &file->own);
	if (all)
		add_lost(table, file);
	if (file->waits) {
		row.age = file->waited;
		row.state = "waiting";
	} else if (!file->served) {
		row.state = "unmanaged";
	} else if (all && !file->own.nr && !file->nr_lost) {
		row.state = "idle";
	}
	if (row.state)
		table_add(table, columns_cell, &row);
}

static void print(struct table *table, const struct snapshot *snapshot, bool all)
{
	const struct chip *chip;
	size_t i, k;

	if (!table->nr_picked && !table->json)
		columns_pick_more(table, snapshot);
	table_begin(table, "sessions");
	for (i = 0; i < snapshot->nr_chips; i++) {
		chip = &snapshot->chips[i];
		for (k = 0; k < snapshot->nr_files; k++) {
			if (snapshot->files[k].chip == chip->number)
				add_file(table, &snapshot->files[k], all);
		}
		add_sessions(table, chip->number, NULL, &chip->detached);
	}
	if (!table->nr_rows && !table->json && !table->raw)
		warnx("nobody has a session, and nobody waits for one");
	table_end(table);
}

/* --all is the only one. */
static void take(void *data, int option, const char *argument)
{
	bool *all = data;

	(void)option;
	(void)argument;
	*all = true;
}

/**
 * list_main() - list who has what
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: exit status.
 */
int list_main(int argc, char **argv)
{
	static const struct option own[] = {
		{ "all", no_argument, NULL, 'a' },
		{}
	};
	struct table table = { .columns = columns, .nr_columns = nr_columns };
	bool all = false;
	struct options options = {
		.own = own,
		.take = take,
		.data = &all,
		.table = &table,
		.print_help = print_help,
	};
	struct snapshot snapshot;

	options_parse(&options, argc, argv);
	snapshot_take(&snapshot, options.tpm);
	absence_check(&snapshot, options.tpm);
	print(&table, &snapshot, all);
	absence_tell_unseen(&snapshot);
	snapshot_free(&snapshot);
	return STATUS_OK;
}
