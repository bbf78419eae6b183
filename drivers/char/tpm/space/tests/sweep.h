/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario in which, each time that it is played, something else goes wrong:
 * the first TPM command is struck by a fault, then the second, and so on, to the
 * last. What must not be lost is told from what may be by looking into the fake
 * TPM.
 */
#ifndef __TPM2_SWEEP_H
#define __TPM2_SWEEP_H

#include <linux/compiler.h>
#include <linux/types.h>
#include "bed.h"

#define SWEEP_SESSIONS	12
#define SWEEP_OBJECTS	12
#define SWEEP_TEXT	200
#define SWEEP_SCENARIOS	12
#define SWEEP_QUIRKS	16

/**
 * struct sweep_session - a session of the scenario
 * @client: whose it is, or was
 * @known: what the client knows of it; serial 0 if there is none
 * @loaded: it was in a slot when the fault struck
 * @before: it was there when the fault struck
 */
struct sweep_session {
	struct client *client;
	struct client_session known;
	bool loaded;
	bool before;
};

/**
 * struct sweep_object - an object of the scenario
 * @client: whose it is
 * @handle: its handle; 0 if there is none
 * @serial: its number; 0 if it is a sequence
 * @updates: what was added to it
 * @uncertain: an update may or may not have been carried out
 */
struct sweep_object {
	struct client *client;
	u32 handle;
	u32 serial;
	u32 updates;
	bool uncertain;
};

/**
 * struct sweep_fault - what goes wrong
 * @name: in words
 * @kind: what; FAKE_FAULT_NONE if it is not the TPM that something happens to
 * @rc: response code, to refuse with
 */
struct sweep_fault {
	const char *name;
	enum fake_fault_kind kind;
	u32 rc;
};

/**
 * struct sweep - a scenario being played
 * @bed: where
 * @fault: what goes wrong
 * @nth: at which TPM command, or allocation
 * @struck: it has gone wrong
 * @now: it went wrong during the step under way
 * @evicts: sessions are evicted in this scenario
 * @reset: all that was there then is gone
 * @resumed: all that was loaded then is gone
 * @sessions: sessions
 * @objects: objects
 * @wrong: what is not as it should be, or empty
 */
struct sweep {
	struct bed *bed;
	const struct sweep_fault *fault;
	unsigned int nth;
	bool struck;
	bool now;
	bool evicts;
	bool reset;
	bool resumed;
	struct sweep_session sessions[SWEEP_SESSIONS];
	struct sweep_object objects[SWEEP_OBJECTS];
	char wrong[SWEEP_TEXT];
};

/**
 * struct scenario - what is played
 * @name: in words
 * @tpm: what the TPM has
 * @play: plays it
 * @evicts: sessions are evicted in it
 * @stride: strike at every how-manieth command; 0 for each
 */
struct scenario {
	const char *name;
	struct fake_tpm_config tpm;
	void (*play)(struct sweep *sweep);
	bool evicts;
	unsigned int stride;
};

/**
 * struct sweep_quirk - one way for a TPM to be odd
 * @name: in words
 * @quirks: what it does otherwise
 * @page: handles that it lists at a time; 0 if as many as it is asked for
 */
struct sweep_quirk {
	const char *name;
	struct fake_tpm_quirks quirks;
	u32 page;
};

extern const struct sweep_fault sweep_faults[];
extern const struct scenario sweep_scenarios[SWEEP_SCENARIOS];
extern const struct scenario sweep_short;
extern const struct sweep_quirk sweep_quirks[SWEEP_QUIRKS];

/* sweep.c */
unsigned int sweep_all(const struct scenario *scenario,
		       const struct sweep_fault *fault, char *wrong,
		       size_t size);
void sweep_wrong(struct sweep *sweep, const char *format, ...) __printf(2, 3);
void sweep_done(struct sweep *sweep);

/* sweep-quirks.c */
bool sweep_make_odd(struct fake_tpm_config *tpm, const struct sweep_quirk *quirk);

/* sweep-steps.c */
void sweep_start(struct sweep *sweep, unsigned int client, unsigned int i);
void sweep_use(struct sweep *sweep, unsigned int i);
void sweep_flush(struct sweep *sweep, unsigned int i);
bool sweep_save(struct sweep *sweep, unsigned int i,
		struct client_context *context);
void sweep_load(struct sweep *sweep, unsigned int client, unsigned int i,
		const struct client_context *context);
void sweep_create(struct sweep *sweep, unsigned int client, unsigned int i);
void sweep_sequence(struct sweep *sweep, unsigned int client, unsigned int i);
void sweep_read(struct sweep *sweep, unsigned int i);
void sweep_update(struct sweep *sweep, unsigned int i);
void sweep_complete(struct sweep *sweep, unsigned int i);
void sweep_close(struct sweep *sweep, unsigned int client);
bool sweep_loses_response(const struct sweep *sweep);
bool sweep_has(struct sweep *sweep, const struct sweep_session *session);

#endif /* __TPM2_SWEEP_H */
