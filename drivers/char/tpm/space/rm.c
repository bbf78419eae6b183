// SPDX-License-Identifier: GPL-2.0-only
/*
 * The resource manager of one TPM: its life, what it knows of the TPM, and
 * the spaces of its clients.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "compat.h"
#include "context.h"
#include "object.h"
#include "rm.h"
#include "session.h"
#include "slots.h"
#include "sync.h"
#include "user.h"

/*
 * A command that is lost may take minutes, in which everybody waits; so there are no
 * more of them among those that nobody needs.
 */
#define MOST_LOSSES	2
#define AT_ONCE		4			/* contexts, between two commands */
#define IDLE_DELAY	msecs_to_jiffies(20)	/* let waiting commands go first */

static void free_rm(struct kref *ref)
{
	struct tpm2_rm *rm = container_of(ref, struct tpm2_rm, ref);
	struct tpm2_session *session, *next;
	struct tpm2_object *object, *next_object;
	struct tpm2_session_holder *holder;

	list_for_each_entry_safe(object, next_object, &rm->all_objects, all) {
		WARN_ON_ONCE(object->space);
		list_del_init(&object->lru);
		kfree(object);
	}
	tpm2_session_queue_destroy(&rm->queue);
	list_for_each_entry_safe(session, next, &rm->sessions.aged, aged) {
		WARN_ON_ONCE(session->owner && session->owner != &rm->kernel);
		holder = session->holder;
		kfree_sensitive(session->ctx.data);
		kfree_sensitive(session->copy.data);
		tpm2_session_table_remove(&rm->sessions, session);
		if (holder)
			tpm2_user_put(rm, tpm2_user_of(holder));
		kfree(session);
	}
	WARN_ON_ONCE(!list_empty(&rm->users));
	if (rm->ops->free)
		rm->ops->free(rm);
	kfree_sensitive(rm->wire);
	kfree_sensitive(rm->scratch);
	kfree(rm->spare);
	kfree(rm);
}

/**
 * tpm2_rm_put() - let go of a resource manager
 * @rm: resource manager
 *
 * Sessions that no open file owns stay in the TPM: their clients may hold
 * contexts of them.
 */
void tpm2_rm_put(struct tpm2_rm *rm)
{
	kref_put(&rm->ref, free_rm);
}

/**
 * tpm2_rm_begin() - the chip is held, and nothing was done yet under this hold
 * @rm: resource manager, its chip held
 */
void tpm2_rm_begin(struct tpm2_rm *rm)
{
	struct tpm2_session *session;

	lockdep_assert_held(&rm->mutex);

	/* what the TPM would not save, it is asked for once more */
	list_for_each_entry(session, &rm->sessions.lru, place)
		session->refusals = min(session->refusals,
					TPM2_SESSION_REFUSALS - 1U);
	rm->hold++;
	rm->gap_steps = 0;
	rm->rounds = 0;
	rm->syncs = 0;
}

/**
 * tpm2_rm_hold() - take the chip, for one command or more
 * @rm: resource manager
 *
 * Return: 0, or -errno if the chip cannot be had.
 */
int tpm2_rm_hold(struct tpm2_rm *rm)
{
	int rc = rm->ops->get(rm);

	if (rc)
		return rc;
	mutex_lock(&rm->mutex);
	if (rm->gone) {
		mutex_unlock(&rm->mutex);
		rm->ops->put(rm);
		return -EPIPE;
	}
	tpm2_rm_begin(rm);
	return 0;
}

/* Is more than three quarters of the gap used up? */
static bool is_due(const struct tpm2_rm *rm)
{
	const struct tpm2_session *session;
	u32 gap = rm->limits.context_gap;

	session = tpm2_session_table_stalest(&rm->sessions);
	return session && gap &&
	       rm->saved - session->ctx.nth > gap - gap / 4;
}

/* Refresh contexts before the TPM demands it, when nobody waits for that. */
static void watch_gap(struct tpm2_rm *rm)
{
	lockdep_assert_held(&rm->mutex);

	if (!is_due(rm) || rm->gap_failed_at == rm->saved || rm->gone)
		return;
	/* it keeps a reference while it is pending; the caller has another one */
	kref_get(&rm->ref);
	if (!queue_delayed_work(system_freezable_wq, &rm->gap_work, IDLE_DELAY))
		tpm2_rm_put(rm);
}

