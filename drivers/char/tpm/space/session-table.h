/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds which session of a TPM, since when, in which state, and who is
 * the victim when one has to go.
 *
 * Pure: no locks, no I/O, no allocation, and time comes in as an argument; but
 * whoever wants to know how many sessions a user has is told.
 * The caller holds one lock around every call (tpm2_rm::lock), and changes
 * the table only while it holds the chip as well.
 *
 * A session is known by the low 24 bits of its handle, its index: HMAC and
 * policy sessions share one index space (Part 1, 15.4).
 */
#ifndef __TPM2_SESSION_TABLE_H
#define __TPM2_SESSION_TABLE_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/types.h>
#include "lease.h"

#define TPM2_SESSION_REFUSALS	2	/* to believe that it will not be moved */
#define TPM2_SESSION_ABSENCES	2	/* to believe that it is not there */
#define TPM2_SESSION_INDEX_MASK	0x00ffffff
#define TPM2_SESSION_BUCKETS	64
#define TPM2_SESSION_ETERNITY	TPM2_LEASE_ETERNITY
#define TPM2_SESSION_NOBODY	(~0U)

/**
 * enum tpm2_session_state - where a session is
 * @TPM2_SESSION_LOADED: in a session slot of the TPM
 * @TPM2_SESSION_SAVED: out of the TPM, we hold its context
 * @TPM2_SESSION_DETACHED: out of the TPM, somebody else holds a context of it:
 *	the client that saved it, or whoever used the TPM before us. Where a
 *	client of ours saved it, we know the newest context.
 * @TPM2_SESSION_TOMBSTONE: gone; kept so that the loss is reported to its owner
 */
enum tpm2_session_state {
	TPM2_SESSION_LOADED,
	TPM2_SESSION_SAVED,
	TPM2_SESSION_DETACHED,
	TPM2_SESSION_TOMBSTONE,
};

/**
 * struct tpm2_session_holder - the sessions of all files of one user
 * @nr_sessions: live ones, those included that a client has saved itself
 */
struct tpm2_session_holder {
	unsigned int nr_sessions;
};

/**
 * struct tpm2_session_client - whom to name when something happens to a session
 * @pid: process; 0 for the kernel, or for nobody who is known
 * @uid: user; TPM2_SESSION_NOBODY for nobody who is known
 */
struct tpm2_session_client {
	int pid;
	u32 uid;
};

/**
 * struct tpm2_session_owner - the sessions of one open file
 * @holder: the user whose file it is, or NULL
 * @client: who has written to it last; its pid may change at any time
 * @sessions: live ones, linked by tpm2_session::owned
 * @parked: live ones that the client does not know of: held only so that the
 *	TPM hands out another index
 * @tombstones: sessions that it lost and has not flushed yet
 * @nr_sessions: length of @sessions
 * @most_sessions: how long that has been at most
 * @nr_tombstones: length of @tombstones
 * @nr_evictions: sessions that were taken from it for somebody else's sake
 * @begun: how many it has had since it had none, if it may need more at a time;
 *	see tpm2_session_owner_begun()
 * @busy: how many commands of its client's are on their way to the TPM, or there
 */
struct tpm2_session_owner {
	struct tpm2_session_holder *holder;
	struct tpm2_session_client client;
	struct list_head sessions;
	struct list_head parked;
	struct list_head tombstones;
	unsigned int nr_sessions;
	unsigned int most_sessions;
	unsigned int nr_tombstones;
	unsigned int nr_evictions;
	unsigned int begun;
	unsigned int busy;
};

/**
 * struct tpm2_session_context - what TPM2_ContextSave gave of a session
 * @data: TPMS_CONTEXT, or NULL
 * @size: its size in bytes
 * @sequence: as the TPM has it: orders the contexts of all sessions by age
 *	(Part 2, 14.5), but need not count them
 * @nth: the how-manieth context it was that we have seen saved
 */
struct tpm2_session_context {
	u8 *data;
	u32 size;
	u64 sequence;
	u64 nth;
};

