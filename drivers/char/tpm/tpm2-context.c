// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contexts of sessions and objects: into the TPM, out of it, away.
 *
 * Nothing is moved before it has to be. What a command names is loaded for
 * it; what is loaded stays until the TPM says that it has no slot left, and
 * then the least recently used one leaves. How many slots there are is what
 * the TPM answers, not what it advertises.
 *
 * The context of a session can be loaded once. That of an object can be
 * loaded any number of times, so it is saved once and kept, and to make room
 * costs a flush; except for a sequence, which changes with use.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include "tpm2-context.h"
#include "tpm2-rm.h"

#define VIRTUAL_FIRST	0x80ffffff	/* virtual handles count down from here */
#define VIRTUAL_MASK	0x00ffffff

/**
 * tpm2_context_transmit() - send a command
 * @rm: resource manager, its chip held
 * @buf: command, replaced by the response; TPM2_WIRE_BUFSIZE bytes
 *
 * Return: size of the response in bytes, at least a header's, or -errno.
 */
ssize_t tpm2_context_transmit(struct tpm2_rm *rm, u8 *buf)
{
	ssize_t size;

	rm->stats.commands++;
	size = rm->ops->transmit(rm, buf);
	if (size >= 0 && size < TPM2_WIRE_HEADER_SIZE)
		size = -EIO;
	/* did the TPM carry it out or not? */
	if (size < 0)
		rm->stale = true;
	return size;
}

/* Send what is in the scratch buffer; the size of the response if wanted. */
static int command(struct tpm2_rm *rm, ssize_t *size)
{
	ssize_t len = tpm2_context_transmit(rm, rm->scratch);

	if (len < 0)
		return len;
	if (size)
		*size = len;
	return tpm2_wire_response_code(rm->scratch);
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

/*
 * Save a context; on success it stands in the scratch buffer behind a header,
 * just where a TPM2_ContextLoad would want it.
 */
static int save(struct tpm2_rm *rm, u32 handle, u32 *ctx_size)
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
		rm->stale = true;
		return -EIO;
	}
	*ctx_size = rc;
	return 0;
}

static int load(struct tpm2_rm *rm, const u8 *ctx, u32 ctx_size, u32 *handle)
{
	ssize_t size;
	int rc;

	tpm2_wire_build_context_load(rm->scratch, ctx, ctx_size);
	rc = command(rm, &size);
	if (rc)
		return rc;
	rm->stats.context_loads++;

	if (size < TPM2_WIRE_HEADER_SIZE + 4) {
		rm->stale = true;
		return -EIO;
	}
	*handle = tpm2_wire_get_handle(rm->scratch, TPM2_WIRE_HEADER_SIZE);
	return 0;
}

static void session_loaded(struct tpm2_rm *rm, struct tpm2_session *session)
{
	u8 *ctx = session->ctx;

	spin_lock(&rm->lock);
	tpm2_session_table_loaded(&rm->sessions, session);
	spin_unlock(&rm->lock);
	kfree_sensitive(ctx);
}

/**
 * tpm2_context_load_session() - bring a session into the TPM
 * @rm: resource manager, its chip held
 * @session: a session; if it is loaded already, it counts as just used
 *
 * If the TPM does not know the context any more, the session is buried, and
 * @session may be gone when this returns.
 */
int tpm2_context_load_session(struct tpm2_rm *rm, struct tpm2_session *session)
{
	int rc, room;
	u32 handle;

	if (session->state == TPM2_SESSION_LOADED) {
		session_loaded(rm, session);
		return 0;
	}
	if (WARN_ON_ONCE(session->state != TPM2_SESSION_SAVED))
		return -EINVAL;

	do {
		room = -ENOSPC;
		rc = load(rm, session->ctx, session->ctx_size, &handle);
		if (rc == TPM_RC_SESSION_MEMORY)
			room = tpm2_context_spill_session(rm);
	} while (!room);
	if (room != -ENOSPC)
		rc = room;

	if (!rc)
		session_loaded(rm, session);
	else if (rc > 0 && tpm2_wire_rc_lost(rc))
		tpm2_rm_session_lost(rm, session);
	return rc;
}

