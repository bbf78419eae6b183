// SPDX-License-Identifier: GPL-2.0-only
/*
 * Remedies for what the TPM has run out of.
 *
 * For the context gap, the oldest contexts are made younger. All other shortages
 * are steps of one ladder, since what a TPM calls them is not to be relied on:
 *
 *   1. take an object out that the command does not name; or end one that
 *	somebody has left in the TPM, if nobody can be using it, or wait for that
 *   2. save a session that the command does not name
 *   3. for a TPM2_StartAuthSession: evict a session whose lease has ended, or
 *	wait
 *
 *   TPM_RC_OBJECT_MEMORY, TPM_RC_MEMORY and TPM_RC_OBJECT_HANDLES step onto it
 *   at 1, TPM_RC_SESSION_MEMORY at 2, TPM_RC_SESSION_HANDLES at 3
 *
 * and whoever finds nothing to take on a step goes one up. Each takes something
 * away of which there is a limited number, so the replays come to an end; when
 * there is nothing left to take, the client gets what the TPM said.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include "command.h"
#include "command-remedy.h"
#include "context.h"
#include "gap.h"
#include "object.h"
#include "rm.h"
#include "session.h"
#include "sync.h"

#define MOST_VICTIMS	4	/* that are tried for one command */
#define MOST_SESSIONS	128U	/* twice as many as any TPM is known to have */
#define PATIENCE	4	/* leases */
#define PAUSE_NS	((u64)TPM2_RM_LEASE_MS * NSEC_PER_MSEC)

/**
 * tpm2_remedy_allow() - how often may a command be sent again under this hold?
 * @rm: resource manager, its chip held, before the command is sent
 * @aside: sessions that may have to be put aside for it, since their indexes are
 *	bad ones
 *
 * Each round is paid for with something of which there is so much and no more:
 *
 *   - an object, or a session, leaves its slot: once each
 *   - a context is made younger: once each, and the one that has just been saved
 *   - objects of strangers are flushed: all of them at once
 *   - a session is evicted: once
 *   - the TPM is read back, since it has not got what it should: three times, see
 *     tpm2_command::checks
 *   - a session is put aside: twice each, see tpm2_command_park(); for each, one
 *     more has to leave its slot, and one is evicted
 *
 * On a TPM with three slots of each kind and 64 sessions that is 76 at most, for a
 * client that has lost none, and 12 where it has three sessions to itself. So a
 * TPM to which that is not enough will never have enough, whatever it says, and
 * others are to have it, too.
 */
void tpm2_remedy_allow(struct tpm2_rm *rm, unsigned int aside)
{
	unsigned int nr = rm->sessions.nr;

	lockdep_assert_held(&rm->mutex);

	/* others may have sessions that are not in the table yet */
	if (rm->ops->shared(rm))
		nr = max(nr, rm->limits.active_sessions);
	rm->rounds = rm->nr_objects + rm->sessions.nr_loaded +
		     min(nr, MOST_SESSIONS) + 1 + 1 + 1 +
		     TPM2_SESSION_REFUSALS + 1 + 4 * aside;
}

/**
 * tpm2_remedy_goes_on() - may what was refused be sent again?
 * @rm: resource manager, its chip held
 */
bool tpm2_remedy_goes_on(struct tpm2_rm *rm)
{
	lockdep_assert_held(&rm->mutex);

	if (!rm->rounds)
		return false;
	rm->rounds--;
	return true;
}

/*
 * Is there something that keeps a session's client from using it? A command of its own
 * is on its way, and may have to wait for others of its user; or waits for another
 * session. But where all hold some and wait for more, somebody has to give way; so that
 * is no excuse for ever.
 */
static bool is_detained(struct tpm2_rm *rm, const struct tpm2_session *session,
			const struct tpm2_moment *now)
{
	const struct tpm2_rm_space *space;
	u64 since;

	if (!session->owner || session->owner == &rm->kernel ||
	    session->parked)
		return false;
	if (session->owner->busy)
		return true;
	space = container_of(session->owner, struct tpm2_rm_space, owner);
	return READ_ONCE(space->ticket.waiting) &&
	       tpm2_session_queue_since(&rm->queue, &space->ticket, &since) &&
	       now->now < since + PATIENCE * rm->lease.length;
}

