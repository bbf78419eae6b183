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
