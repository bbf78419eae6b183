// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the fake TPM that are about transient objects.
 */
#include <linux/string.h>
#include "../compat.h"
#include "../wire.h"
#include "fake-command.h"

/* A TPM2B with a number in it. */
static void reply_number(struct fake_command *cmd, u32 number)
{
	put_unaligned_be16(4, cmd->reply);
	put_unaligned_be32(number, cmd->reply + 2);
	cmd->reply_size = 6;
}

static u32 make(struct fake_tpm *tpm, struct fake_command *cmd, u32 hierarchy,
		bool sequence)
{
	u32 rc = fake_object_make(tpm, hierarchy, sequence, &cmd->handle);

	if (!rc)
		reply_number(cmd, fake_object_find(tpm, cmd->handle)->serial);
	return rc;
}

/* Part 3, 24.1; only the object's serial number is returned, as from all. */
u32 fake_create_primary(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_hierarchy *hierarchy;

	hierarchy = fake_hierarchy_find(tpm, cmd->handles[0]);
	if (!hierarchy)
		return FAKE_RC_VALUE_H1;
	if (hierarchy->disabled)
		return FAKE_RC_HIERARCHY_H1;
	return make(tpm, cmd, cmd->handles[0], false);
}

/* Part 3, 12.2; the first handle is the parent. */
u32 fake_load(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_object *parent = fake_object_find(tpm, cmd->handles[0]);

	if (!parent)
		return FAKE_RC_VALUE_H1;
	return make(tpm, cmd, parent->hierarchy, false);
}

/* Part 3, 12.4, and 12.7: there is nothing to tell but the serial number. */
u32 fake_read_public(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_object *object = fake_object_find(tpm, cmd->handles[0]);

	if (!object)
		return FAKE_RC_VALUE_H1;
	reply_number(cmd, object->serial);
	return TPM_RC_SUCCESS;
}

/* Part 3, 17.2 */
u32 fake_sequence_start(struct fake_tpm *tpm, struct fake_command *cmd)
{
	return make(tpm, cmd, TPM_RH_NULL, true);
}

/* Part 3, 17.4 */
u32 fake_sequence_update(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_object *object = fake_object_find(tpm, cmd->handles[0]);

	if (!object || !object->sequence)
		return FAKE_RC_VALUE_H1;
	object->updates++;
	return TPM_RC_SUCCESS;
}

/* The sequence is the handle of this number; the digest is how many updates it had. */
static u32 complete_sequence(struct fake_tpm *tpm, struct fake_command *cmd,
			     unsigned int i)
{
	struct fake_object *object = fake_object_find(tpm, cmd->handles[i]);

	if (!object || !object->sequence)
		return FAKE_RC_VALUE_H1 + i * 0x100;
	reply_number(cmd, object->updates);
	memset(object, 0, sizeof(*object));
	return TPM_RC_SUCCESS;
}

/* Part 3, 17.5 */
u32 fake_sequence_complete(struct fake_tpm *tpm, struct fake_command *cmd)
{
	return complete_sequence(tpm, cmd, 0);
}

/* Part 3, 17.6: the first handle is a PCR, or none. */
u32 fake_event_sequence_complete(struct fake_tpm *tpm, struct fake_command *cmd)
{
	if (cmd->handles[0] >= FAKE_PCRS && cmd->handles[0] != TPM_RH_NULL)
		return FAKE_RC_VALUE_H1;
	return complete_sequence(tpm, cmd, 1);
}

/* A sequence that a key is to sign, or to verify: the key is named. */
u32 fake_key_sequence_start(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_object *key = fake_object_find(tpm, cmd->handles[0]);

	if (!key || key->sequence)
		return FAKE_RC_VALUE_H1;
	return make(tpm, cmd, TPM_RH_NULL, true);
}

/* The key is named as well, and stays. */
u32 fake_key_sequence_complete(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_object *key = fake_object_find(tpm, cmd->handles[1]);

	if (!key || key->sequence)
		return FAKE_RC_VALUE_H1 + 0x100;
	return complete_sequence(tpm, cmd, 0);
}