/* Who cannot use its session does not leave it idle. */
static void excuse(struct tpm2_rm *rm, const struct tpm2_moment *now)
{
	struct tpm2_session *session;

	lockdep_assert_held(&rm->lock);

	list_for_each_entry(session, &rm->sessions.aged, aged) {
		if (is_detained(rm, session, now))
			session->used = *now;
	}
}

/*
 * Who is to go for this requester: whose lease has ended, or else one of those
 * that are too many for whoever has them.
 */
static void choose(struct tpm2_rm *rm,
		   const struct tpm2_session_owner *requester,
		   struct tpm2_session_choice *choice)
{
	const struct tpm2_rm_space *space =
		container_of(requester, struct tpm2_rm_space, owner);
	struct tpm2_session_choice surplus;
	struct tpm2_moment now;
	u64 since;

	spin_lock(&rm->lock);
	now = tpm2_clock_read(&rm->clock, rm->ops->now(rm));
	tpm2_lease_pass(&rm->lease, &now);
	excuse(rm, &now);
	tpm2_session_table_victim(&rm->sessions, requester, &rm->lease, &now,
				  choice);
	if (!choice->session) {
		/* nobody changes that while it is being tried */
		since = space->ticket.trying ? space->ticket.since : now.now;
		tpm2_session_table_surplus(&rm->sessions, requester, since,
					   &rm->lease, &now, &surplus);
		surplus.ready = min(surplus.ready, choice->ready);
		*choice = surplus;
	}
	spin_unlock(&rm->lock);
}

/* The kernel does not wait: the oldest goes, whatever it is used for. */
static void choose_oldest(struct tpm2_rm *rm, struct tpm2_session_choice *choice)
{
	const struct tpm2_lease none = {};
	struct tpm2_moment now;

	spin_lock(&rm->lock);
	now = tpm2_clock_read(&rm->clock, rm->ops->now(rm));
	tpm2_session_table_victim(&rm->sessions, NULL, &none, &now, choice);
	spin_unlock(&rm->lock);
}

/*
 * Does the TPM hold sessions that the table has not got? Or are there fewer now, as
 * after a reset?
 *
 * Returns 0 if there is room, 1 if not, -EIO if the TPM could not be reached.
 */
static int count_all(struct tpm2_rm *rm)
{
	unsigned int nr = rm->sessions.nr;
	int rc;

	rm->limits.full_until = rm->ops->now(rm) + PAUSE_NS;
	if (nr == rm->limits.full_at)
		return 1;
	rc = tpm2_rm_sync(rm);
	if (rc < 0)
		return rc;
	if (rm->sessions.nr < nr)
		return 0;
	rm->limits.full_at = rm->sessions.nr;
	return 1;
}

/* One that is to be flushed anyway, or NULL. */
static struct tpm2_session *find_doomed(struct tpm2_rm *rm)
{
	struct tpm2_session *session;

	list_for_each_entry(session, &rm->sessions.aged, aged) {
		if (session->doomed && !session->clings &&
		    !tpm2_session_is_absent(session))
			return session;
	}
	return NULL;
}

/* As tpm2_remedy_evict(); -EBUSY if the TPM clings to whoever was to go. */
static int evict_one(struct tpm2_rm *rm,
		     const struct tpm2_session_owner *requester, u64 *ready)
{
	struct tpm2_session_choice choice = { .session = find_doomed(rm) };
	int rc;

	if (!choice.session) {
		if (requester)
			choose(rm, requester, &choice);
		else
			choose_oldest(rm, &choice);
		*ready = choice.ready;
	}
	if (!choice.session)
		return -ENOSPC;

	rc = tpm2_context_flush_session(rm, choice.session);
	if (rc < 0)
		return rc;
	if (!rc && choice.session->doomed) {
		/* that was lost before, and to nobody else's good */
		tpm2_rm_session_lost(rm, choice.session);
		return 0;
	}
	if (!rc) {
		tpm2_rm_session_evicted(rm, choice.session, choice.why);
		return 0;
	}
	choice.session->clings = true;
	if (tpm2_wire_rc_lost(rc))
		tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
	return -EBUSY;
}

