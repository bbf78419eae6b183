/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of the sessions of one TPM. All functions are called with the
 * chip held.
 */
#ifndef __TPM2_SESSION_H
#define __TPM2_SESSION_H

#include <linux/types.h>
#include "session-table.h"

struct tpm2_rm;
struct tpm2_wire_command;

int tpm2_rm_session_new(struct tpm2_rm *rm, u32 handle,
			struct tpm2_session_owner *owner,
			enum tpm2_session_state state);
void tpm2_rm_session_tries(struct tpm2_rm *rm, u32 handle);
void tpm2_rm_session_ended(struct tpm2_rm *rm, struct tpm2_session *session);
void tpm2_rm_session_lost(struct tpm2_rm *rm, struct tpm2_session *session);
void tpm2_rm_session_evicted(struct tpm2_rm *rm, struct tpm2_session *session,
			     enum tpm2_lease_end why);
void tpm2_rm_session_missed(struct tpm2_rm *rm, struct tpm2_session *tombstone);
void tpm2_rm_context_missed(struct tpm2_rm *rm, u32 handle, u64 sequence);
void tpm2_rm_session_used(struct tpm2_rm *rm, struct tpm2_session *session);
void tpm2_rm_session_loaded(struct tpm2_rm *rm, struct tpm2_session *session,
			    u32 handle);
void tpm2_rm_session_named(struct tpm2_rm *rm, struct tpm2_session *session);
void tpm2_rm_session_saved(struct tpm2_rm *rm, struct tpm2_session *session,
			   const struct tpm2_session_context *ctx);
void tpm2_rm_session_detached(struct tpm2_rm *rm, struct tpm2_session *session,
			      const struct tpm2_session_context *ctx);
void tpm2_rm_session_refused(struct tpm2_rm *rm, struct tpm2_session *session);
void tpm2_rm_session_doomed(struct tpm2_rm *rm, struct tpm2_session *session);
void tpm2_rm_session_disowned(struct tpm2_rm *rm, struct tpm2_session *session);
void tpm2_rm_session_attached(struct tpm2_rm *rm, struct tpm2_session *session,
			      u32 handle, struct tpm2_session_owner *owner);
void tpm2_rm_sessions_excused(struct tpm2_rm *rm,
			      const struct tpm2_session_owner *owner);
void tpm2_rm_sessions_used(struct tpm2_rm *rm,
			   const struct tpm2_wire_command *cmd);

#endif /* __TPM2_SESSION_H */
