// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must hold whatever happens to the resource manager. Some of it only as
 * long as nobody else uses the TPM and nothing is lost: what a client has not
 * got by right then is nothing that can be said.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <stdio.h>
#include "compat.h"
#include "fuzz-life.h"
#include "user.h"

/* Who has a session by right, if it is somebody's, and not whoever asks? */
static struct client *victim_of(const struct fake_session *session)
{
	u8 owner = life_session(session->serial)->owner;

	if (owner == LIFE_NOBODY || owner == life.current)
		return NULL;
	return &life.bed->clients[owner];
}

/*
 * A session is taken from whoever has it. That must not be before its lease has
 * ended, or its tenure; and of what is more than a fair share, not before the end
 * of the plain lease. Leases grow with what is learned, so these are the least.
 */
static void check_eviction(const struct fake_session *session)
{
	const struct life_session *known = life_session(session->serial);
	const struct tpm2_lease *lease = &life.bed->rm->lease;
	const struct client *victim = victim_of(session);
	u64 plain, ready;

	if (!victim || !life.honest || life.current == LIFE_NOBODY)
		return;
	plain = known->created + lease->length;
	ready = min(known->used + lease->length,
		    max(plain, known->created + lease->tenure));
	if (tpm2_lease_is_plain(lease) ||
	    victim->space.user->holder.nr_sessions > 1)
		ready = plain;
	if (life.tells)
		fprintf(stderr, "\tevicted at %llu: %llu, %llu, lease %llu to %llu\n",
			(unsigned long long)life.bed->chip.now,
			(unsigned long long)known->created,
			(unsigned long long)known->used,
			(unsigned long long)lease->length,
			(unsigned long long)lease->tenure);
	life_must(life.bed->chip.now >= ready,
		  "a session is evicted before its lease has ended");
}

/*
 * Whose a session is whose context was lost, nobody can tell where others may have used
 * the TPM: it is everybody's then. But who names it gets nothing by that while it is in
 * no slot, and to be loaded it would take that context.
 */
static bool is_beyond_reach(const struct fake_tpm *tpm,
			    const struct fake_session *session)
{
	return life.foreign && session->context > tpm->config.loaded_sessions;
}

/* A handle in a command of a client on its way to the TPM. */
static void check_handle(struct fake_tpm *tpm, u32 handle)
{
	struct fake_session *session;
	struct client *client;

	if (!tpm2_wire_is_session(handle) || life.current == LIFE_NOBODY)
		return;
	client = &life.bed->clients[life.current];
	life_must(!tpm2_session_owner_tombstone(&client->space.owner, handle),
		  "a client's lost session is named to the TPM");
	session = fake_session_find(tpm, handle);
	life_must(!session || !victim_of(session) ||
		  is_beyond_reach(tpm, session),
		  "a client reaches another one's session");
}

/* A command reaches the TPM. */
void oracle_watch(struct fake_tpm *tpm, const u8 *buf, u32 size)
{
	struct tpm2_wire_command cmd;
	struct fake_session *session;
	unsigned int i;
	u32 attrs = 0;

	fake_tpm_attrs(get_unaligned_be32(buf + 6), &attrs);
	tpm2_wire_parse_command(buf, attrs, &cmd);
	if (life.tells)
		fprintf(stderr, "\tTPM: command 0x%x, handle 0x%x\n", cmd.cc,
			get_unaligned_be32(buf + 10));
	switch (cmd.cc) {
	case TPM_CC_CONTEXT_SAVE:
	case TPM_CC_CONTEXT_LOAD:
		/* the resource manager's own, for anybody's session */
		return;
	case TPM_CC_FLUSH_CONTEXT:
		session = cmd.nr_handles ?
			fake_session_find(tpm, cmd.handles[0]) : NULL;
		if (session && tpm2_wire_is_session(cmd.handles[0]))
			check_eviction(session);
		return;
	}
	if (cmd.malformed)
		return;
	for (i = 0; i < cmd.nr_handles; i++)
		check_handle(tpm, cmd.handles[i]);
	for (i = 0; i < cmd.nr_auths; i++)
		check_handle(tpm, cmd.auths[i].handle);
}

/* A client has its answer to a TPM2_StartAuthSession. */
void oracle_started(u8 c)
{
	struct client *client = &life.bed->clients[c];
	struct tpm2_session_owner *owner = &client->space.owner;
	struct tpm2_session *session;

	if (!client->rc) {
		/* which may have been lost since, where the TPM was reset */
		session = tpm2_session_table_find(&life.bed->rm->sessions,
						  client_handle(client));
		life_must(!session || session->owner != owner ||
			  !tpm2_session_owner_tombstone(owner, session->handle),
			  "a client gets an index that it has lost");
		return;
	}
	if (life.tells)
		fprintf(stderr, "\tclient %u: 0x%x\n", c, client->rc);
	life_must(!life.honest || life.demands[c] ||
		  (client->rc != TPM_RC_CONTEXT_GAP &&
		   !tpm2_wire_rc_shortage(client->rc)),
		  "a client is refused a session");
}

/* A command of a client has succeeded, and has told of which session. */
void oracle_served(u8 c, u32 serial)
{
	u8 owner = life_session(serial)->owner;

	life_must(owner == c || owner == LIFE_NOBODY,
		  "a client was served by another one's session");
	life_used(serial);
}

/* Is a ticket before another one of the same user? */
static bool is_before(unsigned int a, unsigned int b)
{
	const struct client *clients = life.bed->clients;
	unsigned int begun = clients[a].space.ticket.begun;
	unsigned int other = clients[b].space.ticket.begun;

	return begun != other ? begun > other :
	       life.arrival[a] <= life.arrival[b];
}

