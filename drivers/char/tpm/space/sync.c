// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making the tables say what is in the TPM.
 *
 * They cannot from the start: firmware, an earlier kernel or /dev/tpmN may have
 * left sessions there; and they need not later, when somebody uses the TPM past
 * us, a response is lost, or the TPM is reset. Then the TPM is asked, sessions
 * that nobody knows are adopted, and those that are gone become tombstones.
 */
#include <linux/array_size.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include "context.h"
#include "object.h"
#include "session.h"
#include "state.h"
#include "sync.h"

#define HANDLES_AT_ONCE	128

/* Ask for capabilities; the parameters of the response, if it is a good one. */
static int get_capability(struct tpm2_rm *rm, u32 cap, u32 property, u32 count,
			  struct tpm2_wire_response *rsp)
{
	ssize_t size;
	int rc;

	tpm2_wire_build_get_capability(rm->scratch, cap, property, count);
	size = tpm2_context_transmit(rm, rm->scratch);
	if (size < 0)
		return size;
	rc = tpm2_wire_parse_response(rm->scratch, size, 0, rsp);
	return rc ? rc : rsp->rc;
}

/**
 * tpm2_rm_read_limits() - ask the TPM how much there is of what
 * @rm: resource manager, its chip held
 *
 * Return: 0, a response code of the TPM, or -errno.
 */
int tpm2_rm_read_limits(struct tpm2_rm *rm)
{
	struct tpm2_rm_limits *limits = &rm->limits;
	const u32 first = TPM_PT_HR_TRANSIENT_MIN;
	struct tpm2_wire_response rsp;
	const u8 *params;
	int rc;

	rc = get_capability(rm, TPM_CAP_TPM_PROPERTIES, first,
			    TPM_PT_CONTEXT_GAP_MAX - first + 1, &rsp);
	if (rc)
		return rc;

	/* what every TPM has at least, by the PC Client profile */
	limits->loaded_objects = 3;
	limits->loaded_sessions = 3;
	limits->active_sessions = 64;
	params = rm->scratch + rsp.params;
	tpm2_wire_find_property(params, rsp.params_size,
				TPM_PT_HR_TRANSIENT_MIN,
				&limits->loaded_objects);
	tpm2_wire_find_property(params, rsp.params_size, TPM_PT_HR_LOADED_MIN,
				&limits->loaded_sessions);
	tpm2_wire_find_property(params, rsp.params_size,
				TPM_PT_ACTIVE_SESSIONS_MAX,
				&limits->active_sessions);
	tpm2_wire_find_property(params, rsp.params_size,
				TPM_PT_CONTEXT_GAP_MAX, &limits->context_gap);
	if (!limits->max_per_fd)
		limits->max_per_fd = max(limits->active_sessions / 4, 1U);
	return 0;
}

static int adopt(struct tpm2_rm *rm, u32 handle, bool loaded)
{
	rm->stats.adoptions++;
	return tpm2_rm_session_new(rm, handle, NULL,
				   loaded ? TPM2_SESSION_LOADED :
					    TPM2_SESSION_DETACHED);
}

/* The TPM has this session: does the table say so? */
static int note_session(struct tpm2_rm *rm, u32 handle, bool loaded)
{
	struct tpm2_session *session;
	bool was_loaded;

	session = tpm2_session_table_find(&rm->sessions, handle);
	if (!session)
		return adopt(rm, handle, loaded);

	session->seen = true;
	was_loaded = session->state == TPM2_SESSION_LOADED;
	if (was_loaded == loaded)
		return 0;

	if (loaded && session->state == TPM2_SESSION_DETACHED) {
		/* by its client; by us, too, in which case it is still good */
		if (rm->foreign)
			tpm2_rm_session_attached(rm, session, NULL);
		else
			tpm2_rm_session_loaded(rm, session);
		return 0;
	}
	if (loaded && !rm->foreign) {
		/* by us, and the response was lost */
		tpm2_rm_session_loaded(rm, session);
		return 0;
	}

	/*
	 * Another session under a known index; or one that was saved, and we
	 * have not got the context.
	 */
	return adopt(rm, handle, loaded);
}

static int note_loaded(struct tpm2_rm *rm, u32 handle, void *unused)
{
	return note_session(rm, handle, true);
}

static int note_saved(struct tpm2_rm *rm, u32 handle, void *unused)
{
	return note_session(rm, handle, false);
}

typedef int (*note_fn)(struct tpm2_rm *rm, u32 handle, void *arg);

