// SPDX-License-Identifier: GPL-2.0-only
/*
 * A world so small that everything that can happen in it can be tried.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "../compat.h"
#include "../exec.h"
#include "small-world.h"

#define TICK	(BED_LEASE / 2)

/**
 * small_wrong() - something is not as it should be
 * @world: the world
 * @format: what; only the first complaint counts
 */
void small_wrong(struct small_world *world, const char *format, ...)
{
	va_list args;

	if (world->wrong[0])
		return;
	va_start(args, format);
	vsnprintf(world->wrong, sizeof(world->wrong), format, args);
	va_end(args);
}

/**
 * small_is_wrong() - is something not as it should be?
 * @world: the world
 */
bool small_is_wrong(const struct small_world *world)
{
	return world->wrong[0];
}

/**
 * small_index() - the index of a session
 * @handle: its handle
 */
u32 small_index(u32 handle)
{
	return handle & 0x00ffffff;
}

/**
 * small_world_init() - a new world, in which the prefix has happened
 * @world: memory for it
 * @config: which world
 *
 * Return: 0 or -ENOMEM.
 */
int small_world_init(struct small_world *world,
		     const struct small_config *config)
{
	const struct small_step *step;

	memset(world, 0, sizeof(*world));
	world->config = config;
	world->bed = bed_create(&config->tpm);
	if (!world->bed)
		return -ENOMEM;
	world->bed->rm->limits.max_per_fd = config->max_per_fd;
	world->model.active = config->tpm.active_sessions;
	world->model.max_per_fd = config->max_per_fd;
	world->model.lease = BED_LEASE;
	world->model.now = world->bed->chip.now;

	for (step = config->prefix; step && step->client != SMALL_NOBODY;
	     step++)
		small_world_step(world, step);
	return 0;
}

/**
 * small_world_end() - everybody closes, and nothing may be left behind
 * @world: the world
 */
void small_world_end(struct small_world *world)
{
	struct small_step close = { .op = SMALL_CLOSE };

	for (; close.client < world->config->clients; close.client++) {
		if (!small_is_wrong(world))
			small_world_step(world, &close);
	}
	if (!small_is_wrong(world))
		small_check_leaks(world);
	if (bed_destroy(world->bed))
		small_wrong(world, "the chip was misused, or not let go of");
}

/* Somebody uses the TPM past the resource manager. */
static void raw_step(struct small_world *world, const struct small_step *step)
{
	struct small_model *model = &world->model;
	struct client *somebody = &world->bed->clients[SMALL_CLIENTS];
	const u32 handles[2] = { TPM_RH_NULL, TPM_RH_NULL };
	struct model_session *session;
	u32 index = step->which, rc;

	if (step->op == SMALL_RAW_FLUSH) {
		client_build(somebody, TPM_CC_FLUSH_CONTEXT, &index, 1, NULL, 0);
		put_unaligned_be32(0x02000000 | index, somebody->buf + 10);
	} else {
		tpm2_wire_build_start_auth_session(somebody->buf);
		put_unaligned_be32(handles[0], somebody->buf + 10);
	}
	if (tpm2_space_exec_raw(world->bed->rm, somebody->buf) < 0)
		small_wrong(world, "somebody's command failed");
	rc = get_unaligned_be32(somebody->buf + 6);

	if (step->op == SMALL_RAW_START) {
		/* no slot or no index is no matter of ours */
		if (rc)
			return;
		index = small_index(client_handle(somebody));
		model_new(model, index, SMALL_NOBODY);
		session = &model->sessions[index];
		session->serial = get_unaligned_be32(somebody->buf + 16);
		session->unknown = true;
		return;
	}

	session = &model->sessions[index];
	if (rc)
		small_wrong(world, "somebody could not flush: 0x%x", rc);
	if (!session->unknown)
		model->losses[index] = (struct model_loss) {
			.pending = true, .created = session->created,
			.owner = session->parked ? SMALL_NOBODY : session->owner,
			.rank = session->rank,
		};
	session->alive = false;
	session->unknown = false;
}

/* Let those try again that were told to; nobody else has a reason to. */
static void retry_all(struct small_world *world)
{
	struct small_model model;
	struct model_outcome out;
	bool notified;
	int i;

	do {
		notified = false;
		for (i = 0; i < world->config->clients; i++) {
			if (!client_is_next(&world->bed->clients[i]) ||
			    small_is_wrong(world))
				continue;
			small_client_retry(world, i);
			notified = true;
		}
	} while (notified && !small_is_wrong(world));

	if (small_is_wrong(world) || !world->model.nr_queue ||
	    world->bed->rm->trust < TPM2_TRUST_SHARED)
		return;
	model = world->model;
	model_start(&model, model.queue[0], &out);
	if (out.rc != -EINPROGRESS)
		small_wrong(world, "client %c waits, and need not",
			    'A' + model.queue[0]);
}

/**
 * small_world_step() - let something happen
 * @world: the world
 * @step: what
 */
void small_world_step(struct small_world *world, const struct small_step *step)
{
	struct fake_tpm *tpm = world->bed->tpm;
	struct fake_fault fault = { .kind = step->fault, .nth = step->nth };

	if (fault.kind != FAKE_FAULT_NONE)
		fake_fault_add(tpm, &fault);

	switch (step->op) {
	case SMALL_TICK:
		world->model.now += TICK;
		bed_tick(world->bed, TICK);
		break;
	case SMALL_RAW_START:
	case SMALL_RAW_FLUSH:
		raw_step(world, step);
		break;
	default:
		world->acted = max(world->acted, step->client + 1);
		small_client_step(world, step);
	}
	retry_all(world);
	if (world->config->busy)
		bed_hurry(world->bed);
	else
		bed_idle(world->bed);

	world->pointless = fake_fault_is_pending(tpm);
	fake_fault_drop_all(tpm);
	if (!small_is_wrong(world))
		small_check(world);
}
