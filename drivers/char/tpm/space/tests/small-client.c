// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a client of the small world does: foretold by the model, done by the
 * real resource manager, and compared.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "small-world.h"

/**
 * struct attempt - a command of a client
 * @world: the world
 * @client: which client
 * @step: what it does
 * @model: the model before
 * @out: what the model says that comes of it
 * @most: TPM commands that it may cost
 * @flushes: TPM2_FlushContext that it costs
 * @contested: sessions that may be another one by now: their contexts are tried
 * @doomed: how many the reading back of the TPM has cost before
 * @settled: what is in the TPM is known, so nothing need be read back
 * @parked: sessions that are put aside for the client already
 * @commands: TPM commands so far, questions aside
 * @flushed: TPM2_FlushContext so far
 * @asked: TPM2_GetCapability and the like so far
 */
struct attempt {
	struct small_world *world;
	int client;
	const struct small_step *step;
	struct small_model model;
	struct model_outcome out;
	unsigned int most;
	unsigned int flushes;
	unsigned int contested;
	unsigned int doomed;
	bool settled;
	unsigned int parked;
	unsigned int commands;
	unsigned int flushed;
	unsigned int asked;
};

static unsigned int questions(struct fake_tpm *tpm)
{
	return fake_tpm_count(tpm, TPM_CC_GET_CAPABILITY) +
	       fake_tpm_count(tpm, FAKE_CC_READ_CLOCK);
}

/* Is the TPM read back for this step, if there is reason to? */
static bool is_asked(const struct small_world *world, int client,
		     const struct small_step *step)
{
	const struct tpm2_session_owner *owner =
		&world->bed->clients[client].space.owner;

	if (step->op != SMALL_CLOSE)
		return true;
	/* only to see that what is flushed is still the client's */
	return !tpm2_trust_excludes_others(world->bed->rm->trust) &&
	       (!list_empty(&owner->sessions) ||
					   !list_empty(&owner->parked));
}

static void begin(struct attempt *a, struct small_world *world, int client,
		  const struct small_step *step)
{
	struct tpm2_rm *rm = world->bed->rm;
	struct fake_tpm *tpm = world->bed->tpm;
	unsigned int i;

	memset(a, 0, sizeof(*a));
	a->world = world;
	a->client = client;
	a->step = step;
	for (i = 0; i < world->model.active; i++)
		if (world->model.sessions[i].alive &&
		    world->model.losses[i].pending)
			a->contested += TPM2_SESSION_REFUSALS;
	if (is_asked(world, client, step)) {
		a->doomed = small_find_out(world);
		small_forget(world);
	}
	a->model = world->model;
	a->settled = rm->trust >= TPM2_TRUST_SHARED;
	a->commands = tpm->total - questions(tpm);
	a->asked = questions(tpm);
	a->flushed = fake_tpm_count(tpm, TPM_CC_FLUSH_CONTEXT);
	for (i = 0; i < world->model.active; i++)
		a->parked += world->model.sessions[i].alive &&
			     world->model.sessions[i].parked &&
			     world->model.sessions[i].owner == client;
}

/* How many commands does it take to have this session in a slot? */
static unsigned int cost_of_slot(struct small_world *world, u32 index)
{
	struct fake_tpm *tpm = world->bed->tpm;

	if (fake_session_is_loaded(tpm, &tpm->sessions[index]))
		return 0;
	/* load; if there is no slot: refused, save, load */
	return fake_session_count(tpm, true) == tpm->config.loaded_sessions ?
		3 : 1;
}

static bool holds(const struct small_world *world, int client,
		  const struct client_session *known)
{
	const struct model_session *session;

	session = &world->model.sessions[small_index(known->handle)];
	return session->alive && !session->parked &&
	       session->owner == client && session->serial == known->serial;
}

/* The model's part of each step. */
static void foretell_known(struct attempt *a)
{
	struct small_world *world = a->world;
	struct client_session *known;
	struct model_session *session;
	u32 index;

	known = &world->known[a->client][a->step->which];
	index = small_index(known->handle);
	session = &world->model.sessions[index];
	if (!holds(world, a->client, known)) {
		/* G4: the client is told, and the TPM is not bothered */
		a->out.rc = a->step->op == SMALL_LAST ? 0x000b0918 : 0x000b0910;
		if (a->step->op == SMALL_FLUSH) {
			a->out.rc = TPM_RC_SUCCESS;
			model_forget(&world->model, a->client, index);
		}
		return;
	}
	a->most = a->step->op == SMALL_FLUSH ? 1 :
					       1 + cost_of_slot(world, index);
	switch (a->step->op) {
	case SMALL_SAVE:
		session->owner = SMALL_NOBODY;
		break;
	case SMALL_FLUSH:
		a->flushes = 1;
		fallthrough;
	case SMALL_LAST:
		session->alive = false;
		break;
	default:
		break;
	}
}

