// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "table-model.h"
#include "unit.h"

#define LEASE	2

/* Handles of one index come as HMAC and as policy ones. */
static u32 handle_of(unsigned int index, u64 event)
{
	return (event % 2 ? 0x02000000 : 0x03000000) | index;
}

void world_init(struct world *world)
{
	unsigned int i;

	memset(world, 0, sizeof(*world));
	tpm2_session_table_init(&world->table);
	for (i = 0; i < MODEL_OWNERS; i++)
		tpm2_session_owner_init(&world->owners[i]);
}

void world_destroy(struct world *world)
{
	struct tpm2_session_owner *owner;
	unsigned int i;

	for (i = 0; i < MODEL_INDEXES; i++) {
		if (!world->sessions[i])
			continue;
		free(world->sessions[i]->ctx.data);
		free(world->sessions[i]->copy.data);
		tpm2_session_table_remove(&world->table, world->sessions[i]);
		free(world->sessions[i]);
	}
	for (i = 0; i < MODEL_OWNERS; i++) {
		owner = &world->owners[i];
		while (owner->nr_tombstones)
			free(tpm2_session_owner_surplus(owner, 0));
	}
	CHECK(list_empty(&world->table.aged));
}

static void add(struct world *world, unsigned int index, int owner,
		enum tpm2_session_state state)
{
	struct model_session *m = &world->model[index];
	struct tpm2_session *s = calloc(1, sizeof(*s));

	tpm2_session_table_add(&world->table, s,
			       handle_of(index, world->events),
			       owner < 0 ? NULL : &world->owners[owner], state,
			       world->now);
	world->sessions[index] = s;
	m->live = true;
	m->state = state;
	m->owner = owner;
	m->parked = false;
	m->created = world->now;
	m->rank = world->events;
	m->used = world->events;
	m->saved = 0;
	m->copied = 0;
}

static void drop_contexts(struct tpm2_session *s)
{
	free(s->ctx.data);
	free(s->copy.data);
}

static struct tpm2_session_context new_context(const struct world *world)
{
	return (struct tpm2_session_context){
		.data = malloc(7), .size = 7, .sequence = world->events,
	};
}

/* A new session, where there is none. */
static bool step_new(struct world *world, const struct step *step)
{
	if (world->model[step->index].live)
		return false;
	switch (step->operation) {
	case START:
		add(world, step->index, step->owner, TPM2_SESSION_LOADED);
		break;
	case FIND:
		add(world, step->index, MODEL_NOBODY, TPM2_SESSION_DETACHED);
		break;
	default:
		add(world, step->index, MODEL_NOBODY, TPM2_SESSION_LOADED);
	}
	return true;
}

static bool step_exhume(struct world *world, const struct step *step)
{
	struct tpm2_session_owner *owner = &world->owners[step->owner];
	struct tpm2_session *s;

	s = tpm2_session_owner_tombstone(owner, handle_of(step->index, 0));
	CHECK_EQ(!!s, !!world->tombstones[step->owner][step->index]);
	if (!s)
		return false;
	free(tpm2_session_owner_exhume(owner, s));
	world->tombstones[step->owner][step->index]--;
	return true;
}

static bool step_end(struct world *world, const struct step *step)
{
	struct model_session *m = &world->model[step->index];
	struct tpm2_session *s = world->sessions[step->index];
	bool unknown = true;

	drop_contexts(s);
	if (step->operation == END)
		tpm2_session_table_remove(&world->table, s);
	else
		unknown = tpm2_session_table_bury(&world->table, s);

	if (step->operation == BURY && m->owner != MODEL_NOBODY && !m->parked) {
		CHECK(!unknown);
		CHECK_EQ(s->state, TPM2_SESSION_TOMBSTONE);
		world->tombstones[m->owner][step->index]++;
	} else {
		CHECK(unknown);
		free(s);
	}
	world->sessions[step->index] = NULL;
	m->live = false;
	return true;
}

/* A client saves a session, or we save it anew. */
static bool step_save(struct world *world, const struct step *step)
{
	struct model_session *m = &world->model[step->index];
	struct tpm2_session *s = world->sessions[step->index];
	struct tpm2_session_context ctx;

	if (step->operation != RENEW && m->state != TPM2_SESSION_LOADED)
		return false;
	if (step->operation == RENEW && !m->saved)
		return false;

	ctx = new_context(world);
	m->saved = world->events;
	switch (step->operation) {
	case SAVE:
		tpm2_session_table_saved(&world->table, s, &ctx);
		m->state = m->copied ? TPM2_SESSION_DETACHED :
				       TPM2_SESSION_SAVED;
		return true;
	case RENEW:
		if (m->state == TPM2_SESSION_DETACHED && !s->copy.data)
			s->copy = s->ctx;
		else
			free(s->ctx.data);
		tpm2_session_table_loaded(&world->table, s);
		tpm2_session_table_saved(&world->table, s, &ctx);
		return true;
	case DETACH_UNKNOWN:
		free(ctx.data);
		drop_contexts(s);
		tpm2_session_table_detach(&world->table, s, NULL);
		m->saved = 0;
		m->copied = 0;
		break;
	default:
		drop_contexts(s);
		tpm2_session_table_detach(&world->table, s, &ctx);
		m->copied = world->events;
	}
	m->state = TPM2_SESSION_DETACHED;
	m->owner = MODEL_NOBODY;
	m->parked = false;
	return true;
}

