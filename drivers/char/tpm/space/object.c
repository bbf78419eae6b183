// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transient objects of the spaces.
 *
 * A client knows an object by a virtual handle; the TPM's handle changes
 * whenever the object has been out. The context of an object can be loaded any
 * number of times, so it is saved once and kept, and to make room costs a
 * flush; except for a sequence, which changes with use.
 */
#include <linux/bug.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>
#include <trace/events/tpm2_space.h>
#include "charge.h"
#include "compat.h"
#include "context.h"
#include "object.h"
#include "state.h"

#define VIRTUAL_FIRST	0x80ffffff	/* virtual handles count down from here */
#define VIRTUAL_MASK	0x00ffffff

/**
 * tpm2_object_find() - look a virtual handle up
 * @space: whose handle it is
 * @handle: transient handle
 *
 * Return: the object, or NULL.
 */
struct tpm2_object *tpm2_object_find(struct tpm2_rm_space *space, u32 handle)
{
	return xa_load(&space->objects, VIRTUAL_MASK - (handle & VIRTUAL_MASK));
}

/**
 * tpm2_object_find_loaded() - look a handle of the TPM's up
 * @rm: resource manager, its chip held
 * @handle: transient handle
 *
 * Return: the object of a space that is loaded by it, or that a space has left; or
 * NULL, as for the kernel's own.
 */
struct tpm2_object *tpm2_object_find_loaded(struct tpm2_rm *rm, u32 handle)
{
	struct tpm2_object *object;

	lockdep_assert_held(&rm->mutex);

	list_for_each_entry(object, &rm->objects, lru) {
		if (object->handle == handle)
			return object;
	}
	return NULL;
}

/**
 * tpm2_object_handle() - the handle that the client knows
 * @object: object
 */
u32 tpm2_object_handle(const struct tpm2_object *object)
{
	return VIRTUAL_FIRST - object->index;
}

static void object_unloaded(struct tpm2_rm *rm, struct tpm2_object *object)
{
	if (!object->handle)
		return;
	list_del_init(&object->lru);
	object->handle = 0;
	object->refusals = 0;
	rm->nr_objects--;
}

static void drop_context(struct tpm2_object *object)
{
	kfree_sensitive(object->ctx);
	object->ctx = NULL;
	object->ctx_size = 0;
}

/**
 * tpm2_object_handle_given() - the TPM has given a handle away
 * @rm: resource manager, its chip held
 * @handle: transient handle of the TPM's
 * @object: who has it now; NULL if that is none of the spaces'
 *
 * It would not do that twice: whoever had it before is gone.
 */
void tpm2_object_handle_given(struct tpm2_rm *rm, u32 handle,
			      const struct tpm2_object *object)
{
	struct tpm2_object *other, *next;

	lockdep_assert_held(&rm->mutex);

	list_for_each_entry_safe(other, next, &rm->objects, lru) {
		if (other->handle == handle && other != object) {
			tpm2_object_gone(rm, other);
			tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
		}
	}
}

/* It is in a slot, by this handle of the TPM's, and was just used. */
static void enter_slot(struct tpm2_rm *rm, struct tpm2_object *object,
		       u32 handle)
{
	lockdep_assert_held(&rm->mutex);

	tpm2_object_handle_given(rm, handle, object);
	if (!object->handle)
		rm->nr_objects++;
	object->handle = handle;
	object->hold = rm->hold;
	object->refusals = 0;
	list_move_tail(&object->lru, &rm->objects);
	/* from here on the context says what the object was, not what it is */
	if (object->sequence)
		drop_context(object);
}

/**
 * tpm2_object_new() - an object has come into being, and is loaded
 * @space: the space that it belongs to, its chip held
 * @handle: the TPM's handle of it
 * @sequence: it is known to change with use
 * @object: receives the object
 *
 * Return: 0; -ENOMEM; -EBUSY if the space has as many as it may have.
 */
