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
 *   if all are slowed down by one another, all leases are. Of a user's commands
 *   as many count as it has sessions, or one, unless nobody else has any; and an
 *   idle session is no safer than for a tenure of real time, and one in use for
 *   STRETCH of them. So nobody can stop the clock with a flood of commands.
 * - Who comes back to a session after a long pause teaches that leases are too
 *   short: all grow to twice that pause, and fall back slowly when nobody does. A
 *   victim that comes back says so, and so does everybody whose session was left
 *   alone, while others wait.
 * - An idle session may belong to somebody who thinks, or to nobody. What tells
 *   them apart is how the others behave: each session that is seen to be used
 *   again after a pause much shorter than a lease speaks for the eviction of
 *   sessions that pause for longer, for the length of a lease. Where nothing is
 *   known yet, they are taken slowly at first: a few in the time of a lease, then
 *   twice as many, and so on, for as long as nobody comes back after a long pause.
 *   So a crowd of clients that pause for longer than a lease loses a few sessions
 *   and not all before the lease has grown; sessions that were left behind beside
 *   clients that work are soon gone; and nobody waits long for those of clients
 *   that stand still.
 * - Sessions whose tenure is over are taken slowly at first, too. Who comes back
 *   to one teaches that work takes longer: the tenure of all grows four times, up
 *   to STRETCH times what it is set to, and falls back slowly.
 *
 * Limits: who pauses for longer than a tenure can lose its session whenever
 * others wait. Of a crowd whose pauses are many leases long, those lose theirs
 * that are taken before the first of them could have come back; at their next
 * try the lease is long enough. And no client can be protected for STRETCH
 * tenures on a slow chip without others of the same user waiting as long for one
 * that is kept busy on a fast one.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "lease.h"

#define STRETCH		10	/* tenures of real time that one may last, and grow to */
#define EVIDENCE	2	/* idle sessions that a short pause speaks against */
#define EVIDENCE_MOST	64U
#define PAUSE		16	/* what is no pause: less than 1/16 of a lease */
#define FIRST		4	/* of what is taken slowly at first */
#define MOST		1024U
#define LONGER		4	/* what a tenure grows by */
#define QUIET		8	/* leases after which all begins slowly again */
#define FALL		16	/* what has grown loses 1/16 in its own time */

static void advance(struct tpm2_clock *clock, u64 now)
{
	/* who looked at the clock first need not be the first to come here */
	if (now <= clock->at)
		return;
	clock->free += div_u64(now - clock->at, max(clock->busy, 1U));
	clock->at = now;
}

/**
 * tpm2_clock_change() - of somebody's commands under way, more count, or fewer
 * @clock: clock
 * @before: how many have counted so far
 * @after: how many do now
 * @now: time in ns
 */
