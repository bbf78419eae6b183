/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world so small that everything that can happen in it can be tried: a few
 * clients, a TPM with a few sessions, and short sequences of operations. Each
 * sequence goes through the real resource manager in front of the fake TPM and
 * through the model side by side, and the two are compared after each step.
 */
#ifndef __TPM2_SMALL_WORLD_H
#define __TPM2_SMALL_WORLD_H

#include <linux/compiler.h>
#include <linux/types.h>
#include "bed.h"
#include "small-model.h"

#define SMALL_KNOWN	3	/* sessions that a client keeps in mind */
#define SMALL_CONTEXTS	2	/* contexts that clients keep */
#define SMALL_DEPTH	12
#define SMALL_STEPS	512
#define SMALL_TEXT	600

/**
 * enum small_op - what can happen
 * @SMALL_START: a client starts a session
 * @SMALL_USE: it uses one, as a handle
 * @SMALL_LAST: it uses one in the authorization area, for the last time
 * @SMALL_FLUSH: it flushes one
 * @SMALL_STEAL: it flushes one of another client
 * @SMALL_SAVE: it saves one itself
 * @SMALL_LOAD: it loads a context that a client has saved
 * @SMALL_CLOSE: it closes its file, and opens another
 * @SMALL_TICK: half a lease goes by
 * @SMALL_RAW_START: somebody starts a session past the resource manager
 * @SMALL_RAW_FLUSH: somebody flushes one past it
 */
enum small_op {
	SMALL_START,
	SMALL_USE,
	SMALL_LAST,
	SMALL_FLUSH,
	SMALL_STEAL,
	SMALL_SAVE,
	SMALL_LOAD,
	SMALL_CLOSE,
	SMALL_TICK,
	SMALL_RAW_START,
	SMALL_RAW_FLUSH,
};

/**
 * struct small_step - a step of a sequence
 * @op: what happens
 * @client: to or by which client
 * @which: with which of what there is to choose from
 * @fault: what goes wrong meanwhile
 * @nth: at the how-manieth TPM command of this step
 */
struct small_step {
	enum small_op op;
	int client;
	unsigned int which;
	enum fake_fault_kind fault;
	unsigned int nth;
};

/**
 * struct small_config - which world
 * @name: what is special about it
 * @tpm: what its TPM has
 * @clients: how many clients there are
 * @max_per_fd: sessions that each may have
 * @prefix: what has happened before, ends with a step of no client
 * @depth: length of the sequences after that
 * @raw: somebody uses the TPM past the resource manager
 * @faults: one command of the sequence is lost on its way, or its response
 * @gap: contexts are made younger all the time, so commands cost more
 * @busy: commands follow each other without a pause
 */
struct small_config {
	const char *name;
	struct fake_tpm_config tpm;
	int clients;
	u32 max_per_fd;
	const struct small_step *prefix;
	unsigned int depth;
	bool raw;
	bool faults;
	bool gap;
	bool busy;
};

/**
 * struct small_context - a context that a client has saved
 * @context: the bytes
 * @handle: handle of its session
 * @serial: number of its session, 0 if there is no context here
 * @fresh: the TPM would take it
 */
struct small_context {
	struct client_context context;
	u32 handle;
	u32 serial;
	bool fresh;
};

/**
 * struct small_world - the world
 * @config: which world
 * @bed: the real thing
 * @model: what it should be
 * @known: sessions that each client has in mind; handle 0 if none
 * @contexts: what clients have saved
 * @next_context: which of them is overwritten next
 * @acted: how many of the clients have done something so far
 * @struck: the fault of this sequence has struck
 * @pointless: the step was to have a fault, and it did not strike
 * @wrong: what is not as it should be, or empty
 */
struct small_world {
	const struct small_config *config;
	struct bed *bed;
	struct small_model model;
	struct client_session known[SMALL_CLIENTS][SMALL_KNOWN];
	struct small_context contexts[SMALL_CONTEXTS];
	unsigned int next_context;
	int acted;
	bool struck;
	bool pointless;
	char wrong[SMALL_TEXT];
};

/* small-world.c */
int small_world_init(struct small_world *world,
		     const struct small_config *config);
void small_world_end(struct small_world *world);
void small_world_step(struct small_world *world,
		      const struct small_step *step);
void small_wrong(struct small_world *world, const char *format, ...)
	__printf(2, 3);
bool small_is_wrong(const struct small_world *world);
u32 small_index(u32 handle);

/* small-steps.c */
unsigned int small_steps(const struct small_world *world,
			 struct small_step *steps);
size_t small_step_text(const struct small_step *step, char *text, size_t size);

/* small-client.c */
void small_client_step(struct small_world *world,
		       const struct small_step *step);
void small_client_retry(struct small_world *world, int client);

/* small-check.c */
unsigned int small_find_out(struct small_world *world);
void small_reconcile(struct small_world *world, const struct small_step *step);
void small_forget(struct small_world *world);
void small_check(struct small_world *world);
void small_check_leaks(struct small_world *world);

/* small-walk.c */
unsigned long small_walk(const struct small_config *config, unsigned int stride,
			 char *wrong, size_t size);

#endif /* __TPM2_SMALL_WORLD_H */