/* How many sessions has a user, if all are those of a client that needs another? */
static unsigned int goes_on(const struct tpm2_user *user)
{
	unsigned int c, begun = 0;
	struct client *client;

	for (c = 0; c < LIFE_CLIENTS; c++) {
		client = &life.bed->clients[c];
		if (client->waits && client->space.user == user)
			begun = max(begun, client->space.ticket.begun);
	}
	return begun == user->holder.nr_sessions ? begun : 0;
}

/* Is it a user's turn before another one's? */
static bool is_user_before(const struct tpm2_user *a, const struct tpm2_user *b)
{
	if (life.bed->rm->queue.anew && goes_on(a) != goes_on(b))
		return goes_on(a) > goes_on(b);
	return a->holder.nr_sessions <= b->holder.nr_sessions;
}

/*
 * Who is tried next? It must be of those whose user has fewest sessions, or goes on
 * where those are to be tried; and of one user's, the one that has begun, or else that
 * came first.
 */
struct client *oracle_next(void)
{
	struct client *other, *next = NULL;
	unsigned int c, first = 0;

	for (c = 0; c < LIFE_CLIENTS && !next; c++) {
		if (client_is_next(&life.bed->clients[c])) {
			next = &life.bed->clients[c];
			first = c;
		}
	}
	for (c = 0; c < LIFE_CLIENTS && next; c++) {
		other = &life.bed->clients[c];
		if (!other->waits)
			continue;
		life_must(is_user_before(next->space.user, other->space.user),
			  "one is before another who has fewer sessions");
		life_must(next->space.user != other->space.user ||
			  is_before(first, c),
			  "one has overtaken another of the same user");
	}
	return next;
}

/* If anybody waits, the first of them is tried now or at a known time. */
static void check_queue(void)
{
	const struct tpm2_session_queue *queue = &life.bed->rm->queue;
	unsigned int waiting = 0, c;

	for (c = 0; c < LIFE_CLIENTS; c++)
		waiting += life.bed->clients[c].waits;
	life_must(waiting == queue->nr, "a client waits outside of the queue");
	life_must(!queue->trying, "an attempt has no end");
	life_must(!queue->nr || queue->due != TPM2_SESSION_QUEUE_NEVER,
		  "nobody will try the first who waits");
	life_must(!queue->nr || queue->due == life.bed->chip.due,
		  "the timer is not set for the first who waits");
}

/* What a client has is in the table once, and is nobody else's. */
static void check_owner(struct client *client)
{
	struct tpm2_session_owner *owner = &client->space.owner;
	struct tpm2_rm *rm = life.bed->rm;
	struct tpm2_session *session;
	unsigned int nr = 0;

	list_for_each_entry(session, &owner->sessions, owned) {
		life_must(session->owner == owner,
			  "a session has two owners");
		life_must(tpm2_session_table_find(&rm->sessions,
						  session->handle) == session,
			  "an index stands for two sessions");
		life_must(!session->pinned && !session->parked,
			  "a session is kept from everybody");
		nr++;
	}
	life_must(nr == owner->nr_sessions, "sessions are counted wrong");
	life_must(!life.honest || client->waits || list_empty(&owner->parked),
		  "a session is kept for nobody");
}

/*
 * Can it be known whether a session is in a slot? Others may load what a client has
 * saved; and where the TPM lists all that there are, it does not say that they have.
 * ContextSave would tell, but to take it out of its slot would harm whoever has
 * loaded it. So it may be taken for loaded, but only if there could be others, and
 * it is nobody's.
 */
static bool place_is_known(const struct tpm2_session *session)
{
	return session->owner || !life.foreign ||
	       session->state != TPM2_SESSION_LOADED ||
	       !(life.bed->tpm->config.quirks.lists & FAKE_LISTS_BY_KIND);
}

/* Is what the TPM has what the table says? */
static void compare(void)
{
	struct fake_tpm *tpm = life.bed->tpm;
	struct tpm2_rm *rm = life.bed->rm;
	struct tpm2_session *session;
	struct fake_session *real;
	unsigned int i, nr = 0;

	for (i = 0; i < tpm->config.active_sessions; i++) {
		real = &tpm->sessions[i];
		session = tpm2_session_table_find(&rm->sessions, i);
		/* what a lost response has told of, only a list could tell again */
		life_must(session || !real->context ||
			  (life.unlisted && !life.honest),
			  "the TPM has a session that the table has not");
		life_must(!session || real->context || !life.readable,
			  "the table has a session that the TPM has not");
		if (life.honest && session && real->context &&
		    place_is_known(session))
			life_must(fake_session_is_loaded(tpm, real) ==
				  (session->state == TPM2_SESSION_LOADED),
				  "a session is not where the table says");
		nr += !!session;
	}
	life_must(nr == rm->sessions.nr, "the table has a session twice");
}

/* Between two steps. */
void oracle_check(void)
{
	unsigned int c;

	check_queue();
	for (c = 0; c < LIFE_CLIENTS; c++)
		check_owner(&life.bed->clients[c]);
	if (life.honest)
		compare();
}

/* Everybody has gone, and the TPM has been read back. */
void oracle_check_table(void)
{
	struct tpm2_rm *rm = life.bed->rm;
	struct tpm2_session *session;

	compare();
	list_for_each_entry(session, &rm->sessions.aged, aged) {
		life_must(!session->owner || session->owner == &rm->kernel,
			  "a session is somebody's who has gone");
		life_must(!session->doomed || !life.readable,
			  "a session that nobody can have is not flushed");
	}
}
