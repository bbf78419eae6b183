// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the fake TPM reads a command, judges what it names, and writes the
 * response. It shares no code with what it is there to test.
 */
#include <linux/string.h>
#include "../compat.h"
#include "../wire.h"
#include "fake-command.h"

#define HEADER_SIZE	10
#define HANDLE_SIZE	4

#define SA_AUDIT_EXCLUSIVE	0x02	/* TPMA_SESSION, Part 2, 8.4 */
#define SA_AUDIT_RESET		0x04
#define SA_AUDIT		0x80

/* Read one session of the authorization area; its size, or 0. */
static u32 parse_auth(struct fake_auth *auth, const u8 *buf, u32 left)
{
	u32 nonce, hmac;

	if (left < 9)
		return 0;
	auth->handle = get_unaligned_be32(buf);
	nonce = get_unaligned_be16(buf + 4);
	if (nonce + 9 > left)
		return 0;
	auth->attributes = buf[6 + nonce];
	hmac = get_unaligned_be16(buf + 7 + nonce);
	if (nonce + hmac + 9 > left)
		return 0;
	auth->checked = hmac == FAKE_HMAC_SIZE;
	if (auth->checked)
		auth->hmac = get_unaligned_be32(buf + 9 + nonce);
	return nonce + hmac + 9;
}

static u32 parse_auths(struct fake_command *cmd, const u8 *buf, u32 left)
{
	u32 used;

	if (!left)
		return FAKE_RC_AUTHSIZE;
	while (left) {
		if (cmd->nr_auths == FAKE_AUTHS)
			return FAKE_RC_AUTHSIZE;
		used = parse_auth(&cmd->auths[cmd->nr_auths], buf, left);
		if (!used)
			return FAKE_RC_AUTHSIZE;
		cmd->nr_auths++;
		buf += used;
		left -= used;
	}
	return TPM_RC_SUCCESS;
}

/* Part 3 has the tag of each command. */
static bool takes_sessions(u32 cc)
{
	switch (cc) {
	case TPM_CC_CONTEXT_LOAD:
	case TPM_CC_CONTEXT_SAVE:
	case TPM_CC_FLUSH_CONTEXT:
	case FAKE_CC_READ_CLOCK:
		return false;
	default:
		return true;
	}
}

/**
 * fake_command_parse() - read a command
 * @cmd: receives what was read; its attributes are set already
 * @buf: the command
 *
 * Return: TPM_RC.
 */
u32 fake_command_parse(struct fake_command *cmd, const u8 *buf)
{
	u32 size = get_unaligned_be32(buf + 2), offset = HEADER_SIZE, auths, rc;
	unsigned int i;

	if (size < HEADER_SIZE || size > TPM2_WIRE_BUFSIZE)
		return FAKE_RC_COMMAND_SIZE;
	cmd->nr_handles = (cmd->attrs >> TPMA_CC_C_HANDLES_SHIFT) &
			  TPMA_CC_C_HANDLES_MASK;
	if (size - offset < cmd->nr_handles * HANDLE_SIZE)
		return FAKE_RC_INSUFFICIENT;
	for (i = 0; i < cmd->nr_handles; i++, offset += HANDLE_SIZE)
		cmd->handles[i] = get_unaligned_be32(buf + offset);

	if (get_unaligned_be16(buf) == TPM_ST_SESSIONS) {
		if (!takes_sessions(cmd->cc))
			return FAKE_RC_AUTH_CONTEXT;
		if (size - offset < 4)
			return FAKE_RC_AUTHSIZE;
		auths = get_unaligned_be32(buf + offset);
		offset += 4;
		if (auths > size - offset)
			return FAKE_RC_AUTHSIZE;
		rc = parse_auths(cmd, buf + offset, auths);
		if (rc)
			return rc;
		offset += auths;
	}
	cmd->params = buf + offset;
	cmd->params_size = size - offset;
	return TPM_RC_SUCCESS;
}

/* What is named is not there: a handle, or a session of the authorization area. */
static u32 stale(const struct fake_tpm *tpm, u32 reference, unsigned int i)
{
	u32 place = reference == TPM_RC_REFERENCE_S0 ? 8 + i : i;

	if (!tpm->config.quirks.stale)
		return reference + i;
	return tpm->config.quirks.stale + ((place + 1) << 8);
}

/**
 * fake_command_check_handles() - is all there that the handle area names?
 * @tpm: the TPM
 * @cmd: the command
 *
 * Return: TPM_RC.
 */
u32 fake_command_check_handles(struct fake_tpm *tpm,
			       const struct fake_command *cmd)
{
	struct fake_session *session;
	unsigned int i;

	/* a parameter, to the TPM: it takes what is saved, too */
	if (cmd->cc == TPM_CC_FLUSH_CONTEXT)
		return TPM_RC_SUCCESS;

	for (i = 0; i < cmd->nr_handles; i++) {
		switch (cmd->handles[i] >> 24) {
		case TPM_HT_HMAC_SESSION:
		case TPM_HT_POLICY_SESSION:
			session = fake_session_find(tpm, cmd->handles[i]);
			if (!session || !fake_session_is_loaded(tpm, session))
				return stale(tpm, TPM_RC_REFERENCE_H0, i);
			/* a ContextSave does not ask of which kind it is */
			if (session->type != cmd->handles[i] >> 24 &&
			    cmd->cc != TPM_CC_CONTEXT_SAVE)
				return FAKE_RC_HANDLE_H1 + i * 0x100;
			break;
		case TPM_HT_TRANSIENT:
			if (!fake_object_find(tpm, cmd->handles[i]))
				return stale(tpm, TPM_RC_REFERENCE_H0, i);
			break;
		}
	}
	return TPM_RC_SUCCESS;
}

