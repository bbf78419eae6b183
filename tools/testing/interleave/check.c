// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has to be so at every step, and in the end.
 */
#include <linux/workqueue.h>
#include "chip.h"
#include "file.h"
#include "state.h"
#include "world.h"

static PER_RUN const struct tpm2_session_ticket *tried;

static const struct tpm2_session_ticket *ticket_at(const struct rb_node *node)
{
	return rb_entry(node, struct tpm2_session_ticket, node);
}

/* Who has begun is before who has not; else it is the order of arrival. */
static bool is_before(const struct tpm2_session_ticket *a,
		      const struct tpm2_session_ticket *b)
{
	return a->begun != b->begun ? a->begun > b->begun :
				      a->arrival < b->arrival;
}

/* If anybody waits, somebody is being tried, or it is known when. */
static void check_queue(const struct tpm2_session_queue *queue)
{
	const struct tpm2_session_ticket *last;
	const struct rb_node *node, *place;
	struct tpm2_session_line *line;
	unsigned int nr = 0;

	for (node = rb_first_cached(&queue->lines); node; node = rb_next(node)) {
		line = rb_entry(node, struct tpm2_session_line, node);
		last = NULL;
		place = rb_first_cached(&line->tickets);
		for (; place; place = rb_next(place)) {
			nr++;
			if (last && !is_before(last, ticket_at(place)))
				fail("a line is out of order");
			last = ticket_at(place);
		}
		/* who has just been chosen is before the others */
		if (queue->trying && queue->trying != tried &&
		    queue->trying->line == line &&
		    queue->trying != ticket_at(rb_first_cached(&line->tickets)))
			fail("somebody is overtaken by one of the same user");
	}
	tried = queue->trying;
	if (nr != queue->nr)
		fail("%u wait, and not %u", nr, queue->nr);
	if (!nr || queue->trying)
		return;
	if (queue->due == TPM2_SESSION_QUEUE_NEVER)
		fail("who waits is neither tried nor due");
	if (!work_is_due("tpm2_space_turn"))
		fail("who waits is due, but nobody will look");
}

/* No session has two owners, and each owner's list has what is its own. */
static void check_table(const struct tpm2_session_table *table)
{
	const struct tpm2_session *session, *other;
	unsigned int nr = 0, owned;

	list_for_each_entry(session, &table->aged, aged) {
		nr++;
		list_for_each_entry(other, &table->aged, aged) {
			if (other != session &&
			    tpm2_session_index(other->handle) ==
			    tpm2_session_index(session->handle))
				fail("a session is in the table twice");
		}
		if (!session->owner || session->parked)
			continue;
		owned = 0;
		list_for_each_entry(other, &session->owner->sessions, owned)
			owned += other == session;
		if (owned != 1)
			fail("a session's owner has it %u times", owned);
	}
	if (nr != table->nr)
		fail("there are %u sessions, and not %u", nr, table->nr);
}

/* At every step. What is protected by a lock is looked at while that is free. */
void check_step(void)
{
	const struct tpm2_rm *rm = world.rm;

	if (!memory_has(rm))
		return;
	if (!rm->queue.lock.holder)
		check_queue(&rm->queue);
	if (!rm->lock.holder)
		check_table(&rm->sessions);
}

/* A TPM2_StartAuthSession is at the TPM: it is nobody else's turn. */
void check_start(void)
{
	const struct tpm2_session_queue *queue = &world.rm->queue;

	if (queue->nr && !queue->trying)
		fail("somebody who waits is overtaken by who does not");
}

/* So is a client's command, for which the others have to wait. */
void check_random(void)
{
	if (!world.rm->clock.busy)
		fail("a command that is at the TPM slows nothing down");
}

/* Does a client have what it knows of, and no more? */
void check_client(const struct client *client)
{
	struct tpm2_rm_space *space;
	unsigned int nr;

	if (client->shared)
		return;
	space = world_space((struct file *)&client->file);
	nr = space->owner.nr_sessions + space->owner.nr_tombstones;
	if (nr != client->sessions || !list_empty(&space->owner.parked))
		fail("%s has %u sessions, and knows of %u", client->name, nr,
		     client->sessions);
	if (space->ticket.waiting || space->ticket.trying)
		fail("%s still waits", client->name);
}

/* Who was interrupted while it waited has its place, in case that it goes on. */
void check_place(const struct client *client)
{
	struct file *file = (struct file *)&client->file;

	if (!client->shared && !world_space(file)->ticket.arrival)
		fail("%s has lost its place", client->name);
}

/* Waits until nobody but the clock has anything left to do, and then ends it. */
void check_end(void *data)
{
	unsigned int nr, i;

	(void)data;
	for (i = 0; i < CLIENTS; i++) {
		if (!world.clients[i].open)
			continue;
		check_client(&world.clients[i]);
		client_close(&world.clients[i]);
	}
	if (memory_has(world.rm) && world.rm->clock.busy)
		fail("%u commands that are over slow down the clock",
		     world.rm->clock.busy);
	nr = fake_session_count(&world.tpm, false);
	/* those may have been evicted */
	if (nr > world.detached)
		fail("%u sessions are left in the TPM", nr);
	tpm2_space_chip_exit();
	tpm2_space_file_exit();
	if (memory_live())
		fail("%u pieces of memory are not freed", memory_live());
	if (shim_module_references)
		fail("the module has %d references too many",
		     shim_module_references);
	if (world.chip.dev.kobj.kref.count != 1)
		fail("the chip has %u references",
		     world.chip.dev.kobj.kref.count);
}
