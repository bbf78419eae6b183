/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of one TPM's resource manager, and of the spaces of its clients.
 * Most files here work on it; rm.h says how it comes and goes.
 *
 * Locks, from the outside in:
 *
 *  1. the chip, taken with tpm2_rm_ops::get (ops_sem and tpm_mutex), and
 *     tpm2_rm::mutex right inside of it. Who holds the mutex may read
 *     everything here, and is the only one to change it. It is there because
 *     a file must be closed even if its chip cannot be had any more.
 *  2. tpm2_rm::lock, short and never held over TPM I/O, around each change
 *     of the session table, so that sysfs and fdinfo need not wait for the TPM;
 *     and around all that concerns users, clocks and leases.
 *  3. tpm2_session_queue::lock.
 *  4. what a ticket's done callback takes: the lock of its file.
 *
 * A client that waits for a session holds none of them.
 */
#ifndef __TPM2_STATE_H
#define __TPM2_STATE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "session-queue.h"
#include "session-table.h"
#include "trust.h"
#include "wire.h"

#define TPM2_RM_LEASE_MS	2000
#define TPM2_RM_TENURE_MS	60000
#define TPM2_RM_LEASE_MS_MAX	3600000U
#define TPM2_RM_MAX_OBJECTS	64	/* virtual handles of one space */
#define TPM2_OBJECT_REFUSALS	2	/* to believe that a context is good for nothing */
#define TPM2_RM_GHOSTS		128

struct device;
struct tpm2_rm;
struct tpm2_user;

/**
 * struct tpm2_rm_ops - the world outside, which a test may replace
 * @get: take the chip, so that nobody else can send it a command; 0 or -errno
 * @put: let go of it
 * @transmit: send the command in the buffer of TPM2_WIRE_BUFSIZE bytes, and
 *	receive the response into it; size of the response, or -errno
 * @attrs: TPMA_CC of a command code; false if the TPM doesn't implement it.
 *	Called with the chip held.
 * @shared: does anybody use the TPM whom we do not know of? Then nothing of
 *	ours may stay loaded between two commands.
 * @now: CLOCK_MONOTONIC in ns
 * @schedule: have tpm2_session_queue_turn() called when it is @due, in ns of
 *	CLOCK_MONOTONIC, in process context and one at a time. Replaces what was
 *	asked for before. Called with spinlocks held.
 * @free: the resource manager is about to be freed; may be NULL
 */
struct tpm2_rm_ops {
	int (*get)(struct tpm2_rm *rm);
	void (*put)(struct tpm2_rm *rm);
	ssize_t (*transmit)(struct tpm2_rm *rm, u8 *buf);
	bool (*attrs)(struct tpm2_rm *rm, u32 cc, u32 *attrs);
	bool (*shared)(struct tpm2_rm *rm);
	u64 (*now)(struct tpm2_rm *rm);
	void (*schedule)(struct tpm2_rm *rm, u64 due);
	void (*free)(struct tpm2_rm *rm);
};

/**
 * struct tpm2_rm_limits - how much there is of what
 * @active_sessions: sessions that the TPM says it can have
 * @full_at: sessions in the table when the TPM last said that it has no more,
 *	0 if it has not yet, or has had more since
 * @full_until: when it is asked again whether that is still so, in ns, if it says
 *	that it can have more
 * @loaded_sessions: session slots to be had at least
 * @loaded_objects: object slots to be had at least
 * @session_slots: sessions in slots when the TPM last had no more of these; 0
 *	if it has not said so yet, or somebody else had some
 * @object_slots: likewise
 * @reserve_sessions: session slots to leave free between commands
 * @reserve_objects: object slots to leave free between commands
 * @reserve_for_good: and that even at the cost of what the TPM does not save
 * @reserve_all: leave nothing in any slot between commands
 * @max_per_fd: sessions that one space may have
 * @context_gap: how far the TPM says that its context counter may run away
 *	from the oldest context
 */