/**
 * struct tpm2_session - one session
 * @hash: in the table's bucket of its index
 * @aged: in the table's list by creation time; in no list as a tombstone
 * @place: in the table's list by last use, while LOADED; in its list by the age
 *	of the context, while @ctx is there
 * @owned: in one of its owner's lists
 * @owner: the open file that it belongs to, or NULL
 * @holder: the user that it counts for, also when no open file owns it; or NULL
 * @client: who had it last, while no open file owns it
 * @handle: its handle as the TPM gave it
 * @created: when it was started or found
 * @used: when a command last named it
 * @lost: when its owner lost it, in ns
 * @evicted: of a tombstone: why it was evicted, if it was
 * @state: where it is
 * @doomed: nobody is to have it, not even its owner, and it is to be flushed
 * @trial: it was started as one that only computes a policy
 * @parked: it is in its owner's list of parked ones
 * @begun: what tpm2_session_owner::begun was before its owner had it
 * @pinned: the command under way names it: neither save nor evict it. Only
 *	the holder of the chip looks at this.
 * @seen: it was found when the TPM's sessions were last read back. This and
 *	what follows is for the holder of the chip only.
 * @hold: of the chip, in which it was started, loaded or found
 * @unsure: a command that named it was lost on its way: where is it?
 * @contested: the TPM lists this handle as loaded, and it is out, or @unsure, or as
 *	saved, and it is in a slot: 0 if not
 * @placed: of a DETACHED one: it is in no slot, which TPM2_ContextSave has told since
 *	others were last able to load it
 * @clings: the TPM has just refused to flush or save it
 * @refusals: how often in a row the TPM has refused to move its context as if it
 *	had not got the session
 * @absences: how often in a row the TPM has refused to flush it as if it had not
 *	got it, and has not listed it
 * @ctx: the newest context, while out of the TPM and known
 * @copy: what its client holds, since we have saved it anew: the TPM would
 *	refuse that, so @ctx is loaded in its place
 */
struct tpm2_session {
	struct hlist_node hash;
	struct list_head aged;
	struct list_head place;
	struct list_head owned;
	struct tpm2_session_owner *owner;
	struct tpm2_session_holder *holder;
	struct tpm2_session_client client;
	u32 handle;
	struct tpm2_moment created;
	struct tpm2_moment used;
	u64 lost;
	enum tpm2_lease_end evicted;
	enum tpm2_session_state state;
	bool doomed;
	bool trial;
	bool parked;
	unsigned int begun;
	bool pinned;
	bool seen;
	u32 hold;
	bool unsure;
	u32 contested;
	bool placed;
	bool clings;
	unsigned int refusals;
	unsigned int absences;
	struct tpm2_session_context ctx;
	struct tpm2_session_context copy;
};

/**
 * struct tpm2_session_table - all sessions of one TPM
 * @buckets: by index
 * @aged: by creation time, oldest first
 * @lru: LOADED ones by last use, least recently used first
 * @saved: those with a context by its age, oldest first
 * @nr: how many there are, tombstones aside
 * @nr_unowned: how many of them belong to no open file
 * @nr_owners: open files that have sessions
 * @nr_holders: users that have sessions
 * @nr_loaded: how many of them are LOADED
 * @counted: a user has another number of sessions; NULL if nobody wants to know.
 *	Called with the locks that the table was changed with.
 */
struct tpm2_session_table {
	struct hlist_head buckets[TPM2_SESSION_BUCKETS];
	struct list_head aged;
	struct list_head lru;
	struct list_head saved;
	unsigned int nr;
	unsigned int nr_unowned;
	unsigned int nr_owners;
	unsigned int nr_holders;
	unsigned int nr_loaded;
	void (*counted)(struct tpm2_session_table *table,
			struct tpm2_session_holder *holder);
};

/**
 * struct tpm2_session_choice - who goes
 * @session: the victim, or NULL
 * @why: why it may be evicted
 * @ready: when there may be a victim, ns of CLOCK_MONOTONIC;
 *	TPM2_SESSION_ETERNITY if time alone will yield none
 */
struct tpm2_session_choice {
	struct tpm2_session *session;
	enum tpm2_lease_end why;
	u64 ready;
};

static inline u32 tpm2_session_index(u32 handle)
{
	return handle & TPM2_SESSION_INDEX_MASK;
}

