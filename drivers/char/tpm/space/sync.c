// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making the tables say what is in the TPM.
 *
 * They cannot from the start: firmware, an earlier kernel or /dev/tpmN may have
 * left sessions there; and they need not later, when somebody uses the TPM past
 * us, a response is lost, or the TPM is reset. Then the TPM is asked, sessions
 * that nobody knows are adopted, and those that are gone become tombstones.
 *
 * A session is gone when the TPM does not list it, and not before. One that it
 * lists although nobody can have it any more, since its handle or its context
 * went astray, is flushed: it must not become everybody's.
 *
 * A TPM that lists its handles in no order that one can follow, or not at all,
 * says of none that it is gone. That is logged once, and we go by the tables.
 */
#include <linux/array_size.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include "context.h"
#include "object.h"
#include "session.h"
#include "state.h"
#include "sync.h"

/*
 * What a list may come to. TPMs have up to 64 sessions and a handful of objects,
 * and list as many as they are asked for. If there are more than twice as many, or
 * more than so many pages of four, it is no list of anything: it is incomplete.
 */
#define HANDLES_AT_ONCE	128
#define MOST_HANDLES	128
#define MOST_PAGES	16

/*
 * How often the TPM is read back under one hold: once for what has happened
 * before; then for each of three sessions in slots that it will not save, and says
 * twice that it has not got; for the gap, see there; and three times for what a
 * command names, and once when there is no session left. Whoever has lost its
 * state so often is asked again when others have had their turn.
 */
#define MOST_SYNCS	16

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
	return rc ? rc : rsp->rc & S32_MAX;
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

/*
 * May we flush what nobody knows? What only a lost response has named, or what was
 * given up too early, nobody else ever will. But what a client of /dev/tpmN has
 * left is not ours.
 */
static bool may_flush_strangers(struct tpm2_rm *rm)
{
	return (rm->trust == TPM2_TRUST_UNSURE ||
		rm->trust == TPM2_TRUST_STALE) && !rm->ops->shared(rm);
}

/**
 * struct listing - what came of asking for the TPM's handles
 * @incomplete: there may be more than were listed
 * @answers: how many questions the TPM has answered
 * @handles: how many handles it has listed
 * @continued: it had to be asked for more
 * @by_place: of sessions it lists those in a slot and those out of it, as it should,
 *	and not those of one kind and those of the other
 */
struct listing {
	bool incomplete;
	unsigned int answers;
	unsigned int handles;
	bool continued;
	bool by_place;
};

static int adopt(struct tpm2_rm *rm, u32 handle, bool loaded)
{
	rm->stats.adoptions++;
	return tpm2_rm_session_new(rm, handle, NULL,
				   loaded ? TPM2_SESSION_LOADED :
					    TPM2_SESSION_DETACHED);
}

/* The TPM has a session that the table has not. */
static int note_stranger(struct tpm2_rm *rm, u32 handle, bool loaded)
{
	bool doomed = may_flush_strangers(rm);
	int rc;

	if (!doomed)
		return adopt(rm, handle, loaded);
	rc = tpm2_rm_session_new(rm, handle, NULL,
				 loaded ? TPM2_SESSION_LOADED :
					  TPM2_SESSION_DETACHED);
	if (!rc)
		tpm2_rm_session_doomed(rm,
				       tpm2_session_table_find(&rm->sessions,
							       handle));
	return rc;
}

/*
 * Some TPMs list loaded and saved sessions of a kind together. That another one does
 * not is seen from what it lists with the other kind.
 */
static bool is_kind(u32 handle, u8 type)
{
	return handle >> 24 == type;
}

/* The TPM has this session in a slot. */
static int note_loaded(struct tpm2_rm *rm, u32 handle, void *arg)
{
	bool by_others = rm->trust == TPM2_TRUST_FOREIGN;
	struct tpm2_session *session;
	struct listing *listing = arg;

	listing->by_place |= is_kind(handle, TPM_HT_POLICY_SESSION);
	session = tpm2_session_table_find(&rm->sessions, handle);
	if (!session)
		return note_stranger(rm, handle, true);

	session->seen = true;
	session->absences = 0;
	if (session->unsure) {
		session->contested = handle;
		return 0;
	}
	if (by_others && !session->doomed) {
		if (session->state == TPM2_SESSION_SAVED ||
		    session->ctx.data) {
			session->contested = handle;
			return 0;
		}
		if (session->state == TPM2_SESSION_DETACHED) {
			/* by its client, past us */
			tpm2_rm_session_attached(rm, session, handle, NULL);
			return 0;
		}
	}
	/* what is out, and nobody can have loaded, some list by its kind */
	if (session->state == TPM2_SESSION_LOADED && session->handle != handle)
		tpm2_rm_session_loaded(rm, session, handle);
	return 0;
}

