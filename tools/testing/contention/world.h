/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world with a TPM in it, and a time that passes only when it is told to: so
 * an hour in it takes a moment, and is the same each time.
 *
 * The TPM does one thing at a time, in the order in which it was asked. While it
 * is at work on a command, whatever else is due meanwhile happens at its own
 * time, in its own order: others ask for the TPM, clocks are read. Nobody else
 * has the TPM until the one who has it is done with all its commands.
 *
 * What is simplified: all commands take the same time. Nothing takes time but
 * the TPM and the pauses of its users: no processor, no start of a program, no
 * timer that comes late. A lock is had in the order of asking; the kernel's
 * mutex is not quite as fair. A ticket's turn begins when the TPM is free for
 * it, where the kernel's worker looks at the queue first and then waits for the
 * TPM.
 */
#ifndef __CONTENTION_WORLD_H
#define __CONTENTION_WORLD_H

#include <linux/list.h>
#include <linux/types.h>
#include "fake-chip.h"

#define NS_PER_MS	1000000ULL
#define NS_PER_S	1000000000ULL

/**
 * struct event - something that happens at a certain time
 * @at: when, in ns
 * @order: which comes first, of those that happen at the same time
 * @place: in the heap of events, from 1; 0 if it is in none
 * @run: what happens. It may not use the TPM itself, but ask for it.
 */
struct event {
	u64 at;
	u64 order;
	unsigned int place;
	void (*run)(struct event *event);
};

/**
 * struct job - something that needs the TPM
 * @node: in the line before the TPM; in none while it is not asked for
 * @run: does it. Called when everybody before it is done.
 */
struct job {
	struct list_head node;
	void (*run)(struct job *job);
};

/**
 * struct world - a world
 * @chip: its TPM, which knows the time
 * @command_ns: how long a command takes
 * @line: who waits for the TPM
 * @heap: events
 * @nr: how many
 * @size: for how many there is memory
 * @orders: how many there have been
 * @ended: nothing more is of interest
 */
struct world {
	struct fake_chip chip;
	u64 command_ns;
	struct list_head line;
	struct event **heap;
	unsigned int nr;
	unsigned int size;
	u64 orders;
	bool ended;
};

static inline u64 world_now(const struct world *world)
{
	return world->chip.now;
}

void world_init(struct world *world);
void world_destroy(struct world *world);

void world_at(struct world *world, struct event *event, u64 at);
void world_after(struct world *world, struct event *event, u64 delay);
void world_cancel(struct world *world, struct event *event);
void world_ask(struct world *world, struct job *job);

ssize_t world_transmit(struct world *world, u8 *buf);
void world_settle(struct world *world);
void world_run(struct world *world);

#endif /* __CONTENTION_WORLD_H */
