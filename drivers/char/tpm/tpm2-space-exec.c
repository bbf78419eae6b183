// SPDX-License-Identifier: GPL-2.0-only
/*
 * One command's journey: admit, load, translate, transmit, remedy, replay,
 * record.
 *
 * The client's command stays untouched in its buffer until there is an answer.
 * What is sent is a copy in the resource manager's buffer with the virtual
 * handles translated, so a command can be sent again byte for byte after a
 * remedy, even though the TPM's answer has overwritten the copy and the
 * objects may have got other handles meanwhile.
 *
 * A remedy makes room and lets the command be sent again:
 *
 *   TPM_RC_SESSION_HANDLES	evict a session whose lease has ended, or wait
 *   TPM_RC_SESSION_MEMORY	save a session that the command does not name
 *   TPM_RC_OBJECT_MEMORY	take an object out that it does not name
 *
 * Each takes something away of which there is a limited number, so the replays
 * come to an end; when there is nothing left to take, the client gets what the
 * TPM said.
 *
 * Eviction and replay happen under one hold of the chip: nobody can take the
 * slot in between.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include "tpm2-context.h"
#include "tpm2-rm.h"
#include "tpm2-space-caps.h"
#include "tpm2-space-exec.h"

/**
 * struct journey - a command under way
 * @space: whose command
 * @rm: its resource manager
 * @buf: the client's command; on the way back, the response
 * @cmd: what it names
 * @evicted: a session was evicted for it and the TPM has not said yet whether
 *	that helped
 */
struct journey {
	struct tpm2_rm_space *space;
	struct tpm2_rm *rm;
	u8 *buf;
	struct tpm2_wire_command cmd;
	bool evicted;
};

/* Answer in the resource manager's own name. */
static ssize_t answer(struct journey *j, u32 rc)
{
	if (rc)
		rc |= TPM2_WIRE_RESMGR_LAYER;
	return tpm2_wire_build_response(j->buf, rc);
}

/* May this space use the session? Not if it is somebody's, or held back. */
static bool may_use(const struct tpm2_rm_space *space,
		    const struct tpm2_session *session)
{
	return !session->owner ||
	       (session->owner == &space->owner && !session->parked);
}

/*
 * Pin a session that the command names, so that no remedy takes it away.
 * Returns false if the space has lost it or it is not the space's to use. One
 * that the table does not have is left to the TPM to judge.
 */
static bool pin_session(struct journey *j, u32 handle)
{
	struct tpm2_session *session;

	if (tpm2_session_owner_tombstone(&j->space->owner, handle))
		return false;

	session = tpm2_session_table_find(&j->rm->sessions, handle);
	if (!session)
		return true;
	if (!may_use(j->space, session))
		return false;
	session->pinned = true;
	return true;
}

/*
 * Look up all that the command names. Returns 0, or what tpm2_space_exec() is
 * to return.
 */
static ssize_t pin_names(struct journey *j)
{
	const struct tpm2_wire_command *cmd = &j->cmd;
	struct tpm2_object *object;
	unsigned int i;

	for (i = 0; i < cmd->nr_handles; i++) {
		if (tpm2_wire_is_transient(cmd->handles[i])) {
			object = tpm2_context_find_object(j->space,
							  cmd->handles[i]);
			if (!object)
				return -EINVAL;
			if (object->lost)
				return answer(j, TPM_RC_REFERENCE_H0 + i);
			object->pinned = true;
		} else if (tpm2_wire_is_session(cmd->handles[i])) {
			if (!pin_session(j, cmd->handles[i]))
				return answer(j, TPM_RC_REFERENCE_H0 + i);
		}
	}
	for (i = 0; i < cmd->nr_auths; i++) {
		if (tpm2_wire_is_session(cmd->auths[i].handle) &&
		    !pin_session(j, cmd->auths[i].handle))
			return answer(j, TPM_RC_REFERENCE_S0 + i);
	}
	return 0;
}