/* The TPM has this session, but not in a slot. */
static int note_saved(struct tpm2_rm *rm, u32 handle, void *arg)
{
	struct tpm2_session *session;
	struct listing *listing = arg;

	listing->by_place |= is_kind(handle, TPM_HT_HMAC_SESSION);
	session = tpm2_session_table_find(&rm->sessions, handle);
	if (!session)
		return note_stranger(rm, handle, false);

	session->seen = true;
	session->absences = 0;
	if (session->doomed || session->unsure)
		return 0;
	if (session->state == TPM2_SESSION_LOADED) {
		if (rm->trust == TPM2_TRUST_FOREIGN &&
		    session->hold != rm->hold)
			session->contested = handle;
		/* else nobody can have saved it, whatever this list is a list of */
		return 0;
	}
	if (session->refusals < TPM2_SESSION_REFUSALS)
		return 0;
	/* its context is good for nothing; or it is another one */
	if (rm->trust == TPM2_TRUST_FOREIGN)
		return adopt(rm, handle, false);
	tpm2_rm_session_doomed(rm, session);
	return 0;
}

typedef int (*note_fn)(struct tpm2_rm *rm, u32 handle, void *arg);

static bool is_of_type(u32 handle, u8 type)
{
	/* whether a session is loaded is not in its handle */
	return type == TPM_HT_TRANSIENT ? tpm2_wire_is_transient(handle) :
					  tpm2_wire_is_session(handle);
}

/*
 * Note each handle on a page in the scratch buffer. Receives the index to go on
 * from in @next; false if the TPM goes by no order, so there is none.
 */
static int note_page(struct tpm2_rm *rm, const struct tpm2_wire_handles *page,
		     u8 type, note_fn note, void *arg, u32 *next)
{
	u32 handle, index, i, from = *next;
	bool in_order = true;
	int rc;

	for (i = 0; i < page->count; i++) {
		handle = tpm2_wire_get_handle(rm->scratch, page->list + i * 4);
		if (!is_of_type(handle, type))
			continue;
		rc = note(rm, handle, arg);
		if (rc)
			return rc;
		index = tpm2_session_index(handle);
		in_order = in_order && index >= from;
		from = max(from, index + 1);
	}
	if (!in_order || from == *next)
		from = 0;
	*next = from;
	return 0;
}

/*
 * To have been refused once, or not to have been understood, is no answer: what a TPM
 * says the second time is. One in failure mode will not think better of it.
 */
static bool ask_again(int rc, unsigned int *times)
{
	return rc && rc != TPM_RC_FAILURE && !(*times)++;
}

/* Ask for a page of the list of handles; where it begins, in the scratch buffer. */
static int get_page(struct tpm2_rm *rm, u32 first,
		    struct tpm2_wire_handles *page)
{
	struct tpm2_wire_response rsp;
	unsigned int times = 0;
	int rc;

	do {
		rc = get_capability(rm, TPM_CAP_HANDLES, first,
				    HANDLES_AT_ONCE, &rsp);
		if (rc == -EIO)
			return rc;
		if (!rc)
			rc = tpm2_wire_parse_handles(rm->scratch + rsp.params,
						     rsp.params_size, page);
	} while (ask_again(rc, &times));
	if (!rc)
		page->list += rsp.params;
	return rc;
}

/* Note each handle of a type that the TPM has; 0 or -errno. */
static int note_handles(struct tpm2_rm *rm, u8 type, note_fn note, void *arg,
			struct listing *listing)
{
	struct tpm2_wire_handles page;
	unsigned int pages;
	u32 next = 0;
	int rc;

	for (pages = 0; pages < MOST_PAGES; pages++) {
		listing->continued |= pages;
		rc = get_page(rm, (u32)type << 24 | next, &page);
		if (rc == -EIO)
			return rc;
		if (rc)
			break;
		listing->answers++;
		listing->handles += page.count;
		if (listing->handles > MOST_HANDLES)
			break;
		rc = note_page(rm, &page, type, note, arg, &next);
		if (rc)
			return rc;
		if (!page.more)
			return 0;
		if (!next || next > TPM2_SESSION_INDEX_MASK)
			break;
	}
	listing->incomplete = true;
	return 0;
}

