// SPDX-License-Identifier: GPL-2.0-only
/*
 * TPMs that are odd in one way, or in two at once.
 *
 * All that a TPM may do otherwise and still be read back: one whose lists have no
 * end or lack what is saved is not among them, since what it loses goes unnoticed;
 * see odd_lists in trust_kunit.c. Nor is one that saves nothing, has room for
 * nothing or lists what is not there.
 */
#include "sweep.h"

#define ODD(...)	.quirks = { __VA_ARGS__ }

const struct sweep_quirk sweep_quirks[SWEEP_QUIRKS] = {
	{ "savedHandle of an object", ODD(.saved_sequence = 0x80000000) },
	{ "sequences stay", ODD(.unsavable = FAKE_RC_TYPE_H1) },
	{ "leaps", ODD(.sequence_shift = 8) },
	{ "indexes in turn", ODD(.rotates = true) },
	{ "0x904 for objects", ODD(.no_object_slot = TPM_RC_MEMORY) },
	{ "0x906 for objects", ODD(.no_object_slot = TPM_RC_OBJECT_HANDLES) },
	{ "0x904 for slots", ODD(.no_session_slot = TPM_RC_MEMORY) },
	{ "0x905 for slots", ODD(.no_session_slot = TPM_RC_SESSION_HANDLES) },
	{ "0x903 for indexes", ODD(.no_index = TPM_RC_SESSION_MEMORY) },
	{ "0x904 for indexes", ODD(.no_index = TPM_RC_MEMORY) },
	{ "0x18b for stale", ODD(.stale = TPM_RC_HANDLE) },
	{ "lists reversed", ODD(.lists = FAKE_LISTS_REVERSED) },
	{ "lists by handle", ODD(.lists = FAKE_LISTS_BY_HANDLE) },
	{ "lists by kind", ODD(.lists = FAKE_LISTS_BY_KIND) },
	{ "two at a time", .page = 2 },
	{ "one at a time", .page = 1 },
};

/* A quirk of both; false if they contradict each other. */
static bool join(u32 *value, u32 other)
{
	if (*value && other)
		return false;
	*value |= other;
	return true;
}

/**
 * sweep_make_odd() - give a TPM one quirk more
 * @tpm: what it has
 * @quirk: the quirk
 *
 * Return: false if it has another one with which that cannot be.
 */
bool sweep_make_odd(struct fake_tpm_config *tpm, const struct sweep_quirk *quirk)
{
	const struct fake_tpm_quirks *more = &quirk->quirks;
	struct fake_tpm_quirks *quirks = &tpm->quirks;

	quirks->lists |= more->lists;
	quirks->rotates |= more->rotates;
	/* a list from above that comes in parts cannot be followed */
	if (quirks->lists & FAKE_LISTS_REVERSED && (tpm->page || quirk->page))
		return false;
	return join(&tpm->page, quirk->page) &&
	       join(&quirks->saved_sequence, more->saved_sequence) &&
	       join(&quirks->unsavable, more->unsavable) &&
	       join(&quirks->sequence_shift, more->sequence_shift) &&
	       join(&quirks->no_object_slot, more->no_object_slot) &&
	       join(&quirks->no_session_slot, more->no_session_slot) &&
	       join(&quirks->no_index, more->no_index) &&
	       join(&quirks->stale, more->stale);
}