int tpm2_object_new(struct tpm2_rm_space *space, u32 handle, bool sequence,
		    struct tpm2_object **object)
{
	const struct xa_limit limit = XA_LIMIT(0, TPM2_RM_MAX_OBJECTS - 1);
	struct tpm2_object *new;
	int rc;

	new = tpm2_charge_zalloc(sizeof(*new));
	if (!new)
		return -ENOMEM;
	rc = xa_alloc(&space->objects, &new->index, new, limit, GFP_KERNEL);
	if (rc) {
		kfree(new);
		return rc;
	}
	INIT_LIST_HEAD(&new->lru);
	new->space = space;
	new->sequence = sequence;
	/* a sequence is of none */
	new->hierarchy = sequence ? TPM_RH_NULL : 0;
	list_add_tail(&new->all, &space->rm->all_objects);
	WRITE_ONCE(space->nr_objects, space->nr_objects + 1);
	enter_slot(space->rm, new, handle);
	*object = new;
	return 0;
}

/* Be no space's. */
static void leave_space(struct tpm2_object *object)
{
	struct tpm2_rm_space *space = object->space;

	if (!space)
		return;
	xa_erase(&space->objects, object->index);
	WRITE_ONCE(space->nr_objects, space->nr_objects - 1);
	object->space = NULL;
}

/**
 * tpm2_object_free() - forget an object
 * @rm: resource manager, its chip held
 * @object: the object; out of the TPM, or about to be without our doing
 */
void tpm2_object_free(struct tpm2_rm *rm, struct tpm2_object *object)
{
	lockdep_assert_held(&rm->mutex);

	object_unloaded(rm, object);
	drop_context(object);
	list_del_init(&object->all);
	leave_space(object);
	kfree(object);
}

/**
 * tpm2_object_forget_lost() - make room in a space that has as much as it may have
 * @space: the space, its chip held
 *
 * What it has lost it is told of for as long as there is room for that.
 *
 * Return: true if there was something.
 */
bool tpm2_object_forget_lost(struct tpm2_rm_space *space)
{
	struct tpm2_object *object;
	unsigned long i;

	lockdep_assert_held(&space->rm->mutex);

	xa_for_each(&space->objects, i, object) {
		if (!object->lost)
			continue;
		tpm2_object_free(space->rm, object);
		return true;
	}
	return false;
}

/**
 * tpm2_object_disown() - nobody can use an object any more
 * @rm: resource manager, its chip held
 * @object: the object, which the TPM would not flush, or could not be told to
 *
 * If the TPM has it, it is flushed when that is next read back, or its slot is
 * needed; and if that is refused, too, the next time.
 */
void tpm2_object_disown(struct tpm2_rm *rm, struct tpm2_object *object)
{
	lockdep_assert_held(&rm->mutex);

	if (!object->handle) {
		tpm2_object_free(rm, object);
		return;
	}
	drop_context(object);
	leave_space(object);
	object->pinned = false;
	list_move(&object->lru, &rm->objects);
	tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
}

/**
 * tpm2_object_gone() - the TPM has an object no longer
 * @rm: resource manager, its chip held
 * @object: the object, which was loaded; if there is no context to load it
 *	from again, it is marked as lost. It is freed if it is nobody's.
 */
void tpm2_object_gone(struct tpm2_rm *rm, struct tpm2_object *object)
{
	lockdep_assert_held(&rm->mutex);

	if (!object->space) {
		tpm2_object_free(rm, object);
		return;
	}
	object_unloaded(rm, object);
	object->lost = !object->ctx;
}

/* As tpm2_context_slots_full() for sessions. */
static void slots_full(struct tpm2_rm *rm)
{
	struct tpm2_rm_limits *limits = &rm->limits;

	limits->object_slots = rm->nr_objects < limits->loaded_objects ||
			       rm->ops->shared(rm) ? 0 : rm->nr_objects;
}

/**
 * tpm2_object_make_room() - an object is about to be loaded, or made
 * @rm: resource manager, its chip held
 *
 * As tpm2_context_make_room().
 */