/* Note each handle of a type that the TPM has. */
static int note_handles(struct tpm2_rm *rm, u8 type, note_fn note, void *arg)
{
	struct tpm2_wire_handles page = { .more = true };
	u32 first = (u32)type << 24, handle, i;
	struct tpm2_wire_response rsp;
	int rc;

	while (page.more) {
		rc = get_capability(rm, TPM_CAP_HANDLES, first,
				    HANDLES_AT_ONCE, &rsp);
		if (rc)
			return rc;
		rc = tpm2_wire_parse_handles(rm->scratch + rsp.params,
					     rsp.params_size, &page);
		if (rc)
			return rc;
		for (i = 0; i < page.count; i++) {
			handle = tpm2_wire_get_handle(rm->scratch, rsp.params +
						      page.list + i * 4);
			rc = note(rm, handle, arg);
			if (rc)
				return rc;
			/* the TPM lists saved sessions as HMAC ones */
			handle = (u32)type << 24 |
				 (handle & TPM2_SESSION_INDEX_MASK);
			/* a list that does not go on would never end */
			if (handle < first)
				return -EIO;
			first = handle + 1;
		}
		if (!page.count)
			break;
	}
	return 0;
}

static int sync_sessions(struct tpm2_rm *rm)
{
	struct tpm2_session *session, *next;
	int rc;

	list_for_each_entry(session, &rm->sessions.aged, aged)
		session->seen = false;

	rc = note_handles(rm, TPM_HT_HMAC_SESSION, note_loaded, NULL);
	if (!rc)
		rc = note_handles(rm, TPM_HT_POLICY_SESSION, note_saved, NULL);
	if (rc)
		return rc;

	list_for_each_entry_safe(session, next, &rm->sessions.aged, aged) {
		if (!session->seen)
			tpm2_rm_session_lost(rm, session);
	}
	return 0;
}

/* Handles of objects that the TPM has. */
struct transients {
	unsigned int nr;
	u32 handles[64];
};

static int note_transient(struct tpm2_rm *rm, u32 handle, void *arg)
{
	struct transients *transients = arg;

	if (transients->nr == ARRAY_SIZE(transients->handles))
		return -EIO;
	transients->handles[transients->nr++] = handle;
	return 0;
}

static struct tpm2_object *find_loaded(struct tpm2_rm *rm, u32 handle)
{
	struct tpm2_object *object;

	list_for_each_entry(object, &rm->objects, lru) {
		if (object->handle == handle)
			return object;
	}
	return NULL;
}

/*
 * What only a lost response has named, nobody will ever flush. But what a client of
 * /dev/tpmN has left, or the kernel has loaded for its command, is not ours.
 */
static bool may_flush_strangers(struct tpm2_rm *rm)
{
	return rm->unsure && !rm->foreign && !rm->kernel_at_work &&
	       !rm->ops->shared(rm);
}

static int sync_objects(struct tpm2_rm *rm)
{
	struct tpm2_object *object, *next;
	struct transients transients = {};
	unsigned int i;
	int rc;

	if (list_empty(&rm->objects) && !may_flush_strangers(rm))
		return 0;

	rc = note_handles(rm, TPM_HT_TRANSIENT, note_transient, &transients);
	if (rc)
		return rc;

	list_for_each_entry(object, &rm->objects, lru)
		object->seen = false;
	for (i = 0; i < transients.nr; i++) {
		object = find_loaded(rm, transients.handles[i]);
		if (object) {
			object->seen = true;
		} else if (may_flush_strangers(rm)) {
			rc = tpm2_context_flush(rm, transients.handles[i]);
			if (rc < 0)
				return rc;
		}
	}
	list_for_each_entry_safe(object, next, &rm->objects, lru) {
		if (!object->seen)
			tpm2_object_gone(rm, object);
	}
	return 0;
}

/**
 * tpm2_rm_flush_strangers() - make room where others have left objects
 * @rm: resource manager, its chip held
 * @lease: for how long such an object is left alone, in ns
 * @ready: receives the time in ns when they may be flushed;
 *	TPM2_SESSION_ETERNITY if there are none, or time alone will not help
 *
 * Firmware and clients of /dev/tpmN may leave objects in the TPM that nobody
 * will ever flush. What nobody has been able to use for a lease goes when its
 * slot is needed. Not so while somebody may be there to whom they belong.
 *
 * Return: 0 if there is room now, -ENOSPC if not; else a response code of the
 * TPM, or -errno.
 */
