// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client's command: admit, load, translate, transmit, remedy, replay,
 * record.
 *
 * The client's command stays untouched in its buffer until there is an answer.
 * What is sent is a copy in the resource manager's buffer with the virtual
 * handles translated, so a command can be sent again byte for byte after a
 * remedy, even though the TPM's answer has overwritten the copy and the
 * objects may have got other handles meanwhile.
 *
 * Eviction and replay happen under one hold of the chip: nobody can take the
 * slot in between.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <trace/events/tpm2_space.h>
#include "capability.h"
#include "command.h"
#include "command-remedy.h"
#include "context.h"
#include "exec.h"
#include "hierarchy.h"
#include "object.h"
#include "rm.h"
#include "session.h"
#include "slots.h"
#include "sync.h"
#include "user.h"

/* What the TPM has, if that may not be what the tables say. */
static int keep_up(struct tpm2_rm *rm)
{
	/* others who have gone may have left something */
	if (rm->trust < TPM2_TRUST_SHARED ||
	    (rm->trust == TPM2_TRUST_SHARED && !rm->ops->shared(rm)))
		/* a TPM in failure mode refuses; so it will with the command */
		return min(tpm2_rm_sync(rm), 0);
	return 0;
}

/* A command that is sent again has had a response that its client does not see. */
static void note_replay(struct tpm2_command *c)
{
	struct tpm2_session_client client;
	struct tpm2_rm *rm = c->rm;

	rm->stats.replays++;
	client = tpm2_session_owner_client(&c->space->owner);
	trace_tpm2_space_replay(rm->chip, c->cmd.cc, c->last, client.pid,
				client.uid);
}

/*
 * Load what the command names, and send it. If it was answered, the response is
 * in the resource manager's buffer.
 */
static enum tpm2_outcome transmit(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;
	bool loads;
	int rc;

	rc = tpm2_command_load(c);
	if (rc < 0)
		return tpm2_command_fail(c, rc);
	loads = rc;
	if (tpm2_wire_rc_lost(rc) && c->checks++ <= TPM2_SESSION_REFUSALS)
		return TPM2_AGAIN;
	if (rc) {
		c->size = tpm2_wire_build_response(rm->wire, rc);
	} else {
		rc = tpm2_hierarchy_about_to_end(rm, c->buf, &c->cmd);
		if (rc)
			return tpm2_command_fail(c, rc);
		tpm2_command_translate(c);
		if (c->sent)
			note_replay(c);
		c->sent = true;
		c->size = tpm2_context_transmit(rm, rm->wire);
		if (c->size < 0) {
			tpm2_command_doubt(c);
			return tpm2_command_fail(c, c->size);
		}
		rc = tpm2_wire_response_code(rm->wire);
		c->last = rc;
		if (!c->checks && tpm2_command_names_gone(c, rc)) {
			c->checks++;
			tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
			return TPM2_AGAIN;
		}
		tpm2_command_give_up(c, rc);
	}

	return tpm2_command_remedy(c, rc, loads);
}

/* Is there room in this space for what the command would make, or made for it? */
static bool has_room(struct tpm2_command *c, u32 *rc)
{
	bool session = c->cmd.cc == TPM_CC_START_AUTH_SESSION || c->loaded;

	if (!(c->cmd.attrs & TPMA_CC_R_HANDLE))
		return true;

	*rc = session ? TPM_RC_SESSION_MEMORY : TPM_RC_OBJECT_MEMORY;
	return session ?
		c->rm->trust == TPM2_TRUST_NONE || c->space->owner.nr_sessions <
				   c->rm->limits.max_per_fd :
		c->space->nr_objects < TPM2_RM_MAX_OBJECTS ||
				   tpm2_object_forget_lost(c->space);
}

/* One round of it: from looking up what it names to what has come of it. */
static enum tpm2_outcome send_once(struct tpm2_command *c)
{
	enum tpm2_outcome outcome;
	int rc;

