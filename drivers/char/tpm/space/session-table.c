// SPDX-License-Identifier: GPL-2.0-only
/*
 * The session table: who holds which session of a TPM, since when and in
 * which state.
 *
 * A session enters with the time of now, and time does not go back, so the
 * list by age stays sorted by appending: the oldest session is found in O(1)
 * and so is its place. A session that its client saves, and that somebody
 * loads again later, keeps its age.
 *
 * An evicted session leaves the table but not its owner: the same struct
 * turns into the owner's tombstone. So an eviction needs no memory and cannot
 * fail half-way, and no client's stale handle goes unnoticed.
 */
#include <linux/math.h>
#include <linux/minmax.h>
#include "session-table.h"

#define AT_A_TIME	3U	/* sessions that one command can take */

static struct hlist_head *bucket(struct tpm2_session_table *table, u32 handle)
{
	return &table->buckets[tpm2_session_index(handle) %
			       TPM2_SESSION_BUCKETS];
}

/**
 * tpm2_session_table_init() - make an empty table
 * @table: the table
 * @counted: its member of this name
 */
void tpm2_session_table_init(struct tpm2_session_table *table,
			     void (*counted)(struct tpm2_session_table *table,
					     struct tpm2_session_holder *holder))
{
	unsigned int i;

	for (i = 0; i < TPM2_SESSION_BUCKETS; i++)
		INIT_HLIST_HEAD(&table->buckets[i]);
	INIT_LIST_HEAD(&table->aged);
	INIT_LIST_HEAD(&table->lru);
	INIT_LIST_HEAD(&table->saved);
	table->nr = 0;
	table->nr_unowned = 0;
	table->nr_owners = 0;
	table->nr_holders = 0;
	table->nr_loaded = 0;
	table->counted = counted;
}

/**
 * tpm2_session_owner_init() - make an owner without sessions
 * @owner: the owner
 */
void tpm2_session_owner_init(struct tpm2_session_owner *owner)
{
	INIT_LIST_HEAD(&owner->sessions);
	INIT_LIST_HEAD(&owner->parked);
	INIT_LIST_HEAD(&owner->tombstones);
	owner->holder = NULL;
	owner->client = (struct tpm2_session_client) {};
	owner->nr_sessions = 0;
	owner->nr_tombstones = 0;
	owner->nr_evictions = 0;
	owner->begun = 0;
	owner->busy = 0;
}

/**
 * tpm2_session_table_find() - look a session up
 * @table: the table
 * @handle: HMAC or policy handle; the type byte does not count
 *
 * Return: the session, or NULL.
 */
struct tpm2_session *
tpm2_session_table_find(const struct tpm2_session_table *table, u32 handle)
{
	u32 index = tpm2_session_index(handle);
	struct tpm2_session *session;

	hlist_for_each_entry(session,
			     &table->buckets[index % TPM2_SESSION_BUCKETS],
			     hash) {
		if (tpm2_session_index(session->handle) == index)
			return session;
	}
	return NULL;
}

static void count(struct tpm2_session_table *table,
		  struct tpm2_session_holder *holder, int change)
{
	holder->nr_sessions += change;
	if (table->counted)
		table->counted(table, holder);
}

/* Have a session count for a user, or for nobody. */
static void count_for(struct tpm2_session_table *table,
		      struct tpm2_session *session,
		      struct tpm2_session_holder *holder)
{
	if (session->holder == holder)
		return;
	if (session->holder) {
		count(table, session->holder, -1);
		if (!session->holder->nr_sessions)
			table->nr_holders--;
	}
	session->holder = holder;
	if (holder) {
		if (!holder->nr_sessions)
			table->nr_holders++;
		count(table, holder, 1);
	}
}

/* Does an owner that has one more have what it may need at a time? */
static void go_on(struct tpm2_session_owner *owner)
{
	bool grows = owner->begun == owner->nr_sessions;

	if (grows && owner->nr_sessions < AT_A_TIME - 1)
		owner->begun++;
	else
		owner->begun = 0;
}

/* Give a session to an owner, or to nobody. */
static void own(struct tpm2_session_table *table, struct tpm2_session *session,
		struct tpm2_session_owner *owner)
{
	session->owner = owner;
	if (owner) {
		list_add_tail(&session->owned, &owner->sessions);
		session->begun = owner->begun;
		go_on(owner);
		if (!owner->nr_sessions++)
			table->nr_owners++;
		owner->most_sessions = max(owner->most_sessions,
					   owner->nr_sessions);
	} else {
		INIT_LIST_HEAD(&session->owned);
		table->nr_unowned++;
	}
}