/* Who has written to an open file last? */
static inline struct tpm2_session_client
tpm2_session_owner_client(const struct tpm2_session_owner *owner)
{
	return (struct tpm2_session_client) {
		.pid = READ_ONCE(owner->client.pid),
		.uid = owner->client.uid,
	};
}

/* Whose session is it, or was it last? */
static inline struct tpm2_session_client
tpm2_session_client(const struct tpm2_session *session)
{
	return session->owner ? tpm2_session_owner_client(session->owner) :
				session->client;
}

/*
 * May anybody use a session that no open file owns? Not while a client holds a
 * context of it, which is its claim to it, nor what is to be flushed.
 */
static inline bool tpm2_session_is_everybodys(const struct tpm2_session *session)
{
	return !session->owner && !session->doomed &&
	       !(session->state == TPM2_SESSION_LOADED && session->copy.data);
}

/*
 * Has the TPM not got it, by all that can be known? Whoever it is that has it keeps it,
 * and keeps others from it; but nobody is helped by flushing it once more.
 */
static inline bool tpm2_session_is_absent(const struct tpm2_session *session)
{
	return session->absences >= TPM2_SESSION_ABSENCES;
}

void tpm2_session_table_init(struct tpm2_session_table *table,
			     void (*counted)(struct tpm2_session_table *table,
					     struct tpm2_session_holder *holder));
void tpm2_session_owner_init(struct tpm2_session_owner *owner);

struct tpm2_session *
tpm2_session_table_find(const struct tpm2_session_table *table, u32 handle);
void tpm2_session_table_add(struct tpm2_session_table *table,
			    struct tpm2_session *session, u32 handle,
			    struct tpm2_session_owner *owner,
			    enum tpm2_session_state state,
			    const struct tpm2_moment *now);
void tpm2_session_table_remove(struct tpm2_session_table *table,
			       struct tpm2_session *session);
void tpm2_session_table_lost(struct tpm2_session_table *table,
			     struct tpm2_session *session);

void tpm2_session_table_loaded(struct tpm2_session_table *table,
			       struct tpm2_session *session);
void tpm2_session_table_saved(struct tpm2_session_table *table,
			      struct tpm2_session *session,
			      const struct tpm2_session_context *ctx);
void tpm2_session_table_detach(struct tpm2_session_table *table,
			       struct tpm2_session *session,
			       const struct tpm2_session_context *ctx);
void tpm2_session_table_attach(struct tpm2_session_table *table,
			       struct tpm2_session *session,
			       struct tpm2_session_owner *owner);
void tpm2_session_table_rename(struct tpm2_session *session, u32 handle);
void tpm2_session_table_park(struct tpm2_session_table *table,
			     struct tpm2_session *session);

unsigned int tpm2_session_owner_begun(const struct tpm2_session_owner *owner);
struct tpm2_session *
tpm2_session_owner_tombstone(const struct tpm2_session_owner *owner,
			     u32 handle);
void tpm2_session_owner_forget(struct tpm2_session_owner *owner,
			       struct tpm2_session *tombstone);
struct tpm2_session *
tpm2_session_owner_surplus(struct tpm2_session_owner *owner, unsigned int max);

void tpm2_session_table_victim(const struct tpm2_session_table *table,
			       const struct tpm2_session_owner *requester,
			       const struct tpm2_lease *lease,
			       const struct tpm2_moment *m,
			       struct tpm2_session_choice *choice);
void tpm2_session_table_surplus(const struct tpm2_session_table *table,
				const struct tpm2_session_owner *requester,
				u64 since, const struct tpm2_lease *lease,
				const struct tpm2_moment *m,
				struct tpm2_session_choice *choice);
struct tpm2_session *
tpm2_session_table_stalest(const struct tpm2_session_table *table);
struct tpm2_session *
tpm2_session_table_unknown(const struct tpm2_session_table *table,
			   u64 now, u64 lease, bool anywhere,
			   u64 *ready);
const struct tpm2_session_context *
tpm2_session_client_copy(const struct tpm2_session *session);
struct tpm2_session *
tpm2_session_table_coldest(const struct tpm2_session_table *table,
			   bool unowned);

#endif /* __TPM2_SESSION_TABLE_H */
