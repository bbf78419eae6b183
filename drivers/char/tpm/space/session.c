// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions of one TPM: what changes in the table, with the lock that it needs
 * and the memory that goes with it.
 *
 * All functions are called with the chip held.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <trace/events/tpm2_space.h>
#include "compat.h"
#include "session.h"
#include "state.h"

/**
 * tpm2_rm_session_new() - enter a session into the table
 * @rm: resource manager
 * @handle: its handle
 * @owner: whose it is, or NULL
 * @state: LOADED or DETACHED
 *
 * If the table has a session of this index, then that one is gone: the TPM
 * would not have given the index away.
 *
 * Return: 0 or -ENOMEM.
 */
int tpm2_rm_session_new(struct tpm2_rm *rm, u32 handle,
			struct tpm2_session_owner *owner,
			enum tpm2_session_state state)
{
	struct tpm2_session *session, *old;

	lockdep_assert_held(&rm->mutex);

	old = tpm2_session_table_find(&rm->sessions, handle);
	if (old) {
		/* and what else is gone? */
		rm->stale = true;
		tpm2_rm_session_lost(rm, old);
	}

	session = kzalloc_obj(*session, GFP_KERNEL_ACCOUNT);
	if (!session)
		return -ENOMEM;
	session->seen = true;
	spin_lock(&rm->lock);
	tpm2_session_table_add(&rm->sessions, session, handle, owner, state,
			       rm->ops->now(rm));
	spin_unlock(&rm->lock);
	if (owner)
		trace_tpm2_space_start(rm->chip, handle, 0);
	else
		trace_tpm2_space_adopt(rm->chip, handle, 0);
	return 0;
}

/**
 * tpm2_rm_session_ended() - a session has ended, and its owner knows
 * @rm: resource manager
 * @session: the session, which is freed
 */
void tpm2_rm_session_ended(struct tpm2_rm *rm, struct tpm2_session *session)
{
	lockdep_assert_held(&rm->mutex);

	/* nobody but the holder of the chip looks at them */
	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	tpm2_session_table_remove(&rm->sessions, session);
	spin_unlock(&rm->lock);
	kfree(session);
	tpm2_session_queue_kick(&rm->queue);
}

/**
 * tpm2_rm_session_lost() - a session has ended behind its owner's back
 * @rm: resource manager
 * @session: the session; it becomes a tombstone, or is freed if there is
 *	nobody to report it to
 *
 * An owner keeps as many tombstones as it may have sessions; beyond that the
 * oldest is forgotten.
 */
void tpm2_rm_session_lost(struct tpm2_rm *rm, struct tpm2_session *session)
{
	struct tpm2_session_owner *owner = session->owner;
	struct tpm2_session *surplus;

	lockdep_assert_held(&rm->mutex);

	/* the TPM will tell the kernel */
	if (!owner || owner == &rm->kernel || session->parked) {
		tpm2_rm_session_ended(rm, session);
		return;
	}

	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	tpm2_session_table_lost(&rm->sessions, session);
	surplus = tpm2_session_owner_surplus(owner, rm->limits.max_per_fd);
	spin_unlock(&rm->lock);
	kfree(surplus);
	tpm2_session_queue_kick(&rm->queue);
}

/**
 * tpm2_rm_session_evicted() - a session was taken away for somebody else's sake
 * @rm: resource manager
 * @session: the session, flushed; as for tpm2_rm_session_lost()
 */
void tpm2_rm_session_evicted(struct tpm2_rm *rm, struct tpm2_session *session)
{
	rm->stats.evictions++;
	trace_tpm2_space_evict(rm->chip, session->handle,
			       rm->ops->now(rm) - session->created);
	tpm2_rm_session_lost(rm, session);
}

/**
 * tpm2_rm_session_loaded() - a session is in a slot, and was just used
 * @rm: resource manager
 * @session: the session, loaded by us if it was not there before
 *
 * What its client holds of it remains good for a TPM2_ContextLoad.
 */
void tpm2_rm_session_loaded(struct tpm2_rm *rm, struct tpm2_session *session)
{
	struct tpm2_session_context ctx = session->ctx;

	lockdep_assert_held(&rm->mutex);

	spin_lock(&rm->lock);
	if (session->state == TPM2_SESSION_DETACHED && !session->copy.data) {
		session->copy = ctx;
		ctx.data = NULL;
	}
	tpm2_session_table_loaded(&rm->sessions, session);
	spin_unlock(&rm->lock);
	kfree_sensitive(ctx.data);
}

/**
 * tpm2_rm_session_saved() - a session has left its slot, saved by us
 * @rm: resource manager
 * @session: the session, which was LOADED
 * @ctx: its context; the session now holds this memory
 */
void tpm2_rm_session_saved(struct tpm2_rm *rm, struct tpm2_session *session,
			   const struct tpm2_session_context *ctx)
{
	lockdep_assert_held(&rm->mutex);

	rm->sequence = ctx->sequence;
	spin_lock(&rm->lock);
	tpm2_session_table_saved(&rm->sessions, session, ctx);
	spin_unlock(&rm->lock);
}

/**
 * tpm2_rm_session_detached() - from now on a session is nobody's
 * @rm: resource manager
 * @session: the session
 * @ctx: its context as its client has saved it; the session now holds this
 *	memory. NULL if it is not known.
 */
void tpm2_rm_session_detached(struct tpm2_rm *rm, struct tpm2_session *session,
			      const struct tpm2_session_context *ctx)
{
	lockdep_assert_held(&rm->mutex);

	if (ctx)
		rm->sequence = ctx->sequence;
	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	tpm2_session_table_detach(&rm->sessions, session, ctx);
	spin_unlock(&rm->lock);
}

/**
 * tpm2_rm_session_attached() - a session was loaded by a client
 * @rm: resource manager
 * @session: the session
 * @owner: the client; NULL for somebody whom we do not know
 *
 * Contexts that anybody holds of it are of no use any more.
 */
void tpm2_rm_session_attached(struct tpm2_rm *rm, struct tpm2_session *session,
			      struct tpm2_session_owner *owner)
{
	lockdep_assert_held(&rm->mutex);

	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	tpm2_session_table_attach(&rm->sessions, session, owner);
	spin_unlock(&rm->lock);
	if (owner)
		trace_tpm2_space_start(rm->chip, session->handle,
				       rm->ops->now(rm) - session->created);
}

/**
 * tpm2_rm_sessions_used() - a command with sessions has succeeded
 * @rm: resource manager
 * @cmd: the command
 *
 * The TPM has ended those of its sessions that have continueSession clear.
 */
void tpm2_rm_sessions_used(struct tpm2_rm *rm,
			   const struct tpm2_wire_command *cmd)
{
	struct tpm2_session *session;
	unsigned int i;

	for (i = 0; i < cmd->nr_auths; i++) {
		if (!tpm2_wire_is_session(cmd->auths[i].handle) ||
		    cmd->auths[i].attributes & TPMA_SESSION_CONTINUE_SESSION)
			continue;
		session = tpm2_session_table_find(&rm->sessions,
						  cmd->auths[i].handle);
		if (session)
			tpm2_rm_session_ended(rm, session);
	}
}