int tpm2_object_make_room(struct tpm2_rm *rm)
{
	u32 slots = rm->limits.object_slots;

	lockdep_assert_held(&rm->mutex);

	if (!slots || rm->nr_objects < slots)
		return 0;
	if (rm->nr_objects > slots) {
		rm->limits.object_slots = 0;
		return 0;
	}
	return tpm2_object_spill(rm) == -EIO ? -EIO : 0;
}

/* It was refused; once too often? */
static void count_refusal(struct tpm2_rm *rm, struct tpm2_object *object)
{
	tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
	if (++object->refusals < TPM2_OBJECT_REFUSALS)
		return;
	drop_context(object);
	object->lost = true;
}

/*
 * The TPM has loaded it by a handle that is another's. If that one has gone, all is
 * well; but a TPM whose contexts are no more than handles has loaded nothing, and
 * this is the other one's. So nobody has it, and who is asked for once more is loaded
 * again, or is lost.
 */
static int given_twice(struct tpm2_rm *rm, struct tpm2_object *object,
		       u32 handle)
{
	tpm2_object_handle_given(rm, handle, object);
	count_refusal(rm, object);
	return tpm2_context_flush(rm, handle) == -EIO ? -EIO :
							TPM_RC_REFERENCE_H0;
}

/**
 * tpm2_object_load() - load an object
 * @rm: resource manager, its chip held
 * @object: an object; if it is loaded already, it counts as just used
 *
 * If the TPM does not take the context any more, @object is marked as lost; but not
 * for one refusal, which may have another reason.
 */
int tpm2_object_load(struct tpm2_rm *rm, struct tpm2_object *object)
{
	struct tpm2_session_client whose;
	int rc, room;
	u32 handle;

	lockdep_assert_held(&rm->mutex);

	if (object->lost)
		return TPM_RC_REFERENCE_H0;
	if (object->handle) {
		enter_slot(rm, object, object->handle);
		return 0;
	}

	rc = tpm2_object_make_room(rm);
	if (rc)
		return rc;
	do {
		room = -ENOSPC;
		rc = tpm2_context_load(rm, object->ctx, object->ctx_size,
				       &handle);
		if (rc > 0 && tpm2_wire_rc_shortage(rc)) {
			slots_full(rm);
			room = tpm2_object_spill(rm);
		}
	} while (!room);
	if (room < 0 && room != -ENOSPC)
		rc = room;

	if (!rc && tpm2_object_find_loaded(rm, handle)) {
		rc = given_twice(rm, object, handle);
	} else if (!rc) {
		enter_slot(rm, object, handle);
		whose = tpm2_session_owner_client(&object->space->owner);
		trace_tpm2_space_load(rm->chip, tpm2_object_handle(object),
				      whose.pid, whose.uid);
	} else if (rc > 0 && tpm2_wire_rc_lost(rc)) {
		/* the hierarchy was cleared, or the TPM was reset */
		count_refusal(rm, object);
	}
	return rc;
}

/**
 * tpm2_object_save() - get a loaded object's context
 * @rm: resource manager, its chip held
 * @object: the object, of which we have none
 */
int tpm2_object_save(struct tpm2_rm *rm, struct tpm2_object *object)
{
	struct tpm2_wire_context head;
	u32 size;
	int rc;

	lockdep_assert_held(&rm->mutex);

	rc = tpm2_context_save(rm, object->handle, &size);
	if (rc)
		return rc;

	object->ctx = tpm2_charge_memdup(rm->scratch + TPM2_WIRE_HEADER_SIZE,
					 size);
	if (!object->ctx)
		return -ENOMEM;
	object->ctx_size = size;
	tpm2_wire_parse_context(object->ctx, size, &head);
	object->hierarchy = tpm2_wire_hierarchy(head.hierarchy);
	/* not every TPM says so */
	object->sequence |= head.saved_handle == TPM2_WIRE_SAVED_SEQUENCE;
	return 0;
}

