/* SPDX-License-Identifier: GPL-2.0-only */
/* A table to be printed: for people, for scripts or as JSON. */
#ifndef TABLE_H
#define TABLE_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct libscols_table;

/**
 * struct column - a column that there can be
 * @name: its name
 * @width: about how much of the terminal's width it wants
 * @flags: SCOLS_FL_*
 * @json: SCOLS_JSON_*
 * @shown: unless others are asked for
 * @help: what is in it
 */
struct column {
	const char *name;
	double width;
	int flags;
	int json;
	bool shown;
	const char *help;
};

#define TABLE_COLUMNS_MAX	32

/**
 * struct table - a table
 * @columns: all columns that there can be
 * @nr_columns: how many
 * @json: print it as JSON
 * @raw: print it for scripts
 * @no_headings: print no headings
 * @picked: which columns are printed
 * @nr_picked: how many
 * @nr_rows: how many were added
 * @scols: the table, once table_begin() was called
 */
struct table {
	const struct column *columns;
	size_t nr_columns;
	bool json;
	bool raw;
	bool no_headings;
	size_t picked[TABLE_COLUMNS_MAX];
	size_t nr_picked;
	size_t nr_rows;
	struct libscols_table *scols;
};

/* What list and stat have in common; table_option() takes them. */
extern const struct option table_options[];

#define TABLE_OPTIONS_HELP						\
	" -J, --json           print JSON\n"				\
	" -r, --raw            print for scripts: one space between columns, - for nothing\n" \
	" -n, --noheadings     print no headings\n"			\
	" -o, --output LIST    print these columns; with + before it, besides the usual ones\n" \
	"     --output-all     print all columns\n"

bool table_option(struct table *table, int option, const char *argument);
void table_help(FILE *to, const struct column *columns, size_t nr);
void table_pick(struct table *table, size_t column);
void table_begin(struct table *table, const char *name);
void table_add(struct table *table, char *(*cell)(const void *row, size_t column,
						  bool exact), const void *row);
void table_end(struct table *table);

#endif /* TABLE_H */
