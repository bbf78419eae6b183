/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TPM 2.0 that exists only in memory: its sessions, its transient objects,
 * its context counter, and nothing else. Bytes in, bytes out.
 *
 * It has any number of sessions and slots, and a counter of any width. What it
 * refuses, in which order and with which response code is what the reference
 * implementation does; Part 1, 30.2 (session context management), says why. It
 * can be told to fail, see fake-fault.h.
 *
 * What makes a test sharp: every session and every object has a serial number
 * that is never used twice, and the TPM tells it when the session or object is
 * used. So a client knows whether it got what it had in mind.
 */
#ifndef __FAKE_TPM_H
#define __FAKE_TPM_H

#include <linux/types.h>
#include "fake-fault.h"

#define FAKE_TPM_SESSIONS	64	/* most that a fake TPM can have */
#define FAKE_TPM_OBJECTS	8
#define FAKE_TPM_FIRST_CC	0x11f
#define FAKE_TPM_LAST_CC	0x1aa
#define FAKE_TPM_REPLY_SIZE	2048

/* TPM_CC of commands that only clients send */
#define FAKE_CC_CREATE_PRIMARY		0x00000131
#define FAKE_CC_SEQUENCE_COMPLETE	0x0000013e
#define FAKE_CC_EVENT_SEQUENCE_COMPLETE	0x00000185
#define FAKE_CC_POLICY_SECRET		0x00000151
#define FAKE_CC_LOAD			0x00000157
#define FAKE_CC_SEQUENCE_UPDATE		0x0000015c
#define FAKE_CC_UNSEAL			0x0000015e
#define FAKE_CC_READ_PUBLIC		0x00000173
#define FAKE_CC_GET_RANDOM		0x0000017b
#define FAKE_CC_READ_CLOCK		0x00000181
#define FAKE_CC_HASH_SEQUENCE_START	0x00000186
#define FAKE_CC_POLICY_GET_DIGEST	0x00000189
#define FAKE_CC_VERIFY_SEQUENCE_COMPLETE	0x000001a3
#define FAKE_CC_SIGN_SEQUENCE_COMPLETE	0x000001a4
#define FAKE_CC_VERIFY_SEQUENCE_START	0x000001a9
#define FAKE_CC_SIGN_SEQUENCE_START	0x000001aa

/* TPM_RC that only the TPM gives */
#define FAKE_RC_TYPE_H1		0x18a	/* not an object of this kind */
#define FAKE_RC_VALUE_H1	0x184	/* not a handle of this kind */
#define FAKE_RC_HANDLE_H1	0x18b	/* a session of the other kind */
#define FAKE_RC_HANDLE_S1	0x98b	/* the first session is none */
#define FAKE_RC_VALUE_P1	0x1c4	/* not a handle of this kind */
#define FAKE_RC_HANDLE_P1	0x1cb	/* the first parameter means nothing */
#define FAKE_RC_INTEGRITY_P1	0x1df	/* not a context of mine */
#define FAKE_RC_SIZE		0x095	/* bytes that are none of a parameter's */
#define FAKE_RC_SIZE_P1		0x1d5
#define FAKE_RC_HIERARCHY_H1	0x185	/* it is disabled */
#define FAKE_RC_HIERARCHY_P1	0x1c5
#define FAKE_RC_AUTH_FAIL_S1	0x98e	/* counts towards the lockout */
#define FAKE_RC_EXCLUSIVE	0x121	/* others were in between */
#define FAKE_RC_AUTHSIZE	0x144
#define FAKE_RC_AUTH_CONTEXT	0x145	/* it takes no sessions */
#define FAKE_RC_COMMAND_SIZE	0x142
#define FAKE_RC_INSUFFICIENT	0x19a