	rc = keep_up(c->rm);
	if (rc)
		return tpm2_command_fail(c, rc);
	outcome = tpm2_command_pin(c);
	if (outcome == TPM2_GOES_ON)
		outcome = tpm2_command_steer(c);
	/* meanwhile it may have been found out that what the command names was lost */
	if (outcome == TPM2_GOES_ON &&
	    c->cmd.cc == TPM_CC_START_AUTH_SESSION && c->cmd.nr_auths)
		outcome = tpm2_command_pin(c);
	if (outcome != TPM2_GOES_ON)
		return outcome;

	outcome = transmit(c);
	if (outcome != TPM2_ANSWERED)
		return outcome;
	outcome = tpm2_command_record(c, c->size);
	if (outcome == TPM2_ANSWERED)
		memcpy(c->buf, c->rm->wire, c->size);
	return outcome;
}

/* How many sessions may have to be put aside, so that this one gets a good index? */
static unsigned int may_put_aside(const struct tpm2_command *c)
{
	unsigned int nr = c->space->owner.nr_tombstones;

	if (c->cmd.cc != TPM_CC_START_AUTH_SESSION)
		return 0;
	/* see tpm2_command_steer() */
	if (nr && c->cmd.nr_auths)
		nr += c->rm->sessions.nr;
	return nr;
}

/* Send the command, under the names that it has in the TPM. */
static enum tpm2_outcome send(struct tpm2_command *c)
{
	enum tpm2_outcome outcome;

	tpm2_remedy_allow(c->rm, may_put_aside(c));
	do {
		outcome = send_once(c);
	} while (outcome == TPM2_AGAIN && tpm2_remedy_goes_on(c->rm));
	tpm2_command_unpin(c);
	return outcome == TPM2_AGAIN ? tpm2_command_fail(c, -EIO) : outcome;
}

/* What has ended with TPM2_FlushContext, or is not what we thought it is. */
static void record_flush(struct tpm2_command *c, struct tpm2_object *object,
			 struct tpm2_session *session)
{
	struct tpm2_rm *rm = c->rm;
	u32 rc;

	rc = tpm2_wire_response_code(rm->wire);
	if (rc != TPM_RC_SUCCESS && (object || session))
		tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
	/* gone is gone to its client, whoever did it, and if it is not, to all */
	if (rc != TPM_RC_SUCCESS && !tpm2_wire_rc_lost(rc))
		return;
	if (object && rc == TPM_RC_SUCCESS)
		tpm2_object_free(rm, object);
	else if (object)
		tpm2_object_disown(rm, object);
	if (session && rc == TPM_RC_SUCCESS)
		tpm2_rm_session_ended(rm, session);
	else if (session)
		tpm2_rm_session_disowned(rm, session);
}

static void forget_tombstone(struct tpm2_command *c,
			     struct tpm2_session *tombstone)
{
	spin_lock(&c->rm->lock);
	tpm2_session_owner_forget(&c->space->owner, tombstone);
	spin_unlock(&c->rm->lock);
	kfree(tombstone);
}

/*
 * TPM2_FlushContext. What is out of the TPM already need not be flushed, and
 * what another space has cannot be.
 */
static enum tpm2_outcome flush(struct tpm2_command *c)
{
	u32 handle = c->cmd.handles[0];
	struct tpm2_session *session = NULL;
	struct tpm2_object *object = NULL;
	struct tpm2_rm *rm = c->rm;

	memcpy(rm->wire, c->buf, c->cmd.size);
	if (tpm2_wire_is_transient(handle)) {
		object = tpm2_object_find(c->space, handle);
		if (!object)
			return tpm2_command_fail(c, -EINVAL);
		if (!object->handle) {
			tpm2_object_free(rm, object);
			return tpm2_command_answer(c, TPM_RC_SUCCESS);
		}
		tpm2_wire_set_handle(rm->wire, 0, object->handle);
	} else if (tpm2_wire_is_session(handle)) {
		session = tpm2_session_owner_tombstone(&c->space->owner,
						       handle);
		if (session) {
			forget_tombstone(c, session);
			return tpm2_command_answer(c, TPM_RC_SUCCESS);
		}
		session = tpm2_session_table_find(&rm->sessions, handle);
		if (session && session->owner != &c->space->owner &&
		    session->owner)
			return tpm2_command_answer(c, TPM_RC_HANDLE | TPM_RC_P | TPM_RC_1);
		if (session && session->doomed && session->owner) {
			/* as with a tombstone; when it is flushed is our affair */
			tpm2_rm_session_disowned(rm, session);
			return tpm2_command_answer(c, TPM_RC_SUCCESS);
		}
	}