void tpm2_clock_change(struct tpm2_clock *clock, unsigned int before,
		       unsigned int after, u64 now)
{
	advance(clock, now);
	clock->busy += after - before;
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
	lease->guesses.budget = FIRST;
	lease->tenures.budget = FIRST;
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
	lease->term = tenure;
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

/* May one more go of a kind that is taken slowly? Else how long until it may? */
static u64 until_affordable(const struct tpm2_trickle *trickle, u64 length,
			    u64 now)
{
	if (trickle->spent < trickle->budget)
		return 0;
	return until(trickle->window + length, now);
}

/*
 * How long until a session may be evicted for being idle? The TPM's clock may run
 * as fast as real time from now on, but no faster.
 */
static u64 until_idle(const struct tpm2_lease *lease,
		      const struct tpm2_moment *used,
		      const struct tpm2_moment *m)
{
	u64 most = until(used->now + lease->tenure, m->now);
	u64 idle = until(used->free + lease->grown, m->free);

	if (idle || lease->evidence)
		return min(idle, most);
	return min(until_affordable(&lease->guesses, lease->length, m->now),
		   most);
}

/* How long until a session may be evicted for having been in use for so long? */
static u64 until_over(const struct tpm2_lease *lease,
		      const struct tpm2_moment *created,
		      const struct tpm2_moment *m)
{
	u64 over = min(until(created->free + lease->term, m->free),
		       until(created->now + STRETCH * lease->tenure, m->now));

	return over ?: until_affordable(&lease->tenures, lease->grown, m->now);
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
 * @m: the time, which tpm2_lease_pass() has been told
 * @ready: receives the time in ns when it may be at the earliest
 *
 * Return: why, or %TPM2_LEASE_RUNS.
 */
enum tpm2_lease_end tpm2_lease_look(const struct tpm2_lease *lease,
				    const struct tpm2_moment *created,
				    const struct tpm2_moment *used,
				    const struct tpm2_moment *m, u64 *ready)
{
	u64 idle, over;

	if (tpm2_lease_is_plain(lease)) {
		*ready = created->now + lease->length;
		return *ready <= m->now ? TPM2_LEASE_PLAIN : TPM2_LEASE_RUNS;
	}

	idle = until_idle(lease, used, m);
	over = until_over(lease, created, m);
	*ready = m->now + min(idle, over);
	if (!idle)
		return TPM2_LEASE_IDLE;
	return over ? TPM2_LEASE_RUNS : TPM2_LEASE_TENURE;
}

/* What has grown falls back to what it is set to. */
static void fall(u64 *grown, u64 *fell, u64 length, u64 now)
{
	u64 surplus;

	while (*grown > length && now >= *fell + *grown) {
		surplus = *grown - length;
		*fell += *grown;
		*grown -= surplus / FALL;
		/* the rest of it matters to nobody */
		if (surplus < length / FALL + FALL)
			*grown = length;
	}
}

/* A window of evictions of @length is over when the time has come. */
static void open_window(struct tpm2_trickle *trickle, u64 length, u64 now)
{
	u64 age = until(now, trickle->window);

	if (age < length)
		return;
	if (age >= QUIET * length || trickle->noticed)
		trickle->budget = FIRST;
	else if (trickle->spent >= trickle->budget)
		trickle->budget = min(trickle->budget * 2, MOST);
	trickle->spent = 0;
	trickle->noticed = false;
}

static void spend(struct tpm2_trickle *trickle, u64 now)
{
	if (!trickle->spent++)
		trickle->window = now;
}

/**
 * tpm2_lease_pass() - time has passed
 * @lease: lease
 * @m: the time
 */
void tpm2_lease_pass(struct tpm2_lease *lease, const struct tpm2_moment *m)
{
	fall(&lease->grown, &lease->fell, lease->length, m->now);
	fall(&lease->term, &lease->term_fell, lease->tenure, m->now);
	/* those whom it was about may have gone, and others come */
	if (!until(lease->saw + lease->grown, m->now))
		lease->evidence = 0;
	open_window(&lease->guesses, lease->length, m->now);
	open_window(&lease->tenures, lease->grown, m->now);
}

/**
 * tpm2_lease_spend() - a session was evicted
 * @lease: lease
 * @why: what tpm2_lease_look() said of it
 * @used: when it was last used
 * @m: the time
 */
void tpm2_lease_spend(struct tpm2_lease *lease, enum tpm2_lease_end why,
		      const struct tpm2_moment *used,
		      const struct tpm2_moment *m)
{
	if (why == TPM2_LEASE_TENURE)
		spend(&lease->tenures, m->now);
	/* one that was idle for a tenure needed no leave */
	if (why != TPM2_LEASE_IDLE || !until(used->now + lease->tenure, m->now))
		return;
	if (lease->evidence)
		lease->evidence--;
	else
		spend(&lease->guesses, m->now);
}

/* Somebody has come back to its session after a long pause. */
static void grow(struct tpm2_lease *lease, u64 pause, u64 now)
{
	/* no lease is that long, so there is nothing to learn from it */
	if (pause > lease->tenure)
		return;
	lease->grown = max(lease->grown, min(2 * pause, lease->tenure));
	lease->fell = now;
	lease->evidence = 0;
	lease->guesses.noticed = true;
}

/**
 * tpm2_lease_notice() - a client has come back to a session that was evicted
 * @lease: lease
 * @why: why it was
 * @pause: how long it had not used it, in ns of the TPM's own clock
 * @m: the time
 */
void tpm2_lease_notice(struct tpm2_lease *lease, enum tpm2_lease_end why,
		       u64 pause, const struct tpm2_moment *m)
{
	if (tpm2_lease_is_plain(lease))
		return;
	if (why == TPM2_LEASE_IDLE) {
		grow(lease, pause, m->now);
	} else if (why == TPM2_LEASE_TENURE) {
		/* once for all of a window */
		if (!lease->tenures.noticed)
			lease->term = min(LONGER * lease->term,
					  STRETCH * lease->tenure);
		lease->term_fell = m->now;
		lease->tenures.noticed = true;
	}
}

/* Somebody has come back to its session after a short pause. */
static void speak(struct tpm2_lease *lease, u64 now)
{
	lease->evidence = min(lease->evidence + EVIDENCE, EVIDENCE_MOST);
	lease->saw = now;
}

/**
 * tpm2_lease_see() - while others wait, a client uses its session
 * @lease: lease
 * @pause: how long it had not used it, in ns of the TPM's own clock
 * @m: the time
 *
 * Return: true if sessions may be evicted now that could not be before.
 */
bool tpm2_lease_see(struct tpm2_lease *lease, u64 pause,
		    const struct tpm2_moment *m)
{
	bool known = lease->evidence;

	if (tpm2_lease_is_plain(lease))
		return false;
	if (pause > lease->grown / 2)
		grow(lease, pause, m->now);
	else if (pause >= lease->length / PAUSE)
		speak(lease, m->now);
	return !known && lease->evidence;
}
