/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command under way, as the files see it that its journey leads through.
 * All functions are called with the chip held.
 */
#ifndef __TPM2_JOURNEY_H
#define __TPM2_JOURNEY_H

#include <linux/types.h>
#include "tpm2-rm.h"
#include "tpm2-wire.h"

/**
 * struct tpm2_journey - a command under way
 * @space: whose command
 * @rm: its resource manager
 * @buf: the client's command; on the way back, the response
 * @cmd: what it names
 * @brought: handle of the session whose context the command brings, else 0
 * @checked: the TPM was read back, since it has not got what the command names
 * @evicted: a session was evicted for it and the TPM has not said yet whether
 *	that helped
 * @parked: sessions that were started for it and put aside
 */
struct tpm2_journey {
	struct tpm2_rm_space *space;
	struct tpm2_rm *rm;
	u8 *buf;
	struct tpm2_wire_command cmd;
	u32 brought;
	bool checked;
	bool evicted;
	unsigned int parked;
};

/* Answer in the resource manager's own name. */
static inline ssize_t tpm2_journey_answer(struct tpm2_journey *j, u32 rc)
{
	if (rc)
		rc |= TPM2_WIRE_RESMGR_LAYER;
	return tpm2_wire_build_response(j->buf, rc);
}

/* May this space use the session? Not if it is somebody's, or held back. */
static inline bool tpm2_journey_may_use(const struct tpm2_journey *j,
					const struct tpm2_session *session)
{
	return !session->owner ||
	       (session->owner == &j->space->owner && !session->parked);
}

/* tpm2-journey-names.c */
void tpm2_journey_read(struct tpm2_journey *j, u32 attrs);
struct tpm2_session *tpm2_journey_brought(const struct tpm2_journey *j);
bool tpm2_journey_names_gone(const struct tpm2_journey *j, u32 rc);
ssize_t tpm2_journey_pin(struct tpm2_journey *j);
void tpm2_journey_unpin(struct tpm2_journey *j);
int tpm2_journey_load(struct tpm2_journey *j);
void tpm2_journey_translate(struct tpm2_journey *j);

/* tpm2-journey-remedy.c */
int tpm2_journey_remedy(struct tpm2_journey *j, u32 rc);
int tpm2_journey_steer(struct tpm2_journey *j);

/* tpm2-journey-record.c */
int tpm2_journey_enter(struct tpm2_journey *j, u32 handle);
int tpm2_journey_park(struct tpm2_journey *j, u32 handle);
ssize_t tpm2_journey_record(struct tpm2_journey *j, ssize_t size);

#endif /* __TPM2_JOURNEY_H */
