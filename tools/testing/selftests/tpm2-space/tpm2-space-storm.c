// SPDX-License-Identifier: GPL-2.0-only
/* Many clients of /dev/tpmrm0 at once, with or without the extension. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "storm.h"

static const char usage_text[] =
	"usage: tpm2-space-storm [OPTION ...]\n"
	"\n"
	"N clients at once each open /dev/tpmrm0, and in each round start a session,\n"
	"use it, keep it for a while and flush it.\n"
	"\n"
	"  --clients N   how many (default: 200)\n"
	"  --rounds N    rounds of each client (default: 3)\n"
	"  --hold-ms N   how long a session is kept, in ms (default: 0)\n"
	"  --uses N      use it N times more, each time after so long (default: 0)\n"
	"  --json        print one JSON object\n"
	"\n"
	"Failures are counted by the first thing that went wrong for a client: a\n"
	"response code or an errno. The exit status is 0 whenever there is a result.\n";

static unsigned int number(const char *text)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (end == text || *end || value > 100000) {
		fputs(usage_text, stderr);
		exit(2);
	}
	return value;
}

static void print_json(const struct storm_load *load,
		       const struct storm_result *result)
{
	unsigned int i;

	printf("{\"clients\": %u, \"succeeded\": %u, \"wall_ms\": %lld, ",
	       load->clients, result->succeeded, result->wall_ms);
	printf("\"longest_wait_ms\": %lld, \"failures\": {",
	       result->longest_wait_ms);
	for (i = 0; i < result->nr_failures; i++)
		printf("%s\"%s\": %u", i ? ", " : "",
		       result->failures[i].reason, result->failures[i].nr);
	puts("}}");
}

static void print_text(const struct storm_load *load,
		       const struct storm_result *result)
{
	unsigned int i;

	printf("%u of %u clients succeeded in %lld ms\n", result->succeeded,
	       load->clients, result->wall_ms);
	printf("the longest wait for a session took %lld ms\n",
	       result->longest_wait_ms);
	for (i = 0; i < result->nr_failures; i++)
		printf("%u failed: %s\n", result->failures[i].nr,
		       result->failures[i].reason);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "clients", required_argument, NULL, 'c' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "hold-ms", required_argument, NULL, 'm' },
		{ "uses", required_argument, NULL, 'u' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	struct storm_load load = { .clients = 200, .rounds = 3 };
	struct storm_result result;
	int option, json = 0;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			load.clients = number(optarg);
			break;
		case 'r':
			load.rounds = number(optarg);
			break;
		case 'm':
			load.hold_ms = number(optarg);
			break;
		case 'u':
			load.uses = number(optarg);
			break;
		case 'j':
			json = 1;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	}
	if (optind != argc || !load.clients) {
		fputs(usage_text, stderr);
		return 2;
	}

	storm_run(&load, &result);
	if (json)
		print_json(&load, &result);
	else
		print_text(&load, &result);
	return 0;
}
