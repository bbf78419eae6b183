/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One scenario under one rule, and what comes of it.
 */
#ifndef __CONTENTION_TRIAL_H
#define __CONTENTION_TRIAL_H

#include "scenario.h"

/**
 * struct settings - what is not as it is by default
 * @lease_ns: in ns; 0 for the default
 * @tenure_ns: likewise
 * @seed: for the length of pauses
 */
struct settings {
	u64 lease_ns;
	u64 tenure_ns;
	u32 seed;
};

/**
 * struct figures - what has come of it. Of those that work, unless it says
 *	otherwise.
 * @clients: how many there were
 * @first: how many were done at their first try
 * @second: how many were done at their first or second
 * @ever: how many were done in the end; the others gave up
 * @tries: how many they needed, all together
 * @total_ns: when the last one was done, or gave up
 * @starts: sessions that they got
 * @waits: how long they waited for them, in ns, the shortest first
 * @done_ns: when they were done, in ns, the first one first
 * @first_wait_ns: the longest that one had to wait for its first session, in ns
 * @user_wait_ns: the longest that a user had to wait for its first session, in
 *	ns; TPM2_SESSION_ETERNITY if one had none
 * @evictions: sessions of anybody that were taken away
 * @missed: how many of those their owners came back to
 * @missed_by_holders: that were not among those that work
 * @commands: what the TPM has done
 * @jain: Jain's index of what the users had of what they could have had, while
 *	all of those that work still did: from 1 / users, if one has everything,
 *	to 1. What they could have had is the fair share of the sessions of one
 *	who wants so many of them as long as that.
 * @lease_ns: how long leases are in the end, in ns
 */
struct figures {
	unsigned int clients;
	unsigned int first;
	unsigned int second;
	unsigned int ever;
	unsigned int tries;
	u64 total_ns;
	unsigned int starts;
	u64 *waits;
	u64 *done_ns;
	u64 first_wait_ns;
	u64 user_wait_ns;
	unsigned long evictions;
	unsigned int missed;
	unsigned int missed_by_holders;
	unsigned int commands;
	double jain;
	u64 lease_ns;
};

void trial_run(const struct scenario *scenario, enum rule rule,
	       const struct settings *settings, struct figures *figures);
void figures_free(struct figures *figures);
u64 figures_wait(const struct figures *figures, unsigned int percent);

#endif /* __CONTENTION_TRIAL_H */
