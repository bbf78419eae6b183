/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzzer of the resource manager knows of the life that it tries: who
 * has what by right. Between its own files only.
 */
#ifndef FUZZ_LIFE_H
#define FUZZ_LIFE_H

#include <linux/types.h>
#include "bed.h"

#define LIFE_CLIENTS	3		/* the last one of the bed is raw */
#define LIFE_SOMEBODY	LIFE_CLIENTS
#define LIFE_SESSIONS	8		/* that clients have in mind */
#define LIFE_CONTEXTS	4
#define LIFE_OBJECTS	64		/* virtual handles of a client */
#define LIFE_SERIALS	4096
#define LIFE_NOBODY	0xff

/**
 * struct life_session - what is known of the session of a serial number
 * @owner: who has started or loaded it; LIFE_NOBODY if it is everybody's
 * @created: when it was started, in ns; 0 if nobody has seen it
 * @used: when a command last succeeded with it, in ns
 */
struct life_session {
	u8 owner;
	u64 created;
	u64 used;
};

/**
 * struct life - what is tried
 * @bed: the real thing
 * @sessions: sessions that clients have in mind, whoever has started them
 * @objects: likewise
 * @contexts: contexts that clients have saved
 * @context_serial: whose they are
 * @serials: all sessions that there have been
 * @object_serials: what each client's virtual handles stand for; 0 if unknown
 * @current: whose command is under way; LIFE_NOBODY if it may be anybody's
 * @arrival: since when each client waits, as a number that grows; 0 if it does
 *	not, and will not stand at an old place
 * @arrivals: the last such number
 * @demands: its command names objects, for which the TPM may have too few slots
 * @honest: so far nobody has used the TPM past us, nothing was lost on its way,
 *	and there was always memory
 * @readable: the TPM lists what it has in a way that can be followed
 * @unlisted: of what it has, some may be on no page of its lists: it goes on from
 *	the highest index on a page, and has not listed all below
 * @foreign: somebody may have used the TPM past us
 * @together: some clients are of one user
 * @tells: say what happens
 */
struct life {
	struct bed *bed;
	struct client_session sessions[LIFE_SESSIONS];
	u32 objects[LIFE_SESSIONS];
	struct client_context contexts[LIFE_CONTEXTS];
	u32 context_serial[LIFE_CONTEXTS];
	struct life_session serials[LIFE_SERIALS];
	u32 object_serials[LIFE_CLIENTS][LIFE_OBJECTS];
	u8 current;
	u64 arrival[LIFE_CLIENTS];
	u64 arrivals;
	bool demands[LIFE_CLIENTS];
	bool honest;
	bool readable;
	bool unlisted;
	bool foreign;
	bool together;
	bool tells;
};

extern struct life life;

/* fuzz-life.c */
void life_must(bool condition, const char *what);
struct life_session *life_session(u32 serial);
u32 life_serial_of(u32 handle);
void life_started(u8 client, u32 handle);
void life_taken(u8 client, u32 serial);
void life_used(u32 serial);
u32 *life_object_serial(u8 client, u32 handle);
bool life_object_is_known(u32 serial);
void life_reopen(u8 client);

/* fuzz-oracle.c */
void oracle_watch(struct fake_tpm *tpm, const u8 *buf, u32 size);
void oracle_started(u8 client);
void oracle_served(u8 client, u32 serial);
struct client *oracle_next(void);
void oracle_check(void);
void oracle_check_table(void);

#endif /* FUZZ_LIFE_H */