static void release_clinging(struct tpm2_rm *rm)
{
	struct tpm2_session *session;

	list_for_each_entry(session, &rm->sessions.aged, aged)
		session->clings = false;
}

/**
 * tpm2_remedy_evict() - take a session from whoever has it
 * @rm: resource manager, its chip held
 * @requester: who needs one; NULL for the kernel
 * @ready: receives the time in ns when there may be a victim;
 *	TPM2_SESSION_ETERNITY if there is none that time alone will yield
 *
 * One that the TPM refuses to flush has not been evicted, and the next is tried. If
 * that is of no use, either, some time has to pass, or something to happen, before
 * any of them is tried again.
 *
 * Return: 0 if an index is free now, -ENOSPC if there is no victim, -EIO if
 * the TPM could not be reached.
 */
int tpm2_remedy_evict(struct tpm2_rm *rm,
		      const struct tpm2_session_owner *requester, u64 *ready)
{
	unsigned int nr, tries = 0;
	u64 later;
	int rc;

	lockdep_assert_held(&rm->mutex);

	*ready = TPM2_SESSION_ETERNITY;
	rc = count_all(rm);
	if (rc <= 0)
		return rc;
	nr = rm->sessions.nr;
	do {
		rc = evict_one(rm, requester, ready);
	} while (rc == -EBUSY && ++tries < MOST_VICTIMS);
	release_clinging(rm);
	if (!rc || rc == -EIO)
		return rc;
	later = rm->ops->now(rm) + PAUSE_NS;
	if (rc == -EBUSY)
		*ready = later;
	else if (tries)
		*ready = min(*ready, later);

	/* some said that they were not there: so there may be room */
	if (rm->trust == TPM2_TRUST_STALE || rm->trust == TPM2_TRUST_FOREIGN) {
		rc = tpm2_rm_sync(rm);
		if (rc < 0 || rm->sessions.nr < nr)
			return min(rc, 0);
	}
	return -ENOSPC;
}

/*
 * When is the TPM to be asked again whether it can have more sessions than when it last
 * had no more? If it says that it can, it may have been short of memory.
 */
static u64 full_until(const struct tpm2_rm *rm)
{
	return rm->sessions.nr < rm->limits.active_sessions ?
	       rm->limits.full_until : TPM2_SESSION_ETERNITY;
}

/*
 * The client has no session, and has lost one of each index that there is. So
 * that it is not refused for good, the oldest loss is forgotten.
 *
 * Returns false if that is not how it is.
 */
static bool forget_loss(struct tpm2_command *c)
{
	struct tpm2_session_owner *owner = &c->space->owner;
	struct tpm2_session *oldest;
	struct tpm2_rm *rm = c->rm;

	if (owner->nr_sessions || !owner->nr_tombstones)
		return false;

	spin_lock(&rm->lock);
	oldest = tpm2_session_owner_surplus(owner, owner->nr_tombstones - 1);
	spin_unlock(&rm->lock);
	kfree(oldest);
	tpm2_rm_flush_parked(c->space);
	c->parked = 0;
	return true;
}

/*
 * What comes of a remedy: 0 if there was one, -ENOSPC or a response code if the
 * client is to get what the TPM has said, or -errno.
 */
static enum tpm2_outcome outcome_of(struct tpm2_command *c, int rc)
{
	if (!rc)
		return TPM2_AGAIN;
	if (rc == -ENOSPC || rc > 0)
		return TPM2_ANSWERED;
	return tpm2_command_fail(c, rc);
}

static enum tpm2_outcome wait_until(struct tpm2_command *c, u64 ready)
{
	c->ready = ready;
	return TPM2_WAITS;
}

/*
 * TPM_RC_SESSION_HANDLES: take a session from whoever has had it for long
 * enough; else get in line.
 */
