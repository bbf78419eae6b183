// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who comes, when, and to what kind of chip.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include "scenario.h"

#define CLIENTS	1000	/* the uid of most */
#define OTHERS	2000
#define IDLERS	3000
#define HELD_FOR (5 * NS_PER_S)

/* Work that takes a moment, and that takes three seconds. */
static const struct work short_work = {
	.kind = KIND_CLIENT, .uses = 2, .pause_ns = 50 * NS_PER_MS,
};

static const struct work long_work = {
	.kind = KIND_CLIENT, .uses = 6, .pause_ns = 500 * NS_PER_MS,
};

/* The same with two sessions at a time, and with three. */
static const struct work short_pair = {
	.kind = KIND_CLIENT, .more = 1, .uses = 2, .pause_ns = 50 * NS_PER_MS,
};

static const struct work long_pair = {
	.kind = KIND_CLIENT, .more = 1, .uses = 6, .pause_ns = 500 * NS_PER_MS,
};

static const struct work short_triple = {
	.kind = KIND_CLIENT, .more = 2, .uses = 2, .pause_ns = 50 * NS_PER_MS,
};

static const struct work long_triple = {
	.kind = KIND_CLIENT, .more = 2, .uses = 6, .pause_ns = 500 * NS_PER_MS,
};

static const struct work long_loop = {
	.kind = KIND_LOOP, .uses = 6, .pause_ns = 500 * NS_PER_MS,
};

/* Pauses that are longer than a lease. */
static const struct work pausing_work = {
	.kind = KIND_CLIENT, .uses = 6, .pause_ns = 5 * NS_PER_S,
};

static const struct work slow_work = {
	.kind = KIND_CLIENT, .uses = 6, .pause_ns = 20 * NS_PER_S,
};

/* With loading and saving, there are twelve between one use and the next. */
static const struct work tools_work = {
	.kind = KIND_TOOLS, .uses = 4, .pause_ns = 200 * NS_PER_MS,
	.others = 10,
};

static const struct work leaked_work = { .kind = KIND_LEAKED };
static const struct work abandoned_work = { .kind = KIND_ABANDONED };
static const struct work busy_work = { .kind = KIND_BUSY };
static const struct work flood_work = { .kind = KIND_FLOOD };

static const struct work holder_work = {
	.kind = KIND_HOLDER, .pause_ns = 100 * NS_PER_MS,
};

static struct scenario scenarios[SCENARIOS];
static unsigned int nr_scenarios;

static void add_crowd(struct scenario *scenario, unsigned int nr, u32 user,
		      u64 at, const struct work *work)
{
	WARN_ON_ONCE(scenario->nr == CROWDS);
	scenario->crowds[scenario->nr++] = (struct crowd) {
		.nr = nr, .user = user, .at = at, .work = *work,
	};
}

static void leak(struct scenario *scenario, unsigned int nr)
{
	scenario->leaked = nr;
	if (!nr)
		return;
	add_crowd(scenario, nr / 2, CLIENTS, 0, &leaked_work);
	add_crowd(scenario, nr - nr / 2, CLIENTS, 0, &abandoned_work);
}

__printf(3, 4)
static struct scenario *add(const char *group, unsigned int command_ms,
			    const char *format, ...)
{
	struct scenario *scenario = &scenarios[nr_scenarios++];
	va_list args;

	WARN_ON_ONCE(nr_scenarios > SCENARIOS);
	scenario->group = group;
	scenario->command_ms = command_ms;
	va_start(args, format);
	vsnprintf(scenario->name, sizeof(scenario->name), format, args);
	va_end(args);
	return scenario;
}

/* Some of a kind, with or without sessions that were left behind. */
static void add_equals(unsigned int leaked)
{
	static const unsigned int long_ones[] = { 100, 200, 400, 1000 };
	static const unsigned int tools[] = { 64, 100, 200, 400 };
	static const unsigned int chips[] = { 20, 50 };
	const char *more = leaked ? ", 60 leaked" : "";
	struct scenario *scenario;
	unsigned int i, j;

	scenario = add("short", 1, "200 short%s", more);
	leak(scenario, leaked);
	add_crowd(scenario, 200, CLIENTS, 0, &short_work);
	for (i = 0; i < ARRAY_SIZE(long_ones); i++) {
		scenario = add("long", 1, "%u long%s", long_ones[i], more);
		leak(scenario, leaked);
		add_crowd(scenario, long_ones[i], CLIENTS, 0, &long_work);
	}
	for (i = 100; i <= 200; i += 100) {
		scenario = add("pause", 1, "%u pausing for 5 s%s", i, more);
		leak(scenario, leaked);
		add_crowd(scenario, i, CLIENTS, 0, &pausing_work);
	}
	for (i = 100; i <= 200; i += 100) {
		scenario = add("pause", 1, "%u pausing for 20 s%s", i, more);
		leak(scenario, leaked);
		add_crowd(scenario, i, CLIENTS, 0, &slow_work);
	}
	for (j = 0; j < ARRAY_SIZE(chips); j++) {
		for (i = 0; i < ARRAY_SIZE(tools); i++) {
			scenario = add("tools", chips[j],
				       "%u with tools, %u ms a command%s",
				       tools[i], chips[j], more);
			leak(scenario, leaked);
			add_crowd(scenario, tools[i], CLIENTS, 0, &tools_work);
		}
	}
}

