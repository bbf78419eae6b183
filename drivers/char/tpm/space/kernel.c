// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the kernel's own: PCR extend, hwrng, trusted keys.
 *
 * They are sent as they are: what the kernel loads is not virtualized, and it
 * flushes all of it before it lets go of the chip, except for one HMAC session,
 * which it ends before a client's command is sent. But the TPM may be out of
 * what a command needs because clients have it. Then the clients give way, at
 * once: the kernel does not wait, for a lease or for anybody.
 *
 * Nor does it look at the handles that a user of trusted keys gives it, of a policy
 * session or of a parent. What is a client's is as if it were not in the TPM, as it
 * is not without us; a session that somebody has left there for that is.
 *
 * While the kernel's session is there, the table has it, pinned: no remedy may
 * take it away.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/string.h>
#include <trace/events/tpm2_space.h>
#include "command-remedy.h"
#include "context.h"
#include "gap.h"
#include "kernel.h"
#include "object.h"
#include "rm.h"
#include "session.h"
#include "state.h"
#include "sync.h"

/**
 * struct tried - what was done for a command of the kernel's so far
 * @evicted: a session was evicted
 * @checked: the TPM was read back
 * @dropped: an object was taken out that the TPM may not save
 */
struct tried {
	bool evicted;
	bool checked;
	bool dropped;
};

/* May the kernel name it? */
static bool may_use(struct tpm2_rm *rm, u32 handle)
{
	const struct tpm2_session *session;

	if (!tpm2_wire_is_session(handle))
		return !tpm2_object_find_loaded(rm, handle);
	session = tpm2_session_table_find(&rm->sessions, handle);
	return !session || session->owner == &rm->kernel ||
	       tpm2_session_is_everybodys(session);
}

/* What the TPM would say of what is a client's if that were saved. */
static u32 check_names(struct tpm2_rm *rm,
		       const struct tpm2_wire_command *cmd)
{
	unsigned int i;

	for (i = 0; i < cmd->nr_handles; i++) {
		if (!may_use(rm, cmd->handles[i]))
			return TPM_RC_REFERENCE_H0 + i;
	}
	for (i = 0; i < cmd->nr_auths; i++) {
		if (!may_use(rm, cmd->auths[i].handle))
			return TPM_RC_REFERENCE_S0 + i;
	}
	return TPM_RC_SUCCESS;
}

/* A session of nobody's that the command names; or NULL. */
static struct tpm2_session *left_for(struct tpm2_rm *rm,
				     const struct tpm2_wire_command *cmd,
				     unsigned int i)
{
	struct tpm2_session *session;
	u32 handle = cmd->auths[i].handle;

	if (!tpm2_wire_is_session(handle))
		return NULL;
	session = tpm2_session_table_find(&rm->sessions, handle);
	return session && !session->owner ? session : NULL;
}

/*
 * One that had to make room is brought back. If it cannot be, the TPM refuses the
 * command.
 */
static void bring_back(struct tpm2_rm *rm, const struct tpm2_wire_command *cmd,
		       unsigned int i)
{
	struct tpm2_session *session;
	u64 ready;

	/* it may be gone after each attempt */
	while ((session = left_for(rm, cmd, i))) {
		session->pinned = true;
		if (session->state != TPM2_SESSION_SAVED ||
		    tpm2_context_load_session(rm, session) != TPM_RC_CONTEXT_GAP ||
		    tpm2_gap_close(rm, 0, &ready))
			break;
	}
}

/* What the command names stays where it is, or comes there, until it was sent. */
static void pin(struct tpm2_rm *rm, const struct tpm2_wire_command *cmd)
{
	unsigned int i;

	for (i = 0; i < cmd->nr_auths; i++)
		bring_back(rm, cmd, i);
}

static void unpin(struct tpm2_rm *rm, const struct tpm2_wire_command *cmd)
{
	struct tpm2_session *session;
	unsigned int i;

	for (i = 0; i < cmd->nr_auths; i++) {
		session = left_for(rm, cmd, i);
		if (session)
			session->pinned = false;
	}
}

/* Nobody waits for a lease, and what did not help is not done twice. */
static int evict(struct tpm2_rm *rm, struct tried *tried)
{
	u64 ready;

	if (tried->evicted)
		return -ENOSPC;
	tried->evicted = true;
	return tpm2_remedy_evict(rm, NULL, &ready);
}

