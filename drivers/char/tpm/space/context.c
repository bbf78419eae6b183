// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts: into the TPM, out of it, away; and whose goes when.
 *
 * Nothing is moved before it has to be. What a command names is loaded for
 * it; what is loaded stays until there is no slot left, and then the least
 * recently used one leaves. How many slots there are is what the TPM answers,
 * not what it advertises; the answer is remembered, so it need not be asked for
 * each time.
 */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trace/events/tpm2_space.h>
#include "charge.h"
#include "context.h"
#include "session.h"
#include "state.h"

/**
 * tpm2_context_transmit() - send a command
 * @rm: resource manager, its chip held
 * @buf: command, replaced by the response; TPM2_WIRE_BUFSIZE bytes
 *
 * Whatever errno a driver may have for it, a command that was lost on its way is
 * -EIO to all of us, so that none is taken for something that we say; the
 * driver's own is in tpm2_rm::error.
 *
 * Return: size of the response in bytes, at least a header's, or -EIO.
 */
ssize_t tpm2_context_transmit(struct tpm2_rm *rm, u8 *buf)
{
	ssize_t size;

	lockdep_assert_held(&rm->mutex);

	rm->stats.commands++;
	size = rm->ops->transmit(rm, buf);
	if (size >= TPM2_WIRE_HEADER_SIZE)
		return size;

	/* did the TPM carry it out or not? */
	tpm2_rm_distrust(rm, TPM2_TRUST_UNSURE);
	rm->error = size < 0 ? size : -EIO;
	return -EIO;
}

/* Send what is in the scratch buffer; the size of the response if wanted. */
static int command(struct tpm2_rm *rm, ssize_t *size)
{
	ssize_t len = tpm2_context_transmit(rm, rm->scratch);

	if (len < 0)
		return len;
	if (size)
		*size = len;
	/* a response code has 12 bits; whatever else is set is no errno */
	return tpm2_wire_response_code(rm->scratch) & S32_MAX;
}

/**
 * tpm2_context_flush() - TPM2_FlushContext
 * @rm: resource manager, its chip held
 * @handle: the TPM's handle of a session or object
 */
int tpm2_context_flush(struct tpm2_rm *rm, u32 handle)
{
	tpm2_wire_build_flush_context(rm->scratch, handle);
	return command(rm, NULL);
}

/**
 * tpm2_context_flush_session() - TPM2_FlushContext of a session
 * @rm: resource manager, its chip held
 * @session: the session
 *
 * If the TPM says that it has not got it, that is counted: a TPM that cannot be read
 * back either will say so each time.
 *
 * Return: 0 if it is gone; else as all here.
 */
int tpm2_context_flush_session(struct tpm2_rm *rm, struct tpm2_session *session)
{
	int rc;

	lockdep_assert_held(&rm->mutex);

	rc = tpm2_context_flush(rm, session->handle);
	if (rc > 0 && tpm2_wire_rc_lost(rc))
		session->absences++;
	return rc;
}

/**
 * tpm2_context_save() - TPM2_ContextSave
 * @rm: resource manager, its chip held
 * @handle: the TPM's handle of a session or object
 * @ctx_size: receives the size of the context in bytes
 *
 * On success the context stands in the scratch buffer behind a header, just
 * where a TPM2_ContextLoad would want it.
 */
int tpm2_context_save(struct tpm2_rm *rm, u32 handle, u32 *ctx_size)
{
	struct tpm2_wire_context head;
	ssize_t size;
	int rc;

	tpm2_wire_build_context_save(rm->scratch, handle);
	rc = command(rm, &size);
	if (rc)
		return rc;
	rm->stats.context_saves++;

	rc = tpm2_wire_parse_context(rm->scratch + TPM2_WIRE_HEADER_SIZE,
				     size - TPM2_WIRE_HEADER_SIZE, &head);
	if (rc < 0) {
		tpm2_rm_distrust(rm, TPM2_TRUST_UNSURE);
		return -EIO;
	}
	*ctx_size = rc;
	return 0;
}

/**
 * tpm2_context_load() - TPM2_ContextLoad
 * @rm: resource manager, its chip held
 * @ctx: the context; may stand where tpm2_context_save() left it
 * @ctx_size: its size in bytes
 * @handle: receives the TPM's handle
 */