static void foretell_load(struct attempt *a)
{
	struct small_world *world = a->world;
	struct small_context *context = &world->contexts[a->step->which];
	u32 index = small_index(context->handle);
	struct model_session *session = &world->model.sessions[index];

	if (model_count(&world->model, a->client) >= world->model.max_per_fd) {
		a->out.rc = TPM2_WIRE_RESMGR_LAYER | TPM_RC_SESSION_MEMORY;
		return;
	}
	a->most = 3;
	if (!context->fresh || !session->alive ||
	    session->serial != context->serial ||
	    session->owner != SMALL_NOBODY) {
		a->out.rc = FAKE_RC_HANDLE_P1;
		return;
	}
	/* G9: what a client has saved, any client can load, once */
	model_begin(&a->world->model, a->client);
	session->owner = a->client;
	model_forget(&world->model, a->client, index);
}

static void foretell_close(struct attempt *a)
{
	struct small_model *model = &a->world->model;
	unsigned int i;

	for (i = 0; i < model->active; i++) {
		if (model->sessions[i].alive &&
		    model->sessions[i].owner == a->client) {
			model->sessions[i].alive = false;
			a->flushes++;
		}
		if (!model->losses[i].pending ||
		    model->losses[i].owner != a->client)
			continue;
		/* the TPM has it, and does not tell it from what it was */
		model->losses[i].pending = false;
		model->sessions[i].alive = false;
		a->flushes++;
	}
	model->clients[a->client].nr_tombstones = 0;
	model_leave(model, a->client);
	a->most = a->flushes;
}

static void foretell_start(struct attempt *a)
{
	struct model_outcome *out = &a->out;

	model_start(&a->world->model, a->client, out);
	/* G3: one flush and one repeated command for an eviction, no more */
	a->flushes = out->evictions + out->unparks;
	if (out->rc != -EINPROGRESS)
		a->flushes += a->parked + out->parks - out->unparks;
	/* a start may first have to make room: refused, save */
	a->most = 3 * (1 + out->parks) + out->evictions + out->forgets +
		  a->flushes;
}

static void foretell(struct attempt *a)
{
	switch (a->step->op) {
	case SMALL_START:
		foretell_start(a);
		break;
	case SMALL_STEAL:
		/* G7: unless it means one of its own that it has lost */
		a->out.rc = TPM2_WIRE_RESMGR_LAYER | FAKE_RC_HANDLE_P1;
		if (!model_has_tombstone(&a->world->model, a->client,
					 a->step->which))
			break;
		a->out.rc = TPM_RC_SUCCESS;
		model_forget(&a->world->model, a->client, a->step->which);
		break;
	case SMALL_LOAD:
		foretell_load(a);
		break;
	case SMALL_CLOSE:
		foretell_close(a);
		break;
	default:
		foretell_known(a);
	}
}

/* Keep a session in mind, if need be in place of one that is lost. */
static void remember(struct small_world *world, int client,
		     const struct client_session *session)
{
	struct client_session *known = world->known[client];
	unsigned int i, place = SMALL_KNOWN;

	for (i = 0; i < SMALL_KNOWN; i++) {
		if (known[i].handle &&
		    small_index(known[i].handle) == small_index(session->handle))
			known[i].handle = 0;
		if (!holds(world, client, &known[i]) && place == SMALL_KNOWN)
			place = i;
	}
	for (i = 0; i < SMALL_KNOWN; i++) {
		if (!known[i].handle)
			place = i;
	}
	if (place < SMALL_KNOWN)
		known[place] = *session;
}

/* A session that the client has got: is it the one that it was to get? */
static void given(struct attempt *a, const struct client_session *session)
{
	struct small_world *world = a->world;

	if (small_index(session->handle) != a->out.index)
		small_wrong(world, "%c got index %u, not %u", 'A' + a->client,
			    small_index(session->handle), a->out.index);
	else
		world->model.sessions[a->out.index].serial = session->serial;
	remember(world, a->client, session);
}

static void loaded(struct attempt *a)
{
	struct small_world *world = a->world;
	struct small_context *context = &world->contexts[a->step->which];
	struct client_session session = {
		.handle = context->handle, .serial = context->serial,
	};

	session.uses = 0;
	context->fresh = false;
	remember(world, a->client, &session);
}

static void saved(struct attempt *a, const struct client_context *bytes)
{
	struct small_world *world = a->world;
	struct client_session *known;
	struct small_context *context;

	known = &world->known[a->client][a->step->which];
	context = &world->contexts[world->next_context];
	world->next_context = (world->next_context + 1) % SMALL_CONTEXTS;
	*context = (struct small_context) {
		.context = *bytes, .handle = known->handle,
		.serial = known->serial, .fresh = true,
	};
	known->handle = 0;
}

/* What a client learns from a response that is as the model says. */
static void learn(struct attempt *a, const struct client_session *session,
		  const struct client_context *context)
{
	struct small_world *world = a->world;
	struct client *client = &world->bed->clients[a->client];
	struct client_session *known;

	known = &world->known[a->client][a->step->which];
	switch (a->step->op) {
	case SMALL_START:
		given(a, session);
		break;
	case SMALL_USE:
	case SMALL_LAST:
		/* G5: it was the session that the client had in mind */
		if (client_number(client, 0) != known->serial)
			small_wrong(world, "%c used session %u, not %u",
				    'A' + a->client, client_number(client, 0),
				    known->serial);
		if (a->step->op == SMALL_LAST)
			known->handle = 0;
		break;
	case SMALL_FLUSH:
		known->handle = 0;
		break;
	case SMALL_SAVE:
		saved(a, context);
		break;
	case SMALL_LOAD:
		loaded(a);
		break;
	default:
		break;
	}
}