/* An owner has no session any more. */
static void leave(struct tpm2_session_table *table,
		  struct tpm2_session_owner *owner)
{
	table->nr_owners--;
	owner->begun = 0;
}

static void disown(struct tpm2_session_table *table,
		   struct tpm2_session *session)
{
	session->client = tpm2_session_client(session);
	list_del_init(&session->owned);
	if (!session->owner)
		table->nr_unowned--;
	else if (!session->parked && !--session->owner->nr_sessions)
		leave(table, session->owner);
	session->parked = false;
}

/* Be neither in a slot of the TPM nor known by a context. */
static void displace(struct tpm2_session_table *table,
		     struct tpm2_session *session)
{
	list_del_init(&session->place);
	if (session->state == TPM2_SESSION_LOADED)
		table->nr_loaded--;
	session->ctx = (struct tpm2_session_context){};
}

static void set_context(struct tpm2_session_table *table,
			struct tpm2_session *session,
			const struct tpm2_session_context *ctx)
{
	session->ctx = *ctx;
	list_add_tail(&session->place, &table->saved);
}

/**
 * tpm2_session_table_add() - enter a new session
 * @table: the table; must not have a session of this index
 * @session: memory for it, zeroed
 * @handle: its handle
 * @owner: whose it is, or NULL for a session that was found in the TPM
 * @state: LOADED or DETACHED
 * @now: the time; not before that of any other session
 */
void tpm2_session_table_add(struct tpm2_session_table *table,
			    struct tpm2_session *session, u32 handle,
			    struct tpm2_session_owner *owner,
			    enum tpm2_session_state state,
			    const struct tpm2_moment *now)
{
	session->handle = handle;
	session->client = (struct tpm2_session_client) {
		.uid = TPM2_SESSION_NOBODY,
	};
	session->created = *now;
	session->used = *now;
	session->state = state;
	hlist_add_head(&session->hash, bucket(table, handle));
	list_add_tail(&session->aged, &table->aged);
	INIT_LIST_HEAD(&session->place);
	if (state == TPM2_SESSION_LOADED) {
		list_add_tail(&session->place, &table->lru);
		table->nr_loaded++;
	}
	own(table, session, owner);
	count_for(table, session, owner ? owner->holder : NULL);
	table->nr++;
}

/**
 * tpm2_session_table_remove() - a session has ended, and its owner knows
 * @table: the table
 * @session: the session; the caller frees it and has freed its contexts, or
 *	keeps them
 */
void tpm2_session_table_remove(struct tpm2_session_table *table,
			       struct tpm2_session *session)
{
	displace(table, session);
	session->copy = (struct tpm2_session_context){};
	disown(table, session);
	count_for(table, session, NULL);
	hlist_del_init(&session->hash);
	list_del_init(&session->aged);
	table->nr--;
}

/**
 * tpm2_session_table_lost() - a session has ended behind its owner's back
 * @table: the table
 * @session: the session, which has an owner and is not parked; the caller has
 *	freed its contexts, or keeps them. It becomes a tombstone of its owner.
 */
void tpm2_session_table_lost(struct tpm2_session_table *table,
			     struct tpm2_session *session)
{
	struct tpm2_session_owner *owner = session->owner;

	tpm2_session_table_remove(table, session);
	session->state = TPM2_SESSION_TOMBSTONE;
	list_add_tail(&session->owned, &owner->tombstones);
	owner->nr_tombstones++;
}

/**
 * tpm2_session_table_loaded() - a session is in a slot, and was just used
 * @table: the table
 * @session: the session; the caller has freed its context, or keeps it
 *
 * What its client holds of it stays known.
 */
void tpm2_session_table_loaded(struct tpm2_session_table *table,
			       struct tpm2_session *session)
{
	displace(table, session);
	session->state = TPM2_SESSION_LOADED;
	list_add_tail(&session->place, &table->lru);
	table->nr_loaded++;
}

/**
 * tpm2_session_table_saved() - we have saved a session
 * @table: the table
 * @session: a LOADED one
 * @ctx: its context, newer than any other; the session now holds this memory
 *
 * If its client holds an older one, it is DETACHED as before.
 */
