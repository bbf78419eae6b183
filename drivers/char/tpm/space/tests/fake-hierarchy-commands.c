// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of the fake TPM that end a hierarchy. What is loaded of it is gone, and
 * what is saved does not load any more.
 */
#include "../compat.h"
#include "../wire.h"
#include "fake-command.h"

static void end(struct fake_tpm *tpm, u32 handle)
{
	fake_hierarchy_flush(tpm, handle);
	fake_hierarchy_find(tpm, handle)->seed++;
}

/* Part 3, 24.6 */
u32 fake_clear(struct fake_tpm *tpm, struct fake_command *cmd)
{
	if (cmd->handles[0] != FAKE_RH_LOCKOUT &&
	    cmd->handles[0] != FAKE_RH_PLATFORM)
		return FAKE_RC_VALUE_H1;
	end(tpm, FAKE_RH_OWNER);
	end(tpm, FAKE_RH_ENDORSEMENT);
	tpm->resets = 0;
	tpm->restarts = 0;
	return TPM_RC_SUCCESS;
}

/* Part 3, 24.4 */
u32 fake_change_pps(struct fake_tpm *tpm, struct fake_command *cmd)
{
	if (cmd->handles[0] != FAKE_RH_PLATFORM)
		return FAKE_RC_VALUE_H1;
	end(tpm, FAKE_RH_PLATFORM);
	return TPM_RC_SUCCESS;
}

/* Part 3, 24.5 */
u32 fake_change_eps(struct fake_tpm *tpm, struct fake_command *cmd)
{
	if (cmd->handles[0] != FAKE_RH_PLATFORM)
		return FAKE_RC_VALUE_H1;
	end(tpm, FAKE_RH_ENDORSEMENT);
	return TPM_RC_SUCCESS;
}

/* Part 3, 24.2; what is saved of it loads again when it is enabled again. */
u32 fake_hierarchy_control(struct fake_tpm *tpm, struct fake_command *cmd)
{
	struct fake_hierarchy *hierarchy;
	u32 handle;

	if (cmd->params_size != 5)
		return FAKE_RC_INSUFFICIENT;
	handle = get_unaligned_be32(cmd->params);
	hierarchy = fake_hierarchy_find(tpm, handle);
	if (!hierarchy || handle == TPM_RH_NULL || handle > FAKE_RH_PLATFORM)
		return FAKE_RC_VALUE_P1;
	if (cmd->handles[0] != FAKE_RH_PLATFORM &&
	    (cmd->handles[0] != handle || cmd->params[4]))
		return FAKE_RC_VALUE_H1;
	hierarchy->disabled = !cmd->params[4];
	if (hierarchy->disabled)
		fake_hierarchy_flush(tpm, handle);
	return TPM_RC_SUCCESS;
}
