// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake TPM: its life, and a command's way through it.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "../compat.h"
#include "../wire.h"
#include "fake-command.h"

#define HANDLES(n)	((u32)(n) << TPMA_CC_C_HANDLES_SHIFT)

/* As chip->cc_attrs_tbl has them: a FlushContext counts one handle. */
static const struct fake_command_kind kinds[] = {
	{ TPM_CC_HIERARCHY_CONTROL, HANDLES(1), fake_hierarchy_control },
	{ TPM_CC_CHANGE_EPS, HANDLES(1), fake_change_eps },
	{ TPM_CC_CHANGE_PPS, HANDLES(1), fake_change_pps },
	{ TPM_CC_CLEAR, HANDLES(1), fake_clear },
	{ FAKE_CC_CREATE_PRIMARY, HANDLES(1) | TPMA_CC_R_HANDLE,
	  fake_create_primary },
	{ FAKE_CC_SEQUENCE_COMPLETE, HANDLES(1) | TPMA_CC_FLUSHED,
	  fake_sequence_complete },
	{ FAKE_CC_POLICY_SECRET, HANDLES(2), fake_policy_secret },
	{ FAKE_CC_LOAD, HANDLES(1) | TPMA_CC_R_HANDLE, fake_load },
	{ FAKE_CC_SEQUENCE_UPDATE, HANDLES(1), fake_sequence_update },
	{ FAKE_CC_UNSEAL, HANDLES(1), fake_read_public },
	{ TPM_CC_CONTEXT_LOAD, TPMA_CC_R_HANDLE, fake_context_load },
	{ TPM_CC_CONTEXT_SAVE, HANDLES(1), fake_context_save },
	{ TPM_CC_FLUSH_CONTEXT, HANDLES(1), fake_flush_context },
	{ FAKE_CC_READ_PUBLIC, HANDLES(1), fake_read_public },
	{ TPM_CC_START_AUTH_SESSION, HANDLES(2) | TPMA_CC_R_HANDLE,
	  fake_start_auth_session },
	{ TPM_CC_GET_CAPABILITY, 0, fake_get_capability },
	{ FAKE_CC_GET_RANDOM, 0, fake_get_random },
	{ FAKE_CC_READ_CLOCK, 0, fake_read_clock },
	{ FAKE_CC_HASH_SEQUENCE_START, TPMA_CC_R_HANDLE, fake_sequence_start },
	{ FAKE_CC_POLICY_GET_DIGEST, HANDLES(1), fake_policy_get_digest },
	{ FAKE_CC_EVENT_SEQUENCE_COMPLETE, HANDLES(2) | TPMA_CC_FLUSHED,
	  fake_event_sequence_complete },
	{ FAKE_CC_VERIFY_SEQUENCE_COMPLETE, HANDLES(2) | TPMA_CC_FLUSHED,
	  fake_key_sequence_complete },
	{ FAKE_CC_SIGN_SEQUENCE_COMPLETE, HANDLES(2) | TPMA_CC_FLUSHED,
	  fake_key_sequence_complete },
	{ FAKE_CC_VERIFY_SEQUENCE_START, HANDLES(1) | TPMA_CC_R_HANDLE,
	  fake_key_sequence_start },
	{ FAKE_CC_SIGN_SEQUENCE_START, HANDLES(1) | TPMA_CC_R_HANDLE,
	  fake_key_sequence_start },
};

static const struct fake_command_kind *find_kind(u32 cc)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].cc == cc)
			return &kinds[i];
	}
	return NULL;
}

/**
 * fake_tpm_init() - make a TPM that was just reset
 * @tpm: memory for it
 * @config: how much there is of what; copied
 */
void fake_tpm_init(struct fake_tpm *tpm, const struct fake_tpm_config *config)
{
	memset(tpm, 0, sizeof(*tpm));
	tpm->config = *config;
	tpm->counter = config->loaded_sessions + 1;
}

/**
 * fake_tpm_attrs() - what does the TPM say of a command?
 * @cc: TPM_CC
 * @attrs: receives TPMA_CC
 *
 * Return: false if it does not know the command.
 */
bool fake_tpm_attrs(u32 cc, u32 *attrs)
{
	const struct fake_command_kind *kind = find_kind(cc);

	if (kind)
		*attrs = kind->attrs | cc;
	return kind;
}

/**
 * fake_tpm_count() - how many commands have reached the TPM so far?
 * @tpm: the TPM
 * @cc: TPM_CC
 */
unsigned int fake_tpm_count(const struct fake_tpm *tpm, u32 cc)
{
	if (cc < FAKE_TPM_FIRST_CC || cc > FAKE_TPM_LAST_CC)
		return 0;
	return tpm->commands[cc - FAKE_TPM_FIRST_CC];
}

