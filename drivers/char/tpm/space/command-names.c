// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command names: may the client use it, is it in the TPM, and under
 * which handle?
 *
 * A command that names what the client has lost, or what is somebody else's,
 * goes no further than this. It gets the response that the TPM has for a
 * handle that is not loaded, from the resource manager's layer, so it does not
 * look like a wrong password to anybody.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/string.h>
#include "command.h"
#include "compat.h"
#include "context.h"
#include "object.h"
#include "session.h"

/**
 * tpm2_command_read() - find out what the command names
 * @c: the command
 * @attrs: TPMA_CC of its command code
 */
void tpm2_command_read(struct tpm2_command *c, u32 attrs)
{
	struct tpm2_wire_context ctx;

	tpm2_wire_parse_command(c->buf, attrs, &c->cmd);
	c->loaded = 0;
	if (c->cmd.cc == TPM_CC_CONTEXT_LOAD &&
	    c->cmd.tag == TPM_ST_NO_SESSIONS && !c->cmd.malformed &&
	    tpm2_wire_parse_context(c->buf + c->cmd.params,
				    c->cmd.size - c->cmd.params, &ctx) >= 0 &&
	    tpm2_wire_is_session(ctx.saved_handle))
		c->loaded = ctx.saved_handle;
}

/**
 * tpm2_command_loaded() - the session whose context the command loads
 * @c: the command
 *
 * Return: the session, if the context is what the table says that its client
 * holds, byte for byte; else NULL.
 */
struct tpm2_session *tpm2_command_loaded(const struct tpm2_command *c)
{
	const struct tpm2_session_context *copy;
	struct tpm2_session *session;

	if (!c->loaded)
		return NULL;
	session = tpm2_session_table_find(&c->rm->sessions, c->loaded);
	if (!session || session->owner)
		return NULL;
	copy = tpm2_session_client_copy(session);
	if (!copy || copy->size != c->cmd.size - c->cmd.params ||
	    crypto_memneq(copy->data, c->buf + c->cmd.params, copy->size))
		return NULL;
	return session;
}

/*
 * Pin a session that the command names. Returns false if the space has lost it,
 * or it is not the space's to use. One that the table does not have is left to
 * the TPM to judge.
 */
static bool pin_session(struct tpm2_command *c, u32 handle)
{
	struct tpm2_session *session;

	session = tpm2_session_owner_tombstone(&c->space->owner, handle);
	if (session) {
		tpm2_rm_session_missed(c->rm, session);
		return false;
	}

	session = tpm2_session_table_find(&c->rm->sessions, handle);
	if (!session)
		return true;
	if (!tpm2_command_may_use(c, session))
		return false;
	session->pinned = true;
	return true;
}

/**
 * tpm2_command_pin() - look up all that the command names
 * @c: the command
 *
 * No remedy takes away what is pinned.
 *
 * Return: TPM2_GOES_ON, TPM2_ANSWERED or TPM2_FAILED.
 */
enum tpm2_outcome tpm2_command_pin(struct tpm2_command *c)
{
	const struct tpm2_wire_command *cmd = &c->cmd;
	struct tpm2_session *session;
	struct tpm2_object *object;
	unsigned int i;

	for (i = 0; i < cmd->nr_handles; i++) {
		if (tpm2_wire_is_transient(cmd->handles[i])) {
			object = tpm2_object_find(c->space, cmd->handles[i]);
			if (!object)
				return tpm2_command_fail(c, -EINVAL);
			if (object->lost)
				return tpm2_command_answer(c, TPM_RC_REFERENCE_H0 + i);
			object->pinned = true;
		} else if (tpm2_wire_is_session(cmd->handles[i])) {
			if (!pin_session(c, cmd->handles[i]))
				return tpm2_command_answer(c, TPM_RC_REFERENCE_H0 + i);
		}
	}
	for (i = 0; i < cmd->nr_auths; i++) {
		if (tpm2_wire_is_session(cmd->auths[i].handle) &&
		    !pin_session(c, cmd->auths[i].handle))
			return tpm2_command_answer(c, TPM_RC_REFERENCE_S0 + i);
	}
	/* it is the TPM that judges whether a context is good */
	if (c->loaded) {
		session = tpm2_session_table_find(&c->rm->sessions,
						  c->loaded);
		if (session && !session->owner)
			session->pinned = true;
	}
	return TPM2_GOES_ON;
}

/* A session that the command has pinned, or NULL. */
static struct tpm2_session *pinned(struct tpm2_command *c, u32 handle)
{
	struct tpm2_session *session;

