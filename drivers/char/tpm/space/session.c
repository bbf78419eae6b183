// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sessions of one TPM: what changes in the table, with the lock that it needs
 * and the memory that goes with it.
 *
 * All functions are called with the chip held.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <trace/events/tpm2_space.h>
#include "charge.h"
#include "compat.h"
#include "session.h"
#include "state.h"
#include "user.h"

static struct tpm2_moment read_clock(struct tpm2_rm *rm)
{
	lockdep_assert_held(&rm->lock);

	return tpm2_clock_read(&rm->clock, rm->ops->now(rm));
}

static u64 age_of(struct tpm2_rm *rm, const struct tpm2_session *session)
{
	return rm->ops->now(rm) - session->created.now;
}

/* Tell the trace what has happened to a session. */
static void tell(struct tpm2_rm *rm, const struct tpm2_session *session,
		 u64 age,
		 void (*trace)(int chip, u32 handle, u64 age, int pid, u32 uid))
{
	struct tpm2_session_client whose = tpm2_session_client(session);

	trace(rm->chip, session->handle, age, whose.pid, whose.uid);
}

/* A session counts for a user; the user stays as long as it does. */
static void keep_user(struct tpm2_rm *rm, struct tpm2_session_holder *holder)
{
	lockdep_assert_held(&rm->lock);

	if (holder)
		tpm2_user_of(holder)->refs++;
}

static void let_user_go(struct tpm2_rm *rm, struct tpm2_session_holder *holder)
{
	if (holder)
		tpm2_user_put(rm, tpm2_user_of(holder));
}

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
	struct tpm2_moment now;

	lockdep_assert_held(&rm->mutex);

	old = tpm2_session_table_find(&rm->sessions, handle);
	if (old) {
		/* and what else is gone? */
		tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
		tpm2_rm_session_lost(rm, old);
	}

	session = tpm2_charge_zalloc(sizeof(*session));
	if (!session)
		return -ENOMEM;
	session->seen = true;
	session->hold = rm->hold;
	spin_lock(&rm->lock);
	now = read_clock(rm);
	tpm2_session_table_add(&rm->sessions, session, handle, owner, state,
			       &now);
	keep_user(rm, session->holder);
	spin_unlock(&rm->lock);
	/* so it is not as many as it can have */
	if (rm->sessions.nr > rm->limits.full_at)
		rm->limits.full_at = 0;
	tell(rm, session, 0,
	     owner ? trace_tpm2_space_start : trace_tpm2_space_adopt);
	return 0;
}

/**
 * tpm2_rm_session_tries() - a session only computes a policy
 * @rm: resource manager
 * @handle: the session, which is in the table
 */
void tpm2_rm_session_tries(struct tpm2_rm *rm, u32 handle)
{
	lockdep_assert_held(&rm->mutex);

	spin_lock(&rm->lock);
	tpm2_session_table_find(&rm->sessions, handle)->trial = true;
	spin_unlock(&rm->lock);
}

/* Take a session out of the table, and free it. */
static void drop(struct tpm2_rm *rm, struct tpm2_session *session)
{
	struct tpm2_session_holder *holder = session->holder;

	lockdep_assert_held(&rm->mutex);

	/* nobody but the holder of the chip looks at them */
	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	tpm2_session_table_remove(&rm->sessions, session);
	spin_unlock(&rm->lock);
	let_user_go(rm, holder);
	kfree(session);
	tpm2_session_queue_kick(&rm->queue);
}

/**
 * tpm2_rm_session_ended() - a session has ended, and its owner knows
 * @rm: resource manager
 * @session: the session, which is freed
 */
void tpm2_rm_session_ended(struct tpm2_rm *rm, struct tpm2_session *session)
{
	tell(rm, session, age_of(rm, session), trace_tpm2_space_end);
	drop(rm, session);
}

/* Leave a session's tombstone to its owner, if there is one who wants to know. */
static void bury(struct tpm2_rm *rm, struct tpm2_session *session)
{
	struct tpm2_session_holder *holder = session->holder;
	struct tpm2_session_owner *owner = session->owner;
	struct tpm2_session *surplus;

	lockdep_assert_held(&rm->mutex);

	/* the TPM will tell the kernel */
	if (!owner || owner == &rm->kernel || session->parked) {
		drop(rm, session);
		return;
	}

	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	tpm2_session_table_lost(&rm->sessions, session);
	session->lost = rm->ops->now(rm);
	surplus = tpm2_session_owner_surplus(owner, max(rm->limits.max_per_fd,
							owner->most_sessions));
	spin_unlock(&rm->lock);
	let_user_go(rm, holder);
	kfree(surplus);
	tpm2_session_queue_kick(&rm->queue);
}