struct tpm2_rm_limits {
	u32 active_sessions;
	u32 full_at;
	u64 full_until;
	u32 loaded_sessions;
	u32 loaded_objects;
	u32 session_slots;
	u32 object_slots;
	u32 reserve_sessions;
	u32 reserve_objects;
	bool reserve_for_good;
	bool reserve_all;
	u32 max_per_fd;
	u32 context_gap;
};

/**
 * struct tpm2_rm_stats - what has happened so far
 * @commands: commands sent to the TPM
 * @context_loads: contexts loaded
 * @context_saves: contexts saved
 * @evictions: sessions evicted for somebody else's sake
 * @premature: how many of them were idle or at the end of their tenure, and their
 *	clients came back to them
 * @replays: commands that were sent again after a remedy
 * @adoptions: sessions found in the TPM
 * @refreshes: contexts loaded and saved only to make them younger
 */
struct tpm2_rm_stats {
	unsigned long commands;
	unsigned long context_loads;
	unsigned long context_saves;
	unsigned long evictions;
	unsigned long premature;
	unsigned long replays;
	unsigned long adoptions;
	unsigned long refreshes;
};

/**
 * struct tpm2_ghost - a session that was evicted while its client held a
 *	context of it, and nobody else knows of it any more
 * @handle: its handle; 0 if there is none here
 * @sequence: that of the context
 * @used: when it was last used, ns of the TPM's own clock
 * @lost: when it was evicted, in ns
 * @why: why it was evicted
 */
struct tpm2_ghost {
	u32 handle;
	u64 sequence;
	u64 used;
	u64 lost;
	enum tpm2_lease_end why;
};

/**
 * struct tpm2_rm - the resource manager of one TPM
 * @ref: held by the registry and by each open file
 * @ops: the world outside
 * @priv: what @ops works on
 * @chip: number of the chip, for the trace
 * @dev: the chip's device, for the log; may be NULL
 * @mutex: held with the chip; see above
 * @lock: protects @sessions, every owner's lists, and what is down to @ghosts
 * @sessions: the session table
 * @users: whose files are open, or whose sessions there are
 * @clock: time in which the TPM was free for each of its clients
 * @lease: how long everyone has a session to itself
 * @ghosts: sessions that were evicted last while their clients held contexts
 * @next_ghost: which of them is overwritten next
 * @queue: clients that wait for a session
 * @kernel: sessions of the kernel's own, where we see its commands
 * @objects: loaded objects of all spaces, least recently used first
 * @nr_objects: how many
 * @all_objects: objects of all spaces, loaded or not
 * @limits: how much there is of what
 * @stats: what has happened so far
 * @saved: contexts of sessions that we have seen saved
 * @gap_work: refreshes contexts between commands
 * @gap_failed_at: @saved when that last failed
 * @hold: how often the chip was held so far
 * @gap_steps: how often the gap was closed under this hold of the chip
 * @rounds: how often something may be sent again under this hold
 * @syncs: how often the TPM was read back under this hold
 * @strange_objects: objects in slots that are none of the spaces', when the TPM was
 *	last read back; known only if object slots are to be left free
 * @strangers_flushed: the hold in which objects of strangers were flushed last
 * @reset_count: of TPMS_CLOCK_INFO, when the TPM was last read back
 * @restart_count: likewise
 * @trust: how far the tables can be trusted
 * @odd: it was said that this TPM cannot be read back
 * @shows_place: it has shown that it lists sessions that are in a slot apart from
 *	those that are out
 * @error: what the driver said when a command was last lost on its way
 * @scatters: the TPM hands out indexes of sessions that are not the lowest
 * @losses: how often a command or its response was lost
 * @losses_found: how many of them had come when it was last found out for the kernel
 *	what had become of them
 * @kernel_at_work: a command of the kernel's own is under way, which may have
 *	loaded objects that are not in @objects
 * @alone_since: when somebody whom we do not know of was last able to use the
 *	TPM, in ns; or when we came, whoever was there before
 * @gone: the chip goes away; nothing more is sent to it
 * @quiesced: the system is about to sleep: nothing stays loaded
 * @wire: the client's command as it is sent, and its response
 * @scratch: commands of our own, and their responses
 * @spare: memory for a context of a session, where none can be had
 * @client: whose command is under way; NULL if it is nobody's, for the trace
 */
