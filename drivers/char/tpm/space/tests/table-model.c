// SPDX-License-Identifier: GPL-2.0-only
/*
 * A session table as plain as can be.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "table-model.h"

#define LEASE	2

/* Handles of one index come as HMAC and as policy ones. */
static u32 handle_of(unsigned int index, u64 event)
{
	return (event % 2 ? 0x02000000 : 0x03000000) | index;
}

/**
 * world_init() - an empty table, and an empty model
 * @world: memory for both
 * @test: the test
 */
void world_init(struct world *world, struct kunit *test)
{
	unsigned int i;

	memset(world, 0, sizeof(*world));
	world->test = test;
	tpm2_session_table_init(&world->table, NULL);
	for (i = 0; i < MODEL_OWNERS; i++)
		tpm2_session_owner_init(&world->owners[i]);
}

/**
 * world_destroy() - take both apart
 * @world: both
 */
void world_destroy(struct world *world)
{
	struct tpm2_session_owner *owner;
	unsigned int i;

	for (i = 0; i < MODEL_INDEXES; i++) {
		if (!world->sessions[i])
			continue;
		kfree(world->sessions[i]->ctx.data);
		kfree(world->sessions[i]->copy.data);
		tpm2_session_table_remove(&world->table, world->sessions[i]);
		kfree(world->sessions[i]);
	}
	for (i = 0; i < MODEL_OWNERS; i++) {
		owner = &world->owners[i];
		while (owner->nr_tombstones)
			kfree(tpm2_session_owner_surplus(owner, 0));
	}
	KUNIT_EXPECT_TRUE(world->test, list_empty(&world->table.aged));
}

static void add(struct world *world, unsigned int index, int owner,
		enum tpm2_session_state state)
{
	struct model_session *m = &world->model[index];
	struct tpm2_session *s = kzalloc(sizeof(*s), GFP_KERNEL);

	tpm2_session_table_add(&world->table, s,
			       handle_of(index, world->events),
			       owner < 0 ? NULL : &world->owners[owner], state,
			       MOMENT(world->now));
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
	kfree(s->ctx.data);
	kfree(s->copy.data);
}

