// SPDX-License-Identifier: GPL-2.0-only
/* What clients of a TPM pay for sharing it, by the ways that there are. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "object.h"
#include "parts.h"
#include "tpm2-codes.h"
#include "vault.h"
#include "wire.h"

static const char usage_text[] =
	"usage: tpm2-bench [OPTION ...] PART ...\n"
	"       tpm2-bench [OPTION ...] command NAME COMMAND [ARGUMENT ...]\n"
	"\n"
	"Parts: mixes, crowds, works, costs; or a command of one's own. Each prints a\n"
	"JSON object a line. With the extension, it has to be there already.\n"
	"\n"
	"  --route NAME  raw, unpatched, abrmd or ours; can be given several times\n"
	"  --commands N  how many all clients together have, about (default: 1000)\n"
	"  --passes N    how often all is measured (default: 1)\n"
	"  --exact       commands only, and nothing of time\n";

static void usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

static unsigned long number(const char *text)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (end == text || *end || !value || value > 10000000)
		usage();
	return value;
}

static const struct {
	const char *name;
	void (*run)(const struct plan *plan);
} parts[] = {
	{ "mixes", part_mixes },
	{ "crowds", part_crowds },
	{ "works", part_works },
	{ "costs", part_costs },
};

static void run_part(const char *name, const struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (!strcmp(parts[i].name, name)) {
			parts[i].run(plan);
			return;
		}
	}
	usage();
}

/* Once in the life of a TPM. */
static void make_vault(void)
{
	struct blob name;
	int fd;

	route_take(ROUTE_RAW);
	fd = route_open();
	if (read_name(fd, VAULT_HANDLE, &name))
		vault_make(fd);
	route_close(fd);
	route_leave();
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "route", required_argument, NULL, 'r' },
		{ "commands", required_argument, NULL, 'n' },
		{ "passes", required_argument, NULL, 'p' },
		{ "exact", no_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	struct plan plan = { .commands = 1000, .passes = 1 };
	enum route route;
	int option;

	while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			if (!route_find(optarg, &route))
				usage();
			plan.routes[route] = true;
			break;
		case 'n':
			plan.commands = number(optarg);
			break;
		case 'p':
			plan.passes = number(optarg);
			break;
		case 'e':
			plan.exact = true;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			usage();
		}
	}
	if (optind == argc)
		usage();

	wire_watch();
	make_vault();
	if (!strcmp(argv[optind], "command")) {
		if (argc - optind < 3)
			usage();
		part_command(&plan, argv[optind + 1], argv + optind + 2);
		return 0;
	}
	for (; optind < argc; optind++)
		run_part(argv[optind], &plan);
	return 0;
}
