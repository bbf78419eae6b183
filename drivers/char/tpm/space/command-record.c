// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command has changed in the TPM: sessions and objects that it made,
 * took away or handed to its client.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include "capability.h"
#include "command.h"
#include "context.h"
#include "hierarchy.h"
#include "object.h"
#include "session.h"

/* Does the command make an object that changes with use? */
static bool makes_sequence(const struct tpm2_command *c)
{
	struct tpm2_wire_context ctx;

	switch (c->cmd.cc) {
	case TPM_CC_HMAC_START:
	case TPM_CC_HASH_SEQUENCE_START:
	case TPM_CC_VERIFY_SEQUENCE_START:
	case TPM_CC_SIGN_SEQUENCE_START:
		return true;
	case TPM_CC_CONTEXT_LOAD:
		return tpm2_wire_parse_context(c->buf + c->cmd.params,
					       c->cmd.size - c->cmd.params,
					       &ctx) >= 0 &&
		       ctx.saved_handle == TPM2_WIRE_SAVED_SEQUENCE;
	}
	return false;
}

/* An object was made, or loaded by its client. */
static enum tpm2_outcome new_object(struct tpm2_command *c, u32 handle)
{
	struct tpm2_object *object;
	int rc;

	rc = tpm2_object_new(c->space, handle, makes_sequence(c), &object);
	if (rc) {
		/* as with a response that was lost */
		if (tpm2_context_flush(c->rm, handle))
			tpm2_rm_distrust(c->rm, TPM2_TRUST_UNSURE);
		return tpm2_command_fail(c, rc);
	}
	tpm2_wire_set_handle(c->rm->wire, 0, tpm2_object_handle(object));
	return TPM2_GOES_ON;
}

/**
 * tpm2_command_enter() - give a new session to the command's space
 * @c: the command
 * @handle: a session that the TPM has started or loaded
 *
 * Return: 0; -ENOMEM, and the session is ended.
 */
int tpm2_command_enter(struct tpm2_command *c, u32 handle)
{
	int rc = tpm2_rm_session_new(c->rm, handle, &c->space->owner,
				     TPM2_SESSION_LOADED);

	/* if that fails, the TPM has what nobody knows of */
	if (rc && tpm2_context_flush(c->rm, handle))
		tpm2_rm_distrust(c->rm, TPM2_TRUST_STALE);
	return rc;
}

/**
 * tpm2_command_note_index() - which index has the TPM handed out?
 * @c: a command
 * @handle: a session that the TPM has started, and is not in the table yet
 *
 * The lowest one that is free, as a rule. Where that is not so although nobody else
 * has any, the next one cannot be foretold.
 */
void tpm2_command_note_index(struct tpm2_command *c, u32 handle)
{
	struct tpm2_rm *rm = c->rm;
	u32 i;

	if (rm->trust != TPM2_TRUST_FULL)
		return;
	for (i = 0; i < tpm2_session_index(handle) && !rm->scatters; i++)
		rm->scatters = !tpm2_session_table_find(&rm->sessions, i);
}

/**
 * tpm2_command_foretells_index() - is the next index the lowest that is free?
 * @c: a command
 */
bool tpm2_command_foretells_index(const struct tpm2_command *c)
{
	return !c->rm->scatters && c->rm->trust == TPM2_TRUST_FULL;
}

/**
 * tpm2_command_park() - put a session aside that the client must not be given
 * @c: a TPM2_StartAuthSession
 * @handle: one of its space's sessions, whose index the client has lost
 *
 * It is ended when the command is.
 *
 * Return: 0, or -EIO if the TPM gives the same index away again and again.
 */
int tpm2_command_park(struct tpm2_command *c, u32 handle)
{
	struct tpm2_session_table *table = &c->rm->sessions;
	unsigned int max;

	lockdep_assert_held(&c->rm->mutex);

	spin_lock(&c->rm->lock);
	tpm2_session_table_park(table, tpm2_session_table_find(table, handle));
	spin_unlock(&c->rm->lock);
	/* twice as often, as a reset takes away what had been put aside */
	max = 2 * c->space->owner.nr_tombstones;
	if (!tpm2_command_foretells_index(c))
		max += c->rm->limits.active_sessions;
	return c->parked++ < max ? 0 : -EIO;
}

/*
 * A session was started, or loaded by its client. It is to be sent again if
 * another one has to be started in its place: to the client, this index means
 * a session that it has lost.
 */
static enum tpm2_outcome new_session(struct tpm2_command *c, u32 handle)
{
	struct tpm2_session_owner *owner = &c->space->owner;
	struct tpm2_session *session, *tombstone;
	struct tpm2_rm *rm = c->rm;
	int rc;

	c->evicted = false;
	session = tpm2_session_table_find(&rm->sessions, handle);
	if (c->cmd.cc == TPM_CC_CONTEXT_LOAD && session) {
		tpm2_rm_session_attached(rm, session, handle, owner);
	} else {
		if (c->cmd.cc == TPM_CC_START_AUTH_SESSION)
			tpm2_command_note_index(c, handle);
		rc = tpm2_command_enter(c, handle);
		if (rc)
			return tpm2_command_fail(c, rc);
		/* it has not waited for that, and others do */
		if (c->cmd.cc == TPM_CC_CONTEXT_LOAD)
			tpm2_session_queue_kick(&rm->queue);
		else if (tpm2_wire_starts_trial(c->buf, &c->cmd))
			tpm2_rm_session_tries(rm, handle);
	}

