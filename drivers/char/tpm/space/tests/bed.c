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
	tpm2_session_queue_set_lease(&bed->rm->queue, BED_LEASE);
	for (i = 0; i < BED_CLIENTS; i++)
		client_init(&bed->clients[i], bed->rm);
	return bed;
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
 * The timer of the queue is in real time, so what it would do is done here.
 */
void bed_tick(struct bed *bed, u64 ns)
{
	struct tpm2_session_queue *queue = &bed->rm->queue;
	u64 end;

	WRITE_ONCE(bed->chip.now, bed->chip.now + ns);
	spin_lock(&queue->lock);
	end = queue->oldest == TPM2_SESSION_ETERNITY ? TPM2_SESSION_ETERNITY :
						       queue->oldest +
						       queue->lease;
	spin_unlock(&queue->lock);
	if (end <= bed->chip.now)
		tpm2_session_queue_kick(queue);
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
 * bed_retry() - let those try again that were told to
 * @bed: the bed
 *
 * Return: true if one of them has its answer now.
 */
bool bed_retry(struct bed *bed)
{
	bool answered = false;
	unsigned int i;

	for (i = 0; i < BED_CLIENTS; i++) {
		if (bed->clients[i].notified)
			answered |= client_retry(&bed->clients[i]) !=
				    -EINPROGRESS;
	}
	return answered;
}

/**
 * bed_reopen() - a client closes its file, and opens another
 * @bed: the bed
 * @i: which client
 */
void bed_reopen(struct bed *bed, unsigned int i)
{
	client_close(&bed->clients[i]);
	client_init(&bed->clients[i], bed->rm);
}
