// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every sequence of steps in a small world, up to a length.
 *
 * There is no way back in time, so each sequence is walked from the start. The
 * next one differs in the last step for which there is another choice. Where
 * not all can be walked, all that end early are, and of those that begin alike
 * and have the full length, some: not those with the same end each time.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "small-world.h"

/**
 * struct walk - a walk through all sequences
 * @world: the world of the current one
 * @steps: what can happen next
 * @path: what has happened
 * @choice: which of the choices was taken at each step
 * @choices: how many there were
 * @length: steps of the current sequence
 * @begun: how often the last step was begun with
 */
struct walk {
	struct small_world world;
	struct small_step steps[SMALL_STEPS];
	struct small_step path[SMALL_DEPTH];
	unsigned int choice[SMALL_DEPTH];
	unsigned int choices[SMALL_DEPTH];
	unsigned int length;
	unsigned int begun;
};

static void walk_one(struct walk *walk, const struct small_config *config)
{
	struct small_world *world = &walk->world;
	unsigned int i;

	if (small_world_init(world, config)) {
		small_wrong(world, "no memory");
		return;
	}
	for (i = 0; i < config->depth && !small_is_wrong(world); i++) {
		walk->choices[i] = small_steps(world, walk->steps);
		walk->choice[i] = min(walk->choice[i], walk->choices[i] - 1);
		walk->path[i] = walk->steps[walk->choice[i]];
		walk->length = i + 1;
		small_world_step(world, &walk->path[i]);
		/* the same as without a fault */
		if (world->pointless)
			break;
	}
	small_world_end(world);
}

/* Choose the next sequence; false if there is none. */
static bool go_on(struct walk *walk, const struct small_config *config,
		  unsigned int stride)
{
	unsigned int last = config->depth - 1, i;

	for (i = walk->length; i--; walk->choice[i] = 0) {
		walk->choice[i] += i == last ? stride : 1;
		if (walk->choice[i] < walk->choices[i]) {
			if (i < last)
				walk->choice[last] = walk->begun++ % stride;
			return true;
		}
	}
	return false;
}

static void tell(struct walk *walk, const struct small_config *config,
		 char *text, size_t size)
{
	const struct small_step *step;
	size_t length = 0;
	unsigned int i;

	for (step = config->prefix; step && step->client != SMALL_NOBODY;
	     step++)
		length += small_step_text(step, text + length, size - length);
	for (i = 0; i < walk->length; i++)
		length += small_step_text(&walk->path[i], text + length,
					  size - length);
	scnprintf(text + length, size - length, "%s", walk->world.wrong);
}

/**
 * small_walk() - walk every sequence of a world
 * @config: which world
 * @stride: of those that differ in the last step alone, every how-manieth; 1 for
 *          each
 * @wrong: receives the first sequence that goes wrong, and how; or ""
 * @size: room for so many bytes
 *
 * Return: how many sequences were walked; 0 if there was no memory.
 */
unsigned long small_walk(const struct small_config *config, unsigned int stride,
			 char *wrong, size_t size)
{
	struct walk *walk = kzalloc(sizeof(*walk), GFP_KERNEL);
	unsigned long count = 0;

	wrong[0] = 0;
	if (!walk)
		return 0;
	do {
		cond_resched();
		walk_one(walk, config);
		count++;
		if (small_is_wrong(&walk->world)) {
			tell(walk, config, wrong, size);
			break;
		}
	} while (go_on(walk, config, stride));
	kfree(walk);
	return count;
}