#define FAKE_RS_PW		0x40000009
#define FAKE_RH_OWNER		0x40000001
#define FAKE_RH_LOCKOUT		0x4000000a
#define FAKE_RH_ENDORSEMENT	0x4000000b
#define FAKE_RH_PLATFORM	0x4000000c
#define FAKE_RH_FW_OWNER	0x40000140	/* limited to this firmware */
#define FAKE_RH_FW_ENDORSEMENT	0x40000141
#define FAKE_RH_FW_PLATFORM	0x40000142
#define FAKE_RH_FW_NULL		0x40000143
#define FAKE_RH_SVN_OWNER	0x40010000	/* or to a security version */
#define FAKE_RH_SVN_ENDORSEMENT	0x40020000
#define FAKE_RH_SVN_PLATFORM	0x40030000
#define FAKE_RH_SVN_NULL	0x40040000

#define FAKE_HIERARCHIES	4
#define FAKE_PCRS		24

/* How a TPM may list its handles; the specification leaves some of it open. */
#define FAKE_LISTS_REVERSED	0x01	/* from the highest down */
#define FAKE_LISTS_BY_HANDLE	0x02	/* HMAC before policy sessions */
#define FAKE_LISTS_MORE		0x04	/* always says that there are more */
#define FAKE_LISTS_NO_SAVED	0x08	/* no list of saved sessions */
#define FAKE_LISTS_BY_KIND	0x10	/* sessions by kind, loaded or not */
#define FAKE_LISTS_ALL		0x1f
#define FAKE_LISTS_CONJURED	0x20	/* and what is not there, without end */

/**
 * struct fake_tpm_quirks - what other TPMs do otherwise; all 0 for none of it
 * @saved_sequence: TPMS_CONTEXT.savedHandle of a sequence, where that is not
 *	0x80000001
 * @unsavable: a sequence cannot be saved, and this says so
 * @sequence_shift: TPMS_CONTEXT.sequence of sessions counts by 2^this
 * @rotates: the next index is not the lowest free one, but the one after the
 *	last that was given out
 * @no_object_slot: for TPM_RC_OBJECT_MEMORY
 * @no_session_slot: for TPM_RC_SESSION_MEMORY
 * @no_index: for TPM_RC_SESSION_HANDLES
 * @stale: for TPM_RC_REFERENCE_H0 and S0, if TPM_RC_HANDLE: that, with the
 *	place of the handle or session
 * @lists: FAKE_LISTS_*
 * @no_save: what it says to each TPM2_ContextSave; 0 if it depends
 * @no_more: what it says to each command that brings something new into a slot;
 *	0 if it depends
 */
struct fake_tpm_quirks {
	u32 saved_sequence;
	u32 unsavable;
	u32 sequence_shift;
	bool rotates;
	u32 no_object_slot;
	u32 no_session_slot;
	u32 no_index;
	u32 stale;
	u32 lists;
	u32 no_save;
	u32 no_more;
};

/**
 * struct fake_tpm_config - how much there is of what
 * @active_sessions: sessions, saved ones included
 * @advertised_sessions: what it says instead; 0 if it says the truth
 * @loaded_sessions: session slots
 * @loaded_objects: object slots
 * @gap: largest value of the context counter: 2^n - 1
 * @page: handles that it lists at a time; 0 if as many as it is asked for
 * @quirks: what it does otherwise than others
 */
struct fake_tpm_config {
	u32 active_sessions;
	u32 advertised_sessions;
	u32 loaded_sessions;
	u32 loaded_objects;
	u32 gap;
	u32 page;
	struct fake_tpm_quirks quirks;
};

/**
 * struct fake_session - what the TPM knows of a session
 * @context: 0 if there is none of this index; up to the number of slots, the
 *	slot that it is in, counted from 1; above, the context counter when it
 *	was saved
 * @type: TPM_HT
 * @serial: its number
 * @uses: commands that it authorized
 * @audits: it is an audit session
 */
struct fake_session {
	u32 context;
	u8 type;
	u32 serial;
	u32 uses;
	bool audits;
};

/**
 * struct fake_object - what the TPM knows of a transient object
 * @serial: its number; 0 if the slot is free
 * @hierarchy: TPM_RH
 * @sequence: it is a hash sequence
 * @updates: how often that was added to
 */
struct fake_object {
	u32 serial;
	u32 hierarchy;
	bool sequence;
	u32 updates;
};