/*
 * Is what the TPM has to be found out before anybody gives something up for it?
 *
 * A command of ours that was lost may have left a session that nobody knows of. But
 * whatever else the TPM has is not the kernel's to take: one that has just booted may
 * find the sessions of an image that it is about to resume, and beside users of the
 * bare TPM nobody can tell whose they are.
 */
static bool must_check(struct tpm2_rm *rm, struct tried *tried)
{
	if (tried->checked || rm->trust == TPM2_TRUST_FULL ||
	    !tpm2_trust_excludes_others(rm->trust))
		return false;
	tried->checked = true;
	return true;
}

/* Is it a slot for an object that a command lacks? */
static bool wants_slot(const struct tpm2_wire_command *cmd, u32 rc)
{
	return cmd->cc != TPM_CC_START_AUTH_SESSION &&
	       cmd->attrs & TPMA_CC_R_HANDLE &&
	       rc != TPM_RC_SESSION_MEMORY && rc != TPM_RC_SESSION_HANDLES;
}

/*
 * The ladder of the clients' commands. Returns 0 if the command can be sent again.
 */
static int remedy(struct tpm2_rm *rm, const struct tpm2_wire_command *cmd,
		  u32 rc, struct tried *tried)
{
	bool starts = cmd->cc == TPM_CC_START_AUTH_SESSION;
	u64 ready;
	int err;

	if (rc != TPM_RC_CONTEXT_GAP && !tpm2_wire_rc_shortage(rc))
		return -ENOSPC;
	if (must_check(rm, tried))
		return tpm2_rm_sync(rm);
	if (starts && tpm2_remedy_lacks_index(rm, rc))
		return evict(rm, tried);

	err = rc == TPM_RC_CONTEXT_GAP ? rc : tpm2_remedy_make_room(rm, rc, &ready);
	if (err == TPM_RC_CONTEXT_GAP)
		return tpm2_gap_close(rm, 0, &ready);
	if (err == -ENOSPC && starts && tpm2_remedy_must_lack_index(rm))
		return evict(rm, tried);
	/* it gives the chip up if it gets no slot for an object of its own */
	if (err && err != -EIO && !tried->dropped && wants_slot(cmd, rc)) {
		tried->dropped = true;
		return tpm2_object_drop(rm);
	}
	return err;
}

static void start_session(struct tpm2_rm *rm, u32 handle)
{
	if (tpm2_rm_session_new(rm, handle, &rm->kernel, TPM2_SESSION_LOADED)) {
		/* without memory it is one of a stranger's, if it stays */
		tpm2_rm_distrust(rm, TPM2_TRUST_FOREIGN);
		return;
	}
	tpm2_session_table_find(&rm->sessions, handle)->pinned = true;
}

/*
 * The kernel sends TPM2_FlushContext once, and forgets the session whatever it is
 * told. So one of its own that the TPM may have then is nobody's.
 */
static void flush_session(struct tpm2_rm *rm,
			  const struct tpm2_wire_command *cmd, bool succeeded)
{
	struct tpm2_session *session;

	if (cmd->cc != TPM_CC_FLUSH_CONTEXT || !cmd->nr_handles ||
	    !tpm2_wire_is_session(cmd->handles[0]))
		return;
	session = tpm2_session_table_find(&rm->sessions, cmd->handles[0]);
	if (!session)
		return;
	if (session->owner != &rm->kernel) {
		if (succeeded)
			tpm2_rm_session_lost(rm, session);
	} else if (succeeded) {
		tpm2_rm_session_ended(rm, session);
	} else {
		session->pinned = false;
		tpm2_rm_session_disowned(rm, session);
	}
}

/* The response was lost: all that is known is what the kernel has done. */
static void record_loss(struct tpm2_rm *rm, const struct tpm2_wire_command *cmd)
{
	tpm2_rm_distrust(rm, TPM2_TRUST_UNSURE);
	if (cmd->nr_auths)
		tpm2_session_queue_kick(&rm->queue);
	flush_session(rm, cmd, false);
}

