// SPDX-License-Identifier: GPL-2.0-only
/*
 * What many clients of a TPM come to, by different rules of sharing its sessions
 * out: tries all scenarios under all rules, and prints the figures as JSON.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "trial.h"

static double seconds(u64 ns)
{
	return (double)ns / NS_PER_S;
}

static void print_times(const char *name, const u64 *times, unsigned int nr)
{
	unsigned int i;

	printf(", \"%s\": [", name);
	for (i = 0; i < nr; i++)
		printf("%s%.3f", i ? ", " : "", seconds(times[i]));
	putchar(']');
}

static void print(const struct scenario *scenario, enum rule rule,
		  const struct figures *figures, double best, bool first)
{
	printf("%s{\"scenario\": \"%s\", \"group\": \"%s\", \"rule\": \"%s\"",
	       first ? "" : ",\n", scenario->name, scenario->group,
	       rule_names[rule]);
	printf(", \"command_ms\": %u, \"leaked\": %u", scenario->command_ms,
	       scenario->leaked);
	printf(", \"clients\": %u, \"first\": %u, \"second\": %u",
	       figures->clients, figures->first, figures->second);
	printf(", \"ever\": %u, \"tries\": %u", figures->ever, figures->tries);
	printf(", \"seconds\": %.3f, \"oracle_seconds\": %.3f",
	       seconds(figures->total_ns), best);
	printf(", \"wait_p50\": %.3f, \"wait_p99\": %.3f, \"wait_longest\": %.3f",
	       seconds(figures_wait(figures, 50)),
	       seconds(figures_wait(figures, 99)),
	       seconds(figures_wait(figures, 100)));
	printf(", \"first_wait_longest\": %.3f",
	       seconds(figures->first_wait_ns));
	if (figures->user_wait_ns == TPM2_SESSION_ETERNITY)
		printf(", \"user_wait_longest\": null");
	else
		printf(", \"user_wait_longest\": %.3f",
		       seconds(figures->user_wait_ns));
	printf(", \"users\": %u", scenario_users(scenario));
	printf(", \"evictions\": %lu, \"missed\": %u, \"missed_by_holders\": %u",
	       figures->evictions, figures->missed,
	       figures->missed_by_holders);
	printf(", \"commands\": %u, \"jain\": %.3f, \"lease\": %.3f",
	       figures->commands, figures->jain, seconds(figures->lease_ns));
	print_times("done", figures->done_ns, figures->ever);
	putchar('}');
}

static const char usage[] =
	"usage: contention [--only SCENARIO] [--rule RULE] [--seed N]\n"
	"                  [--lease MS] [--tenure MS]\n"
	"\n"
	"--only takes a part of a scenario's name. --lease and --tenure are for the\n"
	"rules that are called plain and ours.\n";

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "only", required_argument, NULL, 'o' },
		{ "rule", required_argument, NULL, 'r' },
		{ "seed", required_argument, NULL, 's' },
		{ "lease", required_argument, NULL, 'l' },
		{ "tenure", required_argument, NULL, 't' },
		{},
	};
	const struct settings defaults = { .seed = 1 };
	struct settings settings = defaults;
	const char *only = "", *rule = NULL;
	const struct scenario *scenario;
	struct figures figures;
	bool first = true;
	unsigned int i;
	double best;
	int option;
	int r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			only = optarg;
			break;
		case 'r':
			rule = optarg;
			break;
		case 's':
			settings.seed = strtoul(optarg, NULL, 0);
			break;
		case 'l':
			settings.lease_ns = strtoul(optarg, NULL, 0) * NS_PER_MS;
			break;
		case 't':
			settings.tenure_ns = strtoul(optarg, NULL, 0) *
					     NS_PER_MS;
			break;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}

	printf("[\n");
	for (i = 0; (scenario = scenario_get(i)); i++) {
		if (!strstr(scenario->name, only))
			continue;
		best = 0;
		/* the oracle is the last of them, and the first to be asked */
		for (r = RULES - 1; r >= 0; r--) {
			if (rule && r != RULE_ORACLE &&
			    strcmp(rule, rule_names[r]))
				continue;
			trial_run(scenario, r, &settings, &figures);
			if (r == RULE_ORACLE)
				best = seconds(figures.total_ns);
			print(scenario, r, &figures, best, first);
			first = false;
			figures_free(&figures);
		}
	}
	printf("\n]\n");
	return 0;
}