	c->size = tpm2_context_transmit(rm, rm->wire);
	if (c->size < 0) {
		/* is there room now? whoever is first finds out */
		tpm2_session_queue_kick(&rm->queue);
		return tpm2_command_fail(c, c->size);
	}
	record_flush(c, object, session);
	memcpy(c->buf, rm->wire, c->size);
	return TPM2_ANSWERED;
}

static bool is_plain_flush(const struct tpm2_wire_command *cmd)
{
	return cmd->cc == TPM_CC_FLUSH_CONTEXT && cmd->nr_handles == 1 &&
	       cmd->size == cmd->params && cmd->tag == TPM_ST_NO_SESSIONS;
}

/* May the command be tried? TPM2_WAITS if it has joined those who wait. */
static enum tpm2_outcome admit(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;

	if (c->cmd.cc != TPM_CC_START_AUTH_SESSION)
		return TPM2_GOES_ON;
	/* while it waits, that is settled */
	if (!c->space->ticket.trying)
		c->space->ticket.begun =
			tpm2_session_owner_begun(&c->space->owner);
	switch (tpm2_session_queue_admit(&rm->queue, &c->space->ticket,
					 rm->ops->now(rm))) {
	case TPM2_SESSION_ADMITTED:
		return TPM2_GOES_ON;
	case TPM2_SESSION_QUEUED:
		c->queued = true;
		return TPM2_WAITS;
	case TPM2_SESSION_REFUSED:
		break;
	}
	return tpm2_command_fail(c, -EPIPE);
}

/* One attempt, under one hold of the chip. */
static enum tpm2_outcome attempt(struct tpm2_command *c)
{
	struct tpm2_rm *rm = c->rm;
	enum tpm2_outcome outcome;
	u32 attrs, rc;

	lockdep_assert_held(&rm->mutex);

	rm->client = &c->space->owner;
	/* the table of attributes goes with the chip */
	if (!rm->ops->attrs(rm, tpm2_wire_command_code(c->buf), &attrs))
		return tpm2_command_answer(c, TPM_RC_COMMAND_CODE);
	tpm2_command_read(c, attrs);
	rm->error = 0;
	c->error = keep_up(rm);
	if (c->error)
		return TPM2_FAILED;

	c->checks = 0;
	c->evicted = false;
	if (is_plain_flush(&c->cmd))
		return flush(c);
	c->size = tpm2_space_caps_answer(c->space, c->buf, &c->cmd);
	if (c->size)
		return TPM2_ANSWERED;
	if (!has_room(c, &rc))
		return tpm2_command_answer(c, rc);
	outcome = admit(c);
	if (outcome == TPM2_GOES_ON && c->space->ticket.trying &&
	    tpm2_command_is_hopeless(c))
		outcome = TPM2_WAITS;
	return outcome == TPM2_GOES_ON ? send(c) : outcome;
}

/* What its client gets: the size of the response, or -errno. */
static ssize_t result_of(const struct tpm2_command *c,
			 enum tpm2_outcome outcome)
{
	if (outcome == TPM2_ANSWERED)
		return c->size;
	/* what the driver said of a command that was lost */
	if (c->error == -EIO && c->rm->error)
		return c->rm->error;
	return c->error;
}

/* Passwords and secrets do not outlive the command: only the response stays. */
static ssize_t leave_result(u8 *buf, ssize_t result)
{
	size_t used = max_t(ssize_t, result, 0);

	memzero_explicit(buf + used, TPM2_WIRE_BUFSIZE - used);
	return result;
}

/* A client does not wait any more. */
static void trace_wake(struct tpm2_rm_space *space, u64 waited, ssize_t result)
{
	struct tpm2_session_client client;

	client = tpm2_session_owner_client(&space->owner);
	trace_tpm2_space_wake(space->rm->chip, waited, result, client.pid,
			      client.uid);
}

