// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: interleave [--bound N] [--forgetful] NAME
 *        interleave --replay CHOICES NAME
 *        interleave --list
 *
 * Tries a scenario in all orders that have N interruptions at most, or as many as
 * the scenario is for, and says how many there were. Or says what was found, and
 * shows how it came to that; then the status is 1. With --forgetful, what has
 * been seen is seen again. --replay shows a single run, whose choices a search
 * has printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "scenarios.h"
#include "search.h"

enum { FOUND_NOTHING, FOUND_SOMETHING, TROUBLE };

const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0:detect_stack_use_after_return=0:exitcode=1";
}

static int help(void)
{
	fprintf(stderr, "usage: interleave [--bound N] [--forgetful] NAME\n"
			"       interleave --replay CHOICES NAME\n"
			"       interleave --list\n");
	return TROUBLE;
}

static int list(void)
{
	const struct scenario *scenario;

	for (scenario = scenarios; scenario->name; scenario++)
		puts(scenario->name);
	return FOUND_NOTHING;
}

static const struct scenario *find(const char *name)
{
	const struct scenario *scenario;

	for (scenario = scenarios; scenario->name; scenario++) {
		if (!strcmp(scenario->name, name))
			return scenario;
	}
	fprintf(stderr, "there is no scenario of this name: %s\n", name);
	exit(TROUBLE);
}

int main(int argc, char **argv)
{
	const struct scenario *scenario;
	struct search_result result;
	const char *choices = NULL;
	bool forgetful = false;
	int bound = -1, i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--list"))
			return list();
		else if (!strcmp(argv[i], "--forgetful"))
			forgetful = true;
		else if (!strcmp(argv[i], "--bound") && i + 1 < argc)
			bound = atoi(argv[++i]);
		else if (!strcmp(argv[i], "--replay") && i + 1 < argc)
			choices = argv[++i];
		else
			return help();
	}
	if (i + 1 != argc)
		return help();
	scenario = find(argv[i]);
	if (choices) {
		search_replay(scenario, choices);
		return FOUND_NOTHING;
	}
	if (bound < 0)
		bound = scenario->bound;
	search(scenario, bound, !forgetful, &result);
	printf("%d interruptions at most, %lu schedules, %lu states, %lu ends\n",
	       bound, result.runs, result.states, result.ends);
	return FOUND_NOTHING;
}
