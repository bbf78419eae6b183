/* SPDX-License-Identifier: GPL-2.0-only */
/* Many clients at once that each need a session briefly. */
#ifndef STORM_H
#define STORM_H

#define STORM_REASONS_MAX	32

/**
 * struct storm_load - what the clients do
 * @clients: how many there are
 * @rounds: how often each starts, uses and flushes a session
 * @hold_ms: how long it keeps a session between use and flush
 * @uses: how often it is used after that, each time after so long
 */
struct storm_load {
	unsigned int clients;
	unsigned int rounds;
	unsigned int hold_ms;
	unsigned int uses;
};

/**
 * struct storm_result - how that went
 * @succeeded: clients all of whose rounds succeeded
 * @wall_ms: from the common start to the end of the last client
 * @longest_wait_ms: the longest that a client waited for one session
 * @nr_failures: number of different reasons
 * @failures: clients by their first failure: a response code or an errno
 */
struct storm_result {
	unsigned int succeeded;
	long long wall_ms;
	long long longest_wait_ms;
	unsigned int nr_failures;
	struct {
		char reason[24];
		unsigned int nr;
	} failures[STORM_REASONS_MAX];
};

void storm_run(const struct storm_load *load, struct storm_result *result);

#endif /* STORM_H */
