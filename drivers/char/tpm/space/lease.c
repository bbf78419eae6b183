// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long a client has a session to itself.
 *
 * When a TPM has no more sessions, somebody has to give one up. To take the
 * oldest one once it is older than a lease looks fair, and is thrashing: where
 * work with a session takes longer than a lease and many want one, all lose
 * theirs before they are done, begin anew, and take those of the others. As
 * with memory, the cure is to leave alone what is in use, and to learn from what
 * was taken and is missed.
 *
 *          created      used    used    used
 *             |           |       |       |
 *             +===========+=======+=======+=========> idle: evictable
 *             |                            a lease  |
 *             +---------------------------------------------------> over
 *                                 a tenure
 *
 * - Use renews the lease. A session that is in use is over at the end of its
 *   tenure only.
 * - Both are counted in time in which the TPM was free for its clients. Where n
 *   of them have commands under way, each finds it free for 1/n of the time; so
 *   if all are slowed down by one another, all leases are. But an idle session
 *   is no safer than for a tenure of real time, and one in use for STRETCH of
 *   them, so nobody can stop the clock with a flood of commands.
 * - A victim that comes back to its session teaches that leases are too short:
 *   all grow to twice the time that it had not used it for, and fall back slowly
 *   when nobody comes back.
 * - Idle sessions are taken slowly at first: a few in the time of a lease, then
 *   twice as many, and so on, for as long as nobody misses one. So a crowd of
 *   clients that pause for longer than a lease loses a few sessions and not all
 *   before the lease has grown. Sessions that were left behind are missed by
 *   nobody, and are all gone after some leases.
 *
 * Limits: who pauses for longer than a tenure can lose its session whenever
 * others wait.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "lease.h"

#define STRETCH		10	/* tenures of real time that one may last */
#define BUDGET_FIRST	4
#define BUDGET_MOST	1024U
#define QUIET		8	/* leases after which evictions begin slowly again */
#define FALL		16	/* what a grown lease loses in its own time: 1/16 */

static void advance(struct tpm2_clock *clock, u64 now)
{
	/* who looked at the clock first need not be the first to come here */
	if (now <= clock->at)
		return;
	clock->free += div_u64(now - clock->at, max(clock->busy, 1U));
	clock->at = now;
}

/**
 * tpm2_clock_begin() - a client has a command under way
 * @clock: clock
 * @now: time in ns
 */
void tpm2_clock_begin(struct tpm2_clock *clock, u64 now)
{
	advance(clock, now);
	clock->busy++;
}

/**
 * tpm2_clock_end() - the opposite of tpm2_clock_begin()
 * @clock: clock
 * @now: time in ns
 */
void tpm2_clock_end(struct tpm2_clock *clock, u64 now)
{
	advance(clock, now);
	clock->busy--;
}

/**
 * tpm2_clock_read() - what time is it?
 * @clock: clock
 * @now: time in ns
 */
struct tpm2_moment tpm2_clock_read(struct tpm2_clock *clock, u64 now)
{
	advance(clock, now);
	return (struct tpm2_moment) { .now = clock->at, .free = clock->free };
}

/**
 * tpm2_lease_init() - begin without experience
 * @lease: memory for it
 * @length: in ns
 * @tenure: in ns
 */
void tpm2_lease_init(struct tpm2_lease *lease, u64 length, u64 tenure)
{
	memset(lease, 0, sizeof(*lease));
	lease->budget = BUDGET_FIRST;
	tpm2_lease_set(lease, length, tenure);
}

/**
 * tpm2_lease_set() - change what the administrator can
 * @lease: lease
 * @length: in ns
 * @tenure: in ns
 */
void tpm2_lease_set(struct tpm2_lease *lease, u64 length, u64 tenure)
{
	lease->length = length;
	lease->tenure = tenure;
	lease->grown = length;
}

/**
 * tpm2_lease_is_plain() - does a lease run from creation, whatever happens?
 * @lease: lease
 */
bool tpm2_lease_is_plain(const struct tpm2_lease *lease)
{
	return !lease->length || lease->tenure <= lease->length;
}

/* Nanoseconds until a time has come; 0 if it has. */
static u64 until(u64 time, u64 now)
{
	return time > now ? time - now : 0;
}

