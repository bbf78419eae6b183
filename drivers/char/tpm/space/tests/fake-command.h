/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command as the fake TPM reads it, and the response that it writes. Between
 * the fake TPM's own files only.
 */
#ifndef __FAKE_COMMAND_H
#define __FAKE_COMMAND_H

#include <linux/types.h>
#include "fake-tpm.h"

#define FAKE_HANDLES	3
#define FAKE_AUTHS	3
#define FAKE_HMAC_SIZE	4

/**
 * struct fake_auth - a session of the authorization area
 * @handle: its handle
 * @attributes: TPMA_SESSION
 * @checked: there is an HMAC
 * @hmac: which is the number of commands that the session has authorized
 */
struct fake_auth {
	u32 handle;
	u8 attributes;
	bool checked;
	u32 hmac;
};

/**
 * struct fake_command - a command
 * @cc: TPM_CC
 * @attrs: TPMA_CC
 * @handles: what its handle area has
 * @nr_handles: how many
 * @auths: what its authorization area has
 * @nr_auths: how many
 * @params: its parameters
 * @params_size: their size in bytes
 * @reply: the response's parameters go here
 * @reply_size: their size in bytes
 * @handle: the handle that the response has, if @attrs says so
 */
struct fake_command {
	u32 cc;
	u32 attrs;
	u32 handles[FAKE_HANDLES];
	unsigned int nr_handles;
	struct fake_auth auths[FAKE_AUTHS];
	unsigned int nr_auths;
	const u8 *params;
	u32 params_size;
	u8 *reply;
	u32 reply_size;
	u32 handle;
};

/**
 * struct fake_command_kind - a command that the fake TPM knows
 * @cc: TPM_CC
 * @attrs: the flags of TPMA_CC, without the command code
 * @run: carries it out; TPM_RC
 */
struct fake_command_kind {
	u32 cc;
	u32 attrs;
	u32 (*run)(struct fake_tpm *tpm, struct fake_command *cmd);
};

/* fake-command.c */
u32 fake_command_parse(struct fake_command *cmd, const u8 *buf);
u32 fake_command_check_handles(struct fake_tpm *tpm,
			       const struct fake_command *cmd);
u32 fake_command_check_auths(struct fake_tpm *tpm,
			     const struct fake_command *cmd);
void fake_command_note_audit(struct fake_tpm *tpm,
			     const struct fake_command *cmd);
void fake_command_roll_auths(struct fake_tpm *tpm,
			     const struct fake_command *cmd);
u32 fake_command_hmac(const u8 *params, u32 size);
ssize_t fake_command_respond(const struct fake_tpm *tpm, u8 *buf,
			     const struct fake_command *cmd, u32 rc);

/* fake-session-commands.c */
u32 fake_start_auth_session(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_policy_get_digest(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_policy_secret(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_get_random(struct fake_tpm *tpm, struct fake_command *cmd);

/* fake-object-commands.c */
u32 fake_create_primary(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_load(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_read_public(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_sequence_start(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_sequence_update(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_sequence_complete(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_event_sequence_complete(struct fake_tpm *tpm,
				 struct fake_command *cmd);
u32 fake_key_sequence_start(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_key_sequence_complete(struct fake_tpm *tpm, struct fake_command *cmd);

/* fake-hierarchy-commands.c */
u32 fake_clear(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_change_pps(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_change_eps(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_hierarchy_control(struct fake_tpm *tpm, struct fake_command *cmd);

/* fake-context-commands.c */
u32 fake_context_save(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_context_load(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_flush_context(struct fake_tpm *tpm, struct fake_command *cmd);

/* fake-capability.c */
u32 fake_get_capability(struct fake_tpm *tpm, struct fake_command *cmd);
u32 fake_read_clock(struct fake_tpm *tpm, struct fake_command *cmd);

#endif /* __FAKE_COMMAND_H */
