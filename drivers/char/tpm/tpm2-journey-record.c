// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command has changed in the TPM: sessions and objects that it made,
 * took away or handed to its client.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include "tpm2-context.h"
#include "tpm2-journey.h"
#include "tpm2-object.h"
#include "tpm2-space-caps.h"

/* An object was made, or loaded by its client. */
static ssize_t new_object(struct tpm2_journey *j, u32 handle)
{
	struct tpm2_object *object;
	int rc;

	rc = tpm2_object_new(j->space, handle, &object);
	if (rc) {
		tpm2_context_flush(j->rm, handle);
		return rc;
	}
	tpm2_wire_set_handle(j->rm->wire, 0, tpm2_object_handle(object));
	return 0;
}

/**
 * tpm2_journey_enter() - give a new session to the command's space
 * @j: the command
 * @handle: a session that the TPM has started or loaded
 *
 * Return: 0; -ENOMEM, and the session is ended.
 */
int tpm2_journey_enter(struct tpm2_journey *j, u32 handle)
{
	int rc = tpm2_rm_session_new(j->rm, handle, &j->space->owner,
				     TPM2_SESSION_LOADED);

	if (rc)
		tpm2_context_flush(j->rm, handle);
	return rc;
}

/**
 * tpm2_journey_park() - put a session aside that the client must not be given
 * @j: a TPM2_StartAuthSession
 * @handle: one of its space's sessions, whose index the client has lost
 *
 * It is ended when the command is.
 *
 * Return: 0, or -EIO if the TPM gives the same index away again and again.
 */
int tpm2_journey_park(struct tpm2_journey *j, u32 handle)
{
	struct tpm2_session_table *table = &j->rm->sessions;

	lockdep_assert_held(&j->rm->mutex);

	spin_lock(&j->rm->lock);
	tpm2_session_table_park(table, tpm2_session_table_find(table, handle));
	spin_unlock(&j->rm->lock);
	/* twice as often, as a reset takes away what had been put aside */
	return j->parked++ < 2 * j->space->owner.nr_tombstones ? 0 : -EIO;
}

/*
 * A session was started, or loaded by its client. Returns 0, or -EAGAIN if
 * another one has to be started in its place: to the client, this index means
 * a session that it has lost.
 */
static ssize_t new_session(struct tpm2_journey *j, u32 handle)
{
	struct tpm2_session_owner *owner = &j->space->owner;
	struct tpm2_session *session, *tombstone;
	struct tpm2_rm *rm = j->rm;
	int rc;

	j->evicted = false;
	session = tpm2_session_table_find(&rm->sessions, handle);
	if (j->cmd.cc == TPM_CC_CONTEXT_LOAD && session) {
		tpm2_rm_session_attached(rm, session, owner);
	} else {
		rc = tpm2_journey_enter(j, handle);
		if (rc)
			return rc;
	}

	tombstone = tpm2_session_owner_tombstone(owner, handle);
	if (!tombstone)
		return 0;

	if (j->cmd.cc == TPM_CC_START_AUTH_SESSION) {
		rc = tpm2_journey_park(j, handle);
		/* tpm2_journey_steer() says why it cannot be sent again */
		if (!rc && j->cmd.nr_auths)
			rc = -EIO;
		return rc ? rc : -EAGAIN;
	}

	/* its client knows what it loaded */
	spin_lock(&rm->lock);
	tpm2_session_owner_exhume(owner, tombstone);
	spin_unlock(&rm->lock);
	kfree(tombstone);
	return 0;
}

/* The objects that the TPM flushes with some commands, sequences mostly. */
static void end_objects(struct tpm2_journey *j)
{
	struct tpm2_object *object;
	unsigned int i;

	for (i = 0; i < j->cmd.nr_handles; i++) {
		if (!tpm2_wire_is_transient(j->cmd.handles[i]))
			continue;
		object = tpm2_object_find(j->space, j->cmd.handles[i]);
		if (object)
			tpm2_object_free(j->rm, object);
	}
}

/* A client has saved one of its sessions: from now on, it is nobody's. */
static void detach_session(struct tpm2_journey *j,
			   const struct tpm2_wire_response *rsp)
{
	const u8 *data = j->rm->wire + rsp->params;
	struct tpm2_session_context ctx = {};
	struct tpm2_session *session;
	struct tpm2_rm *rm = j->rm;

	session = tpm2_session_table_find(&rm->sessions, j->cmd.handles[0]);
	if (!session)
		return;
	/* without memory it is one that we cannot make younger */
	if (!tpm2_context_copy(rm, data, rsp->params_size, &ctx))
		tpm2_rm_session_detached(rm, session, &ctx);
	else
		tpm2_rm_session_detached(rm, session, NULL);
}

/* Not even the newest context of the session is good: the TPM has not got it. */
static void brought_nothing(struct tpm2_journey *j, u32 rc)
{
	struct tpm2_session *session = tpm2_journey_brought(j);

	if (!session || !tpm2_wire_rc_lost(rc))
		return;
	j->rm->stale = true;
	tpm2_rm_session_lost(j->rm, session);
}

/**
 * tpm2_journey_record() - keep up with what the TPM has done
 * @j: the command
 * @size: size of the response in the resource manager's buffer, in bytes
 *
 * Return: the response's size in bytes, after translation; -EAGAIN if the
 * command has to be sent again; or -errno.
 */
ssize_t tpm2_journey_record(struct tpm2_journey *j, ssize_t size)
{
	struct tpm2_wire_response rsp;
	struct tpm2_rm *rm = j->rm;
	ssize_t rc = 0;

	if (tpm2_wire_parse_response(rm->wire, size, j->cmd.attrs, &rsp)) {
		rm->stale = true;
		return -EIO;
	}
	if (rsp.rc != TPM_RC_SUCCESS) {
		brought_nothing(j, rsp.rc);
		return rsp.size;
	}

	if (tpm2_wire_is_transient(rsp.handle))
		rc = new_object(j, rsp.handle);
	else if (tpm2_wire_is_session(rsp.handle))
		rc = new_session(j, rsp.handle);

	tpm2_rm_sessions_used(rm, &j->cmd);
	if (j->cmd.attrs & TPMA_CC_FLUSHED)
		end_objects(j);

	switch (j->cmd.cc) {
	case TPM_CC_CONTEXT_SAVE:
		if (tpm2_wire_is_session(j->cmd.handles[0]))
			detach_session(j, &rsp);
		break;
	case TPM_CC_CLEAR:
	case TPM_CC_HIERARCHY_CONTROL:
	case TPM_CC_CHANGE_EPS:
	case TPM_CC_CHANGE_PPS:
	case TPM_CC_STARTUP:
		/* takes objects away whose handles it does not name */
		rm->stale = true;
		break;
	case TPM_CC_GET_CAPABILITY:
		return tpm2_space_caps_filter(j->space, j->buf, &j->cmd, &rsp);
	}
	return rc ? rc : rsp.size;
}