void tpm2_session_table_saved(struct tpm2_session_table *table,
			      struct tpm2_session *session,
			      const struct tpm2_session_context *ctx)
{
	displace(table, session);
	session->state = session->copy.data ? TPM2_SESSION_DETACHED :
					      TPM2_SESSION_SAVED;
	set_context(table, session, ctx);
}

/**
 * tpm2_session_table_detach() - a client has saved a session itself
 * @table: the table
 * @session: the session; the caller has freed its contexts, or keeps them
 * @ctx: what the client got, newer than any other; the session now holds this
 *	memory. NULL if it is not known.
 */
void tpm2_session_table_detach(struct tpm2_session_table *table,
			       struct tpm2_session *session,
			       const struct tpm2_session_context *ctx)
{
	displace(table, session);
	session->copy = (struct tpm2_session_context){};
	session->state = TPM2_SESSION_DETACHED;
	if (ctx)
		set_context(table, session, ctx);
	disown(table, session);
	own(table, session, NULL);
}

/**
 * tpm2_session_table_attach() - a client has loaded a session itself
 * @table: the table
 * @session: the session; whoever had it before has it no longer. The caller has
 *	freed its contexts, or keeps them.
 * @owner: whose it is now
 */
void tpm2_session_table_attach(struct tpm2_session_table *table,
			       struct tpm2_session *session,
			       struct tpm2_session_owner *owner)
{
	tpm2_session_table_loaded(table, session);
	session->copy = (struct tpm2_session_context){};
	disown(table, session);
	own(table, session, owner);
	if (owner)
		count_for(table, session, owner->holder);
}

/**
 * tpm2_session_table_rename() - the TPM has another handle for a session
 * @session: the session
 * @handle: its handle by what the TPM has said last: of the same index
 */
void tpm2_session_table_rename(struct tpm2_session *session, u32 handle)
{
	session->handle = handle;
}

/**
 * tpm2_session_table_park() - hold a session that its owner does not know of
 * @table: the table
 * @session: one of an owner's sessions
 */
void tpm2_session_table_park(struct tpm2_session_table *table,
			     struct tpm2_session *session)
{
	struct tpm2_session_owner *owner = session->owner;

	disown(table, session);
	/* it has not come any further with that */
	owner->begun = session->begun;
	session->parked = true;
	list_add_tail(&session->owned, &owner->parked);
}

/**
 * tpm2_session_owner_begun() - is this client to have another session soon?
 * @owner: its sessions
 *
 * A client that needs several sessions at a time starts one after the other, and ends
 * none before it has all: up to three, which is as many as a command takes (Part 1,
 * 19.6.4).
 *
 * Return: how many it has, if it has ended none since it had none, and may need another;
 * else 0.
 */
unsigned int tpm2_session_owner_begun(const struct tpm2_session_owner *owner)
{
	return owner->begun == owner->nr_sessions ? owner->begun : 0;
}

/**
 * tpm2_session_owner_tombstone() - did this owner lose that session?
 * @owner: the owner
 * @handle: HMAC or policy handle; the type byte does not count
 *
 * Return: the tombstone, or NULL.
 */
struct tpm2_session *
tpm2_session_owner_tombstone(const struct tpm2_session_owner *owner,
			     u32 handle)
{
	u32 index = tpm2_session_index(handle);
	struct tpm2_session *session;

	list_for_each_entry(session, &owner->tombstones, owned) {
		if (tpm2_session_index(session->handle) == index)
			return session;
	}
	return NULL;
}

/**
 * tpm2_session_owner_forget() - forget a tombstone
 * @owner: its owner
 * @tombstone: the tombstone, which the caller frees
 */
void tpm2_session_owner_forget(struct tpm2_session_owner *owner,
			       struct tpm2_session *tombstone)
{
	list_del_init(&tombstone->owned);
	owner->nr_tombstones--;
}

/**
 * tpm2_session_owner_surplus() - forget the oldest tombstone of too many
 * @owner: the owner
 * @max: how many it may keep
 *
 * A client that never flushes what it lost must not run out of indexes that
 * it may still be given.
 *
 * Return: a tombstone, which the caller frees, or NULL.
 */
struct tpm2_session *
tpm2_session_owner_surplus(struct tpm2_session_owner *owner, unsigned int max)
{
	struct tpm2_session *oldest;

	if (owner->nr_tombstones <= max)
		return NULL;
	oldest = list_first_entry(&owner->tombstones, struct tpm2_session,
				  owned);
	tpm2_session_owner_forget(owner, oldest);
	return oldest;
}