static void count(struct fake_tpm *tpm, u32 cc)
{
	tpm->total++;
	if (cc >= FAKE_TPM_FIRST_CC && cc <= FAKE_TPM_LAST_CC)
		tpm->commands[cc - FAKE_TPM_FIRST_CC]++;
}

static u32 run(struct fake_tpm *tpm, struct fake_command *cmd, const u8 *buf)
{
	const struct fake_command_kind *kind = find_kind(cmd->cc);
	u32 rc;

	if (!kind)
		return TPM_RC_COMMAND_CODE;
	cmd->attrs = kind->attrs;
	rc = fake_command_parse(cmd, buf);
	if (!rc)
		rc = fake_command_check_handles(tpm, cmd);
	if (!rc)
		rc = fake_command_check_auths(tpm, cmd);
	if (!rc)
		fake_command_note_audit(tpm, cmd);
	if (!rc && cmd->attrs & TPMA_CC_R_HANDLE &&
	    cmd->cc != TPM_CC_CONTEXT_LOAD)
		rc = tpm->config.quirks.no_more;
	if (!rc)
		rc = kind->run(tpm, cmd);
	if (!rc)
		fake_command_roll_auths(tpm, cmd);
	return rc;
}

/* Can the TPM refuse this command with this response code at all? */
static bool can_refuse(const u8 *buf, u32 cc, u32 handle, u32 rc)
{
	bool session = cc == TPM_CC_START_AUTH_SESSION;

	if (cc == TPM_CC_CONTEXT_LOAD)
		session = tpm2_wire_is_session(get_unaligned_be32(buf + 18));
	if (cc == TPM_CC_CONTEXT_SAVE)
		session = tpm2_wire_is_session(handle);

	switch (rc) {
	case TPM_RC_CONTEXT_GAP:
		return session;
	case TPM_RC_SESSION_MEMORY:
		return session && cc != TPM_CC_CONTEXT_SAVE;
	case TPM_RC_OBJECT_MEMORY:
		return !session && (cc == TPM_CC_CONTEXT_LOAD ||
				    cc == FAKE_CC_LOAD ||
				    cc == FAKE_CC_CREATE_PRIMARY ||
				    cc == FAKE_CC_HASH_SEQUENCE_START);
	}
	return true;
}

/**
 * fake_tpm_transmit() - carry a command out
 * @tpm: the TPM
 * @buf: the command; replaced by the response. TPM2_WIRE_BUFSIZE bytes.
 *
 * Return: size of the response in bytes, or -EIO if that is what a fault says;
 * @buf then stays as it is.
 */
ssize_t fake_tpm_transmit(struct fake_tpm *tpm, u8 *buf)
{
	struct fake_command cmd = {
		.cc = get_unaligned_be32(buf + 6), .reply = tpm->reply,
	};
	u32 size = get_unaligned_be32(buf + 2), handle = 0, attrs = 0, rc = 0;
	enum fake_fault_kind fault;

	if (tpm->deaf) {
		tpm->deaf--;
		return -EIO;
	}
	fake_tpm_attrs(cmd.cc, &attrs);
	if (attrs & HANDLES(TPMA_CC_C_HANDLES_MASK) && size >= 14)
		handle = get_unaligned_be32(buf + 10);

	fault = fake_fault_strike(tpm, cmd.cc, handle, &rc);
	if (fault == FAKE_FAULT_REFUSE &&
	    !can_refuse(buf, cmd.cc, handle, rc)) {
		fault = FAKE_FAULT_NONE;
		tpm->strike.kind = FAKE_FAULT_NONE;
	}
	if (fault == FAKE_FAULT_LOSE_COMMAND)
		return tpm->strike.error;
	count(tpm, cmd.cc);
	if (tpm->watch)
		tpm->watch(tpm, buf, size);
	if (fault != FAKE_FAULT_REFUSE)
		rc = run(tpm, &cmd, buf);
	if (fault == FAKE_FAULT_LOSE_RESPONSE) {
		tpm->strike.rc = rc;
		return tpm->strike.error;
	}
	if (fault == FAKE_FAULT_TRUNCATE) {
		tpm->strike.rc = rc;
		return tpm2_wire_build_response(buf, rc);
	}
	return fake_command_respond(tpm, buf, &cmd, rc);
}

/**
 * fake_tpm_reset() - TPM Reset: nothing survives
 * @tpm: the TPM
 */
void fake_tpm_reset(struct fake_tpm *tpm)
{
	tpm->lives++;
	tpm->resets++;
	tpm->restarts = 0;
	fake_session_forget_all(tpm, true);
	fake_object_forget_all(tpm);
	fake_hierarchy_enable_all(tpm);
}

/**
 * fake_tpm_resume() - TPM Resume: what is saved survives
 * @tpm: the TPM
 *
 * To sessions and objects, a TPM Restart is no different.
 */
void fake_tpm_resume(struct fake_tpm *tpm)
{
	tpm->restarts++;
	fake_session_forget_all(tpm, false);
	fake_object_forget_all(tpm);
}
