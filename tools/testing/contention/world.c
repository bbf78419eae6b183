// SPDX-License-Identifier: GPL-2.0-only
/*
 * A world with a TPM in it, and a time that passes only when it is told to.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <stdlib.h>
#include "world.h"

/**
 * world_init() - make a world
 * @world: memory for it
 *
 * Its TPM is as almost all are: 64 sessions, 3 of them in it at a time.
 */
void world_init(struct world *world)
{
	static const struct fake_tpm_config config = {
		.active_sessions = 64, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xffff,
	};

	memset(world, 0, sizeof(*world));
	fake_chip_init(&world->chip, &config);
	INIT_LIST_HEAD(&world->line);
}

/**
 * world_destroy() - the end of the world
 * @world: the world
 *
 * What was still to happen does not.
 */
void world_destroy(struct world *world)
{
	free(world->heap);
}

static bool before(const struct event *a, const struct event *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void put(struct world *world, struct event *event, unsigned int place)
{
	world->heap[place] = event;
	event->place = place;
}

/* Move an event to where it belongs. */
static void sift(struct world *world, struct event *event)
{
	unsigned int place = event->place, child;

	while (place > 1 && before(event, world->heap[place / 2])) {
		put(world, world->heap[place / 2], place);
		place /= 2;
	}
	while ((child = 2 * place) <= world->nr) {
		if (child < world->nr &&
		    before(world->heap[child + 1], world->heap[child]))
			child++;
		if (!before(world->heap[child], event))
			break;
		put(world, world->heap[child], place);
		place = child;
	}
	put(world, event, place);
}

/**
 * world_at() - have something happen
 * @world: the world
 * @event: what; if it was to happen already, that is at another time now
 * @at: when, in ns; now, if that is over
 */
void world_at(struct world *world, struct event *event, u64 at)
{
	event->at = max(at, world_now(world));
	event->order = ++world->orders;
	if (!event->place) {
		if (world->nr + 1 >= world->size) {
			world->size = 2 * world->size + 64;
			world->heap = realloc(world->heap, world->size *
					      sizeof(struct event *));
			if (!world->heap)
				abort();
		}
		put(world, event, ++world->nr);
	}
	sift(world, event);
}

/**
 * world_after() - have something happen after a while
 * @world: the world
 * @event: what
 * @delay: the while, in ns
 */
void world_after(struct world *world, struct event *event, u64 delay)
{
	world_at(world, event, world_now(world) + delay);
}

/**
 * world_cancel() - have something not happen after all
 * @world: the world
 * @event: what
 */
void world_cancel(struct world *world, struct event *event)
{
	unsigned int place = event->place;
	struct event *last;

	if (!place)
		return;
	event->place = 0;
	last = world->heap[world->nr--];
	if (last == event)
		return;
	put(world, last, place);
	sift(world, last);
}

/**
 * world_ask() - get in line for the TPM
 * @world: the world
 * @job: what it is needed for
 */
void world_ask(struct world *world, struct job *job)
{
	list_add_tail(&job->node, &world->line);
}

/* Let everything happen that is due until then. */
static void pass(struct world *world, u64 until)
{
	struct event *event;

	while (world->nr && world->heap[1]->at <= until) {
		event = world->heap[1];
		world_cancel(world, event);
		world->chip.now = event->at;
		event->run(event);
	}
	world->chip.now = until;
}

/**
 * world_transmit() - send the TPM a command
 * @world: the world; called by a job that has the TPM
 * @buf: the command; replaced by the response
 *
 * Return: size of the response in bytes.
 */
ssize_t world_transmit(struct world *world, u8 *buf)
{
	ssize_t size = fake_tpm_transmit(&world->chip.tpm, buf);

	pass(world, world_now(world) + world->command_ns);
	return size;
}

/* Let whoever is next have the TPM; false if nobody asks for it. */
static bool serve(struct world *world)
{
	struct job *job;

	pass(world, world_now(world));
	if (list_empty(&world->line))
		return false;
	job = list_first_entry(&world->line, struct job, node);
	list_del_init(&job->node);
	job->run(job);
	return true;
}

/**
 * world_settle() - let everything happen that needs no waiting
 * @world: the world
 */
void world_settle(struct world *world)
{
	while (serve(world))
		;
}

/**
 * world_run() - let time pass until the end
 * @world: the world
 *
 * That is when somebody says so, or when nothing will happen any more.
 */
void world_run(struct world *world)
{
	while (!world->ended) {
		if (serve(world))
			continue;
		if (!world->nr)
			break;
		pass(world, world->heap[1]->at);
	}
}