static void unpin_session(struct journey *j, u32 handle)
{
	struct tpm2_session *session;

	if (!tpm2_wire_is_session(handle))
		return;
	session = tpm2_session_table_find(&j->rm->sessions, handle);
	if (session)
		session->pinned = false;
}

static void unpin_names(struct journey *j)
{
	const struct tpm2_wire_command *cmd = &j->cmd;
	struct tpm2_object *object;
	unsigned int i;

	for (i = 0; i < cmd->nr_handles; i++) {
		unpin_session(j, cmd->handles[i]);
		if (!tpm2_wire_is_transient(cmd->handles[i]))
			continue;
		object = tpm2_context_find_object(j->space, cmd->handles[i]);
		if (object)
			object->pinned = false;
	}
	for (i = 0; i < cmd->nr_auths; i++)
		unpin_session(j, cmd->auths[i].handle);
}

static int load_session(struct journey *j, u32 handle)
{
	struct tpm2_session *session;

	session = tpm2_session_table_find(&j->rm->sessions, handle);
	if (!session || session->state == TPM2_SESSION_DETACHED)
		return 0;
	return tpm2_context_load_session(j->rm, session);
}

/* Bring all that the command names into the TPM. */
static int load_names(struct journey *j)
{
	const struct tpm2_wire_command *cmd = &j->cmd;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < cmd->nr_handles && !rc; i++) {
		if (tpm2_wire_is_transient(cmd->handles[i]))
			rc = tpm2_context_load_object(j->rm,
				tpm2_context_find_object(j->space,
							 cmd->handles[i]));
		else if (tpm2_wire_is_session(cmd->handles[i]))
			rc = load_session(j, cmd->handles[i]);
	}
	for (i = 0; i < cmd->nr_auths && !rc; i++) {
		if (tpm2_wire_is_session(cmd->auths[i].handle))
			rc = load_session(j, cmd->auths[i].handle);
	}
	return rc;
}

/* The command as the TPM is to see it. */
static void translate(struct journey *j)
{
	const struct tpm2_wire_command *cmd = &j->cmd;
	struct tpm2_object *object;
	unsigned int i;

	memcpy(j->rm->wire, j->buf, cmd->size);
	for (i = 0; i < cmd->nr_handles; i++) {
		if (!tpm2_wire_is_transient(cmd->handles[i]))
			continue;
		object = tpm2_context_find_object(j->space, cmd->handles[i]);
		tpm2_wire_set_handle(j->rm->wire, i, object->handle);
	}
}

/*
 * TPM_RC_SESSION_HANDLES: take the oldest session from whoever has it, if he
 * has had it for a lease; else get in line.
 *
 * Returns 0 if an index is free now, -EAGAIN if the client waits, -ENOSPC if
 * there is nothing to wait for.
 */
static int reclaim_session(struct journey *j)
{
	struct tpm2_rm *rm = j->rm;
	struct tpm2_session *victim;
	u64 now, lease, ready;
	int rc;

	if (j->evicted)
		return -ENOSPC;

	/* does the TPM hold sessions that the table has not got? */
	if (rm->sessions.nr != rm->limits.full_at) {
		rc = tpm2_rm_sync(rm);
		if (rc < 0)
			return rc;
		rm->limits.full_at = rm->sessions.nr;
	}

	lease = tpm2_session_queue_lease(&rm->queue);
	now = rm->ops->now(rm);
	while ((victim = tpm2_session_table_victim(&rm->sessions,
						   &j->space->owner, now,
						   lease, &ready))) {
		rc = tpm2_context_flush(rm, victim->handle);
		if (rc < 0)
			return rc;
		tpm2_rm_session_lost(rm, victim);
		if (rc)
			continue;	/* it was not there any more */
		rm->stats.evictions++;
		j->evicted = true;
		return 0;
	}

	if (ready == TPM2_SESSION_ETERNITY)
		return -ENOSPC;
	tpm2_session_queue_join(&rm->queue, &j->space->waiter, ready - lease,
				now);
	return -EAGAIN;
}