/**
 * tpm2_rm_session_lost() - a session has ended behind its owner's back
 * @rm: resource manager
 * @session: the session; it becomes a tombstone, or is freed if there is
 *	nobody to report it to
 *
 * An owner keeps as many tombstones as it may have sessions, or has had at once
 * when it was allowed more; beyond that the oldest is forgotten.
 */
void tpm2_rm_session_lost(struct tpm2_rm *rm, struct tpm2_session *session)
{
	tell(rm, session, age_of(rm, session), trace_tpm2_space_lose);
	bury(rm, session);
}

/* So that it is noticed when its client comes back with the context. */
static void remember(struct tpm2_rm *rm, const struct tpm2_session *session,
		     enum tpm2_lease_end why)
{
	const struct tpm2_session_context *copy;

	copy = tpm2_session_client_copy(session);
	if (session->owner || !copy)
		return;
	spin_lock(&rm->lock);
	rm->ghosts[rm->next_ghost++ % TPM2_RM_GHOSTS] = (struct tpm2_ghost) {
		.handle = session->handle,
		.sequence = copy->sequence,
		.used = session->used.free,
		.lost = rm->ops->now(rm),
		.why = why,
	};
	spin_unlock(&rm->lock);
}

/* Whose command is under way, if it is anybody's? */
static struct tpm2_session_client client_of(const struct tpm2_rm *rm)
{
	if (rm->client)
		return tpm2_session_owner_client(rm->client);
	return (struct tpm2_session_client) { .uid = TPM2_SESSION_NOBODY };
}

static void trace_evict(struct tpm2_rm *rm, const struct tpm2_session *session,
			enum tpm2_lease_end why)
{
	struct tpm2_session_client whose = tpm2_session_client(session);
	struct tpm2_session_client cause = client_of(rm);
	u64 now = rm->ops->now(rm);

	trace_tpm2_space_evict(rm->chip, session->handle,
			       now - session->created.now,
			       now - session->used.now, why, whose.pid,
			       whose.uid, cause.pid, cause.uid);
}

static void trace_miss(struct tpm2_rm *rm, u32 handle, u64 lost)
{
	struct tpm2_session_client client = client_of(rm);

	trace_tpm2_space_miss(rm->chip, handle, rm->ops->now(rm) - lost,
			      client.pid, client.uid);
}

/**
 * tpm2_rm_session_evicted() - a session was taken away for somebody else's sake
 * @rm: resource manager
 * @session: the session, flushed; as for tpm2_rm_session_lost()
 * @why: why it could be
 */
void tpm2_rm_session_evicted(struct tpm2_rm *rm, struct tpm2_session *session,
			     enum tpm2_lease_end why)
{
	struct tpm2_moment now;

	lockdep_assert_held(&rm->mutex);

	rm->stats.evictions++;
	spin_lock(&rm->lock);
	session->evicted = why;
	if (session->owner && !session->parked)
		session->owner->nr_evictions++;
	spin_unlock(&rm->lock);
	trace_evict(rm, session, why);
	if (why == TPM2_LEASE_IDLE || why == TPM2_LEASE_TENURE)
		remember(rm, session, why);
	spin_lock(&rm->lock);
	now = read_clock(rm);
	tpm2_lease_spend(&rm->lease, why, &session->used, &now);
	spin_unlock(&rm->lock);
	bury(rm, session);
}

static void notice_locked(struct tpm2_rm *rm, enum tpm2_lease_end why,
			  u64 used)
{
	struct tpm2_moment now = read_clock(rm);

	rm->stats.premature++;
	tpm2_lease_notice(&rm->lease, why, now.free - used, &now);
}

/**
 * tpm2_rm_session_missed() - a client has come back to a session that it lost
 * @rm: resource manager
 * @tombstone: the session
 *
 * If it was evicted for being idle, leases are too short; if at the end of its
 * tenure, that is.
 */
