// SPDX-License-Identifier: GPL-2.0-only
/*
 * The context gap.
 *
 * A TPM numbers the contexts of sessions that it saves, and keeps only the low
 * bits of the number for each session that is out (Part 1, 30.5). So its counter
 * must not run a full turn ahead of the oldest one: it then refuses to save any
 * session, and to fill its last slot, with TPM_RC_CONTEXT_GAP. It goes on when
 * the oldest one is loaded and saved again, which makes it the youngest.
 *
 * That is done when the TPM demands it, for the sake of a command; and ahead of
 * that, when most of the gap is used up, in the time between commands.
 *
 * A session whose context somebody else holds cannot be made younger. If such a
 * one is in the way, it is evicted when its lease has ended.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include "context.h"
#include "gap.h"
#include "session.h"
#include "state.h"
#include "sync.h"

#define MOST_SYNCS	4	/* under one hold of the chip */

/* Take away a session that only somebody else could make younger. */
static int evict_unknown(struct tpm2_rm *rm, u64 lease, bool anywhere,
			 u64 *ready)
{
	struct tpm2_session *session;
	int rc;

	session = tpm2_session_table_unknown(&rm->sessions, rm->ops->now(rm),
					     lease, anywhere, ready);
	if (!session)
		return -ENOSPC;
	rc = tpm2_context_flush_session(rm, session);
	if (rc < 0)
		return rc;
	if (!rc) {
		tpm2_rm_session_evicted(rm, session, TPM2_LEASE_PLAIN);
		return 0;
	}
	*ready = TPM2_SESSION_ETERNITY;
	return tpm2_wire_rc_lost(rc) ? min(tpm2_rm_sync(rm), 0) : -ENOSPC;
}

/**
 * tpm2_gap_close() - the remedy for TPM_RC_CONTEXT_GAP
 * @rm: resource manager, its chip held
 * @lease: how long everyone has a session to itself, in ns
 * @ready: receives the time in ns when a session that is in the way may be
 *	evicted; TPM2_SESSION_ETERNITY if time alone will not help
 *
 * Return: 0 if what was refused can be tried again; -ENOSPC if not, or not
 * yet; else -errno.
 */
int tpm2_gap_close(struct tpm2_rm *rm, u64 lease, u64 *ready)
{
	int rc;

	lockdep_assert_held(&rm->mutex);

	*ready = TPM2_SESSION_ETERNITY;
	/* when each has been made younger once, once more would not help */
	if (rm->gap_steps++ > rm->sessions.nr)
		return -ENOSPC;

	rc = tpm2_context_refresh(rm);
	/* is it not there, or only its context good for nothing? */
	if (rc > 0 && tpm2_wire_rc_lost(rc))
		return min(tpm2_rm_sync(rm), 0);
	if (!rc || (rc < 0 && rc != -ENOSPC))
		return rc;

	/* so the oldest is none of those that we have */
	rc = evict_unknown(rm, lease, false, ready);
	if (rc == -ENOSPC && *ready == TPM2_SESSION_ETERNITY) {
		rc = tpm2_context_place_strangers(rm);
		if (!rc)
			rc = evict_unknown(rm, lease, false, ready);
	}
	/* where one is cannot be seen in lists, nor be found out now */
	if (rc == -ENOSPC && *ready == TPM2_SESSION_ETERNITY && rm->syncs &&
	    !rm->shows_place && rm->ops->shared(rm))
		rc = evict_unknown(rm, lease, true, ready);
	if (rc != -ENOSPC || *ready != TPM2_SESSION_ETERNITY ||
	    rm->syncs > MOST_SYNCS)
		return rc;

	/* nor of those that we know of */
	rc = tpm2_rm_sync(rm);
	return rc > 0 ? -ENOSPC : rc;
}
