// SPDX-License-Identifier: GPL-2.0-only
/* A table to be printed: for people, for scripts or as JSON. */
#include <err.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "memory.h"
#include "status.h"
#include "table.h"

/* It has no short name. */
#define OUTPUT_ALL	256

const struct option table_options[] = {
	{ "json", no_argument, NULL, 'J' },
	{ "raw", no_argument, NULL, 'r' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "output-all", no_argument, NULL, OUTPUT_ALL },
	{}
};

/**
 * table_pick() - print a column
 * @table: the table
 * @column: which one; nothing changes if it is printed already
 */
void table_pick(struct table *table, size_t column)
{
	size_t i;

	for (i = 0; i < table->nr_picked; i++) {
		if (table->picked[i] == column)
			return;
	}
	table->picked[table->nr_picked++] = column;
}

static void pick_usual(struct table *table)
{
	size_t i;

	for (i = 0; i < table->nr_columns; i++) {
		if (table->columns[i].shown)
			table_pick(table, i);
	}
}

static void pick_all(struct table *table)
{
	size_t i;

	for (i = 0; i < table->nr_columns; i++)
		table_pick(table, i);
}

static void pick_named(struct table *table, const char *name)
{
	size_t i;

	for (i = 0; i < table->nr_columns; i++) {
		if (!strcasecmp(table->columns[i].name, name)) {
			table_pick(table, i);
			return;
		}
	}
	errx(STATUS_USAGE, "there is no column '%s': --help lists them", name);
}

static void pick_list(struct table *table, const char *list)
{
	char *names, *rest, *name;

	table->nr_picked = 0;
	if (*list == '+') {
		pick_usual(table);
		list++;
	}
	names = format("%s", list);
	rest = names;
	while ((name = strsep(&rest, ",")))
		pick_named(table, name);
	free(names);
}

/**
 * table_option() - take an option that is about the table
 * @table: the table
 * @option: the option
 * @argument: what belongs to it
 *
 * Return: whether it is about the table.
 */
bool table_option(struct table *table, int option, const char *argument)
{
	switch (option) {
	case 'J':
		table->json = true;
		break;
	case 'r':
		table->raw = true;
		break;
	case 'n':
		table->no_headings = true;
		break;
	case 'o':
		pick_list(table, argument);
		break;
	case OUTPUT_ALL:
		table->nr_picked = 0;
		pick_all(table);
		break;
	default:
		return false;
	}
	if (table->json && table->raw)
		errx(STATUS_USAGE, "it is either --json or --raw");
	return true;
}

/**
 * table_help() - say which columns there can be
 * @to: where to
 * @columns: they
 * @nr: how many
 */
void table_help(FILE *to, const struct column *columns, size_t nr)
{
	size_t i;

	fputs("\nColumns (* unless others are asked for):\n", to);
	for (i = 0; i < nr; i++)
		fprintf(to, " %c %-10s %s\n", columns[i].shown ? '*' : ' ',
			columns[i].name, columns[i].help);
}

/**
 * table_begin() - begin to fill it
 * @table: the table
 * @name: of the list in JSON
 *
 * JSON has all columns unless some were asked for, so it always has the same.
 */
void table_begin(struct table *table, const char *name)
{
	const struct column *column;
	struct libscols_column *added;
	size_t i;

	if (!table->nr_picked && table->json)
		pick_all(table);
	else if (!table->nr_picked)
		pick_usual(table);
	scols_init_debug(0);
	table->scols = scols_new_table();
	if (!table->scols)
		err(STATUS_FAILED, "memory");
	scols_table_set_name(table->scols, name);
	scols_table_enable_json(table->scols, table->json);
	scols_table_enable_raw(table->scols, table->raw);
	scols_table_enable_noheadings(table->scols, table->no_headings);
	for (i = 0; i < table->nr_picked; i++) {
		column = &table->columns[table->picked[i]];
		added = scols_table_new_column(table->scols, column->name,
					       column->width, column->flags);
		if (!added)
			err(STATUS_FAILED, "memory");
		scols_column_set_json_type(added, column->json);
	}
}

/**
 * table_add() - add a row
 * @table: the table
 * @cell: makes the text of one cell, to be freed, or NULL if there is nothing;
 *	exact if it is not for people
 * @row: what it makes it of
 */
void table_add(struct table *table, char *(*cell)(const void *row, size_t column,
						  bool exact), const void *row)
{
	struct libscols_line *line = scols_table_new_line(table->scols, NULL);
	char *text;
	size_t i;

	if (!line)
		err(STATUS_FAILED, "memory");
	table->nr_rows++;
	for (i = 0; i < table->nr_picked; i++) {
		text = cell(row, table->picked[i], table->json || table->raw);
		/* two spaces in a row would be one to many a script */
		if (table->raw && (!text || !*text)) {
			free(text);
			text = format("-");
		}
		if (text && scols_line_refer_data(line, i, text))
			err(STATUS_FAILED, "memory");
	}
}

/**
 * table_end() - print it
 * @table: the table, which is empty afterwards
 */
void table_end(struct table *table)
{
	if (scols_print_table(table->scols) || fflush(stdout) || ferror(stdout))
		errx(STATUS_FAILED, "cannot write the table");
	scols_unref_table(table->scols);
	table->scols = NULL;
}