void tpm2_rm_session_missed(struct tpm2_rm *rm, struct tpm2_session *tombstone)
{
	enum tpm2_lease_end why = tombstone->evicted;

	lockdep_assert_held(&rm->mutex);

	trace_miss(rm, tombstone->handle, tombstone->lost);
	if (why != TPM2_LEASE_IDLE && why != TPM2_LEASE_TENURE)
		return;
	/* one lesson of each */
	tombstone->evicted = TPM2_LEASE_RUNS;
	spin_lock(&rm->lock);
	notice_locked(rm, why, tombstone->used.free);
	spin_unlock(&rm->lock);
}

/**
 * tpm2_rm_context_missed() - a client has come back with a context that is good
 *	for nothing
 * @rm: resource manager
 * @handle: of its session
 * @sequence: of the context
 *
 * As tpm2_rm_session_missed().
 */
void tpm2_rm_context_missed(struct tpm2_rm *rm, u32 handle, u64 sequence)
{
	struct tpm2_ghost *ghost;
	unsigned int i;

	lockdep_assert_held(&rm->mutex);

	spin_lock(&rm->lock);
	for (i = 0; i < TPM2_RM_GHOSTS; i++) {
		ghost = &rm->ghosts[i];
		if (ghost->handle != handle || ghost->sequence != sequence)
			continue;
		trace_miss(rm, handle, ghost->lost);
		notice_locked(rm, ghost->why, ghost->used);
		ghost->handle = 0;
		break;
	}
	spin_unlock(&rm->lock);
}

/* How long it had not been used says something while others wait for one. */
static void used_locked(struct tpm2_rm *rm, struct tpm2_session *session,
			bool others_wait)
{
	struct tpm2_moment now = read_clock(rm);

	if (others_wait &&
	    tpm2_lease_see(&rm->lease, now.free - session->used.free, &now))
		tpm2_session_queue_kick(&rm->queue);
	session->used = now;
}

/**
 * tpm2_rm_session_used() - a command has named a session
 * @rm: resource manager
 * @session: the session
 */
void tpm2_rm_session_used(struct tpm2_rm *rm, struct tpm2_session *session)
{
	lockdep_assert_held(&rm->mutex);

	spin_lock(&rm->lock);
	used_locked(rm, session, READ_ONCE(rm->queue.nr));
	spin_unlock(&rm->lock);
}

/**
 * tpm2_rm_session_loaded() - a session is in a slot, and was just used
 * @rm: resource manager
 * @session: the session, loaded by us if it was not there before
 * @handle: its handle, as the TPM has returned or listed it
 *
 * What its client holds of it remains good for a TPM2_ContextLoad.
 */
void tpm2_rm_session_loaded(struct tpm2_rm *rm, struct tpm2_session *session,
			    u32 handle)
{
	struct tpm2_session_context ctx = session->ctx;

	lockdep_assert_held(&rm->mutex);

	session->hold = rm->hold;
	session->unsure = false;
	session->refusals = 0;
	session->absences = 0;
	spin_lock(&rm->lock);
	tpm2_session_table_rename(session, handle);
	if (session->state == TPM2_SESSION_DETACHED && !session->copy.data) {
		session->copy = ctx;
		ctx.data = NULL;
	}
	tpm2_session_table_loaded(&rm->sessions, session);
	spin_unlock(&rm->lock);
	kfree_sensitive(ctx.data);
}

/**
 * tpm2_rm_session_named() - a command is about to name a LOADED session
 * @rm: resource manager
 * @session: the session
 *
 * It counts as just used. That it is in its slot is not known by that.
 */
void tpm2_rm_session_named(struct tpm2_rm *rm, struct tpm2_session *session)
{
	lockdep_assert_held(&rm->mutex);

	session->hold = rm->hold;
	spin_lock(&rm->lock);
	tpm2_session_table_loaded(&rm->sessions, session);
	spin_unlock(&rm->lock);
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
	struct tpm2_session_client whose;

	lockdep_assert_held(&rm->mutex);

	session->unsure = false;
	/* where it is has been found out */
	session->contested = 0;
	session->refusals = 0;
	session->absences = 0;
	spin_lock(&rm->lock);
	tpm2_session_table_saved(&rm->sessions, session, ctx);
	spin_unlock(&rm->lock);
	whose = tpm2_session_client(session);
	trace_tpm2_space_spill(rm->chip, session->handle, whose.pid, whose.uid);
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

	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	session->used = read_clock(rm);
	tpm2_session_table_detach(&rm->sessions, session, ctx);
	spin_unlock(&rm->lock);
	/* what a file has too many of may be less now, or more */
	tpm2_session_queue_kick(&rm->queue);
	tell(rm, session, age_of(rm, session), trace_tpm2_space_detach);
}

