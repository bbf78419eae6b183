// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only the owner of the platform can do to a TPM (G18).
 *
 * Firmware keeps the platform's authorization to itself, so this takes a TPM that
 * no firmware has seen.
 */
#include "hierarchy.h"
#include "tests.h"

static void change_eps(void)
{
	check_ending(&(struct ending){
		CC_CHANGE_EPS, RH_PLATFORM, RH_ENDORSEMENT,
	});
}

static void change_pps(void)
{
	check_ending(&(struct ending){
		CC_CHANGE_PPS, RH_PLATFORM, RH_PLATFORM,
	});
}

static void hierarchy_control(void)
{
	check_ending(&(struct ending){
		CC_HIERARCHY_CONTROL, RH_PLATFORM, RH_OWNER,
	});
}

const struct test platform_tests[] = {
	{ "platform-eps", "G18: objects that TPM2_ChangeEPS takes away go at once",
	  change_eps },
	{ "platform-pps", "G18: objects that TPM2_ChangePPS takes away go at once",
	  change_pps },
	{ "platform-control", "G18: likewise with a hierarchy that is switched off",
	  hierarchy_control },
	{}
};
