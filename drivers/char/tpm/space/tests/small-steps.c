// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can happen next in a small world.
 */
#include <linux/kernel.h>
#include "small-world.h"

#define MOST_COMMANDS	4	/* of one step that a fault strikes at */

/* A list of steps. */
struct list {
	struct small_step *steps;
	unsigned int count;
	bool faults;
};

static void add(struct list *list, enum small_op op, int client,
		unsigned int which)
{
	struct small_step step = { .op = op, .client = client, .which = which };
	unsigned int kind;

	list->steps[list->count++] = step;
	if (!list->faults)
		return;
	for (kind = FAKE_FAULT_LOSE_COMMAND; kind <= FAKE_FAULT_LOSE_RESPONSE;
	     kind++) {
		for (step.nth = 1; step.nth <= MOST_COMMANDS; step.nth++) {
			step.fault = kind;
			list->steps[list->count++] = step;
		}
	}
}

/* What to do with the sessions that a client has in mind. */
static void add_known(const struct small_world *world, struct list *list, int c)
{
	unsigned int i;

	for (i = 0; i < SMALL_KNOWN; i++) {
		if (!world->known[c][i].handle)
			continue;
		add(list, SMALL_USE, c, i);
		add(list, SMALL_LAST, c, i);
		add(list, SMALL_FLUSH, c, i);
		add(list, SMALL_SAVE, c, i);
	}
}

/* The index of a session that another client has, or -1. */
static int foreign(const struct small_world *world, int c)
{
	const struct model_session *sessions = world->model.sessions;
	unsigned int i;

	for (i = 0; i < world->model.active; i++) {
		if (sessions[i].alive && !sessions[i].parked &&
		    sessions[i].owner != SMALL_NOBODY && sessions[i].owner != c)
			return i;
	}
	return -1;
}

static void add_client(const struct small_world *world, struct list *list,
		       int c)
{
	unsigned int i;

	/* while its command waits, it can but go */
	if (!world->bed->clients[c].waits) {
		add(list, SMALL_START, c, 0);
		add_known(world, list, c);
		if (foreign(world, c) >= 0)
			add(list, SMALL_STEAL, c, foreign(world, c));
		for (i = 0; i < SMALL_CONTEXTS; i++) {
			if (world->contexts[i].serial)
				add(list, SMALL_LOAD, c, i);
		}
	}
	/* who has done nothing has nothing to close */
	if (c < world->acted)
		add(list, SMALL_CLOSE, c, 0);
}

/**
 * small_steps() - all that can happen next
 * @world: the world
 * @steps: receives it; room for SMALL_STEPS
 *
 * Clients that have done nothing yet are all alike: only one of them acts.
 *
 * Return: how many steps.
 */
unsigned int small_steps(const struct small_world *world,
			 struct small_step *steps)
{
	const struct small_config *config = world->config;
	struct list list = {
		.steps = steps, .faults = config->faults && !world->struck,
	};
	unsigned int i;
	int c;

	for (c = 0; c < config->clients && c <= world->acted; c++)
		add_client(world, &list, c);

	list.faults = false;
	add(&list, SMALL_TICK, 0, 0);
	if (!config->raw)
		return list.count;
	add(&list, SMALL_RAW_START, 0, 0);
	for (i = 0; i < world->model.active; i++) {
		if (world->model.sessions[i].alive)
			add(&list, SMALL_RAW_FLUSH, 0, i);
	}
	return list.count;
}

/**
 * small_step_text() - a step in words
 * @step: the step
 * @text: receives the words
 * @size: room for so many bytes
 *
 * Return: length of the text.
 */
size_t small_step_text(const struct small_step *step, char *text, size_t size)
{
	static const char * const names[] = {
		[SMALL_START] = "starts", [SMALL_USE] = "uses",
		[SMALL_LAST] = "uses for the last time", [SMALL_FLUSH] = "flushes",
		[SMALL_STEAL] = "tries to flush foreign", [SMALL_SAVE] = "saves",
		[SMALL_LOAD] = "loads", [SMALL_CLOSE] = "closes",
		[SMALL_TICK] = "tick", [SMALL_RAW_START] = "somebody starts",
		[SMALL_RAW_FLUSH] = "somebody flushes",
	};
	size_t length = 0;

	if (step->op < SMALL_TICK)
		length += scnprintf(text + length, size - length, "%c ",
				    'A' + step->client);
	length += scnprintf(text + length, size - length, "%s %u",
			    names[step->op], step->which);
	if (step->fault != FAKE_FAULT_NONE)
		length += scnprintf(text + length, size - length,
				    " (%s %u is lost)",
				    step->fault == FAKE_FAULT_LOSE_COMMAND ?
				    "command" : "response", step->nth);
	return length + scnprintf(text + length, size - length, "; ");
}
