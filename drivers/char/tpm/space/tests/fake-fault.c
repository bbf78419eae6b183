// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is to go wrong with the fake TPM, and when.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "fake-tpm.h"

/**
 * fake_fault_add() - let something go wrong
 * @tpm: the TPM
 * @fault: what and when; copied. There is room for FAKE_FAULTS.
 */
void fake_fault_add(struct fake_tpm *tpm, const struct fake_fault *fault)
{
	unsigned int i;

	for (i = 0; i < FAKE_FAULTS; i++) {
		if (tpm->faults[i].kind != FAKE_FAULT_NONE)
			continue;
		tpm->faults[i] = *fault;
		return;
	}
}

/**
 * fake_fault_drop_all() - let nothing go wrong
 * @tpm: the TPM
 */
void fake_fault_drop_all(struct fake_tpm *tpm)
{
	memset(tpm->faults, 0, sizeof(tpm->faults));
	memset(&tpm->strike, 0, sizeof(tpm->strike));
}

/**
 * fake_fault_is_pending() - is there something that has not gone wrong yet?
 * @tpm: the TPM
 */
bool fake_fault_is_pending(const struct fake_tpm *tpm)
{
	unsigned int i;

	for (i = 0; i < FAKE_FAULTS; i++) {
		if (tpm->faults[i].kind != FAKE_FAULT_NONE)
			return true;
	}
	return false;
}

/* Does this fault strike at this command? */
static bool strikes(struct fake_fault *fault, u32 cc)
{
	if (fault->kind == FAKE_FAULT_NONE || (fault->cc && fault->cc != cc))
		return false;
	return !--fault->nth;
}

/**
 * fake_fault_strike() - does something go wrong with this command?
 * @tpm: the TPM
 * @cc: command code
 * @handle: the command's first handle, or 0
 * @rc: receives the response code to refuse with
 *
 * What happens before the command has happened when this returns.
 *
 * Return: what the caller is to let go wrong.
 */
enum fake_fault_kind fake_fault_strike(struct fake_tpm *tpm, u32 cc,
				       u32 handle, u32 *rc)
{
	enum fake_fault_kind kind = FAKE_FAULT_NONE;
	struct fake_fault fault;
	unsigned int i;

	for (i = 0; i < FAKE_FAULTS; i++) {
		if (!strikes(&tpm->faults[i], cc))
			continue;
		fault = tpm->faults[i];
		tpm->faults[i].kind = FAKE_FAULT_NONE;
		tpm->strike = (struct fake_strike) {
			.kind = fault.kind, .cc = cc, .handle = handle,
			.error = fault.error ? fault.error : -EIO,
		};
		switch (fault.kind) {
		case FAKE_FAULT_RESET:
			fake_tpm_reset(tpm);
			break;
		case FAKE_FAULT_RESUME:
			fake_tpm_resume(tpm);
			break;
		case FAKE_FAULT_MEDDLE:
			fault.meddle(tpm, fault.data);
			break;
		default:
			kind = fault.kind;
			*rc = fault.rc;
		}
	}
	return kind;
}
