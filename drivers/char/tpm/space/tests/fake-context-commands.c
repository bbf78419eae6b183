// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts of the fake TPM: out, in, away.
 *
 * A blob says which session or object it is, and from when: how often the TPM
 * had been reset, and the object's hierarchy ended. Whether an object is a
 * sequence is in the blob, too; savedHandle need not tell.
 */
#include <linux/string.h>
#include "../compat.h"
#include "../wire.h"
#include "fake-command.h"

#define HEAD_SIZE	18	/* sequence, savedHandle, hierarchy, blob size */
#define BLOB_SIZE	24
#define SAVED_OBJECT	0x80000000
#define SAVED_SEQUENCE	0x80000001

static void reply_context(struct fake_command *cmd, u64 sequence, u32 handle,
			  u32 hierarchy, const u32 blob[BLOB_SIZE / 4])
{
	u8 *buf = cmd->reply;
	unsigned int i;

	put_unaligned_be64(sequence, buf);
	put_unaligned_be32(handle, buf + 8);
	put_unaligned_be32(hierarchy, buf + 12);
	put_unaligned_be16(BLOB_SIZE, buf + 16);
	for (i = 0; i < BLOB_SIZE / 4; i++)
		put_unaligned_be32(blob[i], buf + HEAD_SIZE + i * 4);
	cmd->reply_size = HEAD_SIZE + BLOB_SIZE;
}

static u32 save_session(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_session *session = fake_session_find(tpm, cmd->handles[0]);
	u32 blob[BLOB_SIZE / 4] = {
		tpm->lives, 0, session->serial, session->uses, session->type,
	};
	u64 sequence;
	u32 rc;

	rc = fake_session_save(tpm, cmd->handles[0], &sequence);
	if (!rc)
		reply_context(cmd, sequence << tpm->config.quirks.sequence_shift,
			      cmd->handles[0], TPM_RH_NULL, blob);
	return rc;
}

/* Part 3, 28.2 */
u32 fake_context_save(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_object *object = fake_object_find(tpm, cmd->handles[0]);
	const struct fake_tpm_quirks *quirks = &tpm->config.quirks;
	u32 blob[BLOB_SIZE / 4] = { tpm->lives };
	u32 kind = SAVED_OBJECT;

	if (cmd->params_size)
		return FAKE_RC_SIZE;
	if (tpm->config.quirks.no_save)
		return tpm->config.quirks.no_save;
	if (tpm2_wire_is_session(cmd->handles[0]))
		return save_session(tpm, cmd);
	if (!object)
		return FAKE_RC_VALUE_H1;
	if (object->sequence && quirks->unsavable)
		return quirks->unsavable;

	if (object->sequence)
		kind = quirks->saved_sequence ?: SAVED_SEQUENCE;
	blob[1] = fake_hierarchy_find(tpm, object->hierarchy)->seed;
	blob[2] = object->serial;
	blob[3] = object->updates;
	blob[4] = object->hierarchy;
	blob[5] = object->sequence;
	reply_context(cmd, ++tpm->object_contexts, kind, object->hierarchy,
		      blob);
	return TPM_RC_SUCCESS;
}

static u32 load_object(struct fake_tpm *tpm, struct fake_command *cmd,
		       const u32 *blob)
{
	struct fake_hierarchy *hierarchy;
	struct fake_object *object;
	u32 rc;

	/* the hierarchy outside of the blob is covered by its HMAC */
	hierarchy = fake_hierarchy_find(tpm, blob[4]);
	if (!hierarchy || blob[4] != get_unaligned_be32(cmd->params + 12) ||
	    blob[1] != hierarchy->seed)
		return FAKE_RC_INTEGRITY_P1;
	if (hierarchy->disabled)
		return FAKE_RC_HIERARCHY_P1;
	rc = fake_object_make(tpm, blob[4], blob[5], &cmd->handle);
	if (rc)
		return rc;
	object = fake_object_find(tpm, cmd->handle);
	object->serial = blob[2];
	object->updates = blob[3];
	return TPM_RC_SUCCESS;
}

/* Is this what was saved of the session? A TPM knows it by an HMAC. */
static bool is_forged(struct fake_tpm *tpm, u32 handle, u64 sequence,
		      const u32 *blob)
{
	struct fake_session *session = fake_session_find(tpm, handle);

	return session && !fake_session_is_loaded(tpm, session) &&
	       session->context == (sequence & tpm->config.gap) &&
	       (session->serial != blob[2] || session->uses != blob[3] ||
		session->type != blob[4]);
}

/* Part 3, 28.3 */
u32 fake_context_load(struct fake_tpm *tpm, struct fake_command *cmd)
{
	u32 blob[BLOB_SIZE / 4];
	u32 handle, rc, i;
	u64 sequence;

	if (cmd->params_size != HEAD_SIZE + BLOB_SIZE ||
	    get_unaligned_be16(cmd->params + 16) != BLOB_SIZE)
		return FAKE_RC_SIZE_P1;
	for (i = 0; i < BLOB_SIZE / 4; i++)
		blob[i] = get_unaligned_be32(cmd->params + HEAD_SIZE + i * 4);
	if (blob[0] != tpm->lives)
		return FAKE_RC_INTEGRITY_P1;

	handle = get_unaligned_be32(cmd->params + 8);
	if (handle & SAVED_OBJECT)
		return load_object(tpm, cmd, blob);

	sequence = get_unaligned_be64(cmd->params) >>
		   tpm->config.quirks.sequence_shift;
	if (is_forged(tpm, handle, sequence, blob))
		return FAKE_RC_INTEGRITY_P1;
	rc = fake_session_load(tpm, handle, sequence);
	if (rc)
		return rc;
	cmd->handle = handle;
	return TPM_RC_SUCCESS;
}

/* It lists what is not there, and sees it off as well. */
static bool is_conjured(const struct fake_tpm *tpm, u32 handle)
{
	return tpm->config.quirks.lists & FAKE_LISTS_CONJURED &&
	       (handle & 0x00ffffff) >= FAKE_TPM_SESSIONS;
}

/* Part 3, 28.4 */
u32 fake_flush_context(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_object *object;

	if (cmd->params_size)
		return FAKE_RC_SIZE;
	if (is_conjured(tpm, cmd->handles[0]))
		return TPM_RC_SUCCESS;
	if (tpm2_wire_is_session(cmd->handles[0]))
		return fake_session_flush(tpm, cmd->handles[0]);
	if (!tpm2_wire_is_transient(cmd->handles[0]))
		return FAKE_RC_VALUE_P1;
	object = fake_object_find(tpm, cmd->handles[0]);
	if (!object)
		return FAKE_RC_HANDLE_P1;
	memset(object, 0, sizeof(*object));
	return TPM_RC_SUCCESS;
}