/*
 * Is there a remedy for what the TPM says? Returns 0 if the command can be
 * sent again, -ENOSPC if the client is to get this response; else as
 * reclaim_session().
 */
static int remedy(struct journey *j, u32 rc)
{
	switch (rc) {
	case TPM_RC_SESSION_HANDLES:
		if (j->cmd.cc != TPM_CC_START_AUTH_SESSION)
			return -ENOSPC;
		return reclaim_session(j);
	case TPM_RC_SESSION_MEMORY:
		return tpm2_context_spill_session(j->rm);
	case TPM_RC_OBJECT_MEMORY:
		return tpm2_context_spill_object(j->rm);
	}
	return -ENOSPC;
}

/*
 * Send the command until the TPM carries it out or there is no remedy.
 * Returns the size of the response in the resource manager's buffer, 0 if the
 * names have to be looked up again, or -errno.
 */
static ssize_t transmit(struct journey *j)
{
	struct tpm2_rm *rm = j->rm;
	ssize_t size;
	int rc;

	for (;;) {
		rc = load_names(j);
		if (rc < 0)
			return rc;
		if (tpm2_wire_rc_lost(rc))
			return 0;
		if (rc)
			return tpm2_wire_build_response(rm->wire, rc);

		translate(j);
		size = tpm2_context_transmit(rm, rm->wire);
		if (size < 0)
			return size;

		rc = remedy(j, tpm2_wire_response_code(rm->wire));
		if (rc == -ENOSPC || rc > 0)
			return size;
		if (rc)
			return rc;
		rm->stats.replays++;
	}
}

static ssize_t new_object(struct journey *j, u32 handle)
{
	const struct xa_limit limit = XA_LIMIT(0, TPM2_RM_MAX_OBJECTS - 1);
	struct tpm2_rm_space *space = j->space;
	struct tpm2_object *object;
	int rc = -ENOMEM;

	object = kzalloc(sizeof(*object), GFP_KERNEL_ACCOUNT);
	if (object)
		rc = xa_alloc(&space->objects, &object->index, object, limit,
			      GFP_KERNEL_ACCOUNT);
	if (rc) {
		kfree(object);
		tpm2_context_flush(j->rm, handle);
		return rc;
	}
	INIT_LIST_HEAD(&object->lru);
	object->space = space;
	space->nr_objects++;
	tpm2_context_object_loaded(j->rm, object, handle);
	tpm2_wire_set_handle(j->rm->wire, 0, tpm2_context_object_handle(object));
	return 0;
}

/*
 * A session was started, or loaded by its client. Returns 0, or -EAGAIN if
 * another one has to be started in its place: to the client, this index means
 * a session that it has lost.
 */
static ssize_t new_session(struct journey *j, u32 handle)
{
	struct tpm2_session_owner *owner = &j->space->owner;
	struct tpm2_session *session, *tombstone;
	struct tpm2_rm *rm = j->rm;
	int rc;

	j->evicted = false;
	session = tpm2_session_table_find(&rm->sessions, handle);
	if (j->cmd.cc == TPM_CC_CONTEXT_LOAD && session) {
		u8 *ctx = session->ctx;

		spin_lock(&rm->lock);
		tpm2_session_table_attach(&rm->sessions, session, owner);
		spin_unlock(&rm->lock);
		kfree_sensitive(ctx);
	} else {
		rc = tpm2_rm_session_new(rm, handle, owner,
					 TPM2_SESSION_LOADED);
		if (rc) {
			tpm2_context_flush(rm, handle);
			return rc;
		}
	}

	tombstone = tpm2_session_owner_tombstone(owner, handle);
	if (!tombstone)
		return 0;

	spin_lock(&rm->lock);
	if (j->cmd.cc == TPM_CC_START_AUTH_SESSION) {
		session = tpm2_session_table_find(&rm->sessions, handle);
		tpm2_session_table_park(&rm->sessions, session);
	} else {
		/* its client knows what it loaded */
		kfree(tpm2_session_owner_exhume(owner, tombstone));
	}
	spin_unlock(&rm->lock);
	return j->cmd.cc == TPM_CC_START_AUTH_SESSION ? -EAGAIN : 0;
}