static enum tpm2_outcome reclaim_session(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;
	u64 ready;
	int rc;

	/* has it not helped? */
	if (c->evicted)
		return TPM2_ANSWERED;

	rc = tpm2_remedy_evict(rm, &c->space->owner, &ready);
	if (!rc)
		c->evicted = true;
	if (rc != -ENOSPC)
		return outcome_of(c, rc);

	if (ready != TPM2_SESSION_ETERNITY)
		return wait_until(c, min(ready, full_until(rm)));
	if (forget_loss(c))
		return TPM2_AGAIN;
	/* all of them are the client's own: that is its limit */
	if (c->space->owner.nr_sessions)
		tpm2_wire_build_response(rm->wire, TPM2_WIRE_RESMGR_LAYER |
						   TPM_RC_SESSION_MEMORY);
	return TPM2_ANSWERED;
}

/*
 * TPM_RC_CONTEXT_GAP: make old contexts younger. If a session is in the way with
 * which that cannot be done, get in line until its lease has ended.
 */
static enum tpm2_outcome close_gap(struct tpm2_command *c)
{
	u64 ready;
	int rc;

	rc = tpm2_gap_close(c->rm, tpm2_rm_lease(c->rm), &ready);
	if (rc == -ENOSPC && ready != TPM2_SESSION_ETERNITY)
		return wait_until(c, ready);
	return outcome_of(c, rc);
}

/*
 * TPM_RC_SESSION_HANDLES from a TPM that has sessions in all the slots that it
 * must have, or may have, but not as many as it can, nor as when it last had no
 * more: that will be about the slots.
 */
static bool means_slots(struct tpm2_rm *rm)
{
	const struct tpm2_rm_limits *limits = &rm->limits;
	unsigned int nr = rm->sessions.nr;

	return nr < limits->active_sessions && nr != limits->full_at &&
	       rm->sessions.nr_loaded + tpm2_context_nr_unplaced(rm) >=
	       limits->loaded_sessions;
}

/**
 * tpm2_remedy_must_lack_index() - is it an index that lacks, for certain?
 * @rm: resource manager, its chip held
 *
 * That is so where there is a slot, or as many sessions as there can be, whatever
 * a TPM2_StartAuthSession was told. What is to be left free may be taken, but not
 * the only slot: then nothing would ever be certain.
 */
bool tpm2_remedy_must_lack_index(struct tpm2_rm *rm)
{
	const struct tpm2_rm_limits *limits = &rm->limits;
	u32 taken = min(limits->reserve_sessions,
			max(limits->loaded_sessions, 1U) - 1);

	if (limits->active_sessions &&
	    rm->sessions.nr >= limits->active_sessions)
		return true;
	return rm->sessions.nr_loaded + taken < limits->loaded_sessions &&
	       !rm->ops->shared(rm);
}

/**
 * tpm2_remedy_lacks_index() - is it an index that the TPM has none of?
 * @rm: resource manager, its chip held
 * @rc: its response code for a TPM2_StartAuthSession
 */
bool tpm2_remedy_lacks_index(struct tpm2_rm *rm, u32 rc)
{
	return rc == TPM_RC_SESSION_HANDLES && !means_slots(rm);
}

/*
 * 0 if there is room for one more object now, or it is to be found out whether there
 * is; -EIO if that is not to be known.
 */
static int make_room_for_object(struct tpm2_rm *rm, u64 *ready)
{
	int err = tpm2_object_spill(rm);

	if (!err || (err < 0 && err != -ENOSPC))
		return err;
	/* it may be gone, which makes room as well: that is found out first */
	if (err > 0 && tpm2_wire_rc_lost(err) && rm->trust < TPM2_TRUST_SHARED)
		return 0;
	/* what cannot be saved stays, but there may be others */
	return tpm2_rm_flush_strangers(rm, tpm2_rm_lease(rm), ready);
}

