// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an open file has in the TPM, for whoever looks: /proc/PID/fdinfo/FD.
 *
 * All of it is what is known at one moment, under the lock of the session
 * table; the TPM is not asked, and not waited for. There are as many lines as
 * the file has sessions, and the device has that no file owns: no more than a
 * TPM can have.
 *
 * Who may look is what procfs says. Of the sessions of other files nothing is
 * shown, but of those that no file owns: everybody can use and flush them.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include "fdinfo.h"
#include "state.h"

static u64 in_ms(u64 ns)
{
	return div_u64(ns, NSEC_PER_MSEC);
}

/* It is 0 only if nothing is left. */
static u64 left_in_ms(u64 ns)
{
	return div_u64(ns + NSEC_PER_MSEC - 1, NSEC_PER_MSEC);
}

static const char *type_of(const struct tpm2_session *session)
{
	if (session->trial)
		return "trial";
	return tpm2_wire_handle_type(session->handle) == TPM_HT_HMAC_SESSION ?
	       "hmac" : "policy";
}

static void show_times(struct seq_file *m, const struct tpm2_lease *lease,
		       const struct tpm2_session *session,
		       const struct tpm2_moment *now)
{
	struct tpm2_lease_left left;

	left = tpm2_lease_left(lease, &session->created, &session->used, now);
	seq_printf(m, " %llu %llu %llu %llu\n",
		   in_ms(now->now - session->created.now),
		   in_ms(now->now - session->used.now), left_in_ms(left.idle),
		   left_in_ms(left.used));
}

static void show_lost(struct seq_file *m, const struct tpm2_session *session,
		      const struct tpm2_moment *now)
{
	seq_printf(m, "tpm-evicted:\t%08x %llu\n", session->handle,
		   in_ms(now->now - session->lost));
}

static void show_own(struct seq_file *m, const struct tpm2_rm_space *space,
		     const struct tpm2_moment *now)
{
	const struct tpm2_session_owner *owner = &space->owner;
	const struct tpm2_session *session;

	list_for_each_entry(session, &owner->sessions, owned) {
		if (session->doomed)
			continue;
		seq_printf(m, "tpm-session:\t%08x %s %s", session->handle,
			   type_of(session),
			   session->state == TPM2_SESSION_LOADED ? "loaded" :
								   "saved");
		show_times(m, &space->rm->lease, session, now);
	}
	seq_printf(m, "tpm-objects:\t%u\n", READ_ONCE(space->nr_objects));
	list_for_each_entry(session, &owner->sessions, owned) {
		if (session->doomed)
			show_lost(m, session, now);
	}
	list_for_each_entry(session, &owner->tombstones, owned)
		show_lost(m, session, now);
	seq_printf(m, "tpm-evictions:\t%u\n", owner->nr_evictions);
}

static void show_detached(struct seq_file *m, const struct tpm2_rm *rm,
			  const struct tpm2_moment *now)
{
	const struct tpm2_session *session;

	list_for_each_entry(session, &rm->sessions.aged, aged) {
		if (session->owner || session->doomed)
			continue;
		seq_printf(m, "tpm-detached:\t%08x %s", session->handle,
			   type_of(session));
		show_times(m, &rm->lease, session, now);
	}
}

/**
 * tpm2_fdinfo_show() - show what an open file has in the TPM
 * @space: the file's space
 * @m: where to
 *
 * Context: process context, no lock held; does not wait for the TPM.
 */
void tpm2_fdinfo_show(struct tpm2_rm_space *space, struct seq_file *m)
{
	struct tpm2_rm *rm = space->rm;
	struct tpm2_moment now;
	unsigned int before;
	bool waits;
	u64 since;

	/* it has a lock of its own */
	waits = tpm2_session_queue_before(&rm->queue, &space->ticket, &before,
					  &since);
	spin_lock(&rm->lock);
	now = tpm2_clock_read(&rm->clock, rm->ops->now(rm));
	seq_printf(m, "tpm-chip:\t%d\n", rm->chip);
	seq_printf(m, "tpm-lease-ms:\t%llu\n", in_ms(rm->lease.grown));
	seq_printf(m, "tpm-tenure-ms:\t%llu\n", in_ms(rm->lease.tenure));
	show_own(m, space, &now);
	if (waits)
		/* the clock may have been read before */
		seq_printf(m, "tpm-waiting:\t%llu %u\n",
			   in_ms(now.now - min(now.now, since)), before);
	show_detached(m, rm, &now);
	spin_unlock(&rm->lock);
}