/* Flush what nobody can have any more; what the TPM refuses to, another time. */
static int flush_doomed(struct tpm2_rm *rm)
{
	struct tpm2_session *session, *next;
	int rc;

	list_for_each_entry_safe(session, next, &rm->sessions.aged, aged) {
		if (!session->doomed || tpm2_session_is_absent(session))
			continue;
		rc = tpm2_context_flush_session(rm, session);
		if (rc < 0)
			return rc;
		/* whoever had it has not heard of that yet */
		if (!rc)
			tpm2_rm_session_lost(rm, session);
	}
	return 0;
}

/*
 * Move a session out of a slot if @loaded, else into one. Whoever else moves what is
 * not there will be told so each time; to have been told once is no proof.
 */
static int move_contested(struct tpm2_rm *rm, struct tpm2_session *session,
			  bool loaded)
{
	int rc;

	do {
		rc = loaded ? tpm2_context_save_session(rm, session) :
			      tpm2_context_load_session(rm, session);
	} while (rc > 0 && tpm2_wire_rc_lost(rc) &&
		 session->refusals < TPM2_SESSION_REFUSALS);
	return rc;
}

/*
 * The TPM lists as loaded what its client has saved. If it takes the newest context of
 * it, it was not; if not, its client has loaded it past us.
 */
static int settle_detached(struct tpm2_rm *rm, struct tpm2_session *session,
			   u32 handle, bool by_place)
{
	int rc = TPM_RC_REFERENCE_H0;

	if (!by_place)
		rc = move_contested(rm, session, false);
	if (!rc)
		rc = tpm2_context_save_session(rm, session);
	else if (rc > 0 && tpm2_wire_rc_lost(rc))
		tpm2_rm_session_attached(rm, session, handle, NULL);
	return min(rc, 0);
}

/*
 * The TPM lists as loaded what we have the context of. If it takes that, it was
 * not; if not, it is another session, of somebody who has used the TPM past us.
 * Or it lists as saved what we have in a slot. If it saves that, it was not; if it
 * does not, somebody else has.
 */
