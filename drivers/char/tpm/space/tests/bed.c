// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a test of the resource manager stands on.
 */
#include <linux/slab.h>
#include "bed.h"

/**
 * bed_create() - make a bed
 * @config: what its TPM has
 *
 * Return: the bed, or NULL if there is no memory.
 */
struct bed *bed_create(const struct fake_tpm_config *config)
{
	struct bed *bed = kzalloc(sizeof(*bed), GFP_KERNEL);
	unsigned int i;

	if (!bed)
		return NULL;
	fake_chip_init(&bed->chip, config);
	bed->tpm = &bed->chip.tpm;
	bed->rm = tpm2_rm_create(&fake_chip_ops, &bed->chip);
	if (!bed->rm) {
		kfree(bed);
		return NULL;
	}
	bed_set_lease(bed, BED_LEASE);
	for (i = 0; i < BED_CLIENTS; i++) {
		if (client_init(&bed->clients[i], bed->rm, 0))
			goto undo;
	}
	return bed;

undo:
	while (i--)
		client_close(&bed->clients[i]);
	tpm2_rm_put(bed->rm);
	kfree(bed);
	return NULL;
}

/**
 * bed_destroy() - take a bed apart
 * @bed: the bed
 *
 * Return: how many things were not as they should be in the end.
 */
unsigned int bed_destroy(struct bed *bed)
{
	unsigned int wrong, i;

	for (i = 0; i < BED_CLIENTS; i++)
		client_close(&bed->clients[i]);
	bed_idle(bed);
	tpm2_rm_put(bed->rm);
	wrong = bed->chip.misuses + !bed->chip.freed + bed->chip.held;
	kfree(bed);
	return wrong;
}

/**
 * bed_tick() - let time go by
 * @bed: the bed
 * @ns: how much
 *
 * Who is due then is tried when the test says so.
 */
void bed_tick(struct bed *bed, u64 ns)
{
	WRITE_ONCE(bed->chip.now, bed->chip.now + ns);
}

/**
 * bed_set_lease() - leases run from creation, and are this long from now on
 * @bed: the bed
 * @ns: how long
 */
void bed_set_lease(struct bed *bed, u64 ns)
{
	bed_set_tenure(bed, ns, ns);
}

/**
 * bed_set_tenure() - leases are renewed by use from now on
 * @bed: the bed
 * @ns: how long they are
 * @tenure: how long a session may be in use
 */
void bed_set_tenure(struct bed *bed, u64 ns, u64 tenure)
{
	spin_lock(&bed->rm->lock);
	tpm2_lease_set(&bed->rm->lease, ns, tenure);
	spin_unlock(&bed->rm->lock);
	tpm2_session_queue_kick(&bed->rm->queue);
}

/**
 * bed_set_share() - how many sessions a client may have from now on
 * @bed: the bed
 * @sessions: so many
 */
void bed_set_share(struct bed *bed, u32 sessions)
{
	bed->rm->limits.max_per_fd = sessions;
}

/**
 * bed_count() - what is there, as far as the resource manager knows?
 * @bed: the bed
 * @census: receives what it says
 */
void bed_count(const struct bed *bed, struct bed_census *census)
{
	census->sessions = bed->rm->sessions.nr;
	census->unowned = bed->rm->sessions.nr_unowned;
	census->objects = bed->rm->nr_objects;
}

/**
 * bed_idle() - no command comes for a while
 * @bed: the bed
 *
 * What the resource manager has put off until then is done when this returns.
 */
void bed_idle(struct bed *bed)
{
	while (cancel_delayed_work_sync(&bed->rm->gap_work))
		bed->rm->gap_work.work.func(&bed->rm->gap_work.work);
}

/**
 * bed_hurry() - the next command comes at once
 * @bed: the bed
 *
 * What the resource manager has put off is put off for longer.
 */
void bed_hurry(struct bed *bed)
{
	if (cancel_delayed_work_sync(&bed->rm->gap_work))
		tpm2_rm_put(bed->rm);
}

/**
 * bed_retry() - let all be tried whose turn comes
 * @bed: the bed
 *
 * Return: true if one of them has its answer now.
 */
bool bed_retry(struct bed *bed)
{
	struct tpm2_session_queue *queue = &bed->rm->queue;
	u64 turns = queue->turns;

	while (queue->nr && queue->due <= bed->chip.now)
		tpm2_session_queue_turn(queue, bed->chip.now);
	return queue->turns != turns;
}

/**
 * bed_reopen() - a client closes its file, and opens another
 * @bed: the bed
 * @i: which client
 */
void bed_reopen(struct bed *bed, unsigned int i)
{
	bed_reopen_as(bed, i, 0);
}

/**
 * bed_reopen_as() - a client closes its file, and another user opens one
 * @bed: the bed
 * @i: which client
 * @user: which user
 */
void bed_reopen_as(struct bed *bed, unsigned int i, u32 user)
{
	client_close(&bed->clients[i]);
	WARN_ON_ONCE(client_init(&bed->clients[i], bed->rm, user));
}