/* Somebody has all sessions, has had them for a while, and uses them. */
static void add_holder(const char *who, u32 user)
{
	struct scenario *scenario;

	scenario = add("holder", 1, "50 short, %s holds 64", who);
	add_crowd(scenario, 64, user, 0, &holder_work);
	add_crowd(scenario, 50, CLIENTS, HELD_FOR, &short_work);
	scenario = add("holder", 1, "50 long, %s holds 64", who);
	add_crowd(scenario, 64, user, 0, &holder_work);
	add_crowd(scenario, 50, CLIENTS, HELD_FOR, &long_work);
}

/* Those whose work flows, and those that stop to think, side by side. */
static void add_mixed(unsigned int leaked)
{
	struct scenario *scenario;

	scenario = add("mixed", 1, "200 long and 50 pausing for 5 s%s",
		       leaked ? ", 60 leaked" : "");
	leak(scenario, leaked);
	add_crowd(scenario, 200, CLIENTS, 0, &long_work);
	add_crowd(scenario, 50, CLIENTS, 0, &pausing_work);
}

static void add_users(void)
{
	struct scenario *scenario;
	u32 user;

	scenario = add("users", 1, "two users: 200 long, and 64 a second later");
	add_crowd(scenario, 200, CLIENTS, 0, &long_work);
	add_crowd(scenario, 64, OTHERS, NS_PER_S, &long_work);

	scenario = add("users", 1, "ten users: 20 long each");
	for (user = 0; user < 10; user++)
		add_crowd(scenario, 20, CLIENTS + user, 0, &long_work);

	scenario = add("users", 1,
		       "ten users: 2,000 starts, and 10 long each a second later");
	add_crowd(scenario, 2000, OTHERS, 0, &flood_work);
	for (user = 0; user < 9; user++)
		add_crowd(scenario, 10, CLIENTS + user, NS_PER_S, &long_work);

	scenario = add("users", 1,
		       "64 users with an idle session each, 200 commands, 1 short");
	for (user = 0; user < 64; user++)
		add_crowd(scenario, 1, IDLERS + user, 0, &leaked_work);
	add_crowd(scenario, 200, OTHERS, 0, &busy_work);
	add_crowd(scenario, 1, CLIENTS, NS_PER_S, &short_work);
}

/* Each of some that do the same is a user of its own. */
static void add_users_of(struct scenario *scenario, unsigned int nr, u32 first,
			 u64 at, const struct work *work)
{
	u32 i;

	for (i = 0; i < nr; i++)
		add_crowd(scenario, 1, first + i, at + i * NS_PER_MS, work);
}

/* Who needs two sessions holds one while it waits for the other. */
static void add_pairs(void)
{
	static const unsigned int long_ones[] = { 100, 400 };
	struct scenario *scenario;
	unsigned int i;
	u32 user;

	scenario = add("pairs", 1, "100 short, two each");
	add_crowd(scenario, 100, CLIENTS, 0, &short_pair);
	scenario = add("pairs", 20, "100 short, two each, 20 ms a command");
	add_crowd(scenario, 100, CLIENTS, 0, &short_pair);
	for (i = 0; i < ARRAY_SIZE(long_ones); i++) {
		scenario = add("pairs", 1, "%u long, two each", long_ones[i]);
		add_crowd(scenario, long_ones[i], CLIENTS, 0, &long_pair);
	}
	scenario = add("pairs", 1, "64 long, two each, 60 leaked");
	leak(scenario, LEAKED);
	add_crowd(scenario, 64, CLIENTS, 0, &long_pair);

	scenario = add("pairs", 1, "100 users: 1 short, two each");
	add_users_of(scenario, 100, CLIENTS, 0, &short_pair);
	scenario = add("pairs", 20,
		       "100 users: 1 short, two each, 20 ms a command");
	add_users_of(scenario, 100, CLIENTS, 0, &short_pair);
	for (i = 64; i <= 100; i += 36) {
		scenario = add("pairs", 1, "%u users: 1 long, two each", i);
		add_users_of(scenario, i, CLIENTS, 0, &long_pair);
	}
	scenario = add("pairs", 1, "64 users: 1 long, two each, 60 leaked");
	leak(scenario, LEAKED);
	add_users_of(scenario, 64, OTHERS, 0, &long_pair);
	scenario = add("pairs", 1, "ten users: 40 long each, two each");
	for (user = 0; user < 10; user++)
		add_crowd(scenario, 40, CLIENTS + user, 0, &long_pair);
}

