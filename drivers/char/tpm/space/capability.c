// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which handles a client sees: TPM2_GetCapability(TPM_CAP_HANDLES).
 *
 * To a client, what it has is loaded; that we may have taken some of it out of
 * the TPM is our affair. And what others have is not there, except for sessions
 * that no open file owns, which everyone may use. So for transient objects and
 * for sessions the answer comes from our tables. For the other handle types it
 * comes from the TPM.
 */
#include <linux/errno.h>
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
	if (type == TPM_HT_POLICY_SESSION)
		return session->state == TPM2_SESSION_DETACHED;
	if (!session->owner)
		return session->state != TPM2_SESSION_DETACHED;
	return session->owner == &space->owner && !session->parked;
}

/* The handle of the lowest session index from that of @first on, or 0. */
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
		handle = session->handle;
	}
	return handle;
}

/*
 * Parameters of a response that lists what the space may see, in the scratch
 * buffer. The second half of it holds the handles meanwhile.
 */
static u32 list_handles(struct tpm2_rm_space *space, u32 first, u32 count)
{
	u8 *buf = space->rm->scratch;
	u32 *handles = (u32 *)(buf + TPM2_WIRE_BUFSIZE / 2);
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
	struct tpm2_wire_response rsp;
	u32 first, count;

	lockdep_assert_held(&space->rm->mutex);

	/* with sessions, the TPM has to roll their nonces */
	if (cmd->tag != TPM_ST_NO_SESSIONS ||
	    !tpm2_wire_wants_handles(buf, cmd, &first, &count) ||
	    !is_ours(first))
		return 0;

	tpm2_wire_build_response(buf, TPM_RC_SUCCESS);
	tpm2_wire_parse_response(buf, TPM2_WIRE_HEADER_SIZE, 0, &rsp);
	count = list_handles(space, first, count);
	return tpm2_wire_replace_params(buf, &rsp, space->rm->scratch, count);
}

/**
 * tpm2_space_caps_filter() - take out what the client must not see
 * @space: who has asked; its chip held
 * @buf: the command
 * @cmd: what was parsed of it
 * @rsp: what was parsed of the response in the resource manager's buffer
 *
 * Return: size of the response in bytes, or -EIO if it has no room.
 */
ssize_t tpm2_space_caps_filter(struct tpm2_rm_space *space, const u8 *buf,
			       const struct tpm2_wire_command *cmd,
			       const struct tpm2_wire_response *rsp)
{
	struct tpm2_rm *rm = space->rm;
	u32 first, count, size;

	lockdep_assert_held(&rm->mutex);

	if (!tpm2_wire_wants_handles(buf, cmd, &first, &count) ||
	    !is_ours(first))
		return rsp->size;

	count = list_handles(space, first, count);
	size = tpm2_wire_replace_params(rm->wire, rsp, rm->scratch, count);
	return size ? size : -EIO;
}