/**
 * tpm2_rm_wipe() - leave nothing of what has gone to and fro in memory
 * @rm: resource manager, its chip held
 *
 * A command may have had a password in it, and a response a secret.
 */
void tpm2_rm_wipe(struct tpm2_rm *rm)
{
	lockdep_assert_held(&rm->mutex);

	memzero_explicit(rm->wire, TPM2_WIRE_BUFSIZE);
	memzero_explicit(rm->scratch, TPM2_WIRE_BUFSIZE);
}

/**
 * tpm2_rm_release() - let go of the chip
 * @rm: resource manager, its chip held
 *
 * While others use the TPM whom we do not know of, nothing stays loaded. Before
 * the system sleeps neither, and what we wake up with is to be doubted: where it
 * has hibernated, another kernel has used the TPM meanwhile. That is laid down
 * here, since it has to be in the image: by the time that we hear of the waking,
 * clients may have sent commands. And nothing of what has gone to and fro stays in
 * memory.
 */
void tpm2_rm_release(struct tpm2_rm *rm)
{
	rm->client = NULL;
	if (rm->ops->shared(rm)) {
		tpm2_rm_distrust(rm, TPM2_TRUST_SHARED);
		tpm2_slots_spill_all(rm);
	} else if (READ_ONCE(rm->quiesced)) {
		tpm2_slots_spill_all(rm);
		tpm2_rm_distrust(rm, TPM2_TRUST_FOREIGN);
	} else {
		tpm2_slots_keep_reserve(rm);
	}
	if (!tpm2_trust_excludes_others(rm->trust))
		rm->alone_since = rm->ops->now(rm);
	watch_gap(rm);
	tpm2_rm_wipe(rm);
	mutex_unlock(&rm->mutex);
	rm->ops->put(rm);
}

/* Refresh a few contexts. */
static void refresh_contexts(struct work_struct *work)
{
	struct tpm2_rm *rm = container_of(to_delayed_work(work), struct tpm2_rm,
					  gap_work);
	unsigned int i;

	if (!tpm2_rm_hold(rm)) {
		for (i = 0; i < AT_ONCE && is_due(rm); i++) {
			/* to make room takes to know who is there */
			if ((rm->trust >= TPM2_TRUST_SHARED ||
			     !tpm2_rm_sync(rm)) && !tpm2_context_refresh(rm))
				continue;
			rm->gap_failed_at = rm->saved;
			break;
		}
		tpm2_rm_release(rm);
	}
	tpm2_rm_put(rm);
}

static void schedule_turn(struct tpm2_session_queue *queue, u64 due)
{
	struct tpm2_rm *rm = container_of(queue, struct tpm2_rm, queue);

	rm->ops->schedule(rm, due);
}

/* Whose turn it is depends on how many sessions users have. */
static void count_for_turn(struct tpm2_session_table *table,
			   struct tpm2_session_holder *holder)
{
	struct tpm2_rm *rm = container_of(table, struct tpm2_rm, sessions);

	tpm2_session_line_hold(&rm->queue, &tpm2_user_of(holder)->line,
			       holder->nr_sessions);
}

/**
 * tpm2_rm_create() - make a resource manager
 * @ops: the world outside
 * @priv: what @ops works on
 *
 * The TPM is not asked anything yet.
 *
 * Return: the resource manager, or NULL if there is no memory.
 */
struct tpm2_rm *tpm2_rm_create(const struct tpm2_rm_ops *ops, void *priv)
{
	struct tpm2_rm *rm = kzalloc_obj(*rm, GFP_KERNEL);

	if (!rm)
		return NULL;
	rm->wire = kzalloc(TPM2_WIRE_BUFSIZE, GFP_KERNEL);
	rm->scratch = kzalloc(TPM2_WIRE_BUFSIZE, GFP_KERNEL);
	if (!rm->wire || !rm->scratch) {
		kfree(rm->scratch);
		kfree(rm->wire);
		kfree(rm);
		return NULL;
	}