/**
 * fake_command_check_auths() - do its sessions authorize the command?
 * @tpm: the TPM
 * @cmd: the command
 *
 * Return: TPM_RC.
 */
u32 fake_command_check_auths(struct fake_tpm *tpm,
			     const struct fake_command *cmd)
{
	struct fake_session *session;
	unsigned int i;

	for (i = 0; i < cmd->nr_auths; i++) {
		if (cmd->auths[i].handle == FAKE_RS_PW)
			continue;
		if (!tpm2_wire_is_session(cmd->auths[i].handle))
			return FAKE_RC_HANDLE_S1 + i * 0x100;
		session = fake_session_find(tpm, cmd->auths[i].handle);
		if (!session || !fake_session_is_loaded(tpm, session))
			return stale(tpm, TPM_RC_REFERENCE_S0, i);
		if (cmd->auths[i].checked &&
		    cmd->auths[i].hmac != session->uses) {
			tpm->auth_failures++;
			return FAKE_RC_AUTH_FAIL_S1 + i * 0x100;
		}
		if (cmd->auths[i].attributes & SA_AUDIT &&
		    cmd->auths[i].attributes & SA_AUDIT_EXCLUSIVE &&
		    session->audits && tpm->exclusive != cmd->auths[i].handle)
			return FAKE_RC_EXCLUSIVE;
	}
	return TPM_RC_SUCCESS;
}

/**
 * fake_command_note_audit() - who has audited all that has happened?
 * @tpm: the TPM
 * @cmd: a command that it is about to carry out
 *
 * Part 1, 17.13 (audit session): one that has just begun to audit, until
 * there is a command that it does not audit. Those that only move contexts do
 * not count.
 */
void fake_command_note_audit(struct fake_tpm *tpm,
			     const struct fake_command *cmd)
{
	struct fake_session *session;
	unsigned int i;

	for (i = 0; i < cmd->nr_auths; i++) {
		session = fake_session_find(tpm, cmd->auths[i].handle);
		if (!(cmd->auths[i].attributes & SA_AUDIT) || !session)
			continue;
		if (!session->audits ||
		    cmd->auths[i].attributes & SA_AUDIT_RESET)
			tpm->exclusive = cmd->auths[i].handle;
		else if (tpm->exclusive != cmd->auths[i].handle)
			tpm->exclusive = 0;
		session->audits = true;
		return;
	}
	if (cmd->cc != TPM_CC_CONTEXT_LOAD && cmd->cc != TPM_CC_CONTEXT_SAVE &&
	    cmd->cc != TPM_CC_FLUSH_CONTEXT)
		tpm->exclusive = 0;
}

/**
 * fake_command_roll_auths() - the sessions have authorized a command
 * @tpm: the TPM
 * @cmd: the command
 */
void fake_command_roll_auths(struct fake_tpm *tpm,
			     const struct fake_command *cmd)
{
	struct fake_session *session;
	unsigned int i;

	for (i = 0; i < cmd->nr_auths; i++) {
		session = fake_session_find(tpm, cmd->auths[i].handle);
		if (cmd->auths[i].handle == FAKE_RS_PW || !session)
			continue;
		session->uses++;
		if (!(cmd->auths[i].attributes & TPMA_SESSION_CONTINUE_SESSION))
			fake_session_flush(tpm, cmd->auths[i].handle);
	}
}

/**
 * fake_command_hmac() - the HMAC of a response
 * @params: its parameters
 * @size: their size in bytes
 *
 * Return: a number that changes with each of these bytes.
 */
u32 fake_command_hmac(const u8 *params, u32 size)
{
	u32 hmac = 2166136261U;

	while (size--)
		hmac = (hmac ^ *params++) * 16777619U;
	return hmac;
}

static u32 respond_auth(const struct fake_tpm *tpm, u8 *buf,
			const struct fake_command *cmd,
			const struct fake_auth *auth)
{
	u8 attributes = auth->attributes & ~SA_AUDIT_EXCLUSIVE;

	if (attributes & SA_AUDIT && tpm->exclusive == auth->handle)
		attributes |= SA_AUDIT_EXCLUSIVE;
	put_unaligned_be16(0, buf);	/* no nonce */
	buf[2] = attributes;
	put_unaligned_be16(FAKE_HMAC_SIZE, buf + 3);
	put_unaligned_be32(fake_command_hmac(cmd->reply, cmd->reply_size),
			   buf + 5);
	return 5 + FAKE_HMAC_SIZE;
}

/**
 * fake_command_respond() - write the response
 * @tpm: the TPM
 * @buf: where to
 * @cmd: the command
 * @rc: what came of it
 *
 * Return: size of the response in bytes.
 */
ssize_t fake_command_respond(const struct fake_tpm *tpm, u8 *buf,
			     const struct fake_command *cmd, u32 rc)
{
	bool sessions = !rc && cmd->nr_auths;
	u32 size = HEADER_SIZE;
	unsigned int i;

	if (!rc && cmd->attrs & TPMA_CC_R_HANDLE) {
		put_unaligned_be32(cmd->handle, buf + size);
		size += HANDLE_SIZE;
	}
	if (sessions) {
		put_unaligned_be32(cmd->reply_size, buf + size);
		size += 4;
	}
	if (!rc) {
		memcpy(buf + size, cmd->reply, cmd->reply_size);
		size += cmd->reply_size;
	}
	for (i = 0; sessions && i < cmd->nr_auths; i++)
		size += respond_auth(tpm, buf + size, cmd, &cmd->auths[i]);
	put_unaligned_be16(sessions ? TPM_ST_SESSIONS : TPM_ST_NO_SESSIONS,
			   buf);
	put_unaligned_be32(size, buf + 2);
	put_unaligned_be32(rc, buf + 6);
	return size;
}
