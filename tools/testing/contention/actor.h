/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who uses the TPM, and what for.
 */
#ifndef __CONTENTION_ACTOR_H
#define __CONTENTION_ACTOR_H

#include "numbers.h"
#include "service.h"

#define SESSIONS	3	/* that one may need at a time */
#define RETRIES	5	/* how often systemd starts a service again, */
#define RETRY_NS (100 * NS_PER_MS)	/* and how long it waits before */

/**
 * enum kind - what somebody does
 * @KIND_CLIENT: starts a session, uses it some times with pauses, flushes it; all
 *	of that in one open file
 * @KIND_TOOLS: the same as a script of tpm2-tools does it. Each use is a program
 *	of its own: other commands, the session's context loaded from a file, the
 *	use, the context saved again.
 * @KIND_LEAKED: starts a session in a file that stays open, and never uses it
 * @KIND_ABANDONED: starts a session and saves its context, of which nobody will
 *	ever hear again
 * @KIND_HOLDER: starts a session and uses it for ever; starts another if it loses
 *	it
 * @KIND_LOOP: what KIND_CLIENT does, again and again
 * @KIND_FLOOD: asks for a session, and never uses it
 * @KIND_BUSY: sends commands that need no session, without a pause and for ever
 */
enum kind {
	KIND_CLIENT,
	KIND_TOOLS,
	KIND_LEAKED,
	KIND_ABANDONED,
	KIND_HOLDER,
	KIND_LOOP,
	KIND_FLOOD,
	KIND_BUSY,
};

/**
 * struct work - what there is to do
 * @kind: what somebody does
 * @more: how many sessions it needs at a time beyond the first, as who satisfies a
 *	policy in one, encrypts with another, and audits with a third; for KIND_CLIENT
 *	only
 * @uses: how often it uses its session, or each of them
 * @pause_ns: how long it pauses between two uses, more or less by a third
 * @others: how many commands without a session a program sends before those that
 *	the session is needed for
 */
struct work {
	enum kind kind;
	unsigned int more;
	unsigned int uses;
	u64 pause_ns;
	unsigned int others;
};

/**
 * enum op - a command
 * @OP_OTHER: one that needs no session
 * @OP_START: TPM2_StartAuthSession
 * @OP_SAVE: TPM2_ContextSave
 * @OP_LOAD: TPM2_ContextLoad
 * @OP_USE: one that names the session
 * @OP_FLUSH: TPM2_FlushContext
 */
enum op {
	OP_OTHER,
	OP_START,
	OP_SAVE,
	OP_LOAD,
	OP_USE,
	OP_FLUSH,
};

/**
 * struct actor - somebody who uses the TPM
 * @work: what there is to do
 * @user: as whom
 * @file: the open file
 * @opened: it is open
 * @wake: the end of a pause
 * @numbers: for the length of pauses
 * @op: the command under way
 * @goal: what the other commands are sent before
 * @others: how many of them are still to be sent
 * @used: how often the session has been used, or all of them
 * @sessions: the session, or those that it needs
 * @nr: how many it has started
 * @at: which one it uses, or flushes
 * @reservation: the oracle keeps as many for it as it needs
 * @context: its context, if the actor has saved it
 * @holds: it has a session, as far as it knows
 * @begun_at: when it came
 * @asked_at: when it last asked for a session
 * @first_at: when it had its first one; 0 if it has not
 * @ended_at: when it was done, or gave up; 0 if it has not
 * @tries: how often it has begun
 * @losses: how often it came back to a session that it had lost
 * @gave_up: it has tried often enough
 * @started: called when it has a session, with the time that it had to wait
 * @ended: called when it is done or has given up
 * @data: for both
 */
struct actor {
	const struct work *work;
	u32 user;
	struct file file;
	bool opened;
	struct event wake;
	struct numbers numbers;
	enum op op;
	enum op goal;
	unsigned int others;
	unsigned int used;
	struct client_session sessions[SESSIONS];
	unsigned int nr;
	unsigned int at;
	struct reservation reservation;
	struct client_context context;
	bool holds;
	u64 begun_at;
	u64 asked_at;
	u64 first_at;
	u64 ended_at;
	unsigned int tries;
	unsigned int losses;
	bool gave_up;
	void (*started)(struct actor *actor, u64 waited);
	void (*ended)(struct actor *actor);
	void *data;
};

static inline bool works(const struct work *work)
{
	return work->kind == KIND_CLIENT || work->kind == KIND_TOOLS;
}

void actor_come(struct actor *actor, struct service *service, u64 at);
void actor_leave(struct actor *actor);

#endif /* __CONTENTION_ACTOR_H */
