// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scenario in which each TPM command in turn is struck by a fault.
 *
 * In user space, there is one that strikes at memory: each allocation in turn
 * fails.
 */
#include <linux/array_size.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "sweep.h"

const struct sweep_fault sweep_faults[] = {
	{ "context gap", FAKE_FAULT_REFUSE, TPM_RC_CONTEXT_GAP },
	{ "no object slot", FAKE_FAULT_REFUSE, TPM_RC_OBJECT_MEMORY },
	{ "no session slot", FAKE_FAULT_REFUSE, TPM_RC_SESSION_MEMORY },
	{ "object handles", FAKE_FAULT_REFUSE, TPM_RC_OBJECT_HANDLES },
	{ "session handles", FAKE_FAULT_REFUSE, TPM_RC_SESSION_HANDLES },
	{ "memory", FAKE_FAULT_REFUSE, TPM_RC_MEMORY },
	{ "command lost", FAKE_FAULT_LOSE_COMMAND, 0 },
	{ "response lost", FAKE_FAULT_LOSE_RESPONSE, 0 },
	{ "response cut off", FAKE_FAULT_TRUNCATE, 0 },
	{ "reset", FAKE_FAULT_RESET, 0 },
	{ "resume", FAKE_FAULT_RESUME, 0 },
#ifndef __KERNEL__
	{ "no memory", FAKE_FAULT_NONE, 0 },
#endif
	{}
};

/**
 * sweep_wrong() - something is not as it should be
 * @sweep: the scenario
 * @format: what; only the first complaint counts
 */
void sweep_wrong(struct sweep *sweep, const char *format, ...)
{
	va_list args;

	if (sweep->wrong[0])
		return;
	va_start(args, format);
	vsnprintf(sweep->wrong, sizeof(sweep->wrong), format, args);
	va_end(args);
}

/* Just before the fault: what is there, and what of it is in a slot? */
static void look(struct fake_tpm *tpm, void *data)
{
	struct fake_session *session;
	struct sweep *sweep = data;
	unsigned int i, k;

	for (i = 0; i < SWEEP_SESSIONS; i++) {
		for (k = 0; k < tpm->config.active_sessions; k++) {
			session = &tpm->sessions[k];
			if (!session->context || session->serial !=
						 sweep->sessions[i].known.serial)
				continue;
			sweep->sessions[i].before = true;
			sweep->sessions[i].loaded =
				fake_session_is_loaded(tpm, session);
		}
	}
	sweep->struck = true;
	sweep->now = true;
	sweep->reset = sweep->fault->kind == FAKE_FAULT_RESET;
	sweep->resumed = sweep->fault->kind == FAKE_FAULT_RESUME;
}

#ifndef __KERNEL__
static void starved(void *data)
{
	struct sweep *sweep = data;

	look(sweep->bed->tpm, sweep);
}
#else
/* Where a kernel can be made to run out of memory, it does for all alike. */
static void starved(void *data) {}
static void shim_starve(unsigned int nth, void (*fn)(void *data), void *data) {}
#endif

static void arm(struct sweep *sweep)
{
	struct fake_fault fault = {
		.kind = FAKE_FAULT_MEDDLE, .nth = sweep->nth, .meddle = look,
		.data = sweep,
	};

	/* of all that is here, only the driver asks for memory from now on */
	if (sweep->fault->kind == FAKE_FAULT_NONE) {
		shim_starve(sweep->nth, starved, sweep);
		return;
	}

	/* they strike in this order */
	fake_fault_add(sweep->bed->tpm, &fault);
	fault.kind = sweep->fault->kind;
	fault.rc = sweep->fault->rc;
	fake_fault_add(sweep->bed->tpm, &fault);
}

/* May this session, which the client did not end, be gone? */
static bool may_be_gone(const struct sweep *sweep,
			const struct sweep_session *session)
{
	const struct fake_strike *strike = &sweep->bed->tpm->strike;

	if (sweep->evicts || (sweep->reset && session->before) ||
	    (sweep->resumed && session->loaded))
		return true;
	return sweep_loses_response(sweep) &&
	       (strike->handle ^ session->known.handle) << 8 == 0;
}

/* G7: no live session is anybody's but its owner's. */
static void check_owners(struct sweep *sweep)
{
	struct client_session session;
	struct client *other;
	unsigned int i, k;

	for (i = 0; i < SWEEP_SESSIONS; i++) {
		session = sweep->sessions[i].known;
		if (!session.serial || !sweep_has(sweep, &sweep->sessions[i]))
			continue;
		for (k = 0; k < BED_CLIENTS - 1; k++) {
			other = &sweep->bed->clients[k];
			if (other == sweep->sessions[i].client ||
			    client_use(other, &session) ||
			    client_number(other, 0) != session.serial)
				continue;
			sweep_wrong(sweep, "session %u is client %u's as well",
				    i, k);
		}
	}
}