/*
 * Would it help the requester if this session went? Its own would not, nor one
 * whose index means to it a session that it has lost: it is not given such an
 * index.
 */
static bool would_help(const struct tpm2_session *session,
		       const struct tpm2_session_owner *requester)
{
	return !session->pinned && !session->clings &&
	       !tpm2_session_is_absent(session) &&
	       (!requester ||
		(session->owner != requester &&
		 !tpm2_session_owner_tombstone(requester, session->handle)));
}

/**
 * tpm2_session_table_victim() - who goes, if somebody has to?
 * @table: the table
 * @requester: for whom, or NULL
 * @lease: how long everyone has a session to itself
 * @m: the time
 * @choice: receives the victim
 *
 * The oldest session whose lease has ended, of those that would help: none that
 * the command names (it is pinned), and none whose index the requester could
 * not be given, which includes its own.
 */
void tpm2_session_table_victim(const struct tpm2_session_table *table,
			       const struct tpm2_session_owner *requester,
			       const struct tpm2_lease *lease,
			       const struct tpm2_moment *m,
			       struct tpm2_session_choice *choice)
{
	struct tpm2_session *session;
	u64 ready;

	*choice = (struct tpm2_session_choice) {
		.ready = TPM2_SESSION_ETERNITY,
	};
	list_for_each_entry(session, &table->aged, aged) {
		if (!would_help(session, requester))
			continue;
		choice->why = tpm2_lease_look(lease, &session->created,
					      &session->used, m, &ready);
		choice->ready = min(choice->ready, ready);
		if (choice->why != TPM2_LEASE_RUNS) {
			choice->session = session;
			return;
		}
	}
}

/*
 * What each may have of all sessions, the requester included. Rounded up, so
 * that where all need equally many, none of those that have them has too many.
 */
static unsigned int fair_share(unsigned int sessions, unsigned int parties)
{
	return DIV_ROUND_UP(sessions, max(parties, 1U));
}

/* And rounded down, so that a user who has none finds somebody who has too many. */
static unsigned int least_share(unsigned int sessions, unsigned int parties)
{
	return max(sessions / parties, 1U);
}

/* Is it one of those that a client needs at the same time, by all that can be known? */
static bool is_of_set(const struct tpm2_session *session, unsigned int held)
{
	return held > 1 && held <= AT_A_TIME && session->owner &&
	       session->owner->nr_sessions == held;
}

/* How many sessions has whoever has this one, if that counts at all? */
static unsigned int held_with(const struct tpm2_session *session,
			      const struct tpm2_session_owner *requester,
			      bool users)
{
	if (users)
		return session->holder && session->holder != requester->holder ?
		       session->holder->nr_sessions : 0;
	return session->owner ? session->owner->nr_sessions : 1;
}

/*
 * When may a session be taken from whoever has too many? When it has been idle for
 * a lease, or is two leases old. For somebody who has none, and has waited for a
 * lease, one that is in use need be no older than one. But who needs several at a time,
 * and has no more than these, would be none the better for the others, and begin anew:
 * so such a one is safe for a tenure from that.
 */
static u64 surplus_ready(const struct tpm2_session *session, bool is_of_set,
			 const struct tpm2_lease *lease, bool has_none,
			 u64 since)
{
	u64 created = session->created.now, length = lease->length;
	u64 ready = min(session->used.now, created + length) + length;

	if (is_of_set)
		return created + lease->tenure;
	return has_none ? min(ready, max(created, since) + length) : ready;
}

/**
 * tpm2_session_table_surplus() - who has more than a fair share?
 * @table: the table, in which are all sessions that the TPM can have
 * @requester: who needs a session
 * @since: since when it has been waiting for it, in ns
 * @lease: how long everyone has a session to itself
 * @m: the time
 * @choice: receives the victim
 *
 * Shares are those of users. Where all sessions are one user's, they are those
 * of open files. Of the sessions of whoever has most, and more than its share,
 * it is the oldest that may be taken: an idle one when a plain lease has passed,
 * and one that is in use when two have, so that a user has its first session
 * within two leases, and its share of those that there are soon after, but work
 * that is done in a moment can be done. A requester that has its share already has
 * nothing to demand.
 */
void tpm2_session_table_surplus(const struct tpm2_session_table *table,
				const struct tpm2_session_owner *requester,
				u64 since, const struct tpm2_lease *lease,
				const struct tpm2_moment *m,
				struct tpm2_session_choice *choice)
{
	unsigned int own, parties, share, most = 0, held;
	const struct tpm2_session_holder *holder = requester->holder;
	struct tpm2_session *session;
	bool users;
	u64 ready;