/* The sessions that the TPM has ended because the command said so. */
static void end_sessions(struct journey *j)
{
	struct tpm2_session *session;
	unsigned int i;

	for (i = 0; i < j->cmd.nr_auths; i++) {
		if (!tpm2_wire_is_session(j->cmd.auths[i].handle) ||
		    j->cmd.auths[i].attributes & TPMA_SESSION_CONTINUE_SESSION)
			continue;
		session = tpm2_session_table_find(&j->rm->sessions,
						  j->cmd.auths[i].handle);
		if (session)
			tpm2_rm_session_ended(j->rm, session);
	}
}

/* The objects that the TPM flushes with some commands, sequences mostly. */
static void end_objects(struct journey *j)
{
	struct tpm2_object *object;
	unsigned int i;

	for (i = 0; i < j->cmd.nr_handles; i++) {
		if (!tpm2_wire_is_transient(j->cmd.handles[i]))
			continue;
		object = tpm2_context_find_object(j->space, j->cmd.handles[i]);
		if (object)
			tpm2_context_free_object(j->rm, object);
	}
}

/* A client has saved one of its sessions: from now on, it is nobody's. */
static void detach_session(struct journey *j)
{
	struct tpm2_session *session;
	struct tpm2_rm *rm = j->rm;

	session = tpm2_session_table_find(&rm->sessions, j->cmd.handles[0]);
	if (!session)
		return;
	spin_lock(&rm->lock);
	tpm2_session_table_detach(&rm->sessions, session);
	spin_unlock(&rm->lock);
}

/*
 * The TPM has carried the command out: keep up with it. Returns the size of
 * the response in the resource manager's buffer, -EAGAIN if the command has
 * to be sent again, or -errno.
 */
