// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the resource manager promises, written down as plainly as can be.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "../wire.h"
#include "small-model.h"

/**
 * model_new() - there is a new session
 * @model: the model
 * @index: its index
 * @owner: whose it is
 */
void model_new(struct small_model *model, u32 index, int owner)
{
	model_begin(model, owner);
	model->sessions[index] = (struct model_session) {
		.alive = true, .owner = owner, .created = model->now,
		.rank = model->ranks++,
	};
}

/**
 * model_begin() - a client is about to have one session more
 * @model: the model
 * @client: which client, or SMALL_NOBODY
 */
void model_begin(struct small_model *model, int client)
{
	unsigned int *begun, count;

	if (client == SMALL_NOBODY)
		return;
	begun = &model->clients[client].begun;
	count = model_count(model, client);
	*begun = (!count || *begun == count) && count < 2 ? count + 1 : 0;
}

static void lose(struct small_model *model, int owner, u32 index)
{
	struct model_client *client;

	if (owner == SMALL_NOBODY)
		return;
	client = &model->clients[owner];
	client->tombstones[client->nr_tombstones++] = index;
	if (client->nr_tombstones > model->max_per_fd)
		model_forget(model, owner, client->tombstones[0]);
}

/**
 * model_lose() - a session ends behind its owner's back
 * @model: the model
 * @index: its index
 */
void model_lose(struct small_model *model, u32 index)
{
	struct model_session *session = &model->sessions[index];
	int owner = session->parked ? SMALL_NOBODY : session->owner;

	session->alive = false;
	lose(model, owner, index);
}

/* Index of the oldest loss that is still to be found out, or -1. */
static int oldest_loss(const struct small_model *model)
{
	const struct model_loss *losses = model->losses;
	int best = -1, i;

	for (i = 0; i < SMALL_INDEXES; i++) {
		if (losses[i].pending &&
		    (best < 0 || losses[i].rank < losses[best].rank))
			best = i;
	}
	return best;
}

static void find_session(struct small_model *model, u32 index, bool mistaken)
{
	struct model_session *session = &model->sessions[index];
	struct model_loss *loss = &model->losses[index];

	session->unknown = false;
	if (mistaken && loss->pending) {
		session->created = loss->created;
		session->rank = loss->rank;
		loss->pending = false;
		return;
	}
	session->created = model->now;
	session->rank = model->ranks++;
	if (loss->pending)
		lose(model, loss->owner, index);
	loss->pending = false;
}

/**
 * model_find_out() - the resource manager reads the TPM back
 * @model: the model
 * @loaded: by index, whether the session is in a slot: it learns of these first
 * @mistaken: by index, whether it takes a session for the one that was there
 *	before, for want of anything that would tell them apart
 *
 * Return: how many sessions it flushes.
 */
unsigned int model_find_out(struct small_model *model, const bool *loaded,
			    const bool *mistaken)
{
	unsigned int flushed = 0;
	int pass, i;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < SMALL_INDEXES; i++) {
			if (model->sessions[i].alive &&
			    model->sessions[i].unknown &&
			    !model->sessions[i].doomed && loaded[i] == !pass)
				find_session(model, i, mistaken[i]);
		}
	}
	while ((i = oldest_loss(model)) >= 0) {
		model->losses[i].pending = false;
		lose(model, model->losses[i].owner, i);
	}
	for (i = 0; i < SMALL_INDEXES; i++) {
		if (!model->sessions[i].alive || !model->sessions[i].doomed)
			continue;
		model->sessions[i].alive = false;
		flushed++;
	}
	return flushed;
}

/**
 * model_has_tombstone() - has this client lost a session of this index?
 * @model: the model
 * @client: which client
 * @index: session index
 */
bool model_has_tombstone(const struct small_model *model, int client,
			 u32 index)
{
	const struct model_client *c = &model->clients[client];
	unsigned int i;

	for (i = 0; i < c->nr_tombstones; i++) {
		if (c->tombstones[i] == index)
			return true;
	}
	return false;
}

/**
 * model_forget() - a client need not be told of a loss any more
 * @model: the model
 * @client: which client
 * @index: index of the session that it lost
 */
void model_forget(struct small_model *model, int client, u32 index)
{
	struct model_client *c = &model->clients[client];
	unsigned int i;

	for (i = 0; i < c->nr_tombstones && c->tombstones[i] != index; i++)
		;
	if (i == c->nr_tombstones)
		return;
	c->nr_tombstones--;
	memmove(&c->tombstones[i], &c->tombstones[i + 1],
		(c->nr_tombstones - i) * sizeof(c->tombstones[0]));
}

/**
 * model_count() - how many sessions does a client know of?
 * @model: the model
 * @owner: which client
 */