int tpm2_context_load(struct tpm2_rm *rm, const u8 *ctx, u32 ctx_size,
		      u32 *handle)
{
	ssize_t size;
	int rc;

	tpm2_wire_build_context_load(rm->scratch, ctx, ctx_size);
	rc = command(rm, &size);
	if (rc)
		return rc;
	rm->stats.context_loads++;

	if (size < TPM2_WIRE_HEADER_SIZE + 4) {
		tpm2_rm_distrust(rm, TPM2_TRUST_UNSURE);
		return -EIO;
	}
	*handle = tpm2_wire_get_handle(rm->scratch, TPM2_WIRE_HEADER_SIZE);
	return 0;
}

/* See that there is memory for a context before the TPM hands it out. */
static int provide_spare(struct tpm2_rm *rm)
{
	if (!rm->spare)
		rm->spare = kzalloc(TPM2_WIRE_BUFSIZE, GFP_KERNEL);
	return rm->spare ? 0 : -ENOMEM;
}

/**
 * tpm2_context_copy() - keep a session's context
 * @rm: resource manager, its chip held
 * @data: TPMS_CONTEXT
 * @avail: bytes that there are of it, or more; no more than TPM2_WIRE_BUFSIZE
 * @ctx: receives the context, in memory of its own
 *
 * Return: 0, -EIO if that is none, -ENOMEM.
 */
int tpm2_context_copy(struct tpm2_rm *rm, const u8 *data, u32 avail,
		      struct tpm2_session_context *ctx)
{
	struct tpm2_wire_context head;
	int size;

	lockdep_assert_held(&rm->mutex);

	size = tpm2_wire_parse_context(data, avail, &head);
	if (size < 0)
		return -EIO;
	ctx->data = tpm2_charge_memdup(data, size);
	if (!ctx->data && rm->spare) {
		ctx->data = memcpy(rm->spare, data, size);
		rm->spare = NULL;
	}
	if (!ctx->data)
		return -ENOMEM;
	ctx->size = size;
	ctx->sequence = head.sequence;
	ctx->nth = ++rm->saved;
	return 0;
}

/**
 * tpm2_context_slots_full() - the TPM says that it has no slot for a session
 * @rm: resource manager, its chip held
 *
 * So many can be loaded, unless it is fewer than there must be: then somebody
 * else has something there, which may go at any time.
 */
void tpm2_context_slots_full(struct tpm2_rm *rm)
{
	struct tpm2_rm_limits *limits = &rm->limits;
	unsigned int nr = rm->sessions.nr_loaded;

	lockdep_assert_held(&rm->mutex);

	limits->session_slots = nr < limits->loaded_sessions ||
				rm->ops->shared(rm) ? 0 : nr;
}

/**
 * tpm2_context_make_room() - a session is about to be loaded, or started
 * @rm: resource manager, its chip held
 *
 * If the TPM is known to have no slot for it, one is made now: that saves a
 * command that would be refused. Whether there is one is for the TPM to say.
 *
 * Return: 0, or -EIO.
 */
int tpm2_context_make_room(struct tpm2_rm *rm)
{
	u32 slots = rm->limits.session_slots;

	lockdep_assert_held(&rm->mutex);

	if (!slots || rm->sessions.nr_loaded < slots)
		return 0;
	/* there are more of them than it seemed */
	if (rm->sessions.nr_loaded > slots) {
		rm->limits.session_slots = 0;
		return 0;
	}
	return tpm2_context_spill_session(rm) == -EIO ? -EIO : 0;
}

/**
 * tpm2_context_load_session() - load a session
 * @rm: resource manager, its chip held
 * @session: a session whose newest context we have; if it is loaded already,
 *	it counts as just used
 *
 * If the TPM does not know the context any more, what has become of the session is
 * found out before the next command.
 */
