// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a client sees of the TPM: TPM2_GetCapability.
 *
 * To a client, what it has is loaded; that we may have taken some of it out of
 * the TPM is our affair. And what others have is not there, except for sessions
 * that no open file owns, which everyone may use. So for transient objects and
 * for sessions the answer comes from our tables. For the other handle types it
 * comes from the TPM. So do properties, but for those that say how much is left:
 * of what we have loaded for others, all can make room.
 *
 * An answer in a session has an HMAC, or is what a client audits. It is the
 * TPM's own, as the client is to see it, and is not touched.
 */
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include "capability.h"
#include "object.h"
#include "state.h"

#define MAX_HANDLES	254	/* MAX_CAP_HANDLES, Part 2, annex */

static bool is_ours(u32 handle)
{
	return tpm2_wire_is_session(handle) || tpm2_wire_is_transient(handle);
}

/* The lowest virtual handle from @first on, or 0. */
static u32 next_object(struct tpm2_rm_space *space, u32 first)
{
	struct tpm2_object *object;
	unsigned long index;
	u32 handle, best = 0;

	xa_for_each(&space->objects, index, object) {
		handle = tpm2_object_handle(object);
		if (!object->lost && handle >= first)
			best = handle;	/* they count down with the index */
	}
	return best;
}

static bool is_listed(const struct tpm2_rm_space *space,
		      const struct tpm2_session *session, u8 type)
{
	if (session->doomed)
		return false;
	if (type == TPM_HT_POLICY_SESSION)
		return session->state == TPM2_SESSION_DETACHED;
	if (!session->owner)
		return session->state != TPM2_SESSION_DETACHED;
	return session->owner == &space->owner && !session->parked;
}

/*
 * The handle of the lowest session index from that of @first on, or 0. A TPM
 * lists saved sessions of all kinds by one kind of handle.
 */
static u32 next_session(struct tpm2_rm_space *space, u32 first)
{
	u8 type = tpm2_wire_handle_type(first);
	struct tpm2_session *session;
	u32 index, handle = 0;
	u32 best = TPM2_SESSION_INDEX_MASK + 1;

	list_for_each_entry(session, &space->rm->sessions.aged, aged) {
		index = tpm2_session_index(session->handle);
		if (index < tpm2_session_index(first) || index >= best ||
		    !is_listed(space, session, type))
			continue;
		best = index;
		handle = type == TPM_HT_POLICY_SESSION ?
			 (u32)TPM_HT_HMAC_SESSION << 24 | index :
			 session->handle;
	}
	return handle;
}

/*
 * A response that lists what the space may see. The scratch buffer holds the
 * handles meanwhile.
 */
static u32 list_handles(struct tpm2_rm_space *space, u8 *buf, u32 first,
			u32 count)
{
	u32 *handles = (u32 *)space->rm->scratch;
	u8 type = tpm2_wire_handle_type(first);
	u32 nr = 0, skip = 0, handle;

	/*
	 * A TPM numbers objects from 0x80000000 up, and there are clients that
	 * ask for the one after the other by counting up from there. No virtual
	 * handle is that low, so it must be an ordinal.
	 */
	if (type == TPM_HT_TRANSIENT &&
	    (first & TPM2_SESSION_INDEX_MASK) < TPM2_RM_MAX_OBJECTS)
		skip = first & TPM2_SESSION_INDEX_MASK;

	count = min_t(u32, count, MAX_HANDLES);
	for (;;) {
		handle = type == TPM_HT_TRANSIENT ? next_object(space, first) :
						    next_session(space, first);
		if (!handle || (nr == count && !skip))
			break;
		if (skip)
			skip--;
		else
			handles[nr++] = handle;
		/* the type that was asked for, not that of the session */
		first = (u32)type << 24 | (handle & TPM2_SESSION_INDEX_MASK);
		if (tpm2_session_index(first) == TPM2_SESSION_INDEX_MASK) {
			handle = 0;
			break;
		}
		first++;
	}
	return tpm2_wire_build_handles(buf, handles, nr, handle);
}

/**
 * tpm2_space_caps_answer() - answer a question for handles ourselves
 * @space: who asks; its chip held
 * @buf: the command; replaced by the response. TPM2_WIRE_BUFSIZE bytes.
 * @cmd: what was parsed of it
 *
 * Return: size of the response in bytes, 0 if it is for the TPM to answer.
 */
ssize_t tpm2_space_caps_answer(struct tpm2_rm_space *space, u8 *buf,
			       const struct tpm2_wire_command *cmd)
{
	u32 first, count;

	lockdep_assert_held(&space->rm->mutex);

	if (cmd->tag != TPM_ST_NO_SESSIONS ||
	    !tpm2_wire_wants_handles(buf, cmd, &first, &count) ||
	    !is_ours(first))
		return 0;
	return list_handles(space, buf, first, count);
}

/* How many sessions are loaded, as the space sees it? */
static u32 count_loaded(const struct tpm2_rm_space *space)
{
	const struct tpm2_session *session;
	u32 count = 0;

	list_for_each_entry(session, &space->rm->sessions.aged, aged)
		count += is_listed(space, session, TPM_HT_HMAC_SESSION);
	return count;
}

/*
 * How many more could be had at once, if the TPM has room for @left of them?
 * What is ours in its slots makes room, but the space has @nr of at most @max.
 */
static u32 available(u32 left, u32 ours, u32 nr, u32 max)
{
	return min_t(u64, (u64)left + ours, max - min(nr, max));
}

/**
 * tpm2_space_caps_adjust() - let properties say what the client can have
 * @space: who has asked; its chip held
 * @cmd: what was parsed of its command
 * @rsp: what was parsed of the response in the resource manager's buffer
 */
void tpm2_space_caps_adjust(struct tpm2_rm_space *space,
			    const struct tpm2_wire_command *cmd,
			    const struct tpm2_wire_response *rsp)
{
	struct tpm2_rm *rm = space->rm;
	u8 *params = rm->wire + rsp->params;
	u32 left;

	lockdep_assert_held(&rm->mutex);

	if (cmd->tag != TPM_ST_NO_SESSIONS)
		return;
	if (tpm2_wire_find_property(params, rsp->params_size,
				    TPM_PT_HR_TRANSIENT_AVAIL, &left))
		tpm2_wire_set_property(params, rsp->params_size,
				       TPM_PT_HR_TRANSIENT_AVAIL,
				       available(left, rm->nr_objects,
						 space->nr_objects,
						 TPM2_RM_MAX_OBJECTS));
	if (tpm2_wire_find_property(params, rsp->params_size,
				    TPM_PT_HR_LOADED_AVAIL, &left))
		tpm2_wire_set_property(params, rsp->params_size,
				       TPM_PT_HR_LOADED_AVAIL,
				       available(left, rm->sessions.nr_loaded,
						 space->owner.nr_sessions,
						 rm->limits.max_per_fd));
	tpm2_wire_set_property(params, rsp->params_size, TPM_PT_HR_LOADED,
			       count_loaded(space));
	/* contexts are made younger before anybody comes to feel it */
	tpm2_wire_set_property(params, rsp->params_size,
			       TPM_PT_CONTEXT_GAP_MAX, U32_MAX);
}