/* Something else happens to a session that there is. */
static bool step_change(struct world *world, const struct step *step)
{
	struct model_session *m = &world->model[step->index];
	struct tpm2_session *s = world->sessions[step->index];

	switch (step->operation) {
	case LOAD:
		if (m->state == TPM2_SESSION_DETACHED)
			return false;
		free(s->ctx.data);
		tpm2_session_table_loaded(&world->table, s);
		m->state = TPM2_SESSION_LOADED;
		m->used = world->events;
		m->saved = 0;
		return true;
	case ATTACH:
		if (m->state != TPM2_SESSION_DETACHED)
			return false;
		drop_contexts(s);
		tpm2_session_table_attach(&world->table, s,
					  &world->owners[step->owner]);
		m->state = TPM2_SESSION_LOADED;
		m->owner = step->owner;
		m->used = world->events;
		m->saved = 0;
		m->copied = 0;
		return true;
	default:
		if (m->owner == MODEL_NOBODY || m->parked)
			return false;
		tpm2_session_table_park(&world->table, s);
		m->parked = true;
		return true;
	}
}

/**
 * world_step() - let something happen to the real table and to the model
 * @world: both
 * @step: what
 *
 * Return: false if that cannot happen now.
 */
bool world_step(struct world *world, const struct step *step)
{
	world->events++;
	switch (step->operation) {
	case TICK:
		world->now++;
		return true;
	case EXHUME:
		return step_exhume(world, step);
	case START:
	case FIND:
	case FIND_LOADED:
		return step_new(world, step);
	default:
		break;
	}
	if (!world->model[step->index].live)
		return false;
	if (step->operation == END || step->operation == BURY)
		return step_end(world, step);
	switch (step->operation) {
	case SAVE:
	case DETACH:
	case DETACH_UNKNOWN:
	case RENEW:
		return step_save(world, step);
	default:
		return step_change(world, step);
	}
}

/* Who is the victim, by looking at each. */
static int model_victim(struct world *world, int requester, u64 *ready)
{
	int best = -1, i;

	*ready = TPM2_SESSION_ETERNITY;
	for (i = 0; i < MODEL_INDEXES; i++) {
		struct model_session *m = &world->model[i];

		if (!m->live || world->sessions[i]->pinned ||
		    m->owner == requester || world->tombstones[requester][i])
			continue;
		if (best >= 0 && m->rank > world->model[best].rank)
			continue;
		best = i;
		*ready = m->created + LEASE;
	}
	return *ready <= world->now ? best : -1;
}

static int model_coldest(struct world *world, bool unowned)
{
	int best = -1, i;

	for (i = 0; i < MODEL_INDEXES; i++) {
		struct model_session *m = &world->model[i];

		if (!m->live || m->state != TPM2_SESSION_LOADED ||
		    world->sessions[i]->pinned ||
		    (!unowned && m->owner == MODEL_NOBODY))
			continue;
		if (best < 0 || m->used < world->model[best].used)
			best = i;
	}
	return best;
}

static int model_stalest(struct world *world)
{
	int best = -1, i;

	for (i = 0; i < MODEL_INDEXES; i++) {
		struct model_session *m = &world->model[i];

		if (!m->live || !m->saved)
			continue;
		if (best < 0 || m->saved < world->model[best].saved)
			best = i;
	}
	return best;
}

static int model_unknown(struct world *world, u64 *ready)
{
	int best = -1, i;

	*ready = TPM2_SESSION_ETERNITY;
	for (i = 0; i < MODEL_INDEXES; i++) {
		struct model_session *m = &world->model[i];

		if (!m->live || m->state != TPM2_SESSION_DETACHED || m->saved ||
		    world->sessions[i]->pinned)
			continue;
		if (best >= 0 && m->rank > world->model[best].rank)
			continue;
		best = i;
		*ready = m->created + LEASE;
	}
	return *ready <= world->now ? best : -1;
}