/**
 * tpm2_context_spill_session() - make room for a session
 * @rm: resource manager, its chip held
 *
 * Saves the least recently used session that the command under way does not
 * name. One that nobody owns was loaded by somebody else; while that somebody
 * may still be there, it is left alone.
 *
 * Return: 0 if a slot is free now, -ENOSPC if there is nothing to save; else
 * as all here.
 */
int tpm2_context_spill_session(struct tpm2_rm *rm)
{
	struct tpm2_session *session;
	u32 size, handle;
	u8 *ctx;
	int rc;

	session = tpm2_session_table_coldest(&rm->sessions,
					     !rm->ops->shared(rm));
	if (!session)
		return -ENOSPC;

	rc = save(rm, session->handle, &size);
	if (rc > 0 && tpm2_wire_rc_lost(rc)) {
		tpm2_rm_session_lost(rm, session);
		return 0;
	}
	if (rc)
		return rc;

	ctx = kmemdup(rm->scratch + TPM2_WIRE_HEADER_SIZE, size,
		      GFP_KERNEL_ACCOUNT);
	if (!ctx) {
		/* put it back: the only copy is in the scratch buffer */
		rc = load(rm, rm->scratch + TPM2_WIRE_HEADER_SIZE, size,
			  &handle);
		if (rc)
			tpm2_rm_session_lost(rm, session);
		return -ENOMEM;
	}

	spin_lock(&rm->lock);
	tpm2_session_table_saved(&rm->sessions, session, ctx, size);
	spin_unlock(&rm->lock);
	return 0;
}

/**
 * tpm2_context_find_object() - look a virtual handle up
 * @space: whose handle it is
 * @handle: transient handle
 *
 * Return: the object, or NULL.
 */
struct tpm2_object *tpm2_context_find_object(struct tpm2_rm_space *space,
					     u32 handle)
{
	return xa_load(&space->objects, VIRTUAL_MASK - (handle & VIRTUAL_MASK));
}

/**
 * tpm2_context_object_handle() - the handle that the client knows
 * @object: object
 */
u32 tpm2_context_object_handle(const struct tpm2_object *object)
{
	return VIRTUAL_FIRST - object->index;
}

static void object_unloaded(struct tpm2_rm *rm, struct tpm2_object *object)
{
	if (!object->handle)
		return;
	list_del_init(&object->lru);
	object->handle = 0;
	rm->nr_objects--;
}

static void drop_context(struct tpm2_object *object)
{
	kfree_sensitive(object->ctx);
	object->ctx = NULL;
	object->ctx_size = 0;
}

/**
 * tpm2_context_object_loaded() - an object is in a slot, and was just used
 * @rm: resource manager, its chip held
 * @object: the object
 * @handle: the TPM's handle of it
 */
void tpm2_context_object_loaded(struct tpm2_rm *rm, struct tpm2_object *object,
				u32 handle)
{
	if (!object->handle)
		rm->nr_objects++;
	object->handle = handle;
	list_move_tail(&object->lru, &rm->objects);
	/* from here on the context says what the object was, not what it is */
	if (object->sequence)
		drop_context(object);
}

/**
 * tpm2_context_object_gone() - the TPM has an object no longer
 * @rm: resource manager, its chip held
 * @object: the object, which was loaded; if there is no context to load it
 *	from again, it is marked as lost
 */
void tpm2_context_object_gone(struct tpm2_rm *rm, struct tpm2_object *object)
{
	object_unloaded(rm, object);
	object->lost = !object->ctx;
}

/**
 * tpm2_context_free_object() - forget an object
 * @rm: resource manager, its chip held
 * @object: the object; out of the TPM, or about to be without our doing
 */
void tpm2_context_free_object(struct tpm2_rm *rm, struct tpm2_object *object)
{
	object_unloaded(rm, object);
	drop_context(object);
	xa_erase(&object->space->objects, object->index);
	object->space->nr_objects--;
	kfree(object);
}

/**
 * tpm2_context_load_object() - bring an object into the TPM
 * @rm: resource manager, its chip held
 * @object: an object; if it is loaded already, it counts as just used
 *
 * If the TPM does not take the context any more, @object is marked as lost.
 */
