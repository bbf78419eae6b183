// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the small world as the model says, after a step and in the end?
 */
#include <linux/kernel.h>
#include "small-world.h"

static struct tpm2_session *entry(struct small_world *world, u32 index)
{
	return tpm2_session_table_find(&world->bed->rm->sessions, index);
}

/**
 * small_find_out() - the resource manager is about to read the TPM back
 * @world: the world
 *
 * It does if it has reason to. A session that somebody has put in the place of
 * another one that nobody owned looks the same to it.
 *
 * Return: how many sessions it flushes then.
 */
unsigned int small_find_out(struct small_world *world)
{
	struct fake_tpm *tpm = world->bed->tpm;
	bool loaded[SMALL_INDEXES] = {}, mistaken[SMALL_INDEXES] = {};
	struct tpm2_session *session;
	unsigned int i;

	for (i = 0; i < world->model.active; i++) {
		session = entry(world, i);
		loaded[i] = fake_session_is_loaded(tpm, &tpm->sessions[i]);
		mistaken[i] = session && !session->owner && loaded[i] &&
			      session->state != TPM2_SESSION_SAVED;
	}
	return model_find_out(&world->model, loaded, mistaken);
}

/* It has ended, and the resource manager has not found out yet. */
static void note_loss(struct small_world *world, u32 index)
{
	struct model_session *session = &world->model.sessions[index];

	world->model.losses[index] = (struct model_loss) {
		.pending = true, .created = session->created,
		.owner = session->parked ? SMALL_NOBODY : session->owner,
		.rank = session->rank,
	};
}

/* A session has ended while a command was lost: was there a reason? */
static void reconcile_end(struct small_world *world,
			  const struct small_step *step, u32 index)
{
	const struct fake_strike *strike = &world->bed->tpm->strike;

	if ((strike->cc == TPM_CC_FLUSH_CONTEXT &&
	     small_index(strike->handle) == index) ||
	    (strike->cc == FAKE_CC_GET_RANDOM && step->op == SMALL_LAST)) {
		note_loss(world, index);
		world->model.sessions[index].alive = false;
		return;
	}
	/* it may be the victim of an eviction whose replay was lost */
	if (step->op != SMALL_START ||
	    !model_is_eligible(&world->model, step->client, index))
		small_wrong(world, "the session of index %u is lost, and why?",
			    index);
	model_lose(&world->model, index);
}

/* The TPM has a session that, by the model, has ended or never was. */
static void reconcile_new(struct small_world *world, u32 index)
{
	const struct fake_strike *strike = &world->bed->tpm->strike;
	struct model_session *session = &world->model.sessions[index];
	struct model_loss *loss = &world->model.losses[index];
	u32 serial = world->bed->tpm->sessions[index].serial;

	if (strike->cc == TPM_CC_FLUSH_CONTEXT &&
	    small_index(strike->handle) == index) {
		/* it was not flushed, and will be */
		session->alive = true;
		session->parked = false;
		session->owner = SMALL_NOBODY;
		session->serial = serial;
		session->doomed = true;
		loss->pending = false;
		return;
	}
	if (strike->cc != TPM_CC_START_AUTH_SESSION)
		small_wrong(world, "a session of index %u, and why?", index);
	*session = (struct model_session) {
		.alive = true, .serial = serial, .owner = SMALL_NOBODY,
		.unknown = true, .doomed = true,
	};
}

/* The session was saved, and the only copy of its context was lost. */
static void reconcile_save(struct small_world *world, u32 index)
{
	struct model_session *session = &world->model.sessions[index];

	note_loss(world, index);
	session->owner = SMALL_NOBODY;
	session->parked = false;
	session->unknown = true;
	session->doomed = true;
}

/**
 * small_reconcile() - what has become of the command that was struck?
 * @world: the world
 * @step: the step that it belonged to
 *
 * The model learns from the TPM what it could not foretell, and complains if
 * anything else than what was struck has changed. A context of which the client
 * does not know that it was loaded stays good (G9).
 */
void small_reconcile(struct small_world *world, const struct small_step *step)
{
	struct fake_tpm *tpm = world->bed->tpm;
	const struct fake_strike *strike = &tpm->strike;
	bool done = strike->kind == FAKE_FAULT_LOSE_RESPONSE && !strike->rc;
	struct model_session *session;
	unsigned int i;
	bool same;

	for (i = 0; i < world->model.active; i++) {
		session = &world->model.sessions[i];
		same = tpm->sessions[i].context && session->alive &&
		       (session->parked ||
			tpm->sessions[i].serial == session->serial);
		if (session->alive && !same)
			reconcile_end(world, step, i);
		if (tpm->sessions[i].context && !session->alive)
			reconcile_new(world, i);
		if (session->alive && done &&
		    strike->cc == TPM_CC_CONTEXT_SAVE &&
		    small_index(strike->handle) == i)
			reconcile_save(world, i);
	}
}