/**
 * tpm2_remedy_make_room() - make room in the TPM's slots
 * @rm: resource manager, its chip held
 * @rc: what the TPM has said, which is the name of a shortage
 * @ready: receives the time in ns when something may be taken that cannot be yet;
 *	TPM2_SESSION_ETERNITY if time alone will not help
 *
 * Return: 0 if there is more room now, -ENOSPC if nothing can be taken out of
 * it, or not yet; a response code of the TPM, or -errno.
 */
int tpm2_remedy_make_room(struct tpm2_rm *rm, u32 rc, u64 *ready)
{
	int err = -ENOSPC;

	*ready = TPM2_SESSION_ETERNITY;
	if (rc != TPM_RC_SESSION_MEMORY && rc != TPM_RC_SESSION_HANDLES)
		err = make_room_for_object(rm, ready);
	if (!err || (err < 0 && err != -ENOSPC) ||
	    *ready != TPM2_SESSION_ETERNITY)
		return err;
	if (rc == TPM_RC_SESSION_MEMORY)
		tpm2_context_slots_full(rm);
	return tpm2_context_spill_session(rm);
}

/**
 * tpm2_command_remedy() - is there a remedy for what the TPM says?
 * @c: the command, pinned
 * @rc: the TPM's response code
 * @loads: it is about what the command names and cannot be loaded; the command has not
 *	been sent yet, so no new session lacks an index
 *
 * Return: TPM2_AGAIN if there was one; TPM2_ANSWERED if the client is to get the
 * response that is in the resource manager's buffer; TPM2_WAITS; TPM2_FAILED.
 */
enum tpm2_outcome tpm2_command_remedy(struct tpm2_command *c, u32 rc, bool loads)
{
	bool starts = c->cmd.cc == TPM_CC_START_AUTH_SESSION && !loads;
	struct tpm2_rm *rm = c->rm;
	u64 ready;
	int err;

	if (rc == TPM_RC_CONTEXT_GAP)
		return close_gap(c);
	if (!tpm2_wire_rc_shortage(rc))
		return TPM2_ANSWERED;
	if (starts && tpm2_remedy_lacks_index(rm, rc))
		return reclaim_session(c);

	err = tpm2_remedy_make_room(rm, rc, &ready);
	if (err == TPM_RC_CONTEXT_GAP)
		return close_gap(c);
	if (err == -ENOSPC && ready != TPM2_SESSION_ETERNITY)
		return wait_until(c, ready);
	/* what could not be saved may be gone, which makes room as well */
	if ((err > 0 || err == -ENOSPC) && rm->trust < TPM2_TRUST_SHARED &&
	    !c->checks++)
		return TPM2_AGAIN;
	/* whatever the TPM has not let go, there is a slot */
	if ((err > 0 || err == -ENOSPC) && starts &&
	    tpm2_remedy_must_lack_index(rm))
		return reclaim_session(c);
	return outcome_of(c, err);
}

/**
 * tpm2_command_is_hopeless() - need the TPM be asked for a session at all?
 * @c: a command that waits for one
 *
 * Return: true if it is known that there is none, and nobody has to give one
 * up yet. Then the time when that may change is in @c.
 */
bool tpm2_command_is_hopeless(struct tpm2_command *c)
{
	struct tpm2_session_choice choice;
	struct tpm2_rm *rm = c->rm;

	if (c->cmd.cc != TPM_CC_START_AUTH_SESSION || !rm->limits.full_at ||
	    rm->sessions.nr < rm->limits.full_at || rm->ops->shared(rm) ||
	    full_until(rm) <= rm->ops->now(rm))
		return false;
	choose(rm, &c->space->owner, &choice);
	c->ready = min(choice.ready, full_until(rm));
	return !choice.session && choice.ready != TPM2_SESSION_ETERNITY;
}

/* Is no index free any more that means a session to the client which it lost? */
static bool all_taken(const struct tpm2_command *c)
{
	struct tpm2_session *tombstone;

	list_for_each_entry(tombstone, &c->space->owner.tombstones, owned) {
		if (!tpm2_session_table_find(&c->rm->sessions,
					     tombstone->handle))
			return false;
	}
	return true;
}

