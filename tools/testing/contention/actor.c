// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who uses the TPM, and what for.
 *
 * An actor sends a command, waits for the response, and goes on from there. It
 * sees to it that it is its own session that it uses, and ends the program if
 * the TPM or the resource manager says anything that has no place here.
 */
#include <linux/kernel.h>
#include "actor.h"
#include "wire.h"

#define RC_LOST		(TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_H0)

static struct world *world_of(struct actor *actor)
{
	return &actor->file.service->world;
}

static void send(struct actor *actor, enum op op)
{
	actor->op = op;
	if (op == OP_START)
		actor->asked_at = world_now(world_of(actor));
	file_send(&actor->file);
}

/* One of the other commands, or what they are sent before. */
static void go_on(struct actor *actor)
{
	if (!actor->others) {
		send(actor, actor->goal);
		return;
	}
	actor->others--;
	send(actor, OP_OTHER);
}

static void carry_out(struct file *file)
{
	struct actor *actor = container_of(file, struct actor, file);
	const u8 bytes[] = { 0, 8 };
	struct client *client = &file->client;

	switch (actor->op) {
	case OP_OTHER:
		client_build(client, FAKE_CC_GET_RANDOM, NULL, 0, bytes,
			     sizeof(bytes));
		client_send(client);
		break;
	case OP_START:
		client_start(client, &actor->sessions[actor->nr]);
		break;
	case OP_SAVE:
		client_save(client, actor->sessions[0].handle, &actor->context);
		break;
	case OP_LOAD:
		client_load(client, &actor->context);
		break;
	case OP_USE:
		client_use(client, &actor->sessions[actor->at]);
		break;
	case OP_FLUSH:
		client_flush(client, actor->sessions[actor->at].handle);
		break;
	}
}

static void close_file(struct actor *actor)
{
	if (actor->opened)
		file_close(&actor->file);
	actor->opened = false;
}

static void open_file(struct actor *actor)
{
	close_file(actor);
	file_open(&actor->file, actor->file.service, actor->user);
	actor->opened = true;
}

/* Pause, and then work towards something. */
static void pause_before(struct actor *actor, enum op goal)
{
	u64 pause = actor->work->pause_ns;

	actor->goal = goal;
	actor->others = actor->work->others;
	/* between two thirds and four thirds of it, in steps of a thousandth */
	pause = pause * 2 / 3 + pause * numbers_next(&actor->numbers, 667) /
		1000;
	world_after(world_of(actor), &actor->wake, pause);
}

static void begin_now(struct actor *actor)
{
	open_file(actor);
	actor->tries++;
	actor->used = 0;
	actor->nr = 0;
	actor->at = 0;
	actor->goal = actor->work->kind == KIND_BUSY ? OP_OTHER : OP_START;
	actor->others = actor->work->others;
	go_on(actor);
}

static void reserved(struct event *event)
{
	begin_now(container_of(event, struct actor, reservation.made));
}

/* Begin, or begin again. */
static void begin(struct actor *actor)
{
	struct reservation *reservation = &actor->reservation;

	if (!actor->work->more) {
		begin_now(actor);
		return;
	}
	reservation->nr = 1 + actor->work->more;
	reservation->made.run = reserved;
	service_reserve(actor->file.service, reservation);
}

static void wake(struct event *event)
{
	struct actor *actor = container_of(event, struct actor, wake);

	if (!actor->begun_at)
		actor->begun_at = world_now(world_of(actor));
	if (actor->holds)
		go_on(actor);
	else
		begin(actor);
}

static void end(struct actor *actor)
{
	close_file(actor);
	actor->holds = false;
	if (actor->work->more)
		service_cancel(actor->file.service, &actor->reservation);
	if (actor->work->kind == KIND_LOOP) {
		begin(actor);
		return;
	}
	actor->ended_at = world_now(world_of(actor));
	if (actor->ended)
		actor->ended(actor);
}