/**
 * tpm2_rm_session_refused() - the TPM will not move a session's context, as if
 *	it had not got the session
 * @rm: resource manager
 * @session: the session
 *
 * Whether that is so is found out before the next command.
 */
void tpm2_rm_session_refused(struct tpm2_rm *rm, struct tpm2_session *session)
{
	lockdep_assert_held(&rm->mutex);

	session->refusals++;
	tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
}

/**
 * tpm2_rm_session_doomed() - nobody can have a session any more, and the TPM may
 *	have it
 * @rm: resource manager
 * @session: the session; to its owner it is lost from now on
 *
 * It counts until it has been flushed, which is tried when the TPM is read back,
 * and leaves its tombstone only then. So nothing is needed for that which there
 * may not be, such as memory.
 */
void tpm2_rm_session_doomed(struct tpm2_rm *rm, struct tpm2_session *session)
{
	tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
	spin_lock(&rm->lock);
	session->lost = rm->ops->now(rm);
	session->doomed = true;
	spin_unlock(&rm->lock);
	/* it may be gone already */
	tpm2_session_queue_kick(&rm->queue);
}

/**
 * tpm2_rm_session_disowned() - the owner is done with a session, and the TPM may
 *	have it
 * @rm: resource manager
 * @session: the session
 *
 * As tpm2_rm_session_doomed(), but there is nobody to be told.
 */
void tpm2_rm_session_disowned(struct tpm2_rm *rm, struct tpm2_session *session)
{
	tpm2_rm_session_detached(rm, session, NULL);
	tpm2_rm_session_doomed(rm, session);
}

/**
 * tpm2_rm_session_attached() - a session was loaded by a client
 * @rm: resource manager
 * @session: the session
 * @handle: its handle, as the TPM has returned or listed it
 * @owner: the client; NULL for somebody whom we do not know
 *
 * Contexts that anybody holds of it are of no use any more.
 */
void tpm2_rm_session_attached(struct tpm2_rm *rm, struct tpm2_session *session,
			      u32 handle, struct tpm2_session_owner *owner)
{
	struct tpm2_session_holder *holder = session->holder;

	lockdep_assert_held(&rm->mutex);

	kfree_sensitive(session->ctx.data);
	kfree_sensitive(session->copy.data);
	spin_lock(&rm->lock);
	used_locked(rm, session, READ_ONCE(rm->queue.nr));
	session->hold = rm->hold;
	session->placed = false;
	session->unsure = false;
	session->refusals = 0;
	session->absences = 0;
	session->doomed = false;
	tpm2_session_table_rename(session, handle);
	tpm2_session_table_attach(&rm->sessions, session, owner);
	if (session->holder != holder)
		keep_user(rm, session->holder);
	spin_unlock(&rm->lock);
	if (session->holder != holder)
		let_user_go(rm, holder);
	/* who may be evicted depends on what users have, and files */
	tpm2_session_queue_kick(&rm->queue);
	if (owner)
		tell(rm, session, age_of(rm, session), trace_tpm2_space_start);
}

/* A command that named it has succeeded: so it is in its slot. */
static void note_there(struct tpm2_rm *rm, u32 handle)
{
	struct tpm2_session *session = NULL;

	if (tpm2_wire_is_session(handle))
		session = tpm2_session_table_find(&rm->sessions, handle);
	if (!session || session->state != TPM2_SESSION_LOADED)
		return;
	session->unsure = false;
	session->refusals = 0;
	session->absences = 0;
}

/**
 * tpm2_rm_sessions_excused() - a client has waited, and could not use its sessions
 * @rm: resource manager
 * @owner: the client
 */
void tpm2_rm_sessions_excused(struct tpm2_rm *rm,
			      const struct tpm2_session_owner *owner)
{
	struct tpm2_session *session;

	lockdep_assert_held(&rm->mutex);

	/* this one is among those who wait */
	spin_lock(&rm->lock);
	list_for_each_entry(session, &owner->sessions, owned)
		used_locked(rm, session, READ_ONCE(rm->queue.nr) > 1);
	spin_unlock(&rm->lock);
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

	for (i = 0; i < cmd->nr_handles; i++)
		note_there(rm, cmd->handles[i]);
	for (i = 0; i < cmd->nr_auths; i++)
		note_there(rm, cmd->auths[i].handle);
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