unsigned int model_count(const struct small_model *model, int owner)
{
	unsigned int count = 0, i;

	for (i = 0; i < model->active; i++)
		count += model->sessions[i].alive && !model->sessions[i].parked &&
			 model->sessions[i].owner == owner;
	return count;
}

static bool would_help(const struct small_model *model, int requester,
		       u32 index)
{
	const struct model_session *session = &model->sessions[index];

	return session->alive && session->owner != requester &&
	       !model_has_tombstone(model, requester, index);
}

/**
 * model_is_eligible() - may this session be evicted?
 * @model: the model
 * @requester: for which client
 * @index: the session's index
 */
bool model_is_eligible(const struct small_model *model, int requester,
		       u32 index)
{
	return would_help(model, requester, index) &&
	       model->sessions[index].created + model->lease <= model->now;
}

/* Index of the oldest session that would help, or -1. */
static int oldest_helper(const struct small_model *model, int requester)
{
	int best = -1, i;

	for (i = 0; i < model->active; i++) {
		if (would_help(model, requester, i) &&
		    (best < 0 || model->sessions[i].rank <
				 model->sessions[best].rank))
			best = i;
	}
	return best;
}

static int lowest_free(const struct small_model *model)
{
	int i;

	for (i = 0; i < model->active; i++) {
		if (!model->sessions[i].alive)
			return i;
	}
	return -1;
}

/* May it need another session besides those that it has? Then it goes before others. */
static unsigned int goes_on(const struct small_model *model, int client)
{
	unsigned int count = model_count(model, client);

	return model->clients[client].begun == count ? count : 0;
}

static void join(struct small_model *model, int client)
{
	struct model_client *clients = model->clients;
	unsigned int i;

	for (i = 0; i < model->nr_queue; i++) {
		if (model->queue[i] == client)
			return;
	}
	clients[client].goes_on = goes_on(model, client);
	i = model->nr_queue++;
	while (i && clients[client].goes_on > clients[model->queue[i - 1]].goes_on) {
		model->queue[i] = model->queue[i - 1];
		i--;
	}
	model->queue[i] = client;
}

/* What was put aside for a client ends. */
static unsigned int unpark(struct small_model *model, int client)
{
	unsigned int count = 0, i;

	for (i = 0; i < model->active; i++) {
		if (!model->sessions[i].alive || !model->sessions[i].parked ||
		    model->sessions[i].owner != client)
			continue;
		model->sessions[i].alive = false;
		count++;
	}
	return count;
}

/**
 * model_leave() - a client does not wait any more
 * @model: the model
 * @client: which client
 *
 * What was put aside for it ends.
 */
void model_leave(struct small_model *model, int client)
{
	unsigned int i, n = 0;

	unpark(model, client);
	for (i = 0; i < model->nr_queue; i++) {
		if (model->queue[i] != client)
			model->queue[n++] = model->queue[i];
	}
	model->nr_queue = n;
}

/* What a client is told that cannot have a session, and need not wait. */
static void refuse(struct small_model *model, int client, int rc,
		   struct model_outcome *out)
{
	model_leave(model, client);
	out->rc = rc;
}

static void wait(struct small_model *model, int client,
		 struct model_outcome *out)
{
	join(model, client);
	out->rc = -EINPROGRESS;
}

/**
 * model_start() - a client asks for a session, or tries again
 * @model: the model
 * @client: which client
 * @out: receives what comes of it
 */
void model_start(struct small_model *model, int client,
		 struct model_outcome *out)
{
	const int full = TPM2_WIRE_RESMGR_LAYER | TPM_RC_SESSION_MEMORY;
	unsigned int begun;
	int index;

	memset(out, 0, sizeof(*out));
	if (model_count(model, client) >= model->max_per_fd)
		return refuse(model, client, full, out);
	if (model->nr_queue && model->queue[0] != client)
		return wait(model, client, out);

	for (;;) {
		index = lowest_free(model);
		if (index >= 0) {
			/* what is put aside does not count */
			begun = model->clients[client].begun;
			model_new(model, index, client);
			if (!model_has_tombstone(model, client, index))
				break;
			model->sessions[index].parked = true;
			model->clients[client].begun = begun;
			out->parks++;
			continue;
		}
		index = oldest_helper(model, client);
		if (index < 0 && model_count(model, client))
			return refuse(model, client, full, out);
		if (index < 0) {
			/* it has lost one of each, and must go on somehow */
			model_forget(model, client,
				     model->clients[client].tombstones[0]);
			out->unparks += unpark(model, client);
			out->forgets++;
			continue;
		}
		if (!model_is_eligible(model, client, index))
			return wait(model, client, out);
		model_lose(model, index);
		out->evictions++;
	}
	out->index = index;
	model_leave(model, client);
}