int tpm2_rm_flush_strangers(struct tpm2_rm *rm, u64 lease, u64 *ready)
{
	struct transients transients = {};
	unsigned int i, flushed = 0;
	int rc;

	lockdep_assert_held(&rm->mutex);

	*ready = TPM2_SESSION_ETERNITY;
	if (rm->kernel_at_work || rm->ops->shared(rm))
		return -ENOSPC;
	rc = note_handles(rm, TPM_HT_TRANSIENT, note_transient, &transients);
	if (rc)
		return rc;

	for (i = 0; i < transients.nr; i++) {
		if (find_loaded(rm, transients.handles[i]))
			continue;
		if (rm->ops->now(rm) < rm->alone_since + lease) {
			*ready = rm->alone_since + lease;
			break;
		}
		rc = tpm2_context_flush(rm, transients.handles[i]);
		if (rc < 0)
			return rc;
		flushed += !rc;
	}
	return flushed ? 0 : -ENOSPC;
}

/* What is loaded does not survive any kind of reset. */
static void drop_loaded(struct tpm2_rm *rm)
{
	struct tpm2_session *session, *next_session;
	struct tpm2_object *object, *next_object;

	list_for_each_entry_safe(session, next_session, &rm->sessions.lru,
				 place)
		tpm2_rm_session_lost(rm, session);
	list_for_each_entry_safe(object, next_object, &rm->objects, lru)
		tpm2_object_gone(rm, object);
}

/*
 * Has the TPM been reset? A TPM Reset adds to resetCount; a TPM Restart or TPM
 * Resume, which leave saved contexts good, add to restartCount (Part 1, 12.2.4).
 */
static int read_resets(struct tpm2_rm *rm, bool *reset, bool *restart)
{
	struct tpm2_wire_clock clock;
	struct tpm2_wire_response rsp;
	ssize_t size;

	*reset = false;
	*restart = false;
	tpm2_wire_build_read_clock(rm->scratch);
	size = tpm2_context_transmit(rm, rm->scratch);
	if (size < 0)
		return size;
	if (tpm2_wire_parse_response(rm->scratch, size, 0, &rsp) || rsp.rc ||
	    tpm2_wire_parse_clock(rm->scratch + rsp.params, rsp.params_size,
				  &clock))
		return 0;	/* then the handles have to do */

	if (rm->started) {
		*reset = clock.reset_count != rm->reset_count;
		*restart = clock.restart_count != rm->restart_count;
	}
	rm->reset_count = clock.reset_count;
	rm->restart_count = clock.restart_count;
	return 0;
}

/*
 * After a reset, what we have and what the TPM lists is the same as long as all
 * that it has come by since has come through us: it would have given a handle
 * away that the table has. If somebody else may have got the handles of what
 * is gone, see whether the TPM takes our contexts.
 */
static int verify_saved(struct tpm2_rm *rm)
{
	unsigned int i, nr = rm->sessions.nr;
	int rc = 0;

	for (i = 0; i < nr && rc >= 0; i++)
		rc = tpm2_context_refresh(rm);
	return rc == -ENOSPC ? 0 : min(rc, 0);
}

static int sync_tables(struct tpm2_rm *rm)
{
	unsigned int before = rm->sessions.nr;
	bool reset, restart;
	int rc;

	rc = read_resets(rm, &reset, &restart);
	if (rc)
		return rc;
	if (rm->foreign && (reset || restart))
		drop_loaded(rm);
	rc = sync_sessions(rm);
	if (!rc)
		rc = sync_objects(rm);
	if (!rc && rm->foreign && reset)
		rc = verify_saved(rm);
	if (reset || restart)
		dev_notice(rm->dev, "TPM was %s, %u of %u sessions are left\n",
			   reset ? "reset" : "restarted", rm->sessions.nr,
			   before);
	return rc;
}

/**
 * tpm2_rm_sync() - make the table say what is in the TPM
 * @rm: resource manager, its chip held
 *
 * Return: 0, a response code of the TPM, or -errno.
 */
int tpm2_rm_sync(struct tpm2_rm *rm)
{
	int rc = 0;

	lockdep_assert_held(&rm->mutex);

	if (!rm->limits.active_sessions)
		rc = tpm2_rm_read_limits(rm);
	if (!rc)
		rc = sync_tables(rm);
	if (rc)
		return rc;

	/* nobody knows who had a slot when there was none left */
	rm->limits.session_slots = 0;
	rm->limits.object_slots = 0;
	rm->started = true;
	rm->stale = false;
	rm->unsure = false;
	rm->foreign = false;
	return 0;
}