	kref_init(&rm->ref);
	rm->ops = ops;
	rm->priv = priv;
	rm->alone_since = ops->now(rm);
	mutex_init(&rm->mutex);
	spin_lock_init(&rm->lock);
	tpm2_session_table_init(&rm->sessions, count_for_turn);
	INIT_LIST_HEAD(&rm->users);
	tpm2_lease_init(&rm->lease, (u64)TPM2_RM_LEASE_MS * NSEC_PER_MSEC,
			(u64)TPM2_RM_TENURE_MS * NSEC_PER_MSEC);
	tpm2_session_queue_init(&rm->queue, schedule_turn);
	tpm2_session_owner_init(&rm->kernel);
	INIT_DELAYED_WORK(&rm->gap_work, refresh_contexts);
	rm->gap_failed_at = ~0ULL;
	INIT_LIST_HEAD(&rm->objects);
	INIT_LIST_HEAD(&rm->all_objects);
	return rm;
}

/**
 * tpm2_rm_space_init() - make a space without anything in it
 * @space: the space
 * @rm: its resource manager, to which the caller keeps a reference
 * @user: whose it is
 *
 * Return: 0 or -ENOMEM.
 */
int tpm2_rm_space_init(struct tpm2_rm_space *space, struct tpm2_rm *rm,
		       u32 user)
{
	space->user = tpm2_user_get(rm, user);
	if (!space->user)
		return -ENOMEM;
	space->rm = rm;
	tpm2_session_owner_init(&space->owner);
	space->owner.holder = &space->user->holder;
	space->owner.client.uid = user;
	xa_init_flags(&space->objects, XA_FLAGS_ALLOC);
	space->nr_objects = 0;
	return 0;
}

/*
 * Can the table's handles be flushed? Others may have ended a session of ours,
 * and have been given the same handle since.
 */
static bool handles_are_ours(struct tpm2_rm *rm)
{
	return tpm2_trust_excludes_others(rm->trust) || !tpm2_rm_sync(rm);
}

/* Has the TPM answered? */
static void note_answer(unsigned int *losses, int rc)
{
	if (rc < 0)
		(*losses)++;
}

/* End a session of a space that closes, in the TPM if that can be reached. */
static void close_session(struct tpm2_rm *rm, struct tpm2_session *session,
			  unsigned int *losses)
{
	int rc = -EIO;

	if (*losses < MOST_LOSSES) {
		rc = tpm2_context_flush_session(rm, session);
		note_answer(losses, rc);
	}
	if (!rc)
		tpm2_rm_session_ended(rm, session);
	else
		/* it may live on: keep count of it, but let nobody have it */
		tpm2_rm_session_disowned(rm, session);
}

/**
 * tpm2_rm_flush_parked() - give up the sessions that were held for a space
 * @space: the space, its chip held
 */
void tpm2_rm_flush_parked(struct tpm2_rm_space *space)
{
	struct tpm2_session *session, *next;
	unsigned int losses;

	lockdep_assert_held(&space->rm->mutex);

	if (list_empty(&space->owner.parked))
		return;
	losses = handles_are_ours(space->rm) ? 0 : MOST_LOSSES;
	list_for_each_entry_safe(session, next, &space->owner.parked, owned)
		close_session(space->rm, session, &losses);
}

/**
 * tpm2_rm_space_has_nothing() - is there nothing in the TPM that a space has to end?
 * @space: the space; none of its commands is under way or waits
 */
bool tpm2_rm_space_has_nothing(struct tpm2_rm_space *space)
{
	struct tpm2_session_owner *owner = &space->owner;
	bool nothing;

	/* others may take its sessions away, but give it none */
	spin_lock(&space->rm->lock);
	nothing = list_empty(&owner->sessions) && list_empty(&owner->parked) &&
		  !space->nr_objects;
	spin_unlock(&space->rm->lock);
	return nothing;
}

/* Flush an object if the TPM can be reached; true if it is gone. */
static bool close_object(struct tpm2_rm *rm, const struct tpm2_object *object,
			 unsigned int *losses)
{
	int rc;

	if (*losses >= MOST_LOSSES || !object->handle)
		return false;
	rc = tpm2_context_flush(rm, object->handle);
	note_answer(losses, rc);
	return !rc;
}

