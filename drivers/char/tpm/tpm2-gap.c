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
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/workqueue.h>
#include <trace/events/tpm2_space.h>
#include "tpm2-context.h"
#include "tpm2-gap.h"
#include "tpm2-rm.h"

#define AT_ONCE		4			/* contexts, between two commands */
#define IDLE_DELAY	msecs_to_jiffies(20)	/* let waiting commands go first */

/**
 * tpm2_gap_refresh() - load the oldest context that we have and save it again
 * @rm: resource manager, its chip held
 *
 * If the TPM does not take it, its session is buried.
 *
 * Return: 0 if it is the oldest no longer, -ENOSPC if there is none; else as
 * tpm2-context.h says.
 */
int tpm2_gap_refresh(struct tpm2_rm *rm)
{
	struct tpm2_session *session;
	int rc;

	lockdep_assert_held(&rm->mutex);

	session = tpm2_session_table_stalest(&rm->sessions);
	if (!session)
		return -ENOSPC;

	rc = tpm2_context_load_session(rm, session);
	if (rc > 0 && tpm2_wire_rc_lost(rc))
		return 0;
	if (rc)
		return rc;

	rm->stats.refreshes++;
	trace_tpm2_space_regap(rm->chip, session->handle,
			       rm->ops->now(rm) - session->created);
	return tpm2_context_save_session(rm, session);
}

/* Take away a session that only somebody else could make younger. */
static int evict_unknown(struct tpm2_rm *rm, u64 lease, u64 *ready)
{
	struct tpm2_session *session;
	int rc;

	session = tpm2_session_table_unknown(&rm->sessions, rm->ops->now(rm),
					     lease, ready);
	if (!session)
		return -ENOSPC;
	rc = tpm2_context_flush(rm, session->handle);
	if (rc < 0)
		return rc;
	if (!rc)
		tpm2_rm_session_evicted(rm, session);
	else
		tpm2_rm_session_lost(rm, session);
	return 0;
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

	rc = tpm2_gap_refresh(rm);
	if (!rc || (rc < 0 && rc != -ENOSPC))
		return rc;

	/* so the oldest is none of those that we have */
	rc = evict_unknown(rm, lease, ready);
	if (rc != -ENOSPC || *ready != TPM2_SESSION_ETERNITY || rm->gap_synced)
		return rc;

	/* nor of those that we know of */
	rm->gap_synced = true;
	rc = tpm2_rm_sync(rm);
	return rc > 0 ? -ENOSPC : rc;
}

/* Is more than three quarters of the gap used up? */
static bool is_due(const struct tpm2_rm *rm)
{
	const struct tpm2_session *session;
	u32 gap = rm->limits.context_gap;

	session = tpm2_session_table_stalest(&rm->sessions);
	return session && gap && rm->sequence > session->ctx.sequence &&
	       rm->sequence - session->ctx.sequence > gap - gap / 4;
}

/**
 * tpm2_gap_watch() - refresh contexts before the TPM demands it
 * @rm: resource manager, its chip held and about to be let go of
 */
void tpm2_gap_watch(struct tpm2_rm *rm)
{
	lockdep_assert_held(&rm->mutex);

	if (!is_due(rm) || rm->gap_failed_at == rm->sequence || rm->gone)
		return;
	/* it keeps a reference while it is pending */
	if (queue_delayed_work(system_freezable_wq, &rm->gap_work, IDLE_DELAY))
		kref_get(&rm->ref);
}

/**
 * tpm2_gap_work() - refresh a few contexts
 * @work: tpm2_rm::gap_work
 */
void tpm2_gap_work(struct work_struct *work)
{
	struct tpm2_rm *rm = container_of(to_delayed_work(work), struct tpm2_rm,
					  gap_work);
	unsigned int i;

	if (!tpm2_rm_hold(rm)) {
		for (i = 0; i < AT_ONCE && is_due(rm); i++) {
			if (!tpm2_gap_refresh(rm))
				continue;
			rm->gap_failed_at = rm->sequence;
			break;
		}
		tpm2_rm_release(rm);
	}
	tpm2_rm_put(rm);
}
