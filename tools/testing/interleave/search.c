// SPDX-License-Identifier: GPL-2.0-only
/*
 * All orders, depth first: each run repeats the choices of the one before up to
 * the last that can be made differently. A choice that interrupts a task which
 * could have gone on counts; no run has more of them than the bound.
 *
 * What has been seen with no more interruptions spent need not be seen again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "search.h"

#define MOST_CHOICES	10000
#define SEEN_FIRST	0x10000	/* a power of two */

/**
 * struct choice - a choice
 * @step: when it is made
 * @made: which one
 * @choices: among how many
 * @tried: how many of them are within the bound
 */
struct choice {
	unsigned int step;
	unsigned int made;
	unsigned int choices;
	unsigned int tried;
};

/**
 * struct seen - a state that has been seen
 * @state: which one; 0 if none
 * @spent: with how many interruptions
 */
struct seen {
	u64 state;
	unsigned int spent;
};

static struct choice path[MOST_CHOICES];
static unsigned int length;	/* of the path */
static unsigned int depth;	/* how far this run is on it */
static unsigned int spent;
static unsigned int bound;
static bool remembers = true;
static bool replays;
static struct seen *seen;
static size_t seen_size, nr_seen;
static u64 *ends;		/* the states in which runs have ended */
static size_t nr_ends;

static struct seen *find_seen(u64 wanted)
{
	size_t i = wanted & (seen_size - 1);

	while (seen[i].state && seen[i].state != wanted)
		i = (i + 1) & (seen_size - 1);
	return &seen[i];
}

static void grow_seen(void)
{
	size_t old_size = seen_size, i;
	struct seen *old = seen;

	seen_size = old ? 2 * old_size : SEEN_FIRST;
	seen = calloc(seen_size, sizeof(*seen));
	if (!seen)
		abort();
	for (i = 0; i < old_size; i++) {
		if (old[i].state)
			*find_seen(old[i].state) = old[i];
	}
	free(old);
}

/* Has this state been seen, with no fewer interruptions left? */
static bool is_old(u64 current)
{
	struct seen *entry;

	if (2 * nr_seen >= seen_size)
		grow_seen();
	entry = find_seen(current);
	if (entry->state && entry->spent <= spent)
		return true;
	nr_seen += !entry->state;
	entry->state = current;
	entry->spent = spent;
	return false;
}

/* Is there no use in going on from a state that is no choice? */
bool search_is_old(u64 current)
{
	/* to where a choice is made otherwise, everything is repeated */
	return depth == length && !replays && remembers && is_old(current);
}

/* Is it a run alone, with choices that were made before? */
bool search_replays(void)
{
	return replays;
}

static unsigned int choose_again(unsigned int choices)
{
	unsigned int i;

	for (i = 0; i < length; i++) {
		if (path[i].step != schedule_steps())
			continue;
		if (path[i].made >= choices)
			fail("there is no such choice");
		return path[i].made;
	}
	return 0;
}

/*
 * Which of several tasks runs next? All but the first @at_no_cost of them
 * interrupt somebody. Returns the number of choices if there is no use in going
 * on.
 */
unsigned int search_choose(unsigned int choices, unsigned int at_no_cost,
			   u64 current)
{
	struct choice *choice = &path[depth];

	if (replays)
		return choose_again(choices);
	if (spent == bound && at_no_cost == 1)
		return search_is_old(current) ? choices : 0;
	if (depth == MOST_CHOICES)
		fail("it goes on and on");
	if (depth < length) {
		if (choice->choices != choices ||
		    choice->step != schedule_steps())
			fail("a run cannot be repeated");
	} else {
		if (search_is_old(current))
			return choices;
		memset(choice, 0, sizeof(*choice));
		length++;
	}
	choice->step = schedule_steps();
	choice->choices = choices;
	choice->tried = spent == bound ? at_no_cost : choices;
	if (choice->made >= choice->tried)
		fail("there is no such choice");
	depth++;
	spent += choice->made >= at_no_cost;
	return choice->made;
}

/* How to come here again. */
void search_trace(void)
{
	const char *comma = "";
	unsigned int i;

	printf("# choices: ");
	for (i = 0; i < (replays ? length : depth); i++) {
		if (!path[i].made)
			continue;
		printf("%s%u:%u", comma, path[i].step, path[i].made);
		comma = ",";
	}
	putchar('\n');
}

/* The next path; false if there is none. */
static bool next_path(void)
{
	while (length) {
		if (path[length - 1].made + 1 < path[length - 1].tried) {
			path[length - 1].made++;
			return true;
		}
		length--;
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void add_end(u64 end)
{
	if (!(nr_ends & (nr_ends - 1))) {
		ends = realloc(ends, (2 * nr_ends + 1) * sizeof(*ends));
		if (!ends)
			abort();
	}
	ends[nr_ends++] = end;
}

static size_t count_ends(void)
{
	size_t different = 0, i;

	if (!nr_ends)
		return 0;
	qsort(ends, nr_ends, sizeof(*ends), compare);
	for (i = 0; i < nr_ends; i++)
		different += !i || ends[i] != ends[i - 1];
	return different;
}

/* All runs with no more interruptions than the bound. */
static void search_all(struct search_result *result)
{
	free(seen);
	seen = NULL;
	seen_size = 0;
	nr_seen = 0;
	nr_ends = 0;
	grow_seen();
	length = 0;
	do {
		depth = 0;
		spent = 0;
		result->runs++;
		if (!schedule_run())
			continue;
		result->whole++;
		add_end(past_state());
	} while (next_path());
	result->states = nr_seen;
	result->ends = count_ends();
}

/**
 * search() - run a scenario in all orders
 * @scenario: the scenario
 * @most: interruptions at most; all are tried with few before any with more, so
 *	what is found first is simple
 * @remember: do not see twice what has been seen
 * @result: receives what there was
 */
void search(const struct scenario *scenario, unsigned int most, bool remember,
	    struct search_result *result)
{
	memset(result, 0, sizeof(*result));
	remembers = remember;
	schedule_prepare(scenario);
	for (bound = 0; bound <= most; bound++) {
		do {
			search_all(result);
		} while (past_learned());
	}
}

/**
 * search_replay() - run a scenario in one order
 * @scenario: the scenario
 * @choices: as search_trace() prints them
 */
void search_replay(const struct scenario *scenario, const char *choices)
{
	struct choice *choice = path;
	int read;

	replays = true;
	while (sscanf(choices, "%u:%u%n", &choice->step, &choice->made,
		      &read) == 2) {
		if (choice == &path[MOST_CHOICES - 1])
			fail("too many choices");
		choice++;
		choices += read;
		choices += *choices == ',';
	}
	length = choice - path;
	schedule_prepare(scenario);
	schedule_run();
	trace_print();
}