static struct tpm2_session_context new_context(const struct world *world)
{
	return (struct tpm2_session_context){
		.data = kzalloc(7, GFP_KERNEL), .size = 7, .sequence = world->events,
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

static bool step_forget(struct world *world, const struct step *step)
{
	struct tpm2_session_owner *owner = &world->owners[step->owner];
	struct tpm2_session *s;

	s = tpm2_session_owner_tombstone(owner, handle_of(step->index, 0));
	KUNIT_EXPECT_EQ(world->test, !!s,
			!!world->tombstones[step->owner][step->index]);
	if (!s)
		return false;
	tpm2_session_owner_forget(owner, s);
	kfree(s);
	world->tombstones[step->owner][step->index]--;
	return true;
}

static bool step_end(struct world *world, const struct step *step)
{
	struct model_session *m = &world->model[step->index];
	struct tpm2_session *s = world->sessions[step->index];

	if (step->operation == LOSE && (m->owner == MODEL_NOBODY || m->parked))
		return false;

	drop_contexts(s);
	if (step->operation == LOSE) {
		tpm2_session_table_lost(&world->table, s);
		KUNIT_EXPECT_EQ(world->test, s->state, TPM2_SESSION_TOMBSTONE);
		world->tombstones[m->owner][step->index]++;
	} else {
		tpm2_session_table_remove(&world->table, s);
		kfree(s);
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
			kfree(s->ctx.data);
		tpm2_session_table_loaded(&world->table, s);
		tpm2_session_table_saved(&world->table, s, &ctx);
		return true;
	case DETACH_UNKNOWN:
		kfree(ctx.data);
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
		kfree(s->ctx.data);
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
	case FORGET:
		return step_forget(world, step);
	case START:
	case FIND:
	case FIND_LOADED:
		return step_new(world, step);
	default:
		break;
	}
	if (!world->model[step->index].live)
		return false;
	if (step->operation == END || step->operation == LOSE)
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
	struct tpm2_session *coldest, *unknown;
	struct tpm2_session_choice choice;
	struct tpm2_lease lease;
	u64 ready, should_ready;
	int i, should;

	tpm2_lease_init(&lease, LEASE, LEASE);
	for (i = 0; i < MODEL_OWNERS; i++) {
		tpm2_session_table_victim(&world->table, &world->owners[i],
					  &lease, MOMENT(world->now), &choice);
		should = model_victim(world, i, &should_ready);
		KUNIT_EXPECT_TRUE(world->test,
				  choice.session ==
				  (should < 0 ? NULL :
						world->sessions[should]));
		KUNIT_EXPECT_EQ(world->test, choice.ready, should_ready);
	}
	should = model_stalest(world);
	KUNIT_EXPECT_TRUE(world->test,
			  tpm2_session_table_stalest(&world->table) ==
				  (should < 0 ? NULL :
						world->sessions[should]));
	unknown = tpm2_session_table_unknown(&world->table, world->now, LEASE,
					     false, &ready);
	should = model_unknown(world, &should_ready);
	KUNIT_EXPECT_TRUE(world->test,
			  unknown == (should < 0 ? NULL :
						   world->sessions[should]));
	KUNIT_EXPECT_EQ(world->test, ready, should_ready);
	for (i = 0; i < 2; i++) {
		coldest = tpm2_session_table_coldest(&world->table, i);
		should = model_coldest(world, i);
		KUNIT_EXPECT_TRUE(world->test,
				  coldest == (should < 0 ?
						      NULL :
						      world->sessions[should]));
	}
}

static void check_session(struct world *world, unsigned int index)
{
	const struct tpm2_session_context *copy;
	struct model_session *m = &world->model[index];
	struct tpm2_session *s;

	s = tpm2_session_table_find(&world->table, handle_of(index, 0));
	KUNIT_EXPECT_TRUE(world->test, s == world->sessions[index]);
	KUNIT_EXPECT_TRUE(world->test,
			  s == tpm2_session_table_find(&world->table,
						       handle_of(index, 1)));
	KUNIT_EXPECT_EQ(world->test, !!s, m->live);
	if (!s)
		return;
	KUNIT_EXPECT_EQ(world->test, s->state, m->state);
	KUNIT_EXPECT_EQ(world->test, s->created.now, m->created);
	KUNIT_EXPECT_EQ(world->test, s->parked, m->parked);
	KUNIT_EXPECT_PTR_EQ(world->test, s->owner,
			    m->owner < 0 ? NULL : &world->owners[m->owner]);
	KUNIT_EXPECT_EQ(world->test, s->ctx.sequence, m->saved);
	KUNIT_EXPECT_EQ(world->test, !!s->ctx.data, !!m->saved);
	copy = tpm2_session_client_copy(s);
	KUNIT_EXPECT_EQ(world->test, copy ? copy->sequence : 0, m->copied);
}

static unsigned int length(struct world *world, const struct list_head *head)
{
	const struct list_head *node;
	unsigned int n = 0;

	for (node = head->next; node != head; node = node->next) {
		KUNIT_EXPECT_TRUE(world->test, node->next->prev == node);
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
	KUNIT_EXPECT_EQ(world->test, world->table.nr, nr);
	KUNIT_EXPECT_EQ(world->test, world->table.nr_unowned, unowned);
	KUNIT_EXPECT_EQ(world->test, world->table.nr_loaded, loaded);
	KUNIT_EXPECT_EQ(world->test, length(world, &world->table.aged), nr);
	KUNIT_EXPECT_EQ(world->test, length(world, &world->table.lru), loaded);

	for (i = 0; i < MODEL_OWNERS; i++) {
		struct tpm2_session_owner *owner = &world->owners[i];
		unsigned int tombstones = 0;

		for (k = 0; k < MODEL_INDEXES; k++)
			tombstones += world->tombstones[i][k];
		KUNIT_EXPECT_EQ(world->test, owner->nr_sessions, owned[i]);
		KUNIT_EXPECT_EQ(world->test, owner->nr_tombstones, tombstones);
		KUNIT_EXPECT_EQ(world->test, length(world, &owner->sessions),
				owned[i]);
		KUNIT_EXPECT_EQ(world->test, length(world, &owner->parked),
				parked[i]);
		KUNIT_EXPECT_EQ(world->test, length(world, &owner->tombstones),
				tombstones);
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
	return world->test->status != KUNIT_FAILURE;
}

/**
 * step_tell() - say what a step was
 * @test: the test
 * @step: the step
 * @i: the how-manieth it was, from 0
 */
void step_tell(struct kunit *test, const struct step *step, unsigned int i)
{
	static const char *const names[] = {
		"start", "find", "find loaded", "end", "lose", "load", "save",
		"detach", "detach unknown", "renew", "attach", "park", "forget",
		"tick",
	};

	kunit_info(test, "step %u: %s index %u owner %d\n", i + 1,
		   names[step->operation], step->index, step->owner);
}