/**
 * struct fake_hierarchy - what the TPM knows of a hierarchy
 * @seed: changes when all is over that has been made in it
 * @disabled: nothing can be made or loaded in it
 */
struct fake_hierarchy {
	u32 seed;
	bool disabled;
};

/**
 * struct fake_tpm - the TPM
 * @config: how much there is of what
 * @sessions: by index
 * @objects: by slot
 * @last_index: of the session that was started last
 * @counter: value that the next session context will get, with all its bits
 * @object_contexts: number of the next object context
 * @serial: number of the next session or object
 * @lives: how often it was reset
 * @resets: how often it was since it was cleared: what it says
 * @restarts: how often it was restarted or resumed since: what it says
 * @hierarchies: owner, endorsement, platform, null
 * @exclusive: handle of the session that has audited all commands since it has
 *	begun to; 0 if there is none
 * @auth_failures: authorizations that failed
 * @commands: commands that reached it, by command code
 * @total: all of them
 * @deaf: so many commands will be lost on their way
 * @faults: what is to go wrong
 * @strike: what went wrong last
 * @watch: called for each command that reaches it; may be NULL
 * @watch_data: for @watch
 * @reply: the response, while it is being made
 */
struct fake_tpm {
	struct fake_tpm_config config;
	struct fake_session sessions[FAKE_TPM_SESSIONS];
	struct fake_object objects[FAKE_TPM_OBJECTS];
	u32 last_index;
	u64 counter;
	u64 object_contexts;
	u32 serial;
	u32 lives;
	u32 resets;
	u32 restarts;
	struct fake_hierarchy hierarchies[FAKE_HIERARCHIES];
	u32 exclusive;
	unsigned int auth_failures;
	unsigned int commands[FAKE_TPM_LAST_CC - FAKE_TPM_FIRST_CC + 1];
	unsigned int total;
	unsigned int deaf;
	struct fake_fault faults[FAKE_FAULTS];
	struct fake_strike strike;
	void (*watch)(struct fake_tpm *tpm, const u8 *buf, u32 size);
	void *watch_data;
	u8 reply[FAKE_TPM_REPLY_SIZE];
};

/* fake-tpm.c */
void fake_tpm_init(struct fake_tpm *tpm, const struct fake_tpm_config *config);
ssize_t fake_tpm_transmit(struct fake_tpm *tpm, u8 *buf);
bool fake_tpm_attrs(u32 cc, u32 *attrs);
unsigned int fake_tpm_count(const struct fake_tpm *tpm, u32 cc);
void fake_tpm_reset(struct fake_tpm *tpm);
void fake_tpm_resume(struct fake_tpm *tpm);

/* fake-session.c */
u32 fake_session_start(struct fake_tpm *tpm, u8 type, u32 *handle);
u32 fake_session_save(struct fake_tpm *tpm, u32 handle, u64 *sequence);
u32 fake_session_load(struct fake_tpm *tpm, u32 handle, u64 sequence);
u32 fake_session_flush(struct fake_tpm *tpm, u32 handle);
struct fake_session *fake_session_find(struct fake_tpm *tpm, u32 handle);
bool fake_session_is_loaded(const struct fake_tpm *tpm,
			    const struct fake_session *session);
unsigned int fake_session_count(const struct fake_tpm *tpm, bool loaded_only);
void fake_session_forget_all(struct fake_tpm *tpm, bool saved_too);

/* fake-object.c */
u32 fake_object_make(struct fake_tpm *tpm, u32 hierarchy, bool sequence,
		     u32 *handle);
struct fake_hierarchy *fake_hierarchy_find(struct fake_tpm *tpm, u32 handle);
void fake_hierarchy_flush(struct fake_tpm *tpm, u32 handle);
void fake_hierarchy_enable_all(struct fake_tpm *tpm);
struct fake_object *fake_object_find(struct fake_tpm *tpm, u32 handle);
unsigned int fake_object_count(const struct fake_tpm *tpm);
void fake_object_forget_all(struct fake_tpm *tpm);

#endif /* __FAKE_TPM_H */