/* Does the TPM have the sessions that the model has, and no others? */
static void check_tpm(struct small_world *world)
{
	struct fake_session *sessions = world->bed->tpm->sessions;
	struct model_session *session;
	unsigned int i;

	for (i = 0; i < world->model.active; i++) {
		session = &world->model.sessions[i];
		if (!session->serial || session->parked)
			session->serial = sessions[i].serial;
		if (!!sessions[i].context != session->alive)
			small_wrong(world, "the TPM has %s session of index %u",
				    session->alive ? "no" : "a", i);
		else if (session->alive && sessions[i].serial != session->serial)
			small_wrong(world, "the TPM has another session of index %u",
				    i);
	}
}

static struct tpm2_session_owner *owner_of(struct small_world *world, int owner)
{
	if (owner == SMALL_NOBODY)
		return NULL;
	return &world->bed->clients[owner].space.owner;
}

/* Does the table say the same as the model? */
static void check_table(struct small_world *world)
{
	struct model_session *session;
	struct tpm2_session *real;
	unsigned int i;

	for (i = 0; i < world->model.active; i++) {
		session = &world->model.sessions[i];
		real = entry(world, i);
		if (!!real != session->alive)
			small_wrong(world, "the table has %s session of index %u",
				    real ? "a" : "no", i);
		if (!real || !session->alive)
			continue;
		if (real->owner != owner_of(world, session->owner) ||
		    real->parked != session->parked)
			small_wrong(world, "the session of index %u is somebody else's",
				    i);
		if (real->created.now != session->created)
			small_wrong(world, "the session of index %u is of %llu, not %llu",
				    i, real->created.now, session->created);
	}
}

static void check_tombstones(struct small_world *world, int client)
{
	const struct model_client *should = &world->model.clients[client];
	struct tpm2_session_owner *owner = owner_of(world, client);
	struct tpm2_session *tombstone;
	unsigned int n = 0;

	if (owner->nr_tombstones != should->nr_tombstones) {
		small_wrong(world, "%c has %u tombstones, not %u", 'A' + client,
			    owner->nr_tombstones, should->nr_tombstones);
		return;
	}
	list_for_each_entry(tombstone, &owner->tombstones, owned) {
		if (small_index(tombstone->handle) != should->tombstones[n++])
			small_wrong(world, "%c has other tombstones",
				    'A' + client);
	}
}

static void forget(struct small_world *world, int client)
{
	struct client_session *known = world->known[client];
	struct model_session *session;
	unsigned int i;
	u32 index;

	for (i = 0; i < SMALL_KNOWN; i++) {
		index = small_index(known[i].handle);
		session = &world->model.sessions[index];
		if (!known[i].handle ||
		    model_has_tombstone(&world->model, client, index) ||
		    world->model.losses[index].pending)
			continue;
		if (!session->alive || session->owner != client ||
		    session->serial != known[i].serial)
			known[i].handle = 0;
	}
}

/**
 * small_forget() - clients forget what they would not be told any more that
 *	they have lost
 * @world: the world
 */
void small_forget(struct small_world *world)
{
	int client;

	for (client = 0; client < world->config->clients; client++)
		forget(world, client);
}

/**
 * small_check() - is the world as the model says?
 * @world: the world
 */
void small_check(struct small_world *world)
{
	struct tpm2_rm *rm = world->bed->rm;
	int c;

	check_tpm(world);
	if (rm->queue.nr != world->model.nr_queue)
		small_wrong(world, "%u clients wait, not %u", rm->queue.nr,
			    world->model.nr_queue);
	small_forget(world);
	/* what it does not know yet it need not have right */
	if (rm->trust < TPM2_TRUST_SHARED)
		return;
	check_table(world);
	for (c = 0; c < world->config->clients; c++)
		check_tombstones(world, c);
}

/**
 * small_check_leaks() - everybody has gone: is anything left behind?
 * @world: the world
 */
void small_check_leaks(struct small_world *world)
{
	struct tpm2_rm *rm = world->bed->rm;
	unsigned int i;

	for (i = 0; i < world->model.active; i++) {
		if (world->model.sessions[i].alive &&
		    world->model.sessions[i].owner != SMALL_NOBODY)
			small_wrong(world, "somebody still owns index %u", i);
	}
	if (fake_object_count(world->bed->tpm) || rm->nr_objects)
		small_wrong(world, "objects are left");
	if (world->bed->tpm->auth_failures)
		small_wrong(world, "the TPM counts a wrong password");
}
