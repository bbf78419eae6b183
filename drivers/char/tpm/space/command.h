/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client's command under way, as the command-*.c files see it.
 * All functions are called with the chip held.
 */
#ifndef __TPM2_COMMAND_H
#define __TPM2_COMMAND_H

#include <linux/types.h>
#include "state.h"
#include "wire.h"

/**
 * enum tpm2_outcome - what something that is done for a command comes to
 * @TPM2_GOES_ON: nothing stands in the way of the next step
 * @TPM2_ANSWERED: there is a response for its client
 * @TPM2_AGAIN: it is to be sent again, from looking up what it names on
 * @TPM2_WAITS: it cannot be carried out now
 * @TPM2_FAILED: there is no response and never will be
 */
enum tpm2_outcome {
	TPM2_GOES_ON,
	TPM2_ANSWERED,
	TPM2_AGAIN,
	TPM2_WAITS,
	TPM2_FAILED,
};

/**
 * struct tpm2_command - a command under way
 * @space: whose command
 * @rm: its resource manager
 * @buf: the client's command; when it was answered, the response
 * @cmd: what it names
 * @loaded: handle of the session whose context the command loads, else 0
 * @checks: how often the TPM was read back, since it has not got what the command
 *	names
 * @evicted: a session was evicted for it and the TPM has not said yet whether
 *	that helped
 * @queued: it has joined those who wait
 * @sent: it has been sent to the TPM
 * @last: the response code that it had from the TPM last
 * @parked: sessions that were started for it and put aside
 * @size: of the response in bytes, when it was answered
 * @error: -errno, when it has failed
 * @ready: when it may be tried again, ns of CLOCK_MONOTONIC, when it waits
 */
struct tpm2_command {
	struct tpm2_rm_space *space;
	struct tpm2_rm *rm;
	u8 *buf;
	struct tpm2_wire_command cmd;
	u32 loaded;
	unsigned int checks;
	bool evicted;
	bool queued;
	bool sent;
	u32 last;
	unsigned int parked;
	ssize_t size;
	int error;
	u64 ready;
};

static inline enum tpm2_outcome tpm2_command_fail(struct tpm2_command *c,
						  int error)
{
	c->error = error;
	return TPM2_FAILED;
}

/* Answer in the resource manager's own name. */
static inline enum tpm2_outcome tpm2_command_answer(struct tpm2_command *c,
						    u32 rc)
{
	if (rc)
		rc |= TPM2_WIRE_RESMGR_LAYER;
	c->size = tpm2_wire_build_response(c->buf, rc);
	return TPM2_ANSWERED;
}

/* Is the session the space's, and not held back, nor lost? */
static inline bool tpm2_command_owns(const struct tpm2_command *c,
				     const struct tpm2_session *session)
{
	return session->owner == &c->space->owner && !session->parked &&
	       !session->doomed;
}

/* May this space use the session? Not if it is somebody else's. */
static inline bool tpm2_command_may_use(const struct tpm2_command *c,
					const struct tpm2_session *session)
{
	return tpm2_session_is_everybodys(session) ||
	       tpm2_command_owns(c, session);
}

/* command-names.c */
void tpm2_command_read(struct tpm2_command *c, u32 attrs);
struct tpm2_session *tpm2_command_loaded(const struct tpm2_command *c);
bool tpm2_command_names_gone(const struct tpm2_command *c, u32 rc);
void tpm2_command_give_up(struct tpm2_command *c, u32 rc);
enum tpm2_outcome tpm2_command_pin(struct tpm2_command *c);
void tpm2_command_unpin(struct tpm2_command *c);
void tpm2_command_doubt(struct tpm2_command *c);
int tpm2_command_load(struct tpm2_command *c);
void tpm2_command_translate(struct tpm2_command *c);

/* command-record.c */
int tpm2_command_enter(struct tpm2_command *c, u32 handle);
void tpm2_command_note_index(struct tpm2_command *c, u32 handle);
bool tpm2_command_foretells_index(const struct tpm2_command *c);
int tpm2_command_park(struct tpm2_command *c, u32 handle);
enum tpm2_outcome tpm2_command_record(struct tpm2_command *c, ssize_t size);

/* command-remedy.c */
enum tpm2_outcome tpm2_command_remedy(struct tpm2_command *c, u32 rc, bool loads);
bool tpm2_command_is_hopeless(struct tpm2_command *c);
enum tpm2_outcome tpm2_command_steer(struct tpm2_command *c);

#endif /* __TPM2_COMMAND_H */
