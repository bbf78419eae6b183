/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session table as plain as can be, and a world in which it and the real one
 * go through the same operations.
 */
#ifndef __TPM2_TABLE_MODEL_H
#define __TPM2_TABLE_MODEL_H

#include "../session-table.h"

/* A point in time of which both clocks say the same. */
static inline struct tpm2_moment both_clocks(u64 time)
{
	return (struct tpm2_moment) { .now = time, .free = time };
}

#define MOMENT(time)	((struct tpm2_moment[]) { both_clocks(time) })

struct kunit;

#define MODEL_OWNERS	3
#define MODEL_INDEXES	4
#define MODEL_NOBODY	(-1)

/**
 * enum operation - what can happen to a session, or to all
 * @START: an owner starts one
 * @FIND: one that nobody owns is found, saved
 * @FIND_LOADED: one that nobody owns is found, loaded
 * @END: it ends, and its owner knows
 * @LOSE: it ends, and its owner does not know
 * @LOAD: it is loaded, or used
 * @SAVE: we save it
 * @DETACH: its client saves it, and we know the context
 * @DETACH_UNKNOWN: its client saves it, and we do not
 * @RENEW: we load it and save it again
 * @ATTACH: a client loads what was saved by a client
 * @PARK: it is put aside
 * @FORGET: an owner flushes a tombstone
 * @TICK: time goes by
 * @OPERATIONS: how many there are
 */
enum operation {
	START, FIND, FIND_LOADED, END, LOSE, LOAD, SAVE, DETACH, DETACH_UNKNOWN,
	RENEW, ATTACH, PARK, FORGET, TICK, OPERATIONS,
};

/**
 * struct step - an operation and what it is applied to
 * @operation: what
 * @index: to the session of which index
 * @owner: by whom
 */
struct step {
	enum operation operation;
	unsigned int index;
	int owner;
};

/**
 * struct model_session - all there is to know about a session
 * @live: it is in the table
 * @state: where it is
 * @owner: whose it is
 * @parked: it is put aside
 * @created: when it was started or found
 * @rank: the how-manieth session it was, to tell apart those of one time
 * @used: when it was used, as a number that only grows
 * @saved: when its newest context was made, likewise; 0 if there is none
 * @copied: when the context was made that its client holds; 0 if it holds none
 */
struct model_session {
	bool live;
	enum tpm2_session_state state;
	int owner;
	bool parked;
	u64 created;
	u64 rank;
	u64 used;
	u64 saved;
	u64 copied;
};

/**
 * struct world - the real table and the model
 * @test: the test that it belongs to
 * @table: the real one
 * @owners: its owners
 * @sessions: its live sessions
 * @model: what they should be
 * @tombstones: how many tombstones of each index each owner should have
 * @now: the time
 * @events: a number that only grows
 */
struct world {
	struct kunit *test;
	struct tpm2_session_table table;
	struct tpm2_session_owner owners[MODEL_OWNERS];
	struct tpm2_session *sessions[MODEL_INDEXES];
	struct model_session model[MODEL_INDEXES];
	unsigned int tombstones[MODEL_OWNERS][MODEL_INDEXES];
	u64 now;
	u64 events;
};

void world_init(struct world *world, struct kunit *test);
void world_destroy(struct world *world);
bool world_step(struct world *world, const struct step *step);
bool world_check(struct world *world);
void step_tell(struct kunit *test, const struct step *step, unsigned int i);

#endif /* __TPM2_TABLE_MODEL_H */