/*
 * The TPM refuses to save or to flush an object. Has it not got it? Where it has, it
 * may be of a kind that this TPM never saves; so it is asked for that again, but
 * no more often than once a hold, and what it has said before is believed.
 */
static void note_refusal(struct tpm2_rm *rm, struct tpm2_object *object)
{
	object->refused = rm->hold;
	if (!object->refusals++)
		tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
}

static void trace_spill(struct tpm2_rm *rm, const struct tpm2_object *object)
{
	struct tpm2_session_client whose;

	whose = tpm2_session_owner_client(&object->space->owner);
	trace_tpm2_space_spill(rm->chip, tpm2_object_handle(object), whose.pid,
			       whose.uid);
}

static int spill_object(struct tpm2_rm *rm, struct tpm2_object *object)
{
	int rc = 0;

	if (object->space && !object->ctx)
		rc = tpm2_object_save(rm, object);
	/* if that fails it is good to have its context, until it is used */
	if (!rc)
		rc = tpm2_context_flush(rm, object->handle);
	if (rc > 0 && tpm2_wire_rc_lost(rc))
		note_refusal(rm, object);
	if (rc)
		return rc;

	if (object->space) {
		object_unloaded(rm, object);
		trace_spill(rm, object);
	} else {
		tpm2_object_free(rm, object);
	}
	return 0;
}

/**
 * tpm2_object_spill() - make room for an object
 * @rm: resource manager, its chip held
 *
 * Takes the least recently used object that the command under way does not
 * name out of its slot. One that the TPM does not let go stays where it is, and
 * the next one has to leave.
 *
 * Return: 0 if a slot is free now, -ENOSPC if there is nothing to take out;
 * else as all here. What the TPM says of one that it seems not to have is returned
 * if there is no other: then the tables are to be trusted less, if it is news.
 */
int tpm2_object_spill(struct tpm2_rm *rm)
{
	struct tpm2_object *object, *next;
	int rc = -ENOSPC;

	lockdep_assert_held(&rm->mutex);

	list_for_each_entry_safe(object, next, &rm->objects, lru) {
		if (object->pinned || object->refused == rm->hold)
			continue;
		rc = spill_object(rm, object);
		if (rc <= 0)
			break;
	}
	return rc;
}

/* Once more, since one refusal is no proof; if it cannot be saved, it is flushed. */
static int drop_object(struct tpm2_rm *rm, struct tpm2_object *object)
{
	int rc = 0;

	if (object->space && !object->ctx)
		rc = tpm2_object_save(rm, object);
	if (rc != -EIO)
		rc = tpm2_context_flush(rm, object->handle);
	/* or has the TPM not got it? */
	if (rc > 0 && tpm2_wire_rc_lost(rc)) {
		tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
		rc = tpm2_context_flush(rm, object->handle);
	}
	if (rc > 0 && tpm2_wire_rc_lost(rc))
		rc = 0;
	if (!rc)
		tpm2_object_gone(rm, object);
	return rc;
}

/**
 * tpm2_object_drop() - make room for an object, whatever becomes of another
 * @rm: resource manager, its chip held; no client's command is under way
 *
 * For the kernel, where tpm2_object_spill() did not help. Takes the least recently
 * used object out of its slot that the TPM flushes. If the TPM does not save it, its
 * client has lost it.
 *
 * Return: as tpm2_object_spill().
 */
int tpm2_object_drop(struct tpm2_rm *rm)
{
	struct tpm2_object *object, *next;
	int rc = -ENOSPC;

	lockdep_assert_held(&rm->mutex);

	list_for_each_entry_safe(object, next, &rm->objects, lru) {
		if (WARN_ON_ONCE(object->pinned))
			break;
		rc = drop_object(rm, object);
		if (rc <= 0)
			break;
	}
	if (!rc)
		dev_notice_once(rm->dev, "the kernel needs a slot that has what this TPM does not save: it is lost\n");
	return rc;
}