static void check_choices(struct world *world)
{
	struct tpm2_session *victim, *coldest, *unknown;
	u64 ready, should_ready;
	int i, should;

	for (i = 0; i < MODEL_OWNERS; i++) {
		victim = tpm2_session_table_victim(&world->table,
						   &world->owners[i],
						   world->now, LEASE, &ready);
		should = model_victim(world, i, &should_ready);
		CHECK(victim == (should < 0 ? NULL : world->sessions[should]));
		CHECK_EQ(ready, should_ready);
	}
	should = model_stalest(world);
	CHECK(tpm2_session_table_stalest(&world->table) ==
	      (should < 0 ? NULL : world->sessions[should]));
	unknown = tpm2_session_table_unknown(&world->table, world->now, LEASE,
					     &ready);
	should = model_unknown(world, &should_ready);
	CHECK(unknown == (should < 0 ? NULL : world->sessions[should]));
	CHECK_EQ(ready, should_ready);
	for (i = 0; i < 2; i++) {
		coldest = tpm2_session_table_coldest(&world->table, i);
		should = model_coldest(world, i);
		CHECK(coldest == (should < 0 ? NULL : world->sessions[should]));
	}
}

static void check_session(struct world *world, unsigned int index)
{
	const struct tpm2_session_context *copy;
	struct model_session *m = &world->model[index];
	struct tpm2_session *s;

	s = tpm2_session_table_find(&world->table, handle_of(index, 0));
	CHECK(s == world->sessions[index]);
	CHECK(s == tpm2_session_table_find(&world->table, handle_of(index, 1)));
	CHECK_EQ(!!s, m->live);
	if (!s)
		return;
	CHECK_EQ(s->state, m->state);
	CHECK_EQ(s->created, m->created);
	CHECK_EQ(s->parked, m->parked);
	CHECK(s->owner == (m->owner < 0 ? NULL : &world->owners[m->owner]));
	CHECK_EQ(s->ctx.sequence, m->saved);
	CHECK_EQ(!!s->ctx.data, !!m->saved);
	copy = tpm2_session_client_copy(s);
	CHECK_EQ(copy ? copy->sequence : 0, m->copied);
}

static unsigned int length(const struct list_head *head)
{
	const struct list_head *node;
	unsigned int n = 0;

	for (node = head->next; node != head; node = node->next) {
		CHECK(node->next->prev == node);
		n++;
	}
	return n;
}

static void check_counts(struct world *world)
{
	unsigned int nr = 0, unowned = 0, loaded = 0, i, k;
	unsigned int owned[MODEL_OWNERS] = {}, parked[MODEL_OWNERS] = {};

	for (i = 0; i < MODEL_INDEXES; i++) {
		struct model_session *m = &world->model[i];

		if (!m->live)
			continue;
		nr++;
		loaded += m->state == TPM2_SESSION_LOADED;
		if (m->owner == MODEL_NOBODY)
			unowned++;
		else if (m->parked)
			parked[m->owner]++;
		else
			owned[m->owner]++;
	}
	CHECK_EQ(world->table.nr, nr);
	CHECK_EQ(world->table.nr_unowned, unowned);
	CHECK_EQ(world->table.nr_loaded, loaded);
	CHECK_EQ(length(&world->table.aged), nr);
	CHECK_EQ(length(&world->table.lru), loaded);

	for (i = 0; i < MODEL_OWNERS; i++) {
		struct tpm2_session_owner *owner = &world->owners[i];
		unsigned int tombstones = 0;

		for (k = 0; k < MODEL_INDEXES; k++)
			tombstones += world->tombstones[i][k];
		CHECK_EQ(owner->nr_sessions, owned[i]);
		CHECK_EQ(owner->nr_tombstones, tombstones);
		CHECK_EQ(length(&owner->sessions), owned[i]);
		CHECK_EQ(length(&owner->parked), parked[i]);
		CHECK_EQ(length(&owner->tombstones), tombstones);
	}
}

/**
 * world_check() - is the real table what the model says?
 * @world: both
 *
 * Also with each session pinned in turn.
 */
bool world_check(struct world *world)
{
	unsigned int i;

	check_counts(world);
	check_choices(world);
	for (i = 0; i < MODEL_INDEXES; i++) {
		check_session(world, i);
		if (!world->sessions[i])
			continue;
		world->sessions[i]->pinned = true;
		check_choices(world);
		world->sessions[i]->pinned = false;
	}
	return !unit_failed();
}

/**
 * step_text() - a step in words
 * @step: the step
 *
 * Return: text, valid until the next call.
 */
const char *step_text(const struct step *step)
{
	static const char *const names[] = {
		"start", "find", "find loaded", "end", "bury", "load", "save",
		"detach", "detach unknown", "renew", "attach", "park", "exhume", "tick",
	};
	static char text[64];

	snprintf(text, sizeof(text), "%s index %u owner %d",
		 names[step->operation], step->index, step->owner);
	return text;
}