/* There is no session, or no longer. */
static void try_again(struct actor *actor)
{
	actor->holds = false;
	if (actor->work->kind == KIND_LOOP ||
	    (actor->work->kind == KIND_HOLDER &&
	     actor->file.service->rule != RULE_ORACLE)) {
		begin(actor);
	} else if (works(actor->work) && actor->tries <= RETRIES) {
		close_file(actor);
		world_after(world_of(actor), &actor->wake, RETRY_NS);
	} else {
		actor->gave_up = true;
		end(actor);
	}
}

static void started(struct actor *actor)
{
	u64 now = world_now(world_of(actor));

	client_started(&actor->file.client, &actor->sessions[actor->nr]);
	actor->holds = true;
	if (!actor->first_at)
		actor->first_at = now;
	if (actor->started)
		actor->started(actor, now - actor->asked_at);

	switch (actor->work->kind) {
	case KIND_TOOLS:
		service_promise(&actor->file, actor->sessions[0].handle);
		fallthrough;
	case KIND_ABANDONED:
		send(actor, OP_SAVE);
		break;
	case KIND_CLIENT:
	case KIND_LOOP:
		service_promise(&actor->file, actor->sessions[actor->nr].handle);
		if (actor->nr++ < actor->work->more) {
			send(actor, OP_START);
			break;
		}
		fallthrough;
	case KIND_HOLDER:
		pause_before(actor, OP_USE);
		break;
	case KIND_LEAKED:
	case KIND_FLOOD:
	case KIND_BUSY:
		break;
	}
}

/* Is it the next one's turn of those that an actor has? */
static bool has_next(struct actor *actor)
{
	if (actor->at++ < actor->work->more)
		return true;
	actor->at = 0;
	return false;
}

static void used(struct actor *actor)
{
	if (client_number(&actor->file.client, 0) !=
	    actor->sessions[actor->at].serial) {
		fprintf(stderr, "somebody else's session\n");
		abort();
	}
	if (has_next(actor)) {
		send(actor, OP_USE);
		return;
	}
	actor->used++;
	if (actor->work->kind == KIND_TOOLS)
		send(actor, OP_SAVE);
	else if (actor->used == actor->work->uses)
		send(actor, OP_FLUSH);
	else
		pause_before(actor, OP_USE);
}

static bool is_loss(const struct actor *actor, u32 rc)
{
	return rc == RC_LOST ||
	       (actor->op == OP_LOAD && tpm2_wire_rc_lost(rc));
}

static void answered(struct file *file)
{
	struct actor *actor = container_of(file, struct actor, file);
	u32 rc = file->client.rc;

	if (is_loss(actor, rc)) {
		actor->losses++;
		try_again(actor);
		return;
	}
	if (rc == TPM_RC_SESSION_HANDLES && !file->service->rm) {
		try_again(actor);
		return;
	}
	if (rc) {
		fprintf(stderr, "command %d: response 0x%x\n", actor->op, rc);
		abort();
	}

	switch (actor->op) {
	case OP_OTHER:
		go_on(actor);
		break;
	case OP_START:
		started(actor);
		break;
	case OP_SAVE:
		open_file(actor);
		if (actor->work->kind == KIND_TOOLS)
			pause_before(actor, OP_LOAD);
		break;
	case OP_LOAD:
		send(actor, actor->used < actor->work->uses ? OP_USE : OP_FLUSH);
		break;
	case OP_USE:
		used(actor);
		break;
	case OP_FLUSH:
		if (has_next(actor))
			send(actor, OP_FLUSH);
		else
			end(actor);
		break;
	}
}

/**
 * actor_come() - let somebody use the TPM
 * @actor: the actor; its work, user, numbers and callbacks are set, the rest is
 *	zero
 * @service: who shares the TPM out
 * @at: when it comes, in ns
 */
void actor_come(struct actor *actor, struct service *service, u64 at)
{
	actor->file.service = service;
	actor->file.carry_out = carry_out;
	actor->file.answered = answered;
	actor->wake.run = wake;
	world_at(&service->world, &actor->wake, at);
}

/**
 * actor_leave() - have somebody stop
 * @actor: the actor
 */
void actor_leave(struct actor *actor)
{
	world_cancel(world_of(actor), &actor->wake);
	close_file(actor);
}