/**
 * tpm2_lease_left() - for how long is this session safe?
 * @lease: lease
 * @created: when it was started or found
 * @used: when it was last used
 * @m: the time
 *
 * The TPM's own clock may run as fast as real time from now on, but no faster;
 * so it is safe for that long, and may be for longer.
 */
struct tpm2_lease_left tpm2_lease_left(const struct tpm2_lease *lease,
				       const struct tpm2_moment *created,
				       const struct tpm2_moment *used,
				       const struct tpm2_moment *m)
{
	u64 plain = until(created->now + lease->length, m->now);

	if (tpm2_lease_is_plain(lease))
		return (struct tpm2_lease_left) { plain, plain };

	return (struct tpm2_lease_left) {
		.idle = min(until(used->free + lease->grown, m->free),
			    until(used->now + lease->tenure, m->now)),
		.used = min(until(created->free + lease->tenure, m->free),
			    until(created->now + STRETCH * lease->tenure,
				  m->now)),
	};
}

/**
 * tpm2_lease_look() - may this session be evicted?
 * @lease: lease
 * @created: when it was started or found
 * @used: when it was last used
 * @m: the time
 * @ready: receives the time in ns when it may be at the earliest
 *
 * Return: why, or %TPM2_LEASE_RUNS.
 */
enum tpm2_lease_end tpm2_lease_look(const struct tpm2_lease *lease,
				    const struct tpm2_moment *created,
				    const struct tpm2_moment *used,
				    const struct tpm2_moment *m, u64 *ready)
{
	struct tpm2_lease_left left;

	if (tpm2_lease_is_plain(lease)) {
		*ready = created->now + lease->length;
		return *ready <= m->now ? TPM2_LEASE_PLAIN : TPM2_LEASE_RUNS;
	}

	left = tpm2_lease_left(lease, created, used, m);
	*ready = m->now + min(left.idle, left.used);
	if (!left.idle)
		return TPM2_LEASE_IDLE;
	return left.used ? TPM2_LEASE_RUNS : TPM2_LEASE_TENURE;
}

/* Leases fall back to what they are set to. */
static void fall(struct tpm2_lease *lease, u64 now)
{
	u64 surplus;

	while (lease->grown > lease->length &&
	       now >= lease->fell + lease->grown) {
		surplus = lease->grown - lease->length;
		lease->fell += lease->grown;
		lease->grown -= surplus / FALL;
		/* the rest of it matters to nobody */
		if (surplus < lease->length / FALL + FALL)
			lease->grown = lease->length;
	}
}

/**
 * tpm2_lease_afford() - may one more idle session be evicted now?
 * @lease: lease
 * @m: the time
 * @ready: if not, receives the time in ns when it may be
 */
bool tpm2_lease_afford(struct tpm2_lease *lease, const struct tpm2_moment *m,
		       u64 *ready)
{
	u64 age = until(m->now, lease->window);

	fall(lease, m->now);
	if (age >= QUIET * lease->length && !lease->noticed)
		lease->budget = BUDGET_FIRST;
	else if (age >= lease->length && lease->noticed)
		lease->budget = 1;
	else if (age >= lease->length)
		lease->budget = min(lease->budget * 2, BUDGET_MOST);
	if (age >= lease->length) {
		lease->window = m->now;
		lease->spent = 0;
		lease->noticed = false;
	}
	*ready = lease->window + lease->length;
	return lease->spent < lease->budget;
}

/**
 * tpm2_lease_spend() - an idle session was evicted
 * @lease: lease, which could afford it
 */
void tpm2_lease_spend(struct tpm2_lease *lease)
{
	lease->spent++;
}

/**
 * tpm2_lease_notice() - a client has come back to an idle session that was
 *	evicted
 * @lease: lease
 * @gap: how long it had not used it, in ns of the TPM's own clock
 * @m: the time
 */
void tpm2_lease_notice(struct tpm2_lease *lease, u64 gap,
		       const struct tpm2_moment *m)
{
	lease->noticed = true;
	if (tpm2_lease_is_plain(lease))
		return;
	/* nothing is longer than a tenure, and doubling must not overflow */
	gap = min(gap, lease->tenure);
	lease->grown = max(lease->grown, min(2 * gap, lease->tenure));
	lease->fell = m->now;
}