struct tpm2_rm {
	struct kref ref;
	const struct tpm2_rm_ops *ops;
	void *priv;
	int chip;
	struct device *dev;
	struct mutex mutex;	/* held with the chip */
	spinlock_t lock;	/* protects the session table */
	struct tpm2_session_table sessions;
	struct list_head users;
	struct tpm2_clock clock;
	struct tpm2_lease lease;
	struct tpm2_ghost ghosts[TPM2_RM_GHOSTS];
	unsigned int next_ghost;
	struct tpm2_session_queue queue;
	struct tpm2_session_owner kernel;
	struct list_head objects;
	unsigned int nr_objects;
	struct list_head all_objects;
	struct tpm2_rm_limits limits;
	struct tpm2_rm_stats stats;
	u64 saved;
	struct delayed_work gap_work;
	u64 gap_failed_at;
	u32 hold;
	unsigned int gap_steps;
	unsigned int rounds;
	unsigned int syncs;
	u32 strange_objects;
	u32 strangers_flushed;
	u32 reset_count;
	u32 restart_count;
	enum tpm2_trust trust;
	bool odd;
	bool shows_place;
	int error;
	bool scatters;
	bool kernel_at_work;
	unsigned int losses;
	unsigned int losses_found;
	u64 alone_since;
	bool gone;
	bool quiesced;
	u8 *wire;
	u8 *scratch;
	u8 *spare;
	const struct tpm2_session_owner *client;
};

/* Something has happened: see enum tpm2_trust. */
static inline void tpm2_rm_distrust(struct tpm2_rm *rm, enum tpm2_trust to)
{
	lockdep_assert_held(&rm->mutex);

	rm->trust = tpm2_trust_lowered(rm->trust, to);
	rm->losses += to == TPM2_TRUST_UNSURE;
}

/**
 * struct tpm2_object - a transient object of a space
 * @lru: in tpm2_rm::objects while loaded
 * @all: in tpm2_rm::all_objects
 * @space: whose it is; NULL if nobody can use it any more, and it is to be flushed
 * @index: in tpm2_rm_space::objects; its virtual handle counts down with it
 * @handle: the TPM's handle while loaded, else 0
 * @ctx: its context if it has been saved, and has not changed since
 * @ctx_size: size of @ctx in bytes
 * @hierarchy: that it belongs to; 0 until it has been saved for the first time
 * @lost: the TPM has it no longer, and a context of it does not load
 * @sequence: it changes with use, so a context serves only once
 * @refusals: how often in a row the TPM has refused to move it, as if it had not
 *	got it or it were of a kind that stays in its slot
 * @refused: the hold of the chip in which it last did
 * @hold: of the chip, in which it was loaded
 * @pinned: the command under way names it
 * @seen: it was found when the TPM's objects were last read back
 */
struct tpm2_object {
	struct list_head lru;
	struct list_head all;
	struct tpm2_rm_space *space;
	u32 index;
	u32 handle;
	u8 *ctx;
	u32 ctx_size;
	u32 hierarchy;
	u32 hold;
	bool lost;
	bool sequence;
	unsigned int refusals;
	u32 refused;
	bool pinned;
	bool seen;
};

/**
 * struct tpm2_rm_space - what one open file has in the TPM
 * @rm: its resource manager
 * @owner: its sessions
 * @objects: its objects by index
 * @nr_objects: how many; may be read by anybody
 * @user: whose file it is; a reference is held
 * @ticket: its command, when it waits for a session
 * @done: what to do when that has its result; called with the queue's lock held
 * @buf: that command
 */
struct tpm2_rm_space {
	struct tpm2_rm *rm;
	struct tpm2_session_owner owner;
	struct xarray objects;
	unsigned int nr_objects;
	struct tpm2_user *user;
	struct tpm2_session_ticket ticket;
	void (*done)(struct tpm2_session_ticket *ticket, ssize_t result);
	u8 *buf;
};

#endif /* __TPM2_STATE_H */