static u64 has_waited(struct tpm2_rm_space *space)
{
	return space->rm->ops->now(space->rm) - space->ticket.since;
}

/*
 * Try a command for the first time. Returns true if there is a result; else it
 * has become a ticket.
 */
static bool first_try(struct tpm2_command *c, ssize_t *result)
{
	struct tpm2_session_ticket *ticket = &c->space->ticket;
	struct tpm2_session_client client;
	struct tpm2_rm *rm = c->rm;
	enum tpm2_outcome outcome;
	u64 kicks;

	kicks = tpm2_session_queue_kicks(&rm->queue);
	outcome = attempt(c);
	if (outcome == TPM2_WAITS) {
		client = tpm2_session_owner_client(&c->space->owner);
		trace_tpm2_space_wait(rm->chip, c->cmd.cc,
				      READ_ONCE(rm->queue.nr) + !c->queued,
				      client.pid, client.uid);
		/* nobody can take it back before it is there */
		if (c->queued ||
		    tpm2_session_queue_wait(&rm->queue, ticket, c->ready, kicks,
					    rm->ops->now(rm)))
			return false;
		trace_wake(c->space, 0, -EPIPE);
		outcome = tpm2_command_fail(c, -EPIPE);
	}
	/* what the driver says of commands of our own is nobody's answer */
	*result = result_of(c, outcome);
	tpm2_rm_flush_parked(c->space);
	return true;
}

/**
 * tpm2_space_exec() - carry a client's command out
 * @space: the client's space; one command at a time
 * @buf: the command, whose header tpm2_wire_check_header() accepted; replaced
 *	by the response, or zeros on error. TPM2_WIRE_BUFSIZE bytes.
 * @result: receives the size of the response in bytes; -EINVAL if the command
 *	names an object that the space does not have; -EPIPE if the chip went
 *	away; else what the driver returned
 *
 * Context: process context, no lock held. Sleeps, but not until there is a
 * session.
 *
 * Return: true if @result is there. Otherwise the command waits for a session:
 * the space's ticket is done when it has its result, and @buf has to stay until
 * then, or until tpm2_space_abandon().
 */
bool tpm2_space_exec(struct tpm2_rm_space *space, u8 *buf, ssize_t *result)
{
	struct tpm2_command c = {
		.space = space, .rm = space->rm, .buf = buf,
	};
	bool done;

	might_sleep();

	space->buf = buf;
	if (tpm2_rm_hold(c.rm)) {
		*result = -EPIPE;
		done = true;
	} else {
		done = first_try(&c, result);
		tpm2_rm_release(c.rm);
	}
	if (done) {
		leave_result(buf, *result);
		tpm2_session_queue_lose_place(&c.rm->queue, &space->ticket);
	}
	return done;
}

/* Its command is done, or cannot be any more. */
static void ticket_done(struct tpm2_session_ticket *ticket, ssize_t result)
{
	struct tpm2_rm_space *space = container_of(ticket, struct tpm2_rm_space,
						   ticket);

	trace_wake(space, has_waited(space), result);
	space->done(ticket, leave_result(space->buf, result));
}

/* It is a ticket's turn. */
static void attempt_ticket(struct tpm2_session_ticket *ticket)
{
	struct tpm2_rm_space *space = container_of(ticket, struct tpm2_rm_space,
						   ticket);
	struct tpm2_rm *rm = space->rm;
	struct tpm2_command c = {
		.space = space, .rm = rm, .buf = space->buf,
	};
	enum tpm2_outcome outcome = TPM2_FAILED;
	ssize_t result = -EPIPE;
	u64 kicks;

	might_sleep();

	tpm2_user_visit(rm, true);
	kicks = tpm2_session_queue_kicks(&rm->queue);
	if (!tpm2_rm_hold(rm)) {
		outcome = attempt(&c);
		if (outcome != TPM2_WAITS) {
			result = result_of(&c, outcome);
			tpm2_rm_flush_parked(space);
			tpm2_rm_sessions_excused(rm, &space->owner);
		}
		tpm2_rm_release(rm);
	}
	tpm2_user_visit(rm, false);

	if (outcome == TPM2_WAITS)
		tpm2_session_queue_keep(&rm->queue, ticket, c.ready, kicks);
	else
		tpm2_session_queue_retire(&rm->queue, ticket, result,
					  rm->ops->now(rm));
}

