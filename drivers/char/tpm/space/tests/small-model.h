/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the resource manager promises, written down as plainly as can be: who
 * holds which session, who has lost one, who waits, and what each client is
 * told. There is one of each index, so nothing here is a list of unknown
 * length, and nothing is fast.
 */
#ifndef __TPM2_SMALL_MODEL_H
#define __TPM2_SMALL_MODEL_H

#include <linux/types.h>

#define SMALL_CLIENTS	3
#define SMALL_INDEXES	4
#define SMALL_NOBODY	(-1)

/**
 * struct model_session - the session of an index
 * @alive: the TPM has it
 * @serial: its number
 * @owner: whose it is
 * @parked: the owner does not know of it
 * @created: when it was started or found
 * @rank: the how-manieth it was, to tell apart those of one time
 * @unknown: the resource manager has not found it yet
 * @doomed: nobody can have it, so it is flushed when the TPM is read back
 */
struct model_session {
	bool alive;
	u32 serial;
	int owner;
	bool parked;
	u64 created;
	u32 rank;
	bool unknown;
	bool doomed;
};

/**
 * struct model_loss - a session that has ended behind its owner's back, of
 *	which the resource manager has not found out yet
 * @pending: there is one of this index
 * @owner: whose it was
 * @created: when it was started
 * @rank: the how-manieth it was
 */
struct model_loss {
	bool pending;
	int owner;
	u64 created;
	u32 rank;
};

/**
 * struct model_client - a client
 * @tombstones: indexes of sessions that it has lost, in the order of loss
 * @nr_tombstones: how many
 * @begun: how many sessions it has had since it had none, if fewer than three
 * @goes_on: how many it had when it began to wait, if it had ended none
 */
struct model_client {
	u32 tombstones[SMALL_INDEXES + 1];
	unsigned int nr_tombstones;
	unsigned int begun;
	unsigned int goes_on;
};

/**
 * struct model_outcome - what a command comes to
 * @rc: response code, or -errno
 * @index: index of the session that the client gets
 * @parks: sessions that are put aside for it
 * @evictions: sessions that are evicted for it
 * @unparks: sessions that had been put aside, and are given up on the way
 * @forgets: losses that are forgotten for it
 */
struct model_outcome {
	int rc;
	u32 index;
	unsigned int parks;
	unsigned int evictions;
	unsigned int unparks;
	unsigned int forgets;
};

/**
 * struct small_model - the whole
 * @active: sessions that the TPM has
 * @max_per_fd: sessions that a client may have
 * @lease: how long a session is safe
 * @now: the time
 * @ranks: sessions that have been started or found so far
 * @sessions: by index
 * @losses: by index
 * @clients: the clients
 * @queue: clients that wait, in order: those that go on are before the others, who has
 *	most before who has fewer
 * @nr_queue: how many
 */
struct small_model {
	u32 active;
	u32 max_per_fd;
	u64 lease;
	u64 now;
	u32 ranks;
	struct model_session sessions[SMALL_INDEXES];
	struct model_loss losses[SMALL_INDEXES];
	struct model_client clients[SMALL_CLIENTS];
	int queue[SMALL_CLIENTS];
	unsigned int nr_queue;
};

void model_new(struct small_model *model, u32 index, int owner);
void model_begin(struct small_model *model, int client);
void model_lose(struct small_model *model, u32 index);
unsigned int model_find_out(struct small_model *model, const bool *loaded,
			    const bool *mistaken);
bool model_has_tombstone(const struct small_model *model, int client,
			 u32 index);
void model_forget(struct small_model *model, int client, u32 index);
unsigned int model_count(const struct small_model *model, int owner);
bool model_is_eligible(const struct small_model *model, int requester,
		       u32 index);
void model_leave(struct small_model *model, int client);
void model_start(struct small_model *model, int client,
		 struct model_outcome *out);

#endif /* __TPM2_SMALL_MODEL_H */