static void compare_costs(struct attempt *a)
{
	struct small_world *world = a->world;
	struct fake_tpm *tpm = world->bed->tpm;
	unsigned int commands = tpm->total - questions(tpm) - a->commands;
	unsigned int flushed = fake_tpm_count(tpm, TPM_CC_FLUSH_CONTEXT) -
			       a->flushed;

	if (flushed != a->flushes + a->doomed)
		small_wrong(world, "%u flushes, not %u", flushed,
			    a->flushes + a->doomed);
	if (commands > a->most + a->doomed + a->contested && !world->config->gap)
		small_wrong(world, "%u commands, not at most %u", commands,
			    a->most);
	/* G15 */
	if (a->settled && a->step->op != SMALL_START &&
	    questions(tpm) != a->asked)
		small_wrong(world, "the TPM was asked for no reason");
}

/* Something went wrong on the way to the TPM or back. */
static void struck(struct attempt *a, int rc,
		   const struct client_session *session)
{
	struct small_world *world = a->world;
	bool close = a->step->op == SMALL_CLOSE;

	world->struck = true;
	if (close || (world->bed->tpm->strike.cc == TPM_CC_FLUSH_CONTEXT &&
		      a->step->op == SMALL_START && rc == a->out.rc)) {
		/* it was one that had been put aside: no matter to the client */
		if (!close && !rc)
			given(a, session);
	} else {
		if (rc != -EIO)
			small_wrong(world, "%c got 0x%x for a lost command",
				    'A' + a->client, rc);
		world->model = a->model;
		model_leave(&world->model, a->client);
	}
	small_reconcile(world, a->step);
}

static void finish(struct attempt *a, int rc,
		   const struct client_session *session,
		   const struct client_context *context)
{
	struct small_world *world = a->world;

	if (world->bed->tpm->strike.kind != FAKE_FAULT_NONE &&
	    !world->struck) {
		struck(a, rc, session);
		return;
	}
	if (rc != a->out.rc)
		small_wrong(world, "%c got 0x%x, not 0x%x", 'A' + a->client,
			    rc, a->out.rc);
	else if (!rc)
		learn(a, session, context);
	compare_costs(a);
}

static int act(struct attempt *a, struct client_session *session,
	       struct client_context *context)
{
	struct small_world *world = a->world;
	struct client *client = &world->bed->clients[a->client];
	struct client_session *known;
	u32 handle;

	known = &world->known[a->client][a->step->which];
	switch (a->step->op) {
	case SMALL_START:
		return client_start(client, session);
	case SMALL_USE:
		return client_use(client, known);
	case SMALL_LAST:
		return client_audit(client, known, 0);
	case SMALL_FLUSH:
		return client_flush(client, known->handle);
	case SMALL_STEAL:
		handle = (u32)TPM_HT_POLICY_SESSION << 24 | a->step->which;
		return client_flush(client, handle);
	case SMALL_SAVE:
		return client_save(client, known->handle, context);
	case SMALL_LOAD:
		return client_load(client,
				   &world->contexts[a->step->which].context);
	default:
		bed_reopen(world->bed, a->client);
		memset(world->known[a->client], 0,
		       sizeof(world->known[a->client]));
		return 0;
	}
}

/*
 * It has lost so many sessions at once that it is not told of this one. It
 * would get what the TPM says of the handle, whatever that is by now.
 */
static bool has_forgotten(const struct attempt *a)
{
	switch (a->step->op) {
	case SMALL_USE:
	case SMALL_LAST:
	case SMALL_FLUSH:
	case SMALL_SAVE:
		return !a->world->known[a->client][a->step->which].handle;
	default:
		return false;
	}
}

/**
 * small_client_step() - a client does something
 * @world: the world
 * @step: what
 */
void small_client_step(struct small_world *world,
		       const struct small_step *step)
{
	struct client_session session = {};
	struct client_context context = {};
	struct attempt a;

	begin(&a, world, step->client, step);
	if (has_forgotten(&a))
		return;
	foretell(&a);
	finish(&a, act(&a, &session, &context), &session, &context);
}

/**
 * small_client_retry() - a client's command tries again
 * @world: the world
 * @client: which client, told to do so
 */
void small_client_retry(struct small_world *world, int client)
{
	const struct small_step step = { .op = SMALL_START, .client = client };
	struct client *c = &world->bed->clients[client];
	struct client_session session;
	struct attempt a;
	int rc;

	begin(&a, world, client, &step);
	foretell(&a);
	rc = client_retry(c);
	client_started(c, &session);
	finish(&a, rc, &session, NULL);
}