/**
 * tpm2_space_setup() - make a space without anything in it
 * @space: the space
 * @rm: its resource manager, to which the caller keeps a reference
 * @user: whose it is: a number that is the same for all files of a user
 * @done: what to do when a command that has waited has its result; called with
 *	a spinlock held
 *
 * Return: 0 or -ENOMEM.
 */
int tpm2_space_setup(struct tpm2_rm_space *space, struct tpm2_rm *rm, u32 user,
		     void (*done)(struct tpm2_session_ticket *ticket,
				  ssize_t result))
{
	int rc = tpm2_rm_space_init(space, rm, user);

	if (rc)
		return rc;
	tpm2_session_ticket_init(&space->ticket, &space->user->line,
				 attempt_ticket);
	space->ticket.done = ticket_done;
	space->done = done;
	return 0;
}

/* Its command does not wait any more; see tpm2_session_queue_abandon(). */
static bool take_back(struct tpm2_rm_space *space, bool keep_place)
{
	bool taken_back;

	taken_back = tpm2_session_queue_abandon(&space->rm->queue,
						&space->ticket, keep_place);
	if (taken_back)
		trace_wake(space, has_waited(space),
			   keep_place ? -EINTR : -ECANCELED);
	return taken_back;
}

/**
 * tpm2_space_abandon() - do not wait for a session any more
 * @space: space whose command waits, or none of whose commands is under way
 * @keep_place: the client may come back for the same thing, and then has its
 *	place again
 *
 * Context: process context, no lock held. Sleeps while the command is being
 * tried.
 *
 * Return: true if the command has not been carried out, and will not be; false
 * if it has its result, or did not wait.
 */
bool tpm2_space_abandon(struct tpm2_rm_space *space, bool keep_place)
{
	bool taken_back = take_back(space, keep_place);
	struct tpm2_rm *rm = space->rm;

	/* nobody adds to them but a command of this space */
	if (!list_empty_careful(&space->owner.parked) && !tpm2_rm_hold(rm)) {
		tpm2_rm_flush_parked(space);
		tpm2_rm_release(rm);
	}
	return taken_back;
}

/**
 * tpm2_space_leave() - the client goes, and waits for a session no more
 * @space: space whose command waits, or none of whose commands is under way
 *
 * Context: process context, no lock held. Sleeps while the command is being
 * tried, and uses no TPM.
 *
 * Return: true if there is nothing in the TPM that tpm2_rm_space_destroy() would
 * have to end there.
 */
bool tpm2_space_leave(struct tpm2_rm_space *space)
{
	take_back(space, false);
	return tpm2_rm_space_has_nothing(space);
}

/**
 * tpm2_space_bar() - the client goes, and none of its commands is to wait
 * @space: the space
 */
void tpm2_space_bar(struct tpm2_rm_space *space)
{
	tpm2_session_queue_bar(&space->rm->queue, &space->ticket);
}

/**
 * tpm2_space_exec_raw() - send a command past the resource manager
 * @rm: resource manager of the TPM
 * @buf: the command, whose header was checked; replaced by the response, or
 *	zeros on error. TPM2_WIRE_BUFSIZE bytes.
 *
 * For /dev/tpmN. The TPM's slots are the client's, so ours are emptied first;
 * and what it has done there is read back before the next managed command.
 *
 * Return: size of the response in bytes, -EPIPE if the chip went away, else
 * what the driver returned.
 */
ssize_t tpm2_space_exec_raw(struct tpm2_rm *rm, u8 *buf)
{
	ssize_t size;

	if (tpm2_rm_hold(rm))
		return leave_result(buf, -EPIPE);
	tpm2_slots_spill_all(rm);
	size = rm->ops->transmit(rm, buf);
	tpm2_rm_distrust(rm, TPM2_TRUST_FOREIGN);
	/* it may have been the end of a session */
	tpm2_session_queue_kick(&rm->queue);
	tpm2_rm_release(rm);
	return leave_result(buf, size);
}