/* Keep up with what the TPM has done. */
static void record(struct tpm2_rm *rm, const struct tpm2_wire_command *cmd,
		   size_t size)
{
	struct tpm2_wire_response rsp;

	if (tpm2_wire_parse_response(rm->wire, size, cmd->attrs, &rsp)) {
		record_loss(rm, cmd);
		return;
	}
	flush_session(rm, cmd, rsp.rc == TPM_RC_SUCCESS);
	if (rsp.rc != TPM_RC_SUCCESS)
		return;

	tpm2_rm_sessions_used(rm, cmd);
	/* one that it loads is of a client whom we do not serve */
	if (cmd->cc == TPM_CC_START_AUTH_SESSION)
		start_session(rm, rsp.handle);
	else if (tpm2_wire_is_transient(rsp.handle))
		tpm2_object_handle_given(rm, rsp.handle, NULL);
}

/* Send a command until there is a response that nothing can be done about. */
static ssize_t transmit(struct tpm2_rm *rm, const u8 *buf, size_t bufsiz,
			const struct tpm2_wire_command *cmd)
{
	struct tried tried = {};
	ssize_t size;
	u32 rc;

	for (;;) {
		memcpy(rm->wire, buf, cmd->size);
		size = rm->ops->transmit(rm, rm->wire);
		if (size < TPM2_WIRE_HEADER_SIZE || size > bufsiz) {
			record_loss(rm, cmd);
			return size < 0 ? size : -EIO;
		}
		rc = tpm2_wire_response_code(rm->wire);
		if (!cmd->cc || remedy(rm, cmd, rc, &tried) ||
		    !tpm2_remedy_goes_on(rm))
			break;
		rm->stats.replays++;
		trace_tpm2_space_replay(rm->chip, cmd->cc, rc, 0, 0);
	}
	/* a remedy that failed has not touched the response */
	return size;
}

/*
 * A command that was lost may have flushed what the tables have. If this one is lost as
 * well, what it has brought into the TPM would be taken for that.
 */
static void find_losses(struct tpm2_rm *rm, const struct tpm2_wire_command *cmd)
{
	if (!(cmd->attrs & TPMA_CC_R_HANDLE) ||
	    !tpm2_trust_excludes_others(rm->trust))
		return;
	if (rm->trust == TPM2_TRUST_FULL ||
	    (rm->trust == TPM2_TRUST_UNSURE && rm->losses == rm->losses_found))
		return;
	/* if it cannot be read back, the command is sent all the same */
	if (!tpm2_rm_sync(rm))
		rm->losses_found = rm->losses;
}

static ssize_t exec(struct tpm2_rm *rm, u8 *buf, size_t bufsiz)
{
	struct tpm2_wire_command cmd = {};
	ssize_t size;
	u32 attrs, rc;
	int len;

	lockdep_assert_held(&rm->mutex);

	len = tpm2_wire_check_header(buf, bufsiz);
	if (len < 0)
		return len;
	/* of one that is not known nothing is known */
	cmd.size = len;
	if (rm->ops->attrs(rm, tpm2_wire_command_code(buf), &attrs))
		tpm2_wire_parse_command(buf, attrs, &cmd);
	rc = check_names(rm, &cmd);
	if (rc)
		return tpm2_wire_build_response(buf, rc);

	find_losses(rm, &cmd);
	tpm2_remedy_allow(rm, 0);
	pin(rm, &cmd);
	size = transmit(rm, buf, bufsiz, &cmd);
	unpin(rm, &cmd);
	if (size < 0)
		return size;
	if (cmd.cc)
		record(rm, &cmd, size);
	memcpy(buf, rm->wire, size);
	return size;
}

/**
 * tpm2_kernel_exec() - carry a command of the kernel's own out
 * @rm: resource manager of the TPM
 * @buf: the command, replaced by the response
 * @bufsiz: size of @buf in bytes
 *
 * Context: the chip is held by the caller, and the resource manager's mutex is
 * not.
 *
 * Return: size of the response in bytes, or -errno.
 */
ssize_t tpm2_kernel_exec(struct tpm2_rm *rm, u8 *buf, size_t bufsiz)
{
	ssize_t size;

	might_sleep();

	mutex_lock(&rm->mutex);
	rm->kernel_at_work = true;
	rm->client = &rm->kernel;
	tpm2_rm_begin(rm);
	size = exec(rm, buf, bufsiz);
	rm->kernel_at_work = false;
	rm->client = NULL;
	tpm2_rm_wipe(rm);
	mutex_unlock(&rm->mutex);
	return size;
}