	if (!tpm2_wire_is_session(handle))
		return NULL;
	session = tpm2_session_table_find(&c->rm->sessions, handle);
	/* the kernel's own stays pinned */
	if (!session || !session->pinned || session->owner == &c->rm->kernel)
		return NULL;
	return session;
}

/*
 * The lease of one begins anew when the TPM is done with the command. But nobody uses
 * what is out of the TPM and nobody's, unless it is by having what its client has.
 */
static void unpin_session(struct tpm2_command *c, u32 handle)
{
	struct tpm2_session *session = pinned(c, handle);

	if (!session)
		return;
	session->pinned = false;
	if (session->state != TPM2_SESSION_DETACHED ||
	    session == tpm2_command_loaded(c))
		tpm2_rm_session_used(c->rm, session);
}

/**
 * tpm2_command_unpin() - the opposite of tpm2_command_pin()
 * @c: the command
 */
void tpm2_command_unpin(struct tpm2_command *c)
{
	const struct tpm2_wire_command *cmd = &c->cmd;
	struct tpm2_object *object;
	unsigned int i;

	for (i = 0; i < cmd->nr_handles; i++) {
		unpin_session(c, cmd->handles[i]);
		if (!tpm2_wire_is_transient(cmd->handles[i]))
			continue;
		object = tpm2_object_find(c->space, cmd->handles[i]);
		if (object)
			object->pinned = false;
	}
	for (i = 0; i < cmd->nr_auths; i++)
		unpin_session(c, cmd->auths[i].handle);
	unpin_session(c, c->loaded);
}

static void doubt_session(struct tpm2_command *c, u32 handle)
{
	struct tpm2_session *session = pinned(c, handle);

	if (session)
		session->unsure = true;
}

/**
 * tpm2_command_doubt() - the command was lost on its way, or its response
 * @c: the command, pinned
 *
 * Sessions that it names may have been saved, loaded or ended. Whoever waits for one
 * finds out.
 */
void tpm2_command_doubt(struct tpm2_command *c)
{
	const struct tpm2_wire_command *cmd = &c->cmd;
	unsigned int i;

	if (cmd->nr_auths)
		tpm2_session_queue_kick(&c->rm->queue);

	for (i = 0; i < cmd->nr_handles; i++)
		doubt_session(c, cmd->handles[i]);
	for (i = 0; i < cmd->nr_auths; i++)
		doubt_session(c, cmd->auths[i].handle);
	doubt_session(c, c->loaded);
}

static int load_object(struct tpm2_command *c, u32 handle)
{
	struct tpm2_object *object = tpm2_object_find(c->space, handle);

	/* its client may have loaded it: then nothing else need have said so */
	if (c->cmd.cc == TPM_CC_SEQUENCE_UPDATE)
		object->sequence = true;
	return tpm2_object_load(c->rm, object);
}

static int load_session(struct tpm2_command *c, u32 handle)
{
	struct tpm2_session *session;

	session = tpm2_session_table_find(&c->rm->sessions, handle);
	if (!session || session->state == TPM2_SESSION_DETACHED)
		return 0;
	return tpm2_context_load_session(c->rm, session);
}

/* Does the command bring a session, or an object, into a slot? */
static int make_room(struct tpm2_command *c)
{
	if (!(c->cmd.attrs & TPMA_CC_R_HANDLE) || c->cmd.malformed)
		return 0;
	if (c->cmd.cc == TPM_CC_START_AUTH_SESSION || c->loaded)
		return tpm2_context_make_room(c->rm);
	return tpm2_object_make_room(c->rm);
}

/**
 * tpm2_command_load() - load all that the command names
 * @c: the command, pinned
 *
 * And make room for what it brings, where it is known that there is none.
 *
 * Return: 0, a response code of the TPM, or -errno.
 */
int tpm2_command_load(struct tpm2_command *c)
{
	const struct tpm2_wire_command *cmd = &c->cmd;
	struct tpm2_session *session;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < cmd->nr_handles && !rc; i++) {
		if (tpm2_wire_is_transient(cmd->handles[i]))
			rc = load_object(c, cmd->handles[i]);
		else if (tpm2_wire_is_session(cmd->handles[i]))
			rc = load_session(c, cmd->handles[i]);
	}
	for (i = 0; i < cmd->nr_auths && !rc; i++) {
		if (tpm2_wire_is_session(cmd->auths[i].handle))
			rc = load_session(c, cmd->auths[i].handle);
	}
	/* left loaded when its context was to be made younger */
	session = tpm2_command_loaded(c);
	if (!rc && session && session->state == TPM2_SESSION_LOADED)
		rc = tpm2_context_save_session(c->rm, session);
	return rc ? rc : make_room(c);
}

