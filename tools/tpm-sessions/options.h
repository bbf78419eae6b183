/* SPDX-License-Identifier: GPL-2.0-only */
/* What a command is told on its command line: its own options, and those that all have. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

struct table;

#define OPTIONS_HELP							\
	" -t, --tpm TPM        only of this TPM\n"			\
	" -h, --help           print this\n"

/**
 * struct options - the command line of a command
 * @own: its own options, ended by an empty one, or NULL. A value that is a
 *	character is a short name.
 * @take: takes one of these
 * @data: what it is given
 * @table: what takes the options of a table, or NULL
 * @least: how many words there must be besides
 * @most: how many there may be
 * @print_help: says how it is used
 * @tpm: number of the only TPM that was asked for, or -1; filled in
 */
struct options {
	const struct option *own;
	void (*take)(void *data, int option, const char *argument);
	void *data;
	struct table *table;
	int least;
	int most;
	void (*print_help)(FILE *to);
	int tpm;
};

int options_parse(struct options *options, int argc, char **argv);
void options_misused(const struct options *options);

#endif /* OPTIONS_H */