	*choice = (struct tpm2_session_choice) {
		.ready = TPM2_SESSION_ETERNITY,
	};
	if (tpm2_lease_is_plain(lease))
		return;

	users = holder && table->nr_holders + !holder->nr_sessions > 1;
	own = users ? holder->nr_sessions : requester->nr_sessions;
	parties = users ? table->nr_holders :
			  table->nr_owners + table->nr_unowned;
	share = users && !own ? least_share(table->nr, parties + 1) :
				fair_share(table->nr, parties + !own);
	if (own >= share)
		return;

	list_for_each_entry(session, &table->aged, aged) {
		held = held_with(session, requester, users);
		if (held <= share || held < most ||
		    !would_help(session, requester))
			continue;
		if (held > most) {
			most = held;
			choice->session = NULL;
			choice->ready = TPM2_SESSION_ETERNITY;
		} else if (choice->session) {
			continue;
		}
		ready = surplus_ready(session, is_of_set(session, held),
				      lease, !own, since);
		choice->ready = min(choice->ready, ready);
		if (ready <= m->now)
			choice->session = session;
	}
	if (choice->session)
		choice->why = TPM2_LEASE_SHARE;
}

/**
 * tpm2_session_table_stalest() - which context is the oldest?
 * @table: the table
 *
 * It is the one that the TPM's context counter catches up with first
 * (Part 1, 30.5).
 *
 * Return: the session with the oldest context that is known, and that the TPM has by
 * all that can be known; or NULL.
 */
struct tpm2_session *
tpm2_session_table_stalest(const struct tpm2_session_table *table)
{
	struct tpm2_session *session;

	list_for_each_entry(session, &table->saved, place) {
		if (!tpm2_session_is_absent(session))
			return session;
	}
	return NULL;
}

static bool may_be_unknown(const struct tpm2_session *session, bool anywhere)
{
	if (session->state == TPM2_SESSION_DETACHED)
		return !session->ctx.data;
	return anywhere && session->state == TPM2_SESSION_LOADED &&
	       !session->owner && !session->copy.data;
}

/**
 * tpm2_session_table_unknown() - whose context cannot be made younger?
 * @table: the table
 * @now: time in ns
 * @lease: how long everyone has a session to itself, in ns
 * @anywhere: may it be one that seems to be in a slot, if nobody owns it and we have
 *	not loaded it?
 * @ready: receives the time in ns when there is one or may be one;
 *	TPM2_SESSION_ETERNITY if time alone will yield none
 *
 * Return: the oldest session that is out of the TPM and of which no context is
 * known, if its lease has ended and the command does not name it; else NULL.
 */
struct tpm2_session *
tpm2_session_table_unknown(const struct tpm2_session_table *table,
			   u64 now, u64 lease, bool anywhere, u64 *ready)
{
	struct tpm2_session *session;

	list_for_each_entry(session, &table->aged, aged) {
		if (!may_be_unknown(session, anywhere) || session->pinned ||
		    session->clings || tpm2_session_is_absent(session))
			continue;
		*ready = session->created.now + lease;
		return *ready <= now ? session : NULL;
	}
	*ready = TPM2_SESSION_ETERNITY;
	return NULL;
}

/**
 * tpm2_session_client_copy() - which context of a session does its client hold?
 * @session: the session
 *
 * Return: the context, or NULL if it holds none or it is not known.
 */
const struct tpm2_session_context *
tpm2_session_client_copy(const struct tpm2_session *session)
{
	if (session->copy.data)
		return &session->copy;
	if (session->state == TPM2_SESSION_DETACHED && session->ctx.data)
		return &session->ctx;
	return NULL;
}

/**
 * tpm2_session_table_coldest() - which session leaves its slot next?
 * @table: the table
 * @unowned: may it be one that no open file owns?
 *
 * Return: the least recently used one that the command does not name and the TPM
 * is willing to save, or NULL.
 */
struct tpm2_session *
tpm2_session_table_coldest(const struct tpm2_session_table *table,
			   bool unowned)
{
	struct tpm2_session *session;

	list_for_each_entry(session, &table->lru, place) {
		if (session->pinned || (!session->owner && !unowned) ||
		    session->refusals >= TPM2_SESSION_REFUSALS ||
		    session->clings)
			continue;
		return session;
	}
	return NULL;
}