/**
 * sweep_done() - the fault has had its effect: what is still there?
 * @sweep: the scenario
 *
 * Every client's next command gets an answer, and no session is gone but the
 * one that the fault has taken.
 */
void sweep_done(struct sweep *sweep)
{
	struct sweep_session *session;
	unsigned int i;

	for (i = 0; i < BED_CLIENTS - 1; i++) {
		if (client_list(&sweep->bed->clients[i], 0x02000000, 1) &&
		    !sweep->now)
			sweep_wrong(sweep, "client %u is not served: 0x%x", i,
				    sweep->bed->clients[i].rc);
		sweep->now = false;
	}
	for (i = 0; i < SWEEP_SESSIONS; i++) {
		session = &sweep->sessions[i];
		if (session->known.serial && !sweep_has(sweep, session) &&
		    !may_be_gone(sweep, session))
			sweep_wrong(sweep, "session %u is lost", i);
		if (session->known.serial && session->client)
			sweep_use(sweep, i);
	}
	for (i = 0; i < SWEEP_OBJECTS; i++) {
		if (sweep->objects[i].serial)
			sweep_read(sweep, i);
	}
	check_owners(sweep);
}

/* Everybody has gone: what is left behind? */
static void check_leaks(struct sweep *sweep)
{
	struct fake_tpm *tpm = sweep->bed->tpm;
	unsigned int i, saved = 0, left;
	struct bed_census census;

	for (i = 0; i < BED_CLIENTS - 1; i++)
		sweep_close(sweep, i);
	/* what a lost response has left is found at the next command */
	client_list(&sweep->bed->clients[0], 0x80000000, 1);
	client_list(&sweep->bed->clients[0], 0x80000000, 1);

	for (i = 0; i < SWEEP_SESSIONS; i++)
		saved += sweep->sessions[i].known.serial &&
			 !sweep->sessions[i].client &&
			 sweep_has(sweep, &sweep->sessions[i]);
	left = fake_session_count(tpm, false);
	/* one may be left of which only a lost response told; it is counted */
	if (left > saved + (sweep_loses_response(sweep) ||
			    sweep->fault->kind == FAKE_FAULT_LOSE_COMMAND))
		sweep_wrong(sweep, "%u sessions are left, %u are known", left,
			    saved);
	bed_count(sweep->bed, &census);
	if (left != census.sessions || census.unowned != left)
		sweep_wrong(sweep, "%u sessions are left, the table has %u",
			    left, census.sessions);
	if (fake_object_count(tpm) || census.objects)
		sweep_wrong(sweep, "an object is left");
	if (tpm->auth_failures)
		sweep_wrong(sweep, "the TPM counts a wrong password");
}

/* Play once. */
static void play(struct sweep *sweep, const struct scenario *scenario)
{
	sweep->bed = bed_create(&scenario->tpm);
	if (!sweep->bed) {
		sweep_wrong(sweep, "no memory");
		return;
	}
	bed_set_share(sweep->bed, 6);
	arm(sweep);
	scenario->play(sweep);
	sweep->now = false;
	if (!sweep->wrong[0])
		sweep_done(sweep);
	if (!sweep->wrong[0])
		check_leaks(sweep);
	shim_starve(0, NULL, NULL);
	if (bed_destroy(sweep->bed))
		sweep_wrong(sweep, "the chip was misused, or not let go of");
}

/**
 * sweep_all() - strike at every command of a scenario
 * @scenario: the scenario
 * @fault: what goes wrong
 * @wrong: receives what is not as it should be, or ""
 * @size: room for so many bytes
 *
 * Return: how many commands were struck.
 */
unsigned int sweep_all(const struct scenario *scenario,
		       const struct sweep_fault *fault, char *wrong,
		       size_t size)
{
	struct sweep *sweep = kzalloc(sizeof(*sweep), GFP_KERNEL);
	unsigned int nth, count = 0;

	wrong[0] = 0;
	if (!sweep)
		return 0;
	for (nth = 1; ; nth += max(scenario->stride, 1U)) {
		cond_resched();
		memset(sweep, 0, sizeof(*sweep));
		sweep->fault = fault;
		sweep->nth = nth;
		sweep->evicts = scenario->evicts;
		play(sweep, scenario);
		if (sweep->wrong[0]) {
			scnprintf(wrong, size, "%s, %s at command %u: %s",
				  scenario->name, fault->name, nth,
				  sweep->wrong);
			break;
		}
		if (!sweep->struck)
			break;
		count++;
	}
	kfree(sweep);
	return count;
}