int tpm2_context_load_session(struct tpm2_rm *rm, struct tpm2_session *session)
{
	struct tpm2_session_client whose;
	int rc, room;
	u32 handle;

	if (session->state == TPM2_SESSION_LOADED) {
		/* whether it is there, the command that names it will tell */
		tpm2_rm_session_named(rm, session);
		return 0;
	}
	if (WARN_ON_ONCE(!session->ctx.data))
		return -EINVAL;

	rc = tpm2_context_make_room(rm);
	if (rc)
		return rc;
	do {
		room = -ENOSPC;
		rc = tpm2_context_load(rm, session->ctx.data,
				       session->ctx.size, &handle);
		if (rc > 0 && tpm2_wire_rc_shortage(rc)) {
			tpm2_context_slots_full(rm);
			room = tpm2_context_spill_session(rm);
		}
	} while (!room);
	if (room != -ENOSPC)
		rc = room;

	if (!rc) {
		tpm2_rm_session_loaded(rm, session, handle);
		whose = tpm2_session_client(session);
		trace_tpm2_space_load(rm->chip, session->handle, whose.pid,
				      whose.uid);
	} else if (rc < 0) {
		session->unsure = true;
	} else if (tpm2_wire_rc_lost(rc)) {
		tpm2_rm_session_refused(rm, session);
	}
	return rc;
}

/* Have a session saved, which has left its slot then. */
static int take_out(struct tpm2_rm *rm, struct tpm2_session *session,
		    struct tpm2_session_context *ctx)
{
	const u8 *data = rm->scratch + TPM2_WIRE_HEADER_SIZE;
	u32 size;
	int rc;

	rc = provide_spare(rm);
	if (rc)
		return rc;
	rc = tpm2_context_save(rm, session->handle, &size);
	if (rc < 0)
		session->unsure = true;
	if (rc)
		return rc;

	rc = tpm2_context_copy(rm, data, size, ctx);
	if (WARN_ON_ONCE(rc)) {
		session->unsure = true;
		tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
	}
	return rc;
}

/**
 * tpm2_context_save_session() - take a session out of the TPM
 * @rm: resource manager, its chip held
 * @session: a LOADED one
 *
 * If the TPM does not know it any more, what has become of it is found out before
 * the next command.
 *
 * Return: 0 if its slot is free now; else as all here.
 */
int tpm2_context_save_session(struct tpm2_rm *rm, struct tpm2_session *session)
{
	struct tpm2_session_context ctx = {};
	int rc = take_out(rm, session, &ctx);

	if (!rc)
		tpm2_rm_session_saved(rm, session, &ctx);
	else if (rc > 0 && tpm2_wire_rc_lost(rc))
		tpm2_rm_session_refused(rm, session);
	return rc;
}

/**
 * tpm2_context_find_session() - find out whether a session is in a slot
 * @rm: resource manager, its chip held
 * @session: one of which that is not known
 *
 * Only what is in a slot can be saved, so it is taken out.
 *
 * Return: 0 if it was in one; a response code that tpm2_wire_rc_lost() is true for
 * if it was not; else as all here, and it is as unknown as before.
 */
int tpm2_context_find_session(struct tpm2_rm *rm, struct tpm2_session *session)
{
	struct tpm2_session_context ctx = {};
	int rc = take_out(rm, session, &ctx);

	if (rc)
		return rc;
	/* so it was, whatever the table has thought */
	if (session->state != TPM2_SESSION_LOADED)
		tpm2_rm_session_loaded(rm, session, session->handle);
	tpm2_rm_session_saved(rm, session, &ctx);
	return 0;
}

static bool is_unplaced(const struct tpm2_session *session)
{
	return !session->owner && !session->placed &&
	       session->state == TPM2_SESSION_DETACHED;
}

/**
 * tpm2_context_nr_unplaced() - how many sessions of nobody's may be in a slot?
 * @rm: resource manager, its chip held
 *
 * That is, beside those that the table has there.
 */
unsigned int tpm2_context_nr_unplaced(struct tpm2_rm *rm)
{
	struct tpm2_session *session;
	unsigned int nr = 0;

	lockdep_assert_held(&rm->mutex);

	if (rm->shows_place || rm->ops->shared(rm))
		return 0;
	list_for_each_entry(session, &rm->sessions.aged, aged)
		nr += is_unplaced(session);
	return nr;
}

/*
 * One that somebody else has left in a slot passes for one that is out, where the TPM
 * lists it with those that are. Nobody has it loaded, so it does no harm to look, once
 * at each.
 */
