// SPDX-License-Identifier: GPL-2.0-only
/* What a command is told on its command line: its own options, and those that all have. */
#include <ctype.h>
#include <err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "options.h"
#include "status.h"
#include "table.h"

#define MOST_OPTIONS	16

static const struct option common[] = {
	{ "tpm", required_argument, NULL, 't' },
	{ "help", no_argument, NULL, 'h' },
	{}
};

/**
 * struct known - the options that there are, as getopt_long() wants them
 * @all: they
 * @nr: how many
 * @letters: the short names
 * @len: their length
 */
struct known {
	struct option all[MOST_OPTIONS + 1];
	size_t nr;
	char letters[2 * MOST_OPTIONS + 1];
	size_t len;
};

static void know(struct known *known, const struct option *options)
{
	for (; options->name; options++) {
		if (known->nr == MOST_OPTIONS)
			errx(STATUS_FAILED, "more options than there is room for");
		known->all[known->nr++] = *options;
		if (options->val > UCHAR_MAX)
			continue;
		known->letters[known->len++] = options->val;
		if (options->has_arg == required_argument)
			known->letters[known->len++] = ':';
	}
}

/* tpmrmN, /dev/tpmrmN or N */
static int number_of(const char *name)
{
	const char *number = name;
	char *end;
	long value;

	if (!strncmp(number, "/dev/", 5))
		number += 5;
	if (!strncmp(number, "tpmrm", 5))
		number += 5;
	value = strtol(number, &end, 10);
	if (!isdigit((unsigned char)*number) || *end || value > 65535)
		errx(STATUS_USAGE, "'%s' is no TPM: they are called tpmrm0 and so on",
		     name);
	return value;
}

/**
 * options_misused() - end, and say how the command is used
 * @options: its command line
 */
void options_misused(const struct options *options)
{
	options->print_help(stderr);
	exit(STATUS_USAGE);
}

/**
 * options_parse() - take the options of a command
 * @options: its command line
 * @argc: number of arguments
 * @argv: arguments
 *
 * Does not return if there is something else to be said.
 *
 * Return: which argument is the first one that is none of an option.
 */
int options_parse(struct options *options, int argc, char **argv)
{
	struct known known = {};
	int option;

	if (options->own)
		know(&known, options->own);
	if (options->table)
		know(&known, table_options);
	know(&known, common);
	options->tpm = -1;
	while ((option = getopt_long(argc, argv, known.letters, known.all,
				     NULL)) != -1) {
		if (options->table &&
		    table_option(options->table, option, optarg))
			continue;
		switch (option) {
		case 't':
			options->tpm = number_of(optarg);
			break;
		case 'h':
			options->print_help(stdout);
			exit(STATUS_OK);
		case '?':
			fprintf(stderr, "Try '%s --help'.\n", argv[0]);
			exit(STATUS_USAGE);
		default:
			options->take(options->data, option, optarg);
		}
	}
	if (argc - optind < options->least || argc - optind > options->most)
		options_misused(options);
	return optind;
}
