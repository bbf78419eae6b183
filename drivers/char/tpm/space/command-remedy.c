// SPDX-License-Identifier: GPL-2.0-only
/*
 * Remedies for what the TPM has run out of.
 *
 *   TPM_RC_SESSION_HANDLES	evict a session whose lease has ended, or wait
 *   TPM_RC_SESSION_MEMORY	save a session that the command does not name
 *   TPM_RC_OBJECT_MEMORY	take an object out that it does not name
 *   TPM_RC_CONTEXT_GAP		make the oldest contexts younger
 *
 * Each takes something away of which there is a limited number, so the replays
 * come to an end; when there is nothing left to take, the client gets what the
 * TPM said.
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

/*
 * Who is to go for this requester: idle sessions a few at a time, and without
 * regard to that those that are too many for whoever has them.
 */
static void choose(struct tpm2_rm *rm,
		   const struct tpm2_session_owner *requester,
		   struct tpm2_session_choice *choice)
{
	const struct tpm2_rm_space *space =
		container_of(requester, struct tpm2_rm_space, owner);
	struct tpm2_session_choice surplus;
	struct tpm2_moment now;
	u64 ready, since;

	spin_lock(&rm->lock);
	now = tpm2_clock_read(&rm->clock, rm->ops->now(rm));
	tpm2_session_table_victim(&rm->sessions, requester, &rm->lease, &now,
				  choice);
	if (choice->session && choice->why == TPM2_LEASE_IDLE &&
	    !tpm2_lease_afford(&rm->lease, &now, &ready)) {
		choice->session = NULL;
		choice->ready = ready;
	}
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

/**
 * tpm2_remedy_evict() - take a session from whoever has it
 * @rm: resource manager, its chip held
 * @requester: who needs one; NULL for the kernel
 * @ready: receives the time in ns when there may be a victim;
 *	TPM2_SESSION_ETERNITY if there is none that time alone will yield
 *
 * Return: 0 if an index is free now, -ENOSPC if there is no victim, -EIO if
 * the TPM could not be reached.
 */
int tpm2_remedy_evict(struct tpm2_rm *rm,
		      const struct tpm2_session_owner *requester, u64 *ready)
{
	struct tpm2_session_choice choice;
	unsigned int nr;
	int rc;

	lockdep_assert_held(&rm->mutex);

	/* does the TPM hold sessions that the table has not got? */
	nr = rm->sessions.nr;
	if (nr != rm->limits.full_at) {
		rc = tpm2_rm_sync(rm);
		if (rc < 0)
			return rc;
		/* or are there fewer now, as after a reset? */
		if (rm->sessions.nr < nr)
			return 0;
		rm->limits.full_at = rm->sessions.nr;
	}

	if (requester)
		choose(rm, requester, &choice);
	else
		choose_oldest(rm, &choice);
	*ready = choice.ready;
	if (!choice.session)
		return -ENOSPC;
	rc = tpm2_context_flush(rm, choice.session->handle);
	if (rc < 0)
		return rc;
	if (!rc) {
		tpm2_rm_session_evicted(rm, choice.session, choice.why);
	} else {
		/* it was not there any more; and what else is gone? */
		tpm2_rm_session_lost(rm, choice.session);
		rm->stale = true;
	}
	return 0;
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
		return wait_until(c, ready);
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

	rc = tpm2_gap_close(c->rm, READ_ONCE(c->rm->lease.length), &ready);
	if (rc == -ENOSPC && ready != TPM2_SESSION_ETERNITY)
		return wait_until(c, ready);
	return outcome_of(c, rc);
}

/**
 * tpm2_command_remedy() - is there a remedy for what the TPM says?
 * @c: the command, pinned
 * @rc: the TPM's response code
 *
 * Return: TPM2_AGAIN if there was one; TPM2_ANSWERED if the client is to get the
 * response that is in the resource manager's buffer; TPM2_WAITS; TPM2_FAILED.
 */
enum tpm2_outcome tpm2_command_remedy(struct tpm2_command *c, u32 rc)
{
	int err;

	switch (rc) {
	case TPM_RC_SESSION_HANDLES:
		if (c->cmd.cc != TPM_CC_START_AUTH_SESSION)
			break;
		return reclaim_session(c);
	case TPM_RC_SESSION_MEMORY:
		err = tpm2_context_spill_session(c->rm);
		if (err == TPM_RC_CONTEXT_GAP)
			return close_gap(c);
		return outcome_of(c, err);
	case TPM_RC_CONTEXT_GAP:
		return close_gap(c);
	case TPM_RC_OBJECT_MEMORY:
		return outcome_of(c, tpm2_object_spill(c->rm));
	}
	return TPM2_ANSWERED;
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
	    rm->sessions.nr < rm->limits.full_at || rm->ops->shared(rm))
		return false;
	choose(rm, &c->space->owner, &choice);
	c->ready = choice.ready;
	return !choice.session && choice.ready != TPM2_SESSION_ETERNITY;
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
 * hands out the lowest that is free.
 *
 * Return: TPM2_GOES_ON, TPM2_WAITS or TPM2_FAILED.
 */
enum tpm2_outcome tpm2_command_steer(struct tpm2_command *c)
{
	struct tpm2_session_owner *owner = &c->space->owner;
	enum tpm2_outcome outcome;
	struct tpm2_rm *rm = c->rm;
	ssize_t size;
	u32 handle;
	int rc;

	if (c->cmd.cc != TPM_CC_START_AUTH_SESSION || !c->cmd.nr_auths)
		return TPM2_GOES_ON;

	while (owner->nr_tombstones) {
		tpm2_wire_build_start_auth_session(rm->scratch);
		size = tpm2_context_transmit(rm, rm->scratch);
		if (size < 0)
			return tpm2_command_fail(c, size);
		rc = tpm2_wire_response_code(rm->scratch);
		if (rc) {
			outcome = tpm2_command_remedy(c, rc);
			if (outcome == TPM2_AGAIN)
				continue;
			/* no remedy: the command will get the same response */
			return outcome == TPM2_ANSWERED ? TPM2_GOES_ON :
							  outcome;
		}
		if (size < TPM2_WIRE_HEADER_SIZE + 4)
			return tpm2_command_fail(c, -EIO);

		handle = tpm2_wire_get_handle(rm->scratch,
					      TPM2_WIRE_HEADER_SIZE);
		c->evicted = false;
		if (!tpm2_session_owner_tombstone(owner, handle)) {
			rc = tpm2_context_flush(rm, handle);
			return rc < 0 ? tpm2_command_fail(c, rc) : TPM2_GOES_ON;
		}
		rc = tpm2_command_enter(c, handle);
		if (!rc)
			rc = tpm2_command_park(c, handle);
		if (rc)
			return tpm2_command_fail(c, rc);
	}
	return TPM2_GOES_ON;
}
