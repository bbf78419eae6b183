/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is to go wrong with the fake TPM, and when.
 */
#ifndef __FAKE_FAULT_H
#define __FAKE_FAULT_H

#include <linux/types.h>

#define FAKE_FAULTS	4	/* that can be lined up at a time */

struct fake_tpm;

/**
 * enum fake_fault_kind - what goes wrong
 * @FAKE_FAULT_NONE: nothing
 * @FAKE_FAULT_REFUSE: the TPM answers with a response code and does nothing; or
 *	nothing goes wrong, if it has no reason to refuse this command like that
 * @FAKE_FAULT_LOSE_COMMAND: an errno, and the command does not reach the TPM
 * @FAKE_FAULT_LOSE_RESPONSE: an errno, and the command was carried out
 * @FAKE_FAULT_TRUNCATE: the command was carried out, and if that has succeeded,
 *	nothing but the header of the response arrives
 * @FAKE_FAULT_RESET: TPM Reset just before the command
 * @FAKE_FAULT_RESUME: TPM Resume just before the command
 * @FAKE_FAULT_MEDDLE: somebody does something to the TPM just before it
 */
enum fake_fault_kind {
	FAKE_FAULT_NONE,
	FAKE_FAULT_REFUSE,
	FAKE_FAULT_LOSE_COMMAND,
	FAKE_FAULT_LOSE_RESPONSE,
	FAKE_FAULT_TRUNCATE,
	FAKE_FAULT_RESET,
	FAKE_FAULT_RESUME,
	FAKE_FAULT_MEDDLE,
};

/**
 * struct fake_fault - something that is to go wrong
 * @kind: what
 * @cc: at a command of this code, or at any if 0
 * @nth: at the how-manieth of these from now on, counted from 1
 * @rc: response code, to refuse with
 * @error: what the driver says of what is lost; -EIO if 0
 * @meddle: what somebody does
 * @data: for @meddle
 */
struct fake_fault {
	enum fake_fault_kind kind;
	u32 cc;
	unsigned int nth;
	u32 rc;
	int error;
	void (*meddle)(struct fake_tpm *tpm, void *data);
	void *data;
};

/**
 * struct fake_strike - what went wrong
 * @kind: what
 * @cc: command that it struck
 * @handle: the command's first handle, 0 if it has none
 * @rc: what the TPM answered if the response was lost, or cut off
 * @error: what the driver says of it
 */
struct fake_strike {
	enum fake_fault_kind kind;
	u32 cc;
	u32 handle;
	u32 rc;
	int error;
};

void fake_fault_add(struct fake_tpm *tpm, const struct fake_fault *fault);
void fake_fault_drop_all(struct fake_tpm *tpm);
bool fake_fault_is_pending(const struct fake_tpm *tpm);
enum fake_fault_kind fake_fault_strike(struct fake_tpm *tpm, u32 cc,
				       u32 handle, u32 *rc);

#endif /* __FAKE_FAULT_H */