static ssize_t record(struct journey *j, ssize_t size)
{
	struct tpm2_wire_response rsp;
	struct tpm2_rm *rm = j->rm;
	ssize_t rc = 0;

	if (tpm2_wire_parse_response(rm->wire, size, j->cmd.attrs, &rsp)) {
		rm->stale = true;
		return -EIO;
	}
	if (rsp.rc != TPM_RC_SUCCESS)
		return rsp.size;

	if (tpm2_wire_is_transient(rsp.handle))
		rc = new_object(j, rsp.handle);
	else if (tpm2_wire_is_session(rsp.handle))
		rc = new_session(j, rsp.handle);

	end_sessions(j);
	if (j->cmd.attrs & TPMA_CC_FLUSHED)
		end_objects(j);

	switch (j->cmd.cc) {
	case TPM_CC_CONTEXT_SAVE:
		if (tpm2_wire_is_session(j->cmd.handles[0]))
			detach_session(j);
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

/* Is there room in this space for what the command would make? */
static bool has_room(struct journey *j, u32 *rc)
{
	struct tpm2_wire_context ctx = {};
	bool session = j->cmd.cc == TPM_CC_START_AUTH_SESSION;

	if (!(j->cmd.attrs & TPMA_CC_R_HANDLE))
		return true;

	if (j->cmd.cc == TPM_CC_CONTEXT_LOAD) {
		tpm2_wire_parse_context(j->buf + j->cmd.params,
					j->cmd.size - j->cmd.params, &ctx);
		session = tpm2_wire_is_session(ctx.saved_handle);
	}

	*rc = session ? TPM_RC_SESSION_MEMORY : TPM_RC_OBJECT_MEMORY;
	return session ?
		!j->rm->started || j->space->owner.nr_sessions <
				   j->rm->limits.max_per_fd :
		j->space->nr_objects < TPM2_RM_MAX_OBJECTS;
}

/* Send the command, under the names that it has in the TPM. */
static ssize_t send(struct journey *j)
{
	ssize_t size;

	do {
		size = pin_names(j);
		if (size)
			break;
		size = transmit(j);
		if (size <= 0)
			continue;
		size = record(j, size);
		if (size > 0)
			memcpy(j->buf, j->rm->wire, size);
		else if (size == -EAGAIN)
			size = 0;
	} while (!size);
	unpin_names(j);
	return size;
}

/*
 * TPM2_FlushContext. What is out of the TPM already need not be flushed, and
 * what another space has cannot be.
 */
static ssize_t flush(struct journey *j)
{
	u32 handle = j->cmd.handles[0];
	struct tpm2_session *session = NULL;
	struct tpm2_object *object = NULL;
	struct tpm2_rm *rm = j->rm;
	ssize_t size;
	u32 rc;

	memcpy(rm->wire, j->buf, j->cmd.size);
	if (tpm2_wire_is_transient(handle)) {
		object = tpm2_context_find_object(j->space, handle);
		if (!object)
			return -EINVAL;
		if (!object->handle) {
			tpm2_context_free_object(rm, object);
			return answer(j, TPM_RC_SUCCESS);
		}
		tpm2_wire_set_handle(rm->wire, 0, object->handle);
	} else if (tpm2_wire_is_session(handle)) {
		session = tpm2_session_owner_tombstone(&j->space->owner,
						       handle);
		if (session) {
			spin_lock(&rm->lock);
			tpm2_session_owner_exhume(&j->space->owner, session);
			spin_unlock(&rm->lock);
			kfree(session);
			return answer(j, TPM_RC_SUCCESS);
		}
		session = tpm2_session_table_find(&rm->sessions, handle);
		if (session && !may_use(j->space, session))
			return answer(j, TPM_RC_HANDLE | TPM_RC_P | TPM_RC_1);
	}

	size = tpm2_context_transmit(rm, rm->wire);
	if (size < 0)
		return size;

	/* gone is gone, whoever did it */
	rc = tpm2_wire_response_code(rm->wire);
	if (rc == TPM_RC_SUCCESS || tpm2_wire_rc_lost(rc)) {
		if (object)
			tpm2_context_free_object(rm, object);
		if (session)
			tpm2_rm_session_ended(rm, session);
	}
	memcpy(j->buf, rm->wire, size);
	return size;
}

static bool is_plain_flush(const struct tpm2_wire_command *cmd)
{
	return cmd->cc == TPM_CC_FLUSH_CONTEXT && cmd->nr_handles == 1 &&
	       cmd->size == cmd->params && cmd->tag == TPM_ST_NO_SESSIONS;
}

/*
 * One attempt, under one hold of the chip. Returns the size of the response in
 * the client's buffer, -EAGAIN if the client waits for a session now, or
 * -errno.
 */
static ssize_t attempt(struct journey *j)
{
	struct tpm2_rm *rm = j->rm;
	ssize_t size;
	u32 rc;

	lockdep_assert_held(&rm->mutex);

	if (!rm->started || rm->stale) {
		/* a TPM in failure mode refuses; so it will with the command */
		int err = tpm2_rm_sync(rm);

		if (err < 0)
			return err;
	}

	j->evicted = false;
	if (is_plain_flush(&j->cmd))
		return flush(j);
	size = tpm2_space_caps_answer(j->space, j->buf, &j->cmd);
	if (size)
		return size;
	if (!has_room(j, &rc))
		return answer(j, rc);

	if (j->cmd.cc == TPM_CC_START_AUTH_SESSION &&
	    !tpm2_session_queue_admits(&rm->queue, &j->space->waiter)) {
		tpm2_session_queue_join(&rm->queue, &j->space->waiter,
					TPM2_SESSION_ETERNITY,
					rm->ops->now(rm));
		return -EAGAIN;
	}
	return send(j);
}

/* The client does not wait any more, be it that it has what it wanted. */
static void leave(struct tpm2_rm_space *space)
{
	struct tpm2_rm *rm = space->rm;

	tpm2_session_queue_leave(&rm->queue, &space->waiter, rm->ops->now(rm));
}

/**
 * tpm2_space_exec() - carry a client's command out
 * @space: the client's space; one command at a time
 * @buf: the command, whose header tpm2_wire_check_header() accepted; replaced
 *	by the response, and left as it is on error. TPM2_WIRE_BUFSIZE bytes.
 *
 * If the command has to wait for a session and the space's waiter has a
 * notify callback, the return is -EINPROGRESS: call again with the same
 * buffer when notified, or tpm2_space_abort() to give up.
 *
 * Context: process context, no lock held. Sleeps; with a blocking waiter, it
 * sleeps interruptibly while it waits for a session.
 *
 * Return: size of the response in bytes; -EINVAL if the command names an
 * object that the space does not have; -ERESTARTSYS if a signal ended the wait,
 * in which case the command was not carried out; -EPIPE if the chip went away;
 * -EINPROGRESS; else what the driver returned.
 */
ssize_t tpm2_space_exec(struct tpm2_rm_space *space, u8 *buf)
{
	struct journey j = { .space = space, .rm = space->rm, .buf = buf };
	struct tpm2_rm *rm = space->rm;
	u32 attrs, cc = tpm2_wire_command_code(buf);
	ssize_t ret;

	might_sleep();

	if (!rm->ops->attrs(rm, cc, &attrs))
		return answer(&j, TPM_RC_COMMAND_CODE);
	tpm2_wire_parse_command(buf, attrs, &j.cmd);

	do {
		if (tpm2_rm_hold(rm)) {
			leave(space);
			return -EPIPE;
		}
		ret = attempt(&j);
		if (ret != -EAGAIN) {
			tpm2_rm_flush_parked(space);
			leave(space);
		}
		tpm2_rm_release(rm);
		if (ret != -EAGAIN)
			return ret;

		ret = tpm2_session_queue_wait(&rm->queue, &space->waiter);
	} while (!ret);

	if (ret != -EINPROGRESS)
		tpm2_space_abort(space);
	return ret;
}

/**
 * tpm2_space_abort() - give up waiting for a session
 * @space: space whose command waits, or none of whose commands is under way
 */
void tpm2_space_abort(struct tpm2_rm_space *space)
{
	struct tpm2_rm *rm = space->rm;

	leave(space);
	if (!tpm2_rm_hold(rm)) {
		tpm2_rm_flush_parked(space);
		tpm2_rm_release(rm);
	}
}

/**
 * tpm2_space_exec_raw() - send a command past the resource manager
 * @rm: resource manager of the TPM
 * @buf: the command, whose header was checked; replaced by the response.
 *	TPM2_WIRE_BUFSIZE bytes.
 *
 * For /dev/tpmN. The TPM's slots are the client's, so ours are emptied first;
 * and what it has done there is read back before the next managed command.
 *
 * Return: size of the response in bytes, -EPIPE if the chip went away, else
 * what the driver returned.
 */
ssize_t tpm2_space_exec_raw(struct tpm2_rm *rm, u8 *buf)
{
	ssize_t size;

	if (tpm2_rm_hold(rm))
		return -EPIPE;
	tpm2_context_spill_all(rm);
	size = rm->ops->transmit(rm, buf);
	rm->stale = true;
	rm->foreign = true;
	/* it may have been the end of a session */
	tpm2_session_queue_kick(&rm->queue);
	tpm2_rm_release(rm);
	return size;
}