int tpm2_context_load_object(struct tpm2_rm *rm, struct tpm2_object *object)
{
	int rc, room;
	u32 handle;

	if (object->lost)
		return TPM_RC_REFERENCE_H0;
	if (object->handle) {
		list_move_tail(&object->lru, &rm->objects);
		return 0;
	}

	do {
		room = -ENOSPC;
		rc = load(rm, object->ctx, object->ctx_size, &handle);
		if (rc == TPM_RC_OBJECT_MEMORY)
			room = tpm2_context_spill_object(rm);
	} while (!room);
	if (room != -ENOSPC)
		rc = room;

	if (!rc) {
		tpm2_context_object_loaded(rm, object, handle);
	} else if (rc > 0 && tpm2_wire_rc_lost(rc)) {
		/* the hierarchy was cleared, or the TPM was reset */
		drop_context(object);
		object->lost = true;
	}
	return rc;
}

static int save_object(struct tpm2_rm *rm, struct tpm2_object *object)
{
	struct tpm2_wire_context head;
	u32 size;
	int rc;

	rc = save(rm, object->handle, &size);
	if (rc)
		return rc;

	object->ctx = kmemdup(rm->scratch + TPM2_WIRE_HEADER_SIZE, size,
			      GFP_KERNEL_ACCOUNT);
	if (!object->ctx)
		return -ENOMEM;
	object->ctx_size = size;
	tpm2_wire_parse_context(object->ctx, size, &head);
	object->sequence = head.saved_handle == TPM2_WIRE_SAVED_SEQUENCE;
	return 0;
}

static int spill_object(struct tpm2_rm *rm, struct tpm2_object *object)
{
	int rc = 0;

	if (!object->ctx)
		rc = save_object(rm, object);
	if (!rc)
		rc = tpm2_context_flush(rm, object->handle);
	if (rc > 0 && tpm2_wire_rc_lost(rc)) {
		/* somebody else flushed it, which leaves the slot free too */
		tpm2_context_object_gone(rm, object);
		return 0;
	}
	if (!rc)
		object_unloaded(rm, object);
	else if (object->sequence)
		drop_context(object);
	return rc;
}

/**
 * tpm2_context_spill_object() - make room for an object
 * @rm: resource manager, its chip held
 *
 * Takes the least recently used object that the command under way does not
 * name out of its slot.
 *
 * Return: 0 if a slot is free now, -ENOSPC if there is nothing to take out;
 * else as all here.
 */
int tpm2_context_spill_object(struct tpm2_rm *rm)
{
	struct tpm2_object *object;

	list_for_each_entry(object, &rm->objects, lru) {
		if (!object->pinned)
			return spill_object(rm, object);
	}
	return -ENOSPC;
}

/**
 * tpm2_context_spill_all() - leave nothing of ours in the TPM's slots
 * @rm: resource manager, its chip held
 *
 * Somebody else is about to use the TPM, or it is about to lose what is
 * loaded.
 */
void tpm2_context_spill_all(struct tpm2_rm *rm)
{
	struct tpm2_session *session;

	while (!tpm2_context_spill_object(rm))
		;
	while ((session = tpm2_session_table_coldest(&rm->sessions, false))) {
		if (tpm2_context_spill_session(rm))
			break;
	}
}

/**
 * tpm2_context_keep_reserve() - leave the slots free that the kernel needs
 * @rm: resource manager, its chip held
 *
 * The kernel's own users of the TPM load objects and start sessions without
 * asking us for room.
 */
void tpm2_context_keep_reserve(struct tpm2_rm *rm)
{
	const struct tpm2_rm_limits *limits = &rm->limits;

	if (limits->reserve_objects)
		while (rm->nr_objects + limits->reserve_objects >
		       limits->loaded_objects)
			if (tpm2_context_spill_object(rm))
				break;
	if (limits->reserve_sessions)
		while (rm->sessions.nr_loaded + limits->reserve_sessions >
		       limits->loaded_sessions)
			if (tpm2_context_spill_session(rm))
				break;
}