/**
 * tpm2_command_translate() - write the command down as the TPM is to see it
 * @c: the command, loaded
 *
 * A context that its client has saved may have been made younger since; then
 * the TPM gets the newest one.
 */
void tpm2_command_translate(struct tpm2_command *c)
{
	const struct tpm2_wire_command *cmd = &c->cmd;
	struct tpm2_session *session;
	struct tpm2_object *object;
	unsigned int i;

	session = tpm2_command_loaded(c);
	if (session) {
		tpm2_wire_build_context_load(c->rm->wire, session->ctx.data,
					     session->ctx.size);
		return;
	}

	memcpy(c->rm->wire, c->buf, cmd->size);
	for (i = 0; i < cmd->nr_handles; i++) {
		if (!tpm2_wire_is_transient(cmd->handles[i]))
			continue;
		object = tpm2_object_find(c->space, cmd->handles[i]);
		tpm2_wire_set_handle(c->rm->wire, i, object->handle);
	}
}

static bool is_loaded(const struct tpm2_command *c, u32 handle)
{
	struct tpm2_session *session;
	struct tpm2_object *object;

	if (tpm2_wire_is_transient(handle)) {
		object = tpm2_object_find(c->space, handle);
		return object && object->handle;
	}
	if (!tpm2_wire_is_session(handle))
		return false;
	session = tpm2_session_table_find(&c->rm->sessions, handle);
	return session && session->state == TPM2_SESSION_LOADED;
}

/*
 * Some TPMs have TPM_RC_HANDLE for what is not loaded, with the number of the
 * handle or session (Part 2, 6.6.2), instead of a warning.
 */
static u32 as_reference(const struct tpm2_command *c, u32 rc)
{
	u32 number = (rc & TPM_RC_N_MASK) / TPM_RC_1;

	if ((rc & ~TPM_RC_N_MASK) != TPM_RC_HANDLE || !number)
		return rc;
	if (number > TPM_RC_N_SESSION)
		return TPM_RC_REFERENCE_S0 + number - TPM_RC_N_SESSION - 1;
	/* here it says that the session is of the other kind */
	if (c->cmd.cc == TPM_CC_CONTEXT_SAVE &&
	    tpm2_wire_is_session(c->cmd.handles[0]))
		return rc;
	return TPM_RC_REFERENCE_H0 + number - 1;
}

/* What the TPM says that it has not got, as the client names it; 0 if nothing. */
static u32 missed(const struct tpm2_command *c, u32 rc)
{
	const struct tpm2_wire_command *cmd = &c->cmd;

	rc = as_reference(c, rc);

	if (rc >= TPM_RC_REFERENCE_S0 &&
	    rc < TPM_RC_REFERENCE_S0 + cmd->nr_auths)
		return cmd->auths[rc - TPM_RC_REFERENCE_S0].handle;
	if (rc >= TPM_RC_REFERENCE_H0 &&
	    rc < TPM_RC_REFERENCE_H0 + cmd->nr_handles)
		return cmd->handles[rc - TPM_RC_REFERENCE_H0];
	return 0;
}

/**
 * tpm2_command_names_gone() - has the TPM not got what was loaded for a command?
 * @c: the command
 * @rc: the TPM's response code
 *
 * Then its state has changed behind our back.
 */
bool tpm2_command_names_gone(const struct tpm2_command *c, u32 rc)
{
	u32 handle = missed(c, rc);

	return handle && is_loaded(c, handle);
}

/**
 * tpm2_command_give_up() - it has been read back, and still says so
 * @c: the command
 * @rc: the TPM's response code
 *
 * If it is about an object that is not in its list, either, that is gone: the TPM will
 * give its handle to another one. A session is left to those lists that can be
 * followed to their end.
 */
void tpm2_command_give_up(struct tpm2_command *c, u32 rc)
{
	struct tpm2_object *object;
	u32 handle = missed(c, rc);

	lockdep_assert_held(&c->rm->mutex);

	object = tpm2_wire_is_transient(handle) ?
		 tpm2_object_find(c->space, handle) : NULL;
	if (object && object->handle && !object->seen)
		tpm2_object_gone(c->rm, object);
}