	tombstone = tpm2_session_owner_tombstone(owner, handle);
	if (!tombstone)
		return TPM2_GOES_ON;

	if (c->cmd.cc == TPM_CC_START_AUTH_SESSION) {
		rc = tpm2_command_park(c, handle);
		/* tpm2_command_steer() says why it cannot be sent again */
		if (!rc && c->cmd.nr_auths)
			rc = -EIO;
		return rc ? tpm2_command_fail(c, rc) : TPM2_AGAIN;
	}

	/* its client knows what it loaded */
	spin_lock(&rm->lock);
	tpm2_session_owner_forget(owner, tombstone);
	spin_unlock(&rm->lock);
	kfree(tombstone);
	return TPM2_GOES_ON;
}

/*
 * The object that the TPM flushes with a command: its sequence. A key that signs
 * or verifies what has been added to a sequence is named as well, and stays.
 */
static void end_object(struct tpm2_command *c)
{
	struct tpm2_object *object, *ended = NULL;
	unsigned int i;

	for (i = 0; i < c->cmd.nr_handles; i++) {
		if (!tpm2_wire_is_transient(c->cmd.handles[i]))
			continue;
		object = tpm2_object_find(c->space, c->cmd.handles[i]);
		/* the first one, where we know of none that it is a sequence */
		if (object && (!ended || (object->sequence && !ended->sequence)))
			ended = object;
	}
	if (ended)
		tpm2_object_free(c->rm, ended);
}

/* A client has saved one of its sessions: from now on, it is nobody's. */
static void detach_session(struct tpm2_command *c,
			   const struct tpm2_wire_response *rsp)
{
	const u8 *data = c->rm->wire + rsp->params;
	struct tpm2_session_context ctx = {};
	struct tpm2_session *session;
	struct tpm2_rm *rm = c->rm;

	session = tpm2_session_table_find(&rm->sessions, c->cmd.handles[0]);
	if (!session)
		return;
	/* without memory it is one that we cannot make younger */
	if (!tpm2_context_copy(rm, data, rsp->params_size, &ctx))
		tpm2_rm_session_detached(rm, session, &ctx);
	else
		tpm2_rm_session_detached(rm, session, NULL);
	/* the TPM has said so */
	session->placed = true;
}

/* Not even the newest context of the session is good: has the TPM not got it? */
static void loaded_nothing(struct tpm2_command *c, u32 rc)
{
	struct tpm2_session *session = tpm2_command_loaded(c);
	struct tpm2_wire_context ctx;

	if (!c->loaded || !tpm2_wire_rc_lost(rc))
		return;
	if (!session) {
		tpm2_wire_parse_context(c->buf + c->cmd.params,
					c->cmd.size - c->cmd.params, &ctx);
		tpm2_rm_context_missed(c->rm, c->loaded, ctx.sequence);
		return;
	}
	tpm2_rm_session_refused(c->rm, session);
}

/**
 * tpm2_command_record() - keep up with what the TPM has done
 * @c: the command
 * @size: size of the response in the resource manager's buffer, in bytes
 *
 * Return: TPM2_ANSWERED, and the response is in the resource manager's buffer,
 * with what it names as the client knows it; TPM2_AGAIN or TPM2_FAILED.
 */
enum tpm2_outcome tpm2_command_record(struct tpm2_command *c, ssize_t size)
{
	enum tpm2_outcome outcome = TPM2_GOES_ON;
	struct tpm2_wire_response rsp;
	struct tpm2_rm *rm = c->rm;

	if (tpm2_wire_parse_response(rm->wire, size, c->cmd.attrs, &rsp)) {
		/* what it made or loaded, nobody has a handle of */
		tpm2_rm_distrust(rm, TPM2_TRUST_UNSURE);
		tpm2_command_doubt(c);
		return tpm2_command_fail(c, -EIO);
	}
	c->size = rsp.size;
	if (rsp.rc != TPM_RC_SUCCESS) {
		loaded_nothing(c, rsp.rc);
		return TPM2_ANSWERED;
	}

	if (tpm2_wire_is_transient(rsp.handle))
		outcome = new_object(c, rsp.handle);
	else if (tpm2_wire_is_session(rsp.handle))
		outcome = new_session(c, rsp.handle);

	tpm2_rm_sessions_used(rm, &c->cmd);
	if (c->cmd.attrs & TPMA_CC_FLUSHED)
		end_object(c);
	tpm2_hierarchy_ended(rm, c->buf, &c->cmd);

	switch (c->cmd.cc) {
	case TPM_CC_CONTEXT_SAVE:
		if (tpm2_wire_is_session(c->cmd.handles[0]))
			detach_session(c, &rsp);
		break;
	case TPM_CC_STARTUP:
		/* ends whatever there is */
		tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
		break;
	case TPM_CC_GET_CAPABILITY:
		tpm2_space_caps_adjust(c->space, &c->cmd, &rsp);
		break;
	}
	return outcome == TPM2_GOES_ON ? TPM2_ANSWERED : outcome;
}
