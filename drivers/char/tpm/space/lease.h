/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a client has a session to itself.
 *
 * Pure: no locks, and time comes in as an argument.
 */
#ifndef __TPM2_LEASE_H
#define __TPM2_LEASE_H

#include <linux/types.h>

#define TPM2_LEASE_ETERNITY	(~0ULL)

/**
 * struct tpm2_moment - a point in time, by two clocks
 * @now: CLOCK_MONOTONIC in ns
 * @free: the TPM's own clock in ns, see struct tpm2_clock
 */
struct tpm2_moment {
	u64 now;
	u64 free;
};

/**
 * struct tpm2_clock - time in which the TPM was free for each of its clients
 * @free: what it shows, in ns
 * @at: when that was, in ns of CLOCK_MONOTONIC
 * @busy: how many clients have commands under way. The clock runs at 1 / @busy
 *	of real time, and as fast as that where there are none.
 */
struct tpm2_clock {
	u64 free;
	u64 at;
	unsigned int busy;
};

/**
 * enum tpm2_lease_end - why a session may be evicted; the trace has words for
 *	these numbers
 * @TPM2_LEASE_RUNS: it may not
 * @TPM2_LEASE_PLAIN: it is older than a lease, and that is the rule
 * @TPM2_LEASE_IDLE: nobody has used it for a lease
 * @TPM2_LEASE_TENURE: it has been in use for all of its tenure
 * @TPM2_LEASE_SHARE: whoever has it has more than a fair share
 */
enum tpm2_lease_end {
	TPM2_LEASE_RUNS,
	TPM2_LEASE_PLAIN,
	TPM2_LEASE_IDLE,
	TPM2_LEASE_TENURE,
	TPM2_LEASE_SHARE,
};

/**
 * struct tpm2_trickle - evictions that begin slowly
 * @window: when the present window began, in ns
 * @budget: how many there may be in it; twice as many in the next
 * @spent: how many there have been
 * @noticed: somebody has come back to one, and it all begins anew
 */
struct tpm2_trickle {
	u64 window;
	unsigned int budget;
	unsigned int spent;
	bool noticed;
};

/**
 * struct tpm2_lease - how long leases are
 * @length: the shortest that they are, in ns; 0 evicts the oldest at once
 * @tenure: how long a session may be in use while others wait, in ns; no more
 *	than @length gives the plain rule: a lease runs from creation
 * @grown: how long they are at present, in ns
 * @fell: when that was last made shorter, in ns
 * @term: how long the tenure is at present, in ns
 * @term_fell: when that was last made shorter, in ns
 * @evidence: idle sessions that may be evicted, since others do not pause for
 *	as long as those
 * @saw: when that was last seen, in ns
 * @guesses: idle sessions that are evicted without
 * @tenures: sessions that are evicted at the end of their tenure
 */
struct tpm2_lease {
	u64 length;
	u64 tenure;
	u64 grown;
	u64 fell;
	u64 term;
	u64 term_fell;
	unsigned int evidence;
	u64 saw;
	struct tpm2_trickle guesses;
	struct tpm2_trickle tenures;
};

/**
 * struct tpm2_lease_left - for how long a session is safe yet
 * @idle: if nobody uses it, in ns
 * @used: if it is used all the time, in ns
 */
struct tpm2_lease_left {
	u64 idle;
	u64 used;
};

void tpm2_clock_begin(struct tpm2_clock *clock, u64 now);
void tpm2_clock_end(struct tpm2_clock *clock, u64 now);
void tpm2_clock_change(struct tpm2_clock *clock, unsigned int before,
		       unsigned int after, u64 now);
struct tpm2_moment tpm2_clock_read(struct tpm2_clock *clock, u64 now);

void tpm2_lease_init(struct tpm2_lease *lease, u64 length, u64 tenure);
void tpm2_lease_set(struct tpm2_lease *lease, u64 length, u64 tenure);
bool tpm2_lease_is_plain(const struct tpm2_lease *lease);
struct tpm2_lease_left tpm2_lease_left(const struct tpm2_lease *lease,
				       const struct tpm2_moment *created,
				       const struct tpm2_moment *used,
				       const struct tpm2_moment *m);
enum tpm2_lease_end tpm2_lease_look(const struct tpm2_lease *lease,
				    const struct tpm2_moment *created,
				    const struct tpm2_moment *used,
				    const struct tpm2_moment *m, u64 *ready);
void tpm2_lease_pass(struct tpm2_lease *lease, const struct tpm2_moment *m);
void tpm2_lease_spend(struct tpm2_lease *lease, enum tpm2_lease_end why,
		      const struct tpm2_moment *used,
		      const struct tpm2_moment *m);
void tpm2_lease_notice(struct tpm2_lease *lease, enum tpm2_lease_end why,
		       u64 pause, const struct tpm2_moment *m);
bool tpm2_lease_see(struct tpm2_lease *lease, u64 pause,
		    const struct tpm2_moment *m);

#endif /* __TPM2_LEASE_H */
