// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is it still as good as it was? The figures of all scenarios by our rule, and
 * some by others, to show that they can be bad. By counts, and by a time that is
 * the same on each machine.
 */
#include <linux/kernel.h>
#include <stdio.h>
#include <string.h>
#include "trial.h"

#define LEASE	(2 * NS_PER_S)

/**
 * struct expectation - what a scenario has to come to by our rule
 * @name: a part of its name
 * @first: percent of the clients that are done at their first try
 * @second: at their first or second
 * @ever: in the end
 * @ratio: percent of the oracle's time that it may take; 0 if it does not matter
 * @leases: that a user may have to wait for its first session; 0 for two
 */
struct expectation {
	const char *name;
	unsigned int first;
	unsigned int second;
	unsigned int ever;
	unsigned int ratio;
	unsigned int leases;
};

/* The first that fits counts. */
static const struct expectation expectations[] = {
	/* those that do not pause speak against those that do, for once */
	{ "200 long and 50 pausing", 80, 100, 100, 140 },
	/* many are taken before the first of them could have come back */
	{ "100 pausing for 20 s", 60, 100, 100, 130 },
	{ "200 pausing for 20 s", 30, 100, 100, 130 },
	{ "pausing", 90, 100, 100, 130 },
	/* the holder keeps a fair share; the oracle leaves it none */
	{ "50 long, another user", 100, 100, 100, 140 },
	/* and it takes a lease to see who is idle */
	{ "idle session each", 100, 100, 100, 0 },
	/* of one's own user, one is not protected for less than ten tenures */
	{ "the same user", 100, 100, 100, 0 },
	/* what two users in a pair have each, and use, is nobody's surplus */
	{ "two each, 31 users hold 2", 95, 100, 100, 0 },
	/* firsts are given away before anybody asks for a second: some give way */
	{ "two each, 20 ms", 98, 100, 100, 130, 22 },
	{ "40 long each, two each", 99, 100, 100, 155 },
	/* more of them than there can be at a time: they wait until others are done */
	{ "64 users: 1 long, two each", 100, 100, 100, 145, 4 },
	{ "100 users: 1 long, two each", 100, 100, 100, 130, 5 },
	{ "100 users: 1 long, three each", 100, 100, 100, 130, 9 },
	{ "users that never end", 100, 100, 100, 130, 4 },
	{ "of its own user", 100, 100, 100, 130 },
	{ "", 100, 100, 100, 130 },
};

static const struct settings settings = { .seed = 1 };
static unsigned int tests, failed;

static void verdict(bool ok, const char *name, const char *what)
{
	failed += !ok;
	printf("%sok %u - %s: %s\n", ok ? "" : "not ", ++tests, name, what);
	fflush(stdout);
}

static void note(const struct figures *figures)
{
	printf("# of %u clients, done at the first try %u, second %u, ever %u\n",
	       figures->clients, figures->first, figures->second,
	       figures->ever);
	printf("# %.1f s, evictions %lu, missed %u\n",
	       (double)figures->total_ns / NS_PER_S, figures->evictions,
	       figures->missed);
}

static bool at_least(unsigned int count, const struct figures *figures,
		     unsigned int percent)
{
	return count * 100 >= figures->clients * percent;
}

static const struct expectation *expected(const struct scenario *scenario)
{
	const struct expectation *expectation = expectations;

	while (!strstr(scenario->name, expectation->name))
		expectation++;
	return expectation;
}

static void is_as_expected(const struct scenario *scenario)
{
	const struct expectation *want = expected(scenario);
	struct figures best, ours;
	unsigned int leases;
	bool ok;

	trial_run(scenario, RULE_ORACLE, &settings, &best);
	trial_run(scenario, RULE_OURS, &settings, &ours);
	ok = at_least(ours.first, &ours, want->first) &&
	     at_least(ours.second, &ours, want->second) &&
	     at_least(ours.ever, &ours, want->ever);
	if (!ok)
		note(&ours);
	verdict(ok, scenario->name, "everybody is served");
	if (want->ratio) {
		ok = ours.total_ns * 100 <= best.total_ns * want->ratio;
		if (!ok)
			printf("# %.1f s, and the oracle %.1f s\n",
			       (double)ours.total_ns / NS_PER_S,
			       (double)best.total_ns / NS_PER_S);
		verdict(ok, scenario->name, "no time is lost");
	}
	/* G20 */
	if (scenario_users(scenario) > 1) {
		leases = want->leases ?: 2;
		ok = ours.user_wait_ns <= leases * LEASE;
		if (!ok)
			printf("# a user waited for %.1f s\n",
			       (double)ours.user_wait_ns / NS_PER_S);
		verdict(ok, scenario->name,
			want->leases ?
			"nobody's first session takes longer than it has to" :
			"nobody's first session takes longer than two leases");
	}
	figures_free(&best);
	figures_free(&ours);
}

static void comes_to(const char *name, enum rule rule, unsigned int first)
{
	struct figures figures;

	trial_run(scenario_find(name), rule, &settings, &figures);
	if (figures.first != first)
		note(&figures);
	verdict(figures.first == first, name, rule_names[rule]);
	figures_free(&figures);
}

/* What cannot be told apart from good figures is worth nothing. */
static void others_are_worse(void)
{
	comes_to("100 long", RULE_PLAIN, 0);
	comes_to("400 long, 60 leaked", RULE_PLAIN, 0);
	comes_to("100 pausing for 5 s", RULE_PLAIN, 0);
	comes_to("100 with tools, 20 ms a command", RULE_PLAIN, 0);
	comes_to("100 long", RULE_UNPATCHED, 64);
	comes_to("100 long, 60 leaked", RULE_UNPATCHED, 4);
	comes_to("100 with tools, 20 ms a command", RULE_UNPATCHED, 64);
	comes_to("50 long, another user holds 64", RULE_UNPATCHED, 0);
	comes_to("100 long, two each", RULE_UNPATCHED, 31);
	comes_to("100 users: 1 long, two each", RULE_PLAIN, 0);
	comes_to("100 users: 1 short, three each", RULE_UNPATCHED, 10);
}

static void is_the_same_again(const char *name)
{
	const struct scenario *scenario = scenario_find(name);
	struct figures one, two;

	trial_run(scenario, RULE_OURS, &settings, &one);
	trial_run(scenario, RULE_OURS, &settings, &two);
	verdict(one.total_ns == two.total_ns && one.starts == two.starts &&
		one.commands == two.commands && one.ever == two.ever &&
		!memcmp(one.waits, two.waits, one.starts * sizeof(u64)) &&
		!memcmp(one.done_ns, two.done_ns, one.ever * sizeof(u64)),
		name, "the same again");
	figures_free(&one);
	figures_free(&two);
}

int main(void)
{
	const struct scenario *scenario;
	unsigned int i;

	printf("TAP version 13\n");
	for (i = 0; (scenario = scenario_get(i)); i++)
		is_as_expected(scenario);
	others_are_worse();
	is_the_same_again("100 pausing for 5 s, 60 leaked");
	printf("1..%u\n", tests);
	return failed || !tests;
}
