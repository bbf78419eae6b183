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
 * struct tpm2_command - a command under way
 * @space: whose command
 * @rm: its resource manager
 * @buf: the client's command; on the way back, the response
 * @cmd: what it names
 * @loaded: handle of the session whose context the command loads, else 0
 * @checked: the TPM was read back, since it has not got what the command names
 * @evicted: a session was evicted for it and the TPM has not said yet whether
 *	that helped
 * @parked: sessions that were started for it and put aside
 */
struct tpm2_command {
	struct tpm2_rm_space *space;
	struct tpm2_rm *rm;
	u8 *buf;
	struct tpm2_wire_command cmd;
	u32 loaded;
	bool checked;
	bool evicted;
	unsigned int parked;
};

/* Answer in the resource manager's own name. */
static inline ssize_t tpm2_command_answer(struct tpm2_command *c, u32 rc)
{
	if (rc)
		rc |= TPM2_WIRE_RESMGR_LAYER;
	return tpm2_wire_build_response(c->buf, rc);
}

/* May this space use the session? Not if it is somebody's, or held back. */
static inline bool tpm2_command_may_use(const struct tpm2_command *c,
					const struct tpm2_session *session)
{
	return !session->owner ||
	       (session->owner == &c->space->owner && !session->parked);
}

/* command-names.c */
void tpm2_command_read(struct tpm2_command *c, u32 attrs);
struct tpm2_session *tpm2_command_loaded(const struct tpm2_command *c);
bool tpm2_command_names_gone(const struct tpm2_command *c, u32 rc);
ssize_t tpm2_command_pin(struct tpm2_command *c);
void tpm2_command_unpin(struct tpm2_command *c);
int tpm2_command_load(struct tpm2_command *c);
void tpm2_command_translate(struct tpm2_command *c);

/* command-record.c */
int tpm2_command_enter(struct tpm2_command *c, u32 handle);
int tpm2_command_park(struct tpm2_command *c, u32 handle);
ssize_t tpm2_command_record(struct tpm2_command *c, ssize_t size);

/* command-remedy.c */
int tpm2_command_remedy(struct tpm2_command *c, u32 rc);
int tpm2_command_steer(struct tpm2_command *c);

#endif /* __TPM2_COMMAND_H */
