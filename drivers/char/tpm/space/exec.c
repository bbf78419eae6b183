// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client's command: admit, load, translate, transmit, remedy, replay,
 * record.
 *
 * The client's command stays untouched in its buffer until there is an answer.
 * What is sent is a copy in the resource manager's buffer with the virtual
 * handles translated, so a command can be sent again byte for byte after a
 * remedy, even though the TPM's answer has overwritten the copy and the
 * objects may have got other handles meanwhile.
 *
 * Eviction and replay happen under one hold of the chip: nobody can take the
 * slot in between.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <trace/events/tpm2_space.h>
#include "capability.h"
#include "command.h"
#include "context.h"
#include "exec.h"
#include "object.h"
#include "rm.h"
#include "session.h"
#include "slots.h"
#include "sync.h"

/* What the TPM has, if that may not be what the tables say. */
static int keep_up(struct tpm2_rm *rm)
{
	/* a TPM in failure mode refuses; so it will with the command */
	if (!rm->started || rm->stale)
		return min(tpm2_rm_sync(rm), 0);
	return 0;
}

/*
 * Load what the command names, and send it. Returns the size of the response in
 * the resource manager's buffer, 0 if it is to be sent again, from looking up
 * the names on, or -errno.
 */
static ssize_t transmit(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;
	ssize_t size;
	int rc, err;

	rc = tpm2_command_load(c);
	if (rc < 0)
		return rc;
	if (tpm2_wire_rc_lost(rc))
		return 0;
	if (rc) {
		size = tpm2_wire_build_response(rm->wire, rc);
	} else {
		tpm2_command_translate(c);
		size = tpm2_context_transmit(rm, rm->wire);
		if (size < 0)
			return size;
		rc = tpm2_wire_response_code(rm->wire);
		if (!c->checked && tpm2_command_names_gone(c, rc)) {
			c->checked = true;
			rm->stale = true;
			return 0;
		}
	}

	err = tpm2_command_remedy(c, rc);
	if (err == -ENOSPC || err > 0)
		return size;
	if (!err) {
		rm->stats.replays++;
		trace_tpm2_space_replay(rm->chip, c->cmd.cc, rc);
	}
	return err;
}

/* Is there room in this space for what the command would make? */
static bool has_room(struct tpm2_command *c, u32 *rc)
{
	bool session = c->cmd.cc == TPM_CC_START_AUTH_SESSION || c->loaded;

	if (!(c->cmd.attrs & TPMA_CC_R_HANDLE))
		return true;

	*rc = session ? TPM_RC_SESSION_MEMORY : TPM_RC_OBJECT_MEMORY;
	return session ?
		!c->rm->started || c->space->owner.nr_sessions <
				   c->rm->limits.max_per_fd :
		c->space->nr_objects < TPM2_RM_MAX_OBJECTS;
}

/* Send the command, under the names that it has in the TPM. */
static ssize_t send(struct tpm2_command *c)
{
	ssize_t size;

	do {
		size = keep_up(c->rm);
		if (!size)
			size = tpm2_command_pin(c);
		if (!size)
			size = tpm2_command_steer(c);
		if (size)
			break;
		size = transmit(c);
		if (size <= 0)
			continue;
		size = tpm2_command_record(c, size);
		if (size > 0)
			memcpy(c->buf, c->rm->wire, size);
		else if (size == -EAGAIN)
			size = 0;
	} while (!size);
	tpm2_command_unpin(c);
	return size;
}

/*
 * TPM2_FlushContext. What is out of the TPM already need not be flushed, and
 * what another space has cannot be.
 */
static ssize_t flush(struct tpm2_command *c)
{
	u32 handle = c->cmd.handles[0];
	struct tpm2_session *session = NULL;
	struct tpm2_object *object = NULL;
	struct tpm2_rm *rm = c->rm;
	ssize_t size;
	u32 rc;

	memcpy(rm->wire, c->buf, c->cmd.size);
	if (tpm2_wire_is_transient(handle)) {
		object = tpm2_object_find(c->space, handle);
		if (!object)
			return -EINVAL;
		if (!object->handle) {
			tpm2_object_free(rm, object);
			return tpm2_command_answer(c, TPM_RC_SUCCESS);
		}
		tpm2_wire_set_handle(rm->wire, 0, object->handle);
	} else if (tpm2_wire_is_session(handle)) {
		session = tpm2_session_owner_tombstone(&c->space->owner,
						       handle);
		if (session) {
			spin_lock(&rm->lock);
			tpm2_session_owner_forget(&c->space->owner, session);
			spin_unlock(&rm->lock);
			kfree(session);
			return tpm2_command_answer(c, TPM_RC_SUCCESS);
		}
		session = tpm2_session_table_find(&rm->sessions, handle);
		if (session && !tpm2_command_may_use(c, session))
			return tpm2_command_answer(c, TPM_RC_HANDLE | TPM_RC_P | TPM_RC_1);
	}

	size = tpm2_context_transmit(rm, rm->wire);
	if (size < 0)
		return size;

	/* gone is gone, whoever did it */
	rc = tpm2_wire_response_code(rm->wire);
	if (rc != TPM_RC_SUCCESS && (object || session))
		rm->stale = true;
	if (rc == TPM_RC_SUCCESS || tpm2_wire_rc_lost(rc)) {
		if (object)
			tpm2_object_free(rm, object);
		if (session)
			tpm2_rm_session_ended(rm, session);
	}
	memcpy(c->buf, rm->wire, size);
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
static ssize_t attempt(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;
	ssize_t size;
	u32 attrs, rc;

	lockdep_assert_held(&rm->mutex);

	/* the table of attributes goes with the chip */
	if (!rm->ops->attrs(rm, tpm2_wire_command_code(c->buf), &attrs))
		return tpm2_command_answer(c, TPM_RC_COMMAND_CODE);
	tpm2_command_read(c, attrs);
	size = keep_up(rm);
	if (size)
		return size;

	c->checked = false;
	c->evicted = false;
	if (is_plain_flush(&c->cmd))
		return flush(c);
	size = tpm2_space_caps_answer(c->space, c->buf, &c->cmd);
	if (size)
		return size;
	if (!has_room(c, &rc))
		return tpm2_command_answer(c, rc);

	if (c->cmd.cc == TPM_CC_START_AUTH_SESSION &&
	    !tpm2_session_queue_admits(&rm->queue, &c->space->waiter)) {
		tpm2_session_queue_join(&rm->queue, &c->space->waiter,
					TPM2_SESSION_ETERNITY,
					rm->ops->now(rm));
		return -EAGAIN;
	}
	return send(c);
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
	struct tpm2_command c = { .space = space, .rm = space->rm, .buf = buf };
	struct tpm2_rm *rm = space->rm;
	ssize_t ret;

	might_sleep();

	do {
		if (tpm2_rm_hold(rm)) {
			leave(space);
			return -EPIPE;
		}
		ret = attempt(&c);
		if (ret != -EAGAIN) {
			tpm2_rm_flush_parked(space);
			leave(space);
		} else {
			trace_tpm2_space_wait(rm->chip, c.cmd.cc,
					      READ_ONCE(rm->queue.nr));
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
	/* nobody adds to them but a command of this space */
	if (!list_empty_careful(&space->owner.parked) && !tpm2_rm_hold(rm)) {
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
	tpm2_slots_spill_all(rm);
	size = rm->ops->transmit(rm, buf);
	rm->stale = true;
	rm->foreign = true;
	/* it may have been the end of a session */
	tpm2_session_queue_kick(&rm->queue);
	tpm2_rm_release(rm);
	return size;
}
