// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the fake TPM that are about sessions.
 */
#include <linux/string.h>
#include "../compat.h"
#include "../wire.h"
#include "fake-command.h"

#define SE_HMAC		0	/* TPM_SE, Part 2, 6.11 */

/* A TPM2B with serial numbers in it. */
static void reply_serials(struct fake_command *cmd, const u32 *serials,
			  unsigned int count)
{
	unsigned int i;

	put_unaligned_be16(count * 4, cmd->reply);
	for (i = 0; i < count; i++)
		put_unaligned_be32(serials[i], cmd->reply + 2 + i * 4);
	cmd->reply_size = 2 + count * 4;
}

/* Part 3, 11.1; the nonce of the TPM is the session's serial number. */
u32 fake_start_auth_session(struct fake_tpm *tpm, struct fake_command *cmd)
{
	const u8 *params = cmd->params;
	u32 nonce, salt, rc;

	if (cmd->params_size < 2)
		return FAKE_RC_INSUFFICIENT;
	nonce = get_unaligned_be16(params);
	if (nonce + 4 > cmd->params_size)
		return FAKE_RC_INSUFFICIENT;
	salt = get_unaligned_be16(params + 2 + nonce);
	if (nonce + salt + 9 > cmd->params_size)
		return FAKE_RC_INSUFFICIENT;

	rc = fake_session_start(tpm, params[4 + nonce + salt] == SE_HMAC ?
				TPM_HT_HMAC_SESSION : TPM_HT_POLICY_SESSION,
				&cmd->handle);
	if (rc)
		return rc;
	reply_serials(cmd, &fake_session_find(tpm, cmd->handle)->serial, 1);
	return TPM_RC_SUCCESS;
}

static u32 use_policy(struct fake_tpm *tpm, struct fake_command *cmd,
		      unsigned int i)
{
	struct fake_session *session = fake_session_find(tpm, cmd->handles[i]);

	if (cmd->handles[i] >> 24 != TPM_HT_POLICY_SESSION || !session)
		return FAKE_RC_VALUE_H1 + i * 0x100;
	reply_serials(cmd, &session->serial, 1);
	return TPM_RC_SUCCESS;
}

/* Part 3, 23.7; the digest is the session's serial number. */
u32 fake_policy_get_digest(struct fake_tpm *tpm, struct fake_command *cmd)
{
	return use_policy(tpm, cmd, 0);
}

/* Part 3, 23.4; the session comes second, and what is returned is its number. */
u32 fake_policy_secret(struct fake_tpm *tpm, struct fake_command *cmd)
{
	return use_policy(tpm, cmd, 1);
}

/*
 * Part 3, 16.1; the bytes are the serial numbers of the sessions of the
 * authorization area.
 */
u32 fake_get_random(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_session *session;
	u32 serials[FAKE_AUTHS];
	unsigned int i;

	if (cmd->params_size != 2)
		return FAKE_RC_INSUFFICIENT;
	for (i = 0; i < cmd->nr_auths; i++) {
		session = fake_session_find(tpm, cmd->auths[i].handle);
		serials[i] = session ? session->serial : 0;
	}
	reply_serials(cmd, serials, cmd->nr_auths);
	return TPM_RC_SUCCESS;
}