static void end_all(struct tpm2_rm_space *space, bool held)
{
	struct tpm2_session_owner *owner = &space->owner;
	struct tpm2_session *session, *next;
	struct tpm2_rm *rm = space->rm;
	unsigned int losses = held ? 0 : MOST_LOSSES;
	struct tpm2_object *object;
	unsigned long index;

	list_for_each_entry_safe(session, next, &owner->sessions, owned)
		close_session(rm, session, &losses);
	list_for_each_entry_safe(session, next, &owner->parked, owned)
		close_session(rm, session, &losses);

	xa_for_each(&space->objects, index, object) {
		if (close_object(rm, object, &losses))
			tpm2_object_free(rm, object);
		else
			tpm2_object_disown(rm, object);
	}
}

/**
 * tpm2_rm_space_destroy() - end what a space has in the TPM
 * @space: the space; none of its commands is under way or waits
 */
void tpm2_rm_space_destroy(struct tpm2_rm_space *space)
{
	struct tpm2_session_owner *owner = &space->owner;
	struct tpm2_session *session, *next;
	struct tpm2_rm *rm = space->rm;

	if (tpm2_rm_space_has_nothing(space)) {
		;
	} else if (!tpm2_rm_hold(rm)) {
		end_all(space, handles_are_ours(rm));
		tpm2_rm_release(rm);
	} else {
		mutex_lock(&rm->mutex);
		end_all(space, false);
		mutex_unlock(&rm->mutex);
	}

	list_for_each_entry_safe(session, next, &owner->tombstones, owned) {
		tpm2_session_owner_forget(owner, session);
		kfree(session);
	}
	xa_destroy(&space->objects);
	tpm2_user_put(rm, space->user);
}

/* Leave no object in the TPM, and no session but those that nobody owns. */
static void flush_owned(struct tpm2_rm *rm, bool unowned)
{
	struct tpm2_session *session, *next_session;
	struct tpm2_object *object, *next_object;
	unsigned int losses = 0;

	list_for_each_entry_safe(object, next_object, &rm->objects, lru) {
		close_object(rm, object, &losses);
		tpm2_object_gone(rm, object);
	}
	list_for_each_entry_safe(session, next_session, &rm->sessions.aged,
				 aged) {
		if (!session->owner && !unowned)
			continue;
		if (losses < MOST_LOSSES)
			note_answer(&losses,
				    tpm2_context_flush(rm, session->handle));
		tpm2_rm_session_lost(rm, session);
	}
}

/**
 * tpm2_rm_has_slots() - is anything that is known of in a slot of the TPM?
 * @rm: resource manager, its chip held by somebody else on whose behalf this is
 *	asked
 *
 * Return: true if an object or a session is, of a client or of the kernel.
 */
bool tpm2_rm_has_slots(struct tpm2_rm *rm)
{
	bool has;

	mutex_lock(&rm->mutex);
	has = rm->nr_objects || rm->sessions.nr_loaded;
	mutex_unlock(&rm->mutex);
	return has;
}

/**
 * tpm2_rm_close() - the chip is about to go away
 * @rm: resource manager
 * @all: end sessions that no open file owns as well
 *
 * Ends what its open files have in the TPM, since they cannot do that any more
 * when they are closed, and lets all go that wait for a session. The files stay
 * open, and get -EPIPE.
 */
void tpm2_rm_close(struct tpm2_rm *rm, bool all)
{
	if (!tpm2_rm_hold(rm)) {
		if (!tpm2_trust_excludes_others(rm->trust) ||
		    (all && rm->trust < TPM2_TRUST_SHARED))
			tpm2_rm_sync(rm);
		flush_owned(rm, all);
		rm->gone = true;
		tpm2_rm_release(rm);
	} else {
		mutex_lock(&rm->mutex);
		rm->gone = true;
		mutex_unlock(&rm->mutex);
	}
	tpm2_session_queue_close(&rm->queue);
	if (cancel_delayed_work_sync(&rm->gap_work))
		tpm2_rm_put(rm);
}
