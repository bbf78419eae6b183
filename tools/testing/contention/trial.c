// SPDX-License-Identifier: GPL-2.0-only
/*
 * One scenario under one rule, and what comes of it.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <stdlib.h>
#include "trial.h"

#define SAMPLE	(20 * NS_PER_MS)	/* how often is looked who has what */

/**
 * struct party - what a user has had
 * @user: which one
 * @at_work: how many of its actors are to work, and have not ended
 * @worked: it has such
 * @wait_ns: what the first of them that had one waited for its first session
 * @held: sessions, summed up over all looks
 * @wanted: those, and what it has asked for
 */
struct party {
	u32 user;
	unsigned int at_work;
	bool worked;
	u64 wait_ns;
	u64 held;
	u64 wanted;
};

/**
 * struct trial - a scenario under a rule
 * @service: who shares the TPM out
 * @actors: who is there
 * @nr: how many
 * @parties: as whom
 * @nr_parties: as how many
 * @at_work: how many are to work, and have not ended
 * @from: when it began, in ns
 * @look: look who has what
 * @figures: what comes of it
 */
struct trial {
	struct service service;
	struct actor *actors;
	unsigned int nr;
	struct party parties[CROWDS];
	unsigned int nr_parties;
	unsigned int at_work;
	u64 from;
	struct event look;
	struct figures *figures;
};

static void *allocate(size_t nr, size_t size)
{
	void *memory = calloc(nr + 1, size);

	if (!memory)
		abort();
	return memory;
}

static struct party *party_of(struct trial *trial, u32 user)
{
	unsigned int i;

	for (i = 0; i < trial->nr_parties; i++) {
		if (trial->parties[i].user == user)
			return &trial->parties[i];
	}
	trial->parties[trial->nr_parties++].user = user;
	return &trial->parties[i];
}

static void started(struct actor *actor, u64 waited)
{
	struct trial *trial = actor->data;
	struct figures *figures = trial->figures;

	if (works(actor->work))
		figures->waits[figures->starts++] = waited;
}

static void ended(struct actor *actor)
{
	struct trial *trial = actor->data;

	if (!works(actor->work))
		return;
	party_of(trial, actor->user)->at_work--;
	if (!--trial->at_work)
		trial->service.world.ended = true;
}

/* A number that has little to do with that of the neighbour. */
static u64 scatter(u64 number)
{
	number = (number + 1) * 0x9e3779b97f4a7c15ULL;
	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9ULL;
	return (number ^ number >> 27) | 1;
}

/* An oracle does not listen to those that will never use what they ask for. */
static bool is_heard(const struct work *work, enum rule rule)
{
	return rule != RULE_ORACLE || work->kind != KIND_FLOOD;
}

static void let_come(struct trial *trial, const struct crowd *crowd,
		     u32 seed, bool early)
{
	struct world *world = &trial->service.world;
	struct party *party;
	struct actor *actor;
	unsigned int i;
	u64 at;

	for (i = 0; i < crowd->nr; i++) {
		actor = &trial->actors[trial->nr++];
		actor->work = &crowd->work;
		actor->user = crowd->user;
		actor->numbers.state = scatter((u64)seed << 32 | trial->nr);
		actor->started = started;
		actor->ended = ended;
		actor->data = trial;
		at = world_now(world);
		if (!early)
			at += crowd->at + i * NS_PER_MS;
		actor_come(actor, &trial->service, at);
		if (!works(actor->work))
			continue;
		party = party_of(trial, crowd->user);
		party->worked = true;
		party->wait_ns = TPM2_SESSION_ETERNITY;
		party->at_work++;
		trial->at_work++;
	}
}

static bool was_there(const struct work *work)
{
	return work->kind == KIND_LEAKED || work->kind == KIND_ABANDONED ||
	       work->kind == KIND_HOLDER;
}

static void let_all_come(struct trial *trial, const struct scenario *scenario,
			 u32 seed, bool early)
{
	const struct crowd *crowd;
	unsigned int i;

	for (i = 0; i < scenario->nr; i++) {
		crowd = &scenario->crowds[i];
		if (was_there(&crowd->work) == early &&
		    is_heard(&crowd->work, trial->service.rule))
			let_come(trial, crowd, seed, early);
	}
}

/* Do all users that are to work still do? */
static bool all_compete(const struct trial *trial)
{
	unsigned int i;

	for (i = 0; i < trial->nr_parties; i++) {
		if (trial->parties[i].worked && !trial->parties[i].at_work)
			return false;
	}
	return true;
}

/* Does it have a session, or wait for one? As far as it knows. */
static bool wants(const struct actor *actor)
{
	return actor->begun_at && !actor->ended_at;
}

static void look(struct event *event)
{
	struct trial *trial = container_of(event, struct trial, look);
	struct service *service = &trial->service;
	struct actor *actor;
	unsigned int i;

	if (!all_compete(trial))
		return;
	world_after(&service->world, event, SAMPLE);
	for (i = 0; i < trial->nr; i++) {
		/* from when all are there */
		if (!trial->actors[i].begun_at)
			return;
	}
	for (i = 0; i < trial->nr; i++) {
		actor = &trial->actors[i];
		if (wants(actor))
			party_of(trial, actor->user)->wanted +=
				1 + actor->work->more;
		if (!service->rm && actor->holds)
			party_of(trial, actor->user)->held +=
				max(actor->nr, 1U);
	}
	for (i = 0; service->rm && i < trial->nr_parties; i++)
		trial->parties[i].held +=
			service_held(service, trial->parties[i].user);
}

