// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fake TPM says about itself.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include "../compat.h"
#include "../wire.h"
#include "fake-command.h"

#define HEAD_SIZE	9	/* moreData, capability, count */
#define MOST_HANDLES	254
#define INDEX_MASK	0x00ffffff

/* The handle at this index of a type, or 0 if there is none. */
static u32 handle_at(struct fake_tpm *tpm, u8 type, u32 index)
{
	struct fake_session *session;
	bool loaded;

	if (type == TPM_HT_TRANSIENT)
		return fake_object_find(tpm, 0x80000000 + index) ?
			0x80000000 + index : 0;

	session = fake_session_find(tpm, index);
	if (!session)
		return 0;
	if (tpm->config.quirks.lists & FAKE_LISTS_BY_KIND)
		return session->type == type ? (u32)type << 24 | index : 0;
	loaded = fake_session_is_loaded(tpm, session);
	if (type == TPM_HT_HMAC_SESSION)	/* loaded sessions */
		return loaded ? (u32)session->type << 24 | index : 0;
	return loaded ? 0 : (u32)TPM_HT_HMAC_SESSION << 24 | index;
}

/* Which index comes at this place of a list? That depends on how odd the TPM is. */
static u32 index_at(const struct fake_tpm *tpm, u32 place, u8 *kind)
{
	u32 lists = tpm->config.quirks.lists;

	*kind = 0;
	if (lists & FAKE_LISTS_REVERSED)
		return FAKE_TPM_SESSIONS - 1 - place % FAKE_TPM_SESSIONS;
	/* all of one kind, then all of the other */
	if (lists & FAKE_LISTS_BY_HANDLE)
		*kind = place < FAKE_TPM_SESSIONS ? TPM_HT_HMAC_SESSION :
						    TPM_HT_POLICY_SESSION;
	return place % FAKE_TPM_SESSIONS;
}

/* Fill a page with what is not there; returns how many handles are on it now. */
static u32 conjure(struct fake_command *cmd, u32 first, u32 count, u32 most)
{
	u32 index = max_t(u32, first & INDEX_MASK, FAKE_TPM_SESSIONS);

	cmd->reply[0] = 1;
	for (; count < most; count++)
		put_unaligned_be32((first & ~INDEX_MASK) | index++,
				   cmd->reply + HEAD_SIZE + count * 4);
	return count;
}

static u32 list_handles(struct fake_tpm *tpm, struct fake_command *cmd,
			u32 first, u32 most)
{
	u32 places = FAKE_TPM_SESSIONS, count = 0, handle, index, place;
	u8 type = first >> 24, kind;

	if (type != TPM_HT_TRANSIENT && type != TPM_HT_HMAC_SESSION &&
	    type != TPM_HT_POLICY_SESSION)
		return FAKE_RC_HANDLE_P1;
	if (type == TPM_HT_POLICY_SESSION &&
	    tpm->config.quirks.lists & FAKE_LISTS_NO_SAVED)
		return FAKE_RC_HANDLE_P1;
	most = min_t(u32, most, MOST_HANDLES);
	if (tpm->config.page)
		most = min(most, tpm->config.page);
	if (type == TPM_HT_HMAC_SESSION &&
	    (tpm->config.quirks.lists & (FAKE_LISTS_BY_HANDLE |
				   FAKE_LISTS_REVERSED)) ==
	    FAKE_LISTS_BY_HANDLE)
		places *= 2;

	cmd->reply[0] = !!(tpm->config.quirks.lists & FAKE_LISTS_MORE);
	for (place = 0; place < places; place++) {
		index = index_at(tpm, place, &kind);
		handle = handle_at(tpm, type, index);
		if (!handle || index < (first & INDEX_MASK) ||
		    (places > FAKE_TPM_SESSIONS && handle >> 24 != kind))
			continue;
		if (count == most) {
			cmd->reply[0] = 1;
			break;
		}
		put_unaligned_be32(handle, cmd->reply + HEAD_SIZE + count * 4);
		count++;
	}
	if (tpm->config.quirks.lists & FAKE_LISTS_CONJURED)
		count = conjure(cmd, first, count, most);
	put_unaligned_be32(count, cmd->reply + 5);
	cmd->reply_size = HEAD_SIZE + count * 4;
	return TPM_RC_SUCCESS;
}

static u32 list_properties(struct fake_tpm *tpm, struct fake_command *cmd,
			   u32 first, u32 most)
{
	const struct fake_tpm_config *config = &tpm->config;
	const u32 loaded = fake_session_count(tpm, true);
	const u32 properties[][2] = {
		{ TPM_PT_HR_TRANSIENT_MIN, config->loaded_objects },
		{ TPM_PT_HR_LOADED_MIN, config->loaded_sessions },
		{ TPM_PT_ACTIVE_SESSIONS_MAX, config->advertised_sessions ?:
					      config->active_sessions },
		{ TPM_PT_CONTEXT_GAP_MAX, config->gap },
		{ TPM_PT_HR_LOADED, loaded },
		{ TPM_PT_HR_LOADED_AVAIL, config->loaded_sessions - loaded },
		{ TPM_PT_HR_ACTIVE, fake_session_count(tpm, false) },
		{ TPM_PT_HR_TRANSIENT_AVAIL,
		  config->loaded_objects - fake_object_count(tpm) },
	};
	u32 count = 0, i;
	u8 *entry;

	cmd->reply[0] = 0;
	for (i = 0; i < ARRAY_SIZE(properties) && count < most; i++) {
		if (properties[i][0] < first)
			continue;
		entry = cmd->reply + HEAD_SIZE + count * 8;
		put_unaligned_be32(properties[i][0], entry);
		put_unaligned_be32(properties[i][1], entry + 4);
		count++;
	}
	put_unaligned_be32(count, cmd->reply + 5);
	cmd->reply_size = HEAD_SIZE + count * 8;
	return TPM_RC_SUCCESS;
}

/* Part 3, 30.2 */
u32 fake_get_capability(struct fake_tpm *tpm, struct fake_command *cmd)
{
	u32 cap, first, most;

	if (cmd->params_size != 12)
		return FAKE_RC_INSUFFICIENT;
	cap = get_unaligned_be32(cmd->params);
	first = get_unaligned_be32(cmd->params + 4);
	most = get_unaligned_be32(cmd->params + 8);
	put_unaligned_be32(cap, cmd->reply + 1);
	switch (cap) {
	case TPM_CAP_HANDLES:
		return list_handles(tpm, cmd, first, most);
	case TPM_CAP_TPM_PROPERTIES:
		return list_properties(tpm, cmd, first, most);
	}
	return FAKE_RC_VALUE_H1;
}

/* Part 3, 29.1; TPMS_TIME_INFO with a clock that stands still. */
u32 fake_read_clock(struct fake_tpm *tpm, struct fake_command *cmd)
{
	memset(cmd->reply, 0, 25);
	put_unaligned_be32(tpm->resets, cmd->reply + 16);
	put_unaligned_be32(tpm->restarts, cmd->reply + 20);
	cmd->reply[24] = 1;	/* safe */
	cmd->reply_size = 25;
	return TPM_RC_SUCCESS;
}
