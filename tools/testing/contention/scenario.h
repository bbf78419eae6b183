/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who comes, when, and to what kind of chip.
 */
#ifndef __CONTENTION_SCENARIO_H
#define __CONTENTION_SCENARIO_H

#include "actor.h"

#define CROWDS		204
#define SCENARIOS	80
#define LEAKED		60

/**
 * struct crowd - some that do the same
 * @nr: how many
 * @user: as whom
 * @at: when the first one comes, in ns; the others follow a millisecond after
 *	one another. Who only leaves sessions behind, or holds them, is there
 *	already.
 * @work: what they do
 */
struct crowd {
	unsigned int nr;
	u32 user;
	u64 at;
	struct work work;
};

/**
 * struct scenario - what is tried
 * @group: scenarios of a kind
 * @name: its name
 * @command_ms: how long the TPM takes for a command
 * @leaked: how many sessions have been left behind
 * @crowds: who comes
 * @nr: how many crowds
 */
struct scenario {
	const char *group;
	char name[80];
	unsigned int command_ms;
	unsigned int leaked;
	struct crowd crowds[CROWDS];
	unsigned int nr;
};

const struct scenario *scenario_get(unsigned int i);
const struct scenario *scenario_find(const char *name);
unsigned int scenario_users(const struct scenario *scenario);

#endif /* __CONTENTION_SCENARIO_H */