static void add_triples(void)
{
	struct scenario *scenario;

	scenario = add("triples", 1, "100 short, three each");
	add_crowd(scenario, 100, CLIENTS, 0, &short_triple);
	scenario = add("triples", 1, "100 long, three each");
	add_crowd(scenario, 100, CLIENTS, 0, &long_triple);
	scenario = add("triples", 1, "100 users: 1 short, three each");
	add_users_of(scenario, 100, CLIENTS, 0, &short_triple);
	scenario = add("triples", 1, "100 users: 1 long, three each");
	add_users_of(scenario, 100, CLIENTS, 0, &long_triple);
	scenario = add("triples", 1,
		       "1 long, three each, among 200 users that never end");
	add_users_of(scenario, 200, OTHERS, 0, &long_loop);
	add_crowd(scenario, 1, CLIENTS, 10 * NS_PER_S, &long_triple);
}

/* Beside those who hold sessions, or begin again and again. */
static void add_pairs_beside(void)
{
	struct scenario *scenario;
	unsigned int i;

	for (i = 70; i <= 200; i += 130) {
		scenario = add("pairs", 1,
			       "1 long, two each, among %u users that never end",
			       i);
		add_users_of(scenario, i, OTHERS, 0, &long_loop);
		add_crowd(scenario, 1, CLIENTS, 10 * NS_PER_S, &long_pair);
	}
	scenario = add("pairs", 1,
		       "1 long, two each, among 200 of its own user");
	add_crowd(scenario, 200, CLIENTS, 0, &long_loop);
	add_crowd(scenario, 1, CLIENTS, 10 * NS_PER_S, &long_pair);
	scenario = add("pairs", 1,
		       "20 users: 1 long, two each, another user holds 64");
	add_crowd(scenario, 64, OTHERS, 0, &holder_work);
	add_users_of(scenario, 20, CLIENTS, HELD_FOR, &long_pair);
	scenario = add("pairs", 1, "20 users: 1 long, 31 users hold 2");
	for (i = 0; i < 31; i++)
		add_crowd(scenario, 2, OTHERS + i, 0, &holder_work);
	add_users_of(scenario, 20, CLIENTS, HELD_FOR, &long_work);
	scenario = add("pairs", 1,
		       "20 users: 1 long, two each, 31 users hold 2");
	for (i = 0; i < 31; i++)
		add_crowd(scenario, 2, OTHERS + i, 0, &holder_work);
	add_users_of(scenario, 20, CLIENTS, HELD_FOR, &long_pair);
}

/* Who has to wait for others of its user does not stand still. */
static void add_busy(void)
{
	struct scenario *scenario;

	scenario = add("busy", 20,
		       "100 long, 4,000 others of the user, 20 ms a command");
	add_crowd(scenario, 100, CLIENTS, 0, &long_work);
	add_crowd(scenario, 4000, CLIENTS, 0, &busy_work);
}

/**
 * scenario_get() - the scenarios, one by one
 * @i: which one
 *
 * Return: the scenario, or NULL if there are no more.
 */
const struct scenario *scenario_get(unsigned int i)
{
	if (!nr_scenarios) {
		add_equals(0);
		add_equals(LEAKED);
		add_mixed(0);
		add_mixed(LEAKED);
		add_holder("another user", OTHERS);
		add_holder("the same user", CLIENTS);
		add_users();
		add_pairs();
		add_pairs_beside();
		add_triples();
		add_busy();
	}
	return i < nr_scenarios ? &scenarios[i] : NULL;
}

/**
 * scenario_find() - look a scenario up
 * @name: its name
 *
 * Return: the scenario, or NULL.
 */
const struct scenario *scenario_find(const char *name)
{
	const struct scenario *scenario;
	unsigned int i;

	for (i = 0; (scenario = scenario_get(i)); i++) {
		if (!strcmp(scenario->name, name))
			return scenario;
	}
	return NULL;
}

/**
 * scenario_users() - as how many users do they come?
 * @scenario: the scenario
 */
unsigned int scenario_users(const struct scenario *scenario)
{
	unsigned int users = 0, i, j;

	for (i = 0; i < scenario->nr; i++) {
		for (j = 0; j < i; j++) {
			if (scenario->crowds[j].user ==
			    scenario->crowds[i].user)
				break;
		}
		users += j == i;
	}
	return users;
}