static int spill_misplaced(struct tpm2_rm *rm)
{
	struct tpm2_session *session;
	int rc;

	if (rm->shows_place || rm->ops->shared(rm))
		return -ENOSPC;
	list_for_each_entry(session, &rm->sessions.aged, aged) {
		if (!is_unplaced(session))
			continue;
		rc = tpm2_context_find_session(rm, session);
		if (rc <= 0 || rc == TPM_RC_CONTEXT_GAP)
			return rc;
		session->placed = tpm2_wire_rc_lost(rc);
	}
	return -ENOSPC;
}

/**
 * tpm2_context_place_strangers() - are sessions of nobody's in their slots?
 * @rm: resource manager, its chip held
 *
 * One that somebody else has left may be taken for one that is in a slot, and have the
 * oldest context of all, where the TPM lists it with those that are. Nobody has it
 * loaded, so it does no harm to look.
 *
 * Return: 0 if something was found out; -ENOSPC if not; or -errno.
 */
int tpm2_context_place_strangers(struct tpm2_rm *rm)
{
	struct tpm2_session *session, *next;
	int rc, found = -ENOSPC;

	lockdep_assert_held(&rm->mutex);

	if (rm->shows_place || rm->ops->shared(rm))
		return -ENOSPC;
	list_for_each_entry_safe(session, next, &rm->sessions.lru, place) {
		if (session->owner || session->pinned)
			continue;
		rc = tpm2_context_save_session(rm, session);
		if (rc < 0)
			return rc;
		if (rc > 0 && !tpm2_wire_rc_lost(rc))
			continue;
		if (rc > 0)
			tpm2_rm_session_detached(rm, session, NULL);
		session->placed = rc > 0;
		found = 0;
	}
	return found;
}

/*
 * Save the least recently used session that the command under way does not name. One
 * that the TPM refuses to save for some reason of its own stays where it is, and the
 * next one has to leave.
 */
static int spill(struct tpm2_rm *rm, bool unowned)
{
	struct tpm2_session *session;
	int misplaced, rc = -ENOSPC;

	lockdep_assert_held(&rm->mutex);

	for (;;) {
		session = tpm2_session_table_coldest(&rm->sessions, unowned);
		if (!session) {
			misplaced = unowned ? spill_misplaced(rm) : -ENOSPC;
			if (misplaced != -ENOSPC)
				rc = misplaced;
			break;
		}
		rc = tpm2_context_save_session(rm, session);
		if (rc <= 0 || rc == TPM_RC_CONTEXT_GAP ||
		    tpm2_wire_rc_lost(rc))
			break;
		session->clings = true;
	}
	list_for_each_entry(session, &rm->sessions.lru, place)
		session->clings = false;
	return rc > 0 && tpm2_wire_rc_lost(rc) ? 0 : rc;
}

/**
 * tpm2_context_spill_session() - make room for a session
 * @rm: resource manager, its chip held
 *
 * Saves the least recently used session that the command under way does not
 * name. One that nobody owns was loaded by somebody else; while that somebody
 * may still be there, it is left alone.
 *
 * Return: 0 if a slot is free now, or it is to be found out whether it is; -ENOSPC
 * if there is nothing to save; else as all here.
 */
int tpm2_context_spill_session(struct tpm2_rm *rm)
{
	return spill(rm, !rm->ops->shared(rm));
}

/**
 * tpm2_context_spill_owned() - take a session of a client's out of its slot
 * @rm: resource manager, its chip held
 *
 * As tpm2_context_spill_session(), but what nobody owns is left alone in any case.
 */
int tpm2_context_spill_owned(struct tpm2_rm *rm)
{
	return spill(rm, false);
}

/**
 * tpm2_context_refresh() - load the oldest context that we have and save it again
 * @rm: resource manager, its chip held
 *
 * Return: 0 if it is the oldest no longer, -ENOSPC if there is none; else as
 * all here.
 */
int tpm2_context_refresh(struct tpm2_rm *rm)
{
	struct tpm2_session_client whose;
	struct tpm2_session *session;
	int rc;

	lockdep_assert_held(&rm->mutex);

	session = tpm2_session_table_stalest(&rm->sessions);
	if (!session)
		return -ENOSPC;

	rc = tpm2_context_load_session(rm, session);
	if (rc)
		return rc;

	rm->stats.refreshes++;
	whose = tpm2_session_client(session);
	trace_tpm2_space_regap(rm->chip, session->handle,
			       rm->ops->now(rm) - session->created.now,
			       whose.pid, whose.uid);
	return tpm2_context_save_session(rm, session);
}
