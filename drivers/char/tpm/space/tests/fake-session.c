// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sessions of the fake TPM, and the counter that tells their contexts
 * apart.
 *
 * A session context gets the counter's value when it is saved; the TPM keeps
 * the low bits of that, so it knows which context is the newest, and that no
 * context is loaded twice. Values that mean a slot are skipped. When the
 * counter comes round to the value of the oldest saved context, that one is in
 * the way: nothing more can be saved until it has been loaded. So the TPM keeps
 * the last slot for it.
 */
#include <linux/string.h>
#include "../wire.h"
#include "fake-tpm.h"

static u32 index_of(u32 handle)
{
	return handle & 0x00ffffff;
}

static u32 low_bits(const struct fake_tpm *tpm)
{
	return tpm->counter & tpm->config.gap;
}

/**
 * fake_session_find() - look a session up
 * @tpm: the TPM
 * @handle: its handle; the type byte does not count
 *
 * Return: the session, or NULL.
 */
struct fake_session *fake_session_find(struct fake_tpm *tpm, u32 handle)
{
	if (index_of(handle) >= tpm->config.active_sessions ||
	    !tpm->sessions[index_of(handle)].context)
		return NULL;
	return &tpm->sessions[index_of(handle)];
}

/**
 * fake_session_is_loaded() - is this session in a slot?
 * @tpm: the TPM
 * @session: session, which may be none
 */
bool fake_session_is_loaded(const struct fake_tpm *tpm,
			    const struct fake_session *session)
{
	return session->context &&
	       session->context <= tpm->config.loaded_sessions;
}

/**
 * fake_session_count() - how many sessions are there?
 * @tpm: the TPM
 * @loaded_only: of those that are in a slot
 */
unsigned int fake_session_count(const struct fake_tpm *tpm, bool loaded_only)
{
	unsigned int count = 0, i;

	for (i = 0; i < tpm->config.active_sessions; i++)
		count += loaded_only ?
			fake_session_is_loaded(tpm, &tpm->sessions[i]) :
			!!tpm->sessions[i].context;
	return count;
}

static unsigned int free_slots(const struct fake_tpm *tpm)
{
	return tpm->config.loaded_sessions - fake_session_count(tpm, true);
}

/* Is there a saved context whose value is the one to be given out next? */
static struct fake_session *in_the_way(struct fake_tpm *tpm)
{
	unsigned int i;

	for (i = 0; i < tpm->config.active_sessions; i++) {
		if (tpm->sessions[i].context == low_bits(tpm))
			return &tpm->sessions[i];
	}
	return NULL;
}

/* Put a session into the lowest free slot. */
static void occupy(struct fake_tpm *tpm, struct fake_session *session)
{
	bool taken;
	u32 slot;
	u32 i;

	session->context = 0;
	for (slot = 1; slot <= tpm->config.loaded_sessions; slot++) {
		taken = false;
		for (i = 0; i < tpm->config.active_sessions; i++)
			taken |= tpm->sessions[i].context == slot;
		if (!taken)
			break;
	}
	session->context = slot;
}

/**
 * fake_session_start() - start a session
 * @tpm: the TPM
 * @type: TPM_HT
 * @handle: receives its handle
 *
 * Return: TPM_RC, as from all here that do what a command does.
 */
u32 fake_session_start(struct fake_tpm *tpm, u8 type, u32 *handle)
{
	struct fake_session *session;
	u32 nr = tpm->config.active_sessions, first = 0, i;

	if (!free_slots(tpm))
		return tpm->config.quirks.no_session_slot ?:
		       TPM_RC_SESSION_MEMORY;
	if (free_slots(tpm) == 1 && in_the_way(tpm))
		return TPM_RC_CONTEXT_GAP;
	if (tpm->config.quirks.rotates)
		first = tpm->last_index + 1;
	for (i = first; i < first + nr; i++) {
		if (!tpm->sessions[i % nr].context)
			break;
	}
	if (i == first + nr)
		return tpm->config.quirks.no_index ?: TPM_RC_SESSION_HANDLES;

	i %= nr;
	tpm->last_index = i;
	session = &tpm->sessions[i];
	occupy(tpm, session);
	session->type = type;
	session->serial = ++tpm->serial;
	session->uses = 0;
	session->audits = false;
	*handle = (u32)type << 24 | i;
	return TPM_RC_SUCCESS;
}

/**
 * fake_session_save() - save a session
 * @tpm: the TPM
 * @handle: its handle
 * @sequence: receives TPMS_CONTEXT.sequence
 */
u32 fake_session_save(struct fake_tpm *tpm, u32 handle, u64 *sequence)
{
	struct fake_session *session = fake_session_find(tpm, handle);

	if (!session || !fake_session_is_loaded(tpm, session))
		return TPM_RC_REFERENCE_H0;
	/* it tells the kinds apart here, and nowhere else */
	if (session->type != handle >> 24)
		return FAKE_RC_HANDLE_H1;
	if (in_the_way(tpm))
		return TPM_RC_CONTEXT_GAP;

	session->context = low_bits(tpm);
	*sequence = tpm->counter++;
	if (!low_bits(tpm))
		tpm->counter += tpm->config.loaded_sessions + 1;
	return TPM_RC_SUCCESS;
}

/**
 * fake_session_load() - load a session
 * @tpm: the TPM
 * @handle: its handle
 * @sequence: TPMS_CONTEXT.sequence
 *
 * What the context says of the session otherwise is the caller's affair.
 */
u32 fake_session_load(struct fake_tpm *tpm, u32 handle, u64 sequence)
{
	struct fake_session *session = fake_session_find(tpm, handle);
	struct fake_session *oldest = in_the_way(tpm);

	if (!session || fake_session_is_loaded(tpm, session) ||
	    session->context != (sequence & tpm->config.gap) ||
	    tpm->counter - sequence > tpm->config.gap + 1)
		return FAKE_RC_HANDLE_P1;
	if (!free_slots(tpm))
		return tpm->config.quirks.no_session_slot ?:
		       TPM_RC_SESSION_MEMORY;
	if (free_slots(tpm) == 1 && oldest && oldest != session)
		return TPM_RC_CONTEXT_GAP;

	occupy(tpm, session);
	return TPM_RC_SUCCESS;
}

/**
 * fake_session_flush() - end a session, loaded or saved
 * @tpm: the TPM
 * @handle: its handle
 */
u32 fake_session_flush(struct fake_tpm *tpm, u32 handle)
{
	struct fake_session *session = fake_session_find(tpm, handle);

	if (!session)
		return FAKE_RC_HANDLE_P1;
	memset(session, 0, sizeof(*session));
	return TPM_RC_SUCCESS;
}

/**
 * fake_session_forget_all() - the TPM loses power
 * @tpm: the TPM
 * @saved_too: and what it knows of saved sessions
 */
void fake_session_forget_all(struct fake_tpm *tpm, bool saved_too)
{
	u32 i;

	for (i = 0; i < tpm->config.active_sessions; i++) {
		if (saved_too ||
		    fake_session_is_loaded(tpm, &tpm->sessions[i]))
			memset(&tpm->sessions[i], 0, sizeof(tpm->sessions[i]));
	}
	if (saved_too)
		tpm->counter = tpm->config.loaded_sessions + 1;
}