static int settle_contested(struct tpm2_rm *rm, bool by_place)
{
	struct tpm2_session *session, *next;
	bool loaded;
	u32 handle;
	int rc;

	list_for_each_entry_safe(session, next, &rm->sessions.aged, aged) {
		handle = session->contested;
		if (!handle || session->unsure)
			continue;
		session->contested = 0;
		loaded = session->state == TPM2_SESSION_LOADED;
		if (session->state == TPM2_SESSION_DETACHED)
			rc = settle_detached(rm, session, handle, by_place);
		else
			rc = move_contested(rm, session, loaded);
		if (rc > 0 && tpm2_wire_rc_lost(rc))
			rc = adopt(rm, handle, !loaded);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* A lost command has named it; the TPM has it, and in a slot if it says so. */
static int settle_unsure(struct tpm2_rm *rm, struct tpm2_session *session,
			 bool by_place)
{
	u32 handle = session->contested;
	int rc = 0;

	if (!by_place) {
		/* it need not mean that: it is known if it can be taken out */
		rc = tpm2_context_find_session(rm, session);
		if (rc <= 0 || !tpm2_wire_rc_lost(rc))
			return min(rc, 0);
		handle = 0;
	}
	session->unsure = false;
	session->contested = 0;
	if (handle) {
		/* if it was out: by us, and the response was lost */
		tpm2_rm_session_loaded(rm, session, handle);
		return 0;
	}
	if (session->state == TPM2_SESSION_SAVED) {
		/* or has it been taken out before, and the response lost? */
		rc = by_place ? 0 : move_contested(rm, session, false);
		if (rc <= 0 || !tpm2_wire_rc_lost(rc))
			return min(rc, 0);
	}
	/* it was saved, and nobody has the context */
	if (session->state != TPM2_SESSION_DETACHED)
		tpm2_rm_session_doomed(rm, session);
	return 0;
}

static int settle_all_unsure(struct tpm2_rm *rm, bool by_place)
{
	struct tpm2_session *session;
	int rc;

	list_for_each_entry(session, &rm->sessions.aged, aged) {
		if (!session->unsure || !session->seen || session->doomed)
			continue;
		rc = settle_unsure(rm, session, by_place);
		if (rc)
			return rc;
	}
	return 0;
}

/**
 * struct resets - how often the TPM was reset
 * @known: the TPM has said so
 * @reset_count: of TPMS_CLOCK_INFO
 * @restart_count: likewise
 * @reset: there was a TPM Reset since it was last read back
 * @restart: a TPM Restart or TPM Resume
 */
struct resets {
	bool known;
	u32 reset_count;
	u32 restart_count;
	bool reset;
	bool restart;
};

/* TPM2_ReadClock; -EINVAL if the response is none, and -EIO if it was lost. */
static int read_clock(struct tpm2_rm *rm, struct tpm2_wire_clock *clock)
{
	struct tpm2_wire_response rsp;
	ssize_t size;
	int rc;

	tpm2_wire_build_read_clock(rm->scratch);
	size = tpm2_context_transmit(rm, rm->scratch);
	if (size < 0)
		return size;
	rc = tpm2_wire_parse_response(rm->scratch, size, 0, &rsp);
	if (!rc)
		rc = rsp.rc & S32_MAX;
	if (!rc)
		rc = tpm2_wire_parse_clock(rm->scratch + rsp.params,
					   rsp.params_size, clock);
	return rc;
}

/*
 * Has the TPM been reset? A TPM Reset adds to resetCount; a TPM Restart or TPM
 * Resume, which leave saved contexts good, add to restartCount (Part 1, 12.2.4).
 * TPM2_Clear makes both 0 (Part 3, 24.6), and a TPM Reset the second one.
 */
static int read_resets(struct tpm2_rm *rm, struct resets *resets)
{
	struct tpm2_wire_clock clock;
	unsigned int times = 0;
	int rc;

	*resets = (struct resets){};
	do {
		rc = read_clock(rm, &clock);
		if (rc == -EIO)
			return rc;
	} while (ask_again(rc, &times));
	if (rc)
		return 0;	/* then the handles have to do */

	resets->known = true;
	resets->reset_count = clock.reset_count;
	resets->restart_count = clock.restart_count;
	if (rm->trust == TPM2_TRUST_NONE)
		return 0;
	resets->reset = clock.reset_count &&
			clock.reset_count != rm->reset_count;
	resets->restart = clock.restart_count &&
			  clock.restart_count != rm->restart_count;
	return 0;
}

/*
 * A list in parts can only be followed where it is in order, and not each part
 * shows that. So see whether its length is right; and that the TPM has not lost what
 * was listed, which would make up for what was not.
 */
static int check_length(struct tpm2_rm *rm, struct listing *listing,
			const struct resets *before)
{
	struct tpm2_wire_response rsp;
	struct tpm2_session *session;
	struct resets after;
	u32 count = 0, active;
	int rc;

	rc = get_capability(rm, TPM_CAP_TPM_PROPERTIES, TPM_PT_HR_ACTIVE, 1,
			    &rsp);
	if (rc < 0)
		return rc;
	list_for_each_entry(session, &rm->sessions.aged, aged)
		count += session->seen;
	active = count + 1;
	if (!rc)
		tpm2_wire_find_property(rm->scratch + rsp.params,
					rsp.params_size, TPM_PT_HR_ACTIVE,
					&active);
	rc = read_resets(rm, &after);
	if (count < active || after.reset_count != before->reset_count ||
	    after.restart_count != before->restart_count)
		listing->incomplete = true;
	return rc;
}

/*
 * The TPM does not take a session's context, and does not list all that it has. If it
 * has the session it flushes it, and if not it says so; but not if it may be others'.
 */
static int settle_refused(struct tpm2_rm *rm, struct tpm2_session *session)
{
	/* what is in a slot is listed; but a lost command may have taken it out */
	if ((session->state == TPM2_SESSION_LOADED && !session->unsure) ||
	    session->doomed || session->refusals < TPM2_SESSION_REFUSALS)
		return 0;
	if (rm->trust <= TPM2_TRUST_FOREIGN)
		return adopt(rm, session->handle, false);
	tpm2_rm_session_doomed(rm, session);
	return 0;
}

static int sync_sessions(struct tpm2_rm *rm, struct listing *total,
			 const struct resets *resets)
{
	struct tpm2_session *session, *next;
	struct listing listing = {};
	int rc;

	/* what lists have said that were not read to the end does not count */
	list_for_each_entry(session, &rm->sessions.aged, aged) {
		session->seen = false;
		session->contested = 0;
		if (rm->trust <= TPM2_TRUST_FOREIGN)
			session->placed = false;
	}

	rc = note_handles(rm, TPM_HT_HMAC_SESSION, note_loaded, &listing,
			  &listing);
	if (!rc)
		rc = note_handles(rm, TPM_HT_POLICY_SESSION, note_saved,
				  &listing, &listing);
	if (!rc)
		rc = settle_all_unsure(rm, listing.by_place);
	if (!rc)
		rc = settle_contested(rm, listing.by_place || rm->shows_place);
	if (!rc && listing.continued)
		rc = check_length(rm, &listing, resets);
	if (rc)
		return rc;

	rm->shows_place |= listing.by_place;
	total->incomplete |= listing.incomplete;
	total->answers += listing.answers;
	list_for_each_entry_safe(session, next, &rm->sessions.aged, aged) {
		if (session->seen)
			continue;
		if (listing.incomplete)
			rc = settle_refused(rm, session);
		else
			tpm2_rm_session_lost(rm, session);
		if (rc)
			return rc;
	}
	return flush_doomed(rm);
}

/* Handles of objects that the TPM has. */
struct transients {
	unsigned int nr;
	bool more;
	u32 handles[64];
};

static int note_transient(struct tpm2_rm *rm, u32 handle, void *arg)
{
	struct transients *transients = arg;

	if (transients->nr == ARRAY_SIZE(transients->handles))
		transients->more = true;
	else
		transients->handles[transients->nr++] = handle;
	return 0;
}

static int sync_objects(struct tpm2_rm *rm, struct listing *total)
{
	/* the kernel's sessions are in the table, and its objects are not */
	bool flush = may_flush_strangers(rm) && !rm->kernel_at_work &&
		     rm->trust == TPM2_TRUST_UNSURE;
	struct tpm2_object *object, *next;
	struct transients transients = {};
	struct listing listing = {};
	unsigned int i;
	int rc;

	if (list_empty(&rm->objects) && !flush && !rm->limits.reserve_objects)
		return 0;

	rc = note_handles(rm, TPM_HT_TRANSIENT, note_transient, &transients,
			  &listing);
	if (rc)
		return rc;
	listing.incomplete |= transients.more;
	total->incomplete |= listing.incomplete;
	total->answers += listing.answers;

	list_for_each_entry(object, &rm->objects, lru)
		object->seen = false;
	rm->strange_objects = 0;
	for (i = 0; i < transients.nr; i++) {
		object = tpm2_object_find_loaded(rm, transients.handles[i]);
		if (object)
			object->seen = true;
		else if (!flush)
			rm->strange_objects++;
		/* somebody's, or a stranger's that is not to be touched */
		if ((object && object->space) || (!object && !flush))
			continue;
		rc = tpm2_context_flush(rm, transients.handles[i]);
		if (rc < 0)
			return rc;
		if (!rc && object)
			tpm2_object_free(rm, object);
	}
	list_for_each_entry_safe(object, next, &rm->objects, lru) {
		if (!object->seen && !listing.incomplete)
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
	struct listing listing = {};
	u32 i, flushed = 0;
	int rc;

	lockdep_assert_held(&rm->mutex);

	*ready = TPM2_SESSION_ETERNITY;
	if (rm->kernel_at_work || rm->ops->shared(rm))
		return -ENOSPC;
	/* nobody can have come since who has left any */
	if (rm->strangers_flushed == rm->hold)
		return -ENOSPC;
	rc = note_handles(rm, TPM_HT_TRANSIENT, note_transient, &transients,
			  &listing);
	if (rc)
		return rc;

	for (i = 0; i < transients.nr; i++) {
		if (tpm2_object_find_loaded(rm, transients.handles[i]))
			continue;
		if (rm->ops->now(rm) < rm->alone_since + lease) {
			*ready = rm->alone_since + lease;
			break;
		}
		rc = tpm2_context_flush(rm, transients.handles[i]);
		if (rc < 0)
			return rc;
		flushed += !rc;
		rm->strangers_flushed = rm->hold;
	}
	rm->strange_objects -= min(rm->strange_objects, flushed);
	return flushed ? 0 : -ENOSPC;
}

/*
 * What is loaded does not survive any kind of reset. But that may have come before
 * this hold of the chip, in which nobody but us has loaded anything. It may also
 * have come before an earlier one: then the TPM lists such a session, and it is
 * flushed, since it may as well be somebody's who was given the same handle.
 */
static void drop_loaded(struct tpm2_rm *rm)
{
	struct tpm2_session *session, *next_session;
	struct tpm2_object *object, *next_object;

	list_for_each_entry_safe(session, next_session, &rm->sessions.lru,
				 place) {
		/* the kernel's is flushed by the kernel, and soon */
		if (session->hold != rm->hold && session->owner != &rm->kernel)
			tpm2_rm_session_doomed(rm, session);
	}
	list_for_each_entry_safe(object, next_object, &rm->objects, lru) {
		if (object->hold != rm->hold)
			tpm2_object_gone(rm, object);
	}
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
	struct tpm2_session *session;
	int rc = 0;

	for (i = 0; i < nr && rc >= 0; i++) {
		session = tpm2_session_table_stalest(&rm->sessions);
		if (!session)
			break;
		/* to have been refused once is no proof */
		do {
			rc = tpm2_context_refresh(rm);
		} while (rc > 0 && tpm2_wire_rc_lost(rc) &&
			 session->state != TPM2_SESSION_LOADED &&
			 session->refusals < TPM2_SESSION_REFUSALS);
		/* what it takes is ours, even if it does not save it again */
		if (rc > 0 && tpm2_wire_rc_lost(rc) &&
		    session->state != TPM2_SESSION_LOADED)
			rc = adopt(rm, session->handle, false);
	}
	return min(rc, 0);
}

static void tell_resets(struct tpm2_rm *rm, const struct resets *resets,
			unsigned int before)
{
	if (resets->reset || resets->restart)
		dev_notice(rm->dev, "TPM was %s, %u of %u sessions are left\n",
			   resets->reset ? "reset" : "restarted",
			   rm->sessions.nr, before);
	if (!resets->known)
		return;
	rm->reset_count = resets->reset_count;
	rm->restart_count = resets->restart_count;
}

/* Could the TPM be read back as far as it ever will be? */
static bool was_read_back(struct tpm2_rm *rm, const struct listing *listing)
{
	/* in failure mode, or upgrading its firmware: when it is well again */
	if (!listing->answers)
		return false;
	if (listing->incomplete && !rm->odd) {
		rm->odd = true;
		dev_warn(rm->dev, "this TPM does not list all that it has; what it loses may go unnoticed\n");
	}
	return true;
}

static int sync_tables(struct tpm2_rm *rm)
{
	bool foreign = rm->trust <= TPM2_TRUST_FOREIGN;
	unsigned int before = rm->sessions.nr;
	struct listing listing = {};
	struct resets resets;
	int rc;

	rc = read_resets(rm, &resets);
	if (rc)
		return rc;
	/* what nobody has a handle of may have one that the tables have */
	if (rm->trust <= TPM2_TRUST_UNSURE && (resets.reset || resets.restart))
		drop_loaded(rm);
	rc = sync_sessions(rm, &listing, &resets);
	if (!rc)
		rc = sync_objects(rm, &listing);
	if (!rc && foreign && resets.reset)
		rc = verify_saved(rm);
	if (rc)
		return rc;
	if (!was_read_back(rm, &listing))
		return TPM_RC_FAILURE;
	tell_resets(rm, &resets, before);
	return 0;
}

/**
 * tpm2_rm_sync() - make the tables say what is in the TPM
 * @rm: resource manager, its chip held
 *
 * Return: 0, a response code of the TPM, or -errno; -EIO also if that has been done
 * too often under this hold. Unless it is 0, the tables are trusted no more than
 * before.
 */
int tpm2_rm_sync(struct tpm2_rm *rm)
{
	bool unsure = rm->trust == TPM2_TRUST_UNSURE;
	int rc = 0;

	lockdep_assert_held(&rm->mutex);

	if (rm->syncs >= MOST_SYNCS)
		return -EIO;
	rm->syncs++;
	if (rm->trust == TPM2_TRUST_SHARED)
		tpm2_rm_distrust(rm, TPM2_TRUST_FOREIGN);
	if (!rm->limits.active_sessions)
		rc = tpm2_rm_read_limits(rm);
	if (!rc)
		rc = sync_tables(rm);
	if (rc)
		return rc;

	/* nobody knows who had a slot when there was none left */
	rm->limits.session_slots = 0;
	rm->limits.object_slots = 0;
	rm->trust = rm->ops->shared(rm) ? TPM2_TRUST_SHARED : TPM2_TRUST_FULL;
	/* an object that nobody was told of is still to be looked for */
	if (unsure && rm->kernel_at_work)
		tpm2_rm_distrust(rm, TPM2_TRUST_UNSURE);
	return 0;
}