/*
 * Share out what there was among those who wanted it, so that nobody has more
 * than it wants, nor more than another one who would have wanted more.
 */
static void share_fairly(const struct trial *trial, double *shares)
{
	double left = 0, part;
	unsigned int open = 0, i;
	bool settled = true;

	for (i = 0; i < trial->nr_parties; i++) {
		shares[i] = -1;
		left += trial->parties[i].held;
		open++;
	}
	while (open && settled) {
		settled = false;
		part = left / open;
		for (i = 0; i < trial->nr_parties; i++) {
			if (shares[i] >= 0 || trial->parties[i].wanted > part)
				continue;
			shares[i] = trial->parties[i].wanted;
			left -= shares[i];
			open--;
			settled = true;
		}
	}
	for (i = 0; i < trial->nr_parties; i++) {
		if (shares[i] < 0)
			shares[i] = left / open;
	}
}

static double jain(const struct trial *trial)
{
	double shares[CROWDS], ratio, sum = 0, squares = 0;
	unsigned int i, n = 0;

	share_fairly(trial, shares);
	for (i = 0; i < trial->nr_parties; i++) {
		if (shares[i] <= 0)
			continue;
		ratio = trial->parties[i].held / shares[i];
		sum += ratio;
		squares += ratio * ratio;
		n++;
	}
	return squares > 0 ? sum * sum / (n * squares) : 1;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void sum_up(struct trial *trial)
{
	struct figures *figures = trial->figures;
	struct tpm2_rm *rm = trial->service.rm;
	struct party *party;
	struct actor *actor;
	unsigned int i;
	u64 wait;

	for (i = 0; i < trial->nr; i++) {
		actor = &trial->actors[i];
		figures->missed += actor->losses;
		if (!works(actor->work)) {
			figures->missed_by_holders += actor->losses;
			continue;
		}
		figures->clients++;
		figures->tries += actor->tries;
		figures->total_ns = max(figures->total_ns,
					actor->ended_at - trial->from);
		wait = (actor->first_at ?: actor->ended_at) - actor->begun_at;
		figures->first_wait_ns = max(figures->first_wait_ns, wait);
		if (!actor->first_at)
			wait = TPM2_SESSION_ETERNITY;
		party = party_of(trial, actor->user);
		party->wait_ns = min(party->wait_ns, wait);
		if (actor->gave_up)
			continue;
		figures->first += actor->tries == 1;
		figures->second += actor->tries <= 2;
		figures->done_ns[figures->ever++] = actor->ended_at -
						    trial->from;
	}
	for (i = 0; i < trial->nr_parties; i++) {
		if (trial->parties[i].worked)
			figures->user_wait_ns = max(figures->user_wait_ns,
						    trial->parties[i].wait_ns);
	}
	qsort(figures->waits, figures->starts, sizeof(u64), compare);
	qsort(figures->done_ns, figures->ever, sizeof(u64), compare);
	figures->jain = jain(trial);
	figures->evictions = rm ? rm->stats.evictions : 0;
	figures->lease_ns = rm ? rm->lease.grown : 0;
}

static void take_apart(struct trial *trial)
{
	struct world *world = &trial->service.world;
	unsigned int i;

	/* nothing that has been put off until later happens any more */
	world->command_ns = 0;
	while (world->nr)
		world_cancel(world, world->heap[1]);
	for (i = 0; i < trial->nr; i++)
		actor_leave(&trial->actors[i]);
	service_destroy(&trial->service);
	free(trial->actors);
}

/**
 * trial_run() - try a scenario
 * @scenario: which
 * @rule: by which rule sessions are shared out
 * @settings: what is not as it is by default
 * @figures: receives what has come of it; figures_free() has to be called
 */
void trial_run(const struct scenario *scenario, enum rule rule,
	       const struct settings *settings, struct figures *figures)
{
	struct trial trial = { .figures = figures };
	unsigned int nr = 0, commands, i;

	memset(figures, 0, sizeof(*figures));
	for (i = 0; i < scenario->nr; i++)
		nr += scenario->crowds[i].nr;
	trial.actors = allocate(nr, sizeof(*trial.actors));
	figures->waits = allocate(nr * SESSIONS * (RETRIES + 1), sizeof(u64));
	figures->done_ns = allocate(nr, sizeof(u64));

	service_init(&trial.service, rule, settings->lease_ns,
		     settings->tenure_ns);
	let_all_come(&trial, scenario, settings->seed, true);
	world_settle(&trial.service.world);

	trial.service.world.command_ns = scenario->command_ms * NS_PER_MS;
	trial.from = world_now(&trial.service.world);
	commands = trial.service.world.chip.tpm.total;
	let_all_come(&trial, scenario, settings->seed, false);
	trial.look.run = look;
	world_after(&trial.service.world, &trial.look, SAMPLE);
	world_run(&trial.service.world);
	WARN_ON_ONCE(trial.at_work);

	figures->commands = trial.service.world.chip.tpm.total - commands;
	sum_up(&trial);
	take_apart(&trial);
}

/**
 * figures_free() - let go of the figures
 * @figures: the figures
 */
void figures_free(struct figures *figures)
{
	free(figures->waits);
	free(figures->done_ns);
}

/**
 * figures_wait() - how long did most wait for a session, at the longest?
 * @figures: the figures
 * @percent: how many are most
 *
 * Return: ns.
 */
u64 figures_wait(const struct figures *figures, unsigned int percent)
{
	unsigned int rank = (figures->starts * percent + 99) / 100;

	return rank ? figures->waits[rank - 1] : 0;
}
