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

/**
 * tpm2_remedy_evict() - take the oldest session from whoever has it
 * @rm: resource manager, its chip held
 * @requester: who needs one; NULL for the kernel
 * @lease: how long everyone has a session to itself, in ns
 * @now: time in ns
 * @ready: receives the time in ns when there may be a victim;
 *	TPM2_SESSION_ETERNITY if there is none that time alone will yield
 *
 * Return: 0 if an index is free now, -ENOSPC if there is no victim, -errno if
 * the TPM could not be reached.
 */
int tpm2_remedy_evict(struct tpm2_rm *rm,
		      const struct tpm2_session_owner *requester, u64 lease,
		      u64 now, u64 *ready)
{
	struct tpm2_session *victim;
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

	victim = tpm2_session_table_victim(&rm->sessions, requester, now, lease,
					   ready);
	if (!victim)
		return -ENOSPC;
	rc = tpm2_context_flush(rm, victim->handle);
	if (rc < 0)
		return rc;
	if (!rc) {
		tpm2_rm_session_evicted(rm, victim);
	} else {
		/* it was not there any more; and what else is gone? */
		tpm2_rm_session_lost(rm, victim);
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
 * TPM_RC_SESSION_HANDLES: take the oldest session from whoever has had it for a
 * lease; else get in line.
 *
 * Returns 0 if an index is free now, -EAGAIN if the client waits, -ENOSPC if
 * there is nothing to wait for.
 */
static int reclaim_session(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;
	u64 now, lease, ready;
	int rc;

	if (c->evicted)
		return -ENOSPC;

	lease = tpm2_session_queue_lease(&rm->queue);
	now = rm->ops->now(rm);
	rc = tpm2_remedy_evict(rm, &c->space->owner, lease, now, &ready);
	if (!rc)
		c->evicted = true;
	if (rc != -ENOSPC)
		return rc;

	if (ready == TPM2_SESSION_ETERNITY && forget_loss(c))
		return 0;
	if (ready == TPM2_SESSION_ETERNITY) {
		/* all of them are the client's own: that is its limit */
		if (c->space->owner.nr_sessions)
			tpm2_wire_build_response(rm->wire,
						 TPM2_WIRE_RESMGR_LAYER |
						 TPM_RC_SESSION_MEMORY);
		return -ENOSPC;
	}
	tpm2_session_queue_join(&rm->queue, &c->space->waiter, ready - lease,
				now);
	return -EAGAIN;
}

/*
 * TPM_RC_CONTEXT_GAP: make old contexts younger. If a session is in the way with
 * which that cannot be done, get in line until its lease has ended.
 *
 * Returns 0 if the command can be sent again, -EAGAIN if the client waits,
 * -ENOSPC if there is nothing to be done.
 */
static int close_gap(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;
	u64 lease, ready;
	int rc;

	lease = tpm2_session_queue_lease(&rm->queue);
	rc = tpm2_gap_close(rm, lease, &ready);
	if (rc != -ENOSPC || ready == TPM2_SESSION_ETERNITY)
		return rc;
	tpm2_session_queue_join(&rm->queue, &c->space->waiter, ready - lease,
				rm->ops->now(rm));
	return -EAGAIN;
}

/**
 * tpm2_command_remedy() - is there a remedy for what the TPM says?
 * @c: the command, pinned
 * @rc: the TPM's response code
 *
 * Return: 0 if the command can be sent again; -ENOSPC, or a response code to
 * the remedy, if the client is to get this response; -EAGAIN if the client
 * waits for a session now; else -errno.
 */
int tpm2_command_remedy(struct tpm2_command *c, u32 rc)
{
	int err;

	switch (rc) {
	case TPM_RC_SESSION_HANDLES:
		if (c->cmd.cc != TPM_CC_START_AUTH_SESSION)
			return -ENOSPC;
		return reclaim_session(c);
	case TPM_RC_SESSION_MEMORY:
		err = tpm2_context_spill_session(c->rm);
		return err == TPM_RC_CONTEXT_GAP ? close_gap(c) : err;
	case TPM_RC_CONTEXT_GAP:
		return close_gap(c);
	case TPM_RC_OBJECT_MEMORY:
		return tpm2_object_spill(c->rm);
	}
	return -ENOSPC;
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
 * Return: 0; -EAGAIN if the client waits for a session now; else -errno.
 */
int tpm2_command_steer(struct tpm2_command *c)
{
	struct tpm2_session_owner *owner = &c->space->owner;
	struct tpm2_rm *rm = c->rm;
	ssize_t size;
	u32 handle;
	int rc;

	if (c->cmd.cc != TPM_CC_START_AUTH_SESSION || !c->cmd.nr_auths)
		return 0;

	while (owner->nr_tombstones) {
		tpm2_wire_build_start_auth_session(rm->scratch);
		size = tpm2_context_transmit(rm, rm->scratch);
		if (size < 0)
			return size;
		rc = tpm2_wire_response_code(rm->scratch);
		if (rc) {
			rc = tpm2_command_remedy(c, rc);
			if (!rc)
				continue;
			/* no remedy: the command will get the same response */
			return rc == -ENOSPC || rc > 0 ? 0 : rc;
		}
		if (size < TPM2_WIRE_HEADER_SIZE + 4)
			return -EIO;

		handle = tpm2_wire_get_handle(rm->scratch,
					      TPM2_WIRE_HEADER_SIZE);
		c->evicted = false;
		if (!tpm2_session_owner_tombstone(owner, handle)) {
			rc = tpm2_context_flush(rm, handle);
			return min(rc, 0);
		}
		rc = tpm2_command_enter(c, handle);
		if (!rc)
			rc = tpm2_command_park(c, handle);
		if (rc)
			return rc;
	}
	return 0;
}