/* Give those that were put aside back whose index is good. */
static int release_good(struct tpm2_command *c)
{
	struct tpm2_session_owner *owner = &c->space->owner;
	struct tpm2_session *session, *next;
	int rc;

	list_for_each_entry_safe(session, next, &owner->parked, owned) {
		if (tpm2_session_owner_tombstone(owner, session->handle))
			continue;
		rc = tpm2_context_flush(c->rm, session->handle);
		if (rc < 0)
			return rc;
		/* else that is tried once more when the command is over */
		if (!rc)
			tpm2_rm_session_ended(c->rm, session);
	}
	return 0;
}

/* Start a session that nobody will use: TPM2_GOES_ON, and its handle. */
static enum tpm2_outcome start_one(struct tpm2_command *c, u32 *handle, u32 *rc)
{
	struct tpm2_rm *rm = c->rm;
	ssize_t size;

	tpm2_wire_build_start_auth_session(rm->scratch);
	size = tpm2_context_transmit(rm, rm->scratch);
	if (size < 0)
		return tpm2_command_fail(c, size);
	*rc = tpm2_wire_response_code(rm->scratch);
	if (*rc)
		return TPM2_ANSWERED;
	if (size < TPM2_WIRE_HEADER_SIZE + 4) {
		tpm2_rm_distrust(rm, TPM2_TRUST_UNSURE);
		return tpm2_command_fail(c, -EIO);
	}
	*handle = tpm2_wire_get_handle(rm->scratch, TPM2_WIRE_HEADER_SIZE);
	return TPM2_GOES_ON;
}

/**
 * tpm2_command_steer() - see that the next session gets a good index
 * @c: the command, pinned; matters for a TPM2_StartAuthSession with sessions
 *	in its authorization area
 *
 * Where the TPM hands out an index that the client has lost, the command is
 * sent again while the first session is held. But not if it has sessions: their
 * nonces have moved on with the first success. So take the bad indexes away
 * beforehand, up to the first good one, which the TPM then hands out: it always
 * hands out the lowest that is free. If it does not, all bad ones are taken
 * away, and then the good ones are given back that came with them.
 *
 * Return: TPM2_GOES_ON, TPM2_WAITS or TPM2_FAILED.
 */
enum tpm2_outcome tpm2_command_steer(struct tpm2_command *c)
{
	struct tpm2_session_owner *owner = &c->space->owner;
	enum tpm2_outcome outcome;
	struct tpm2_rm *rm = c->rm;
	bool good = false;
	u32 handle, rc;
	int err;

	if (c->cmd.cc != TPM_CC_START_AUTH_SESSION || !c->cmd.nr_auths)
		return TPM2_GOES_ON;

	while (!all_taken(c)) {
		outcome = start_one(c, &handle, &rc);
		if (outcome == TPM2_FAILED)
			return outcome;
		if (outcome == TPM2_ANSWERED) {
			/* what is short is what we hold ourselves */
			if (good && tpm2_remedy_lacks_index(rm, rc))
				break;
			outcome = tpm2_command_remedy(c, rc, false);
			if (outcome == TPM2_AGAIN) {
				if (tpm2_remedy_goes_on(rm))
					continue;
				return tpm2_command_fail(c, -EIO);
			}
			/* no remedy: the command will get the same response */
			if (outcome == TPM2_ANSWERED)
				break;
			return outcome;
		}

		c->evicted = false;
		tpm2_command_note_index(c, handle);
		if (!tpm2_session_owner_tombstone(owner, handle)) {
			if (tpm2_command_foretells_index(c)) {
				err = tpm2_context_flush(rm, handle);
				if (err <= 0)
					return err ? tpm2_command_fail(c, err) :
						     TPM2_GOES_ON;
			}
			good = true;
		}
		err = tpm2_command_enter(c, handle);
		if (!err)
			err = tpm2_command_park(c, handle);
		if (err)
			return tpm2_command_fail(c, err);
	}
	err = good ? release_good(c) : 0;
	return err ? tpm2_command_fail(c, err) : TPM2_GOES_ON;
}
