// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many clients that each need a session briefly: start it, let it see a PCR,
 * unseal with it, and flush it. All of them begin at once, and none tries again.
 */
#include <stdlib.h>
#include "check.h"
#include "gang.h"
#include "parts.h"
#include "print.h"
#include "session.h"
#include "tpm2-codes.h"
#include "vault.h"

#define NO_FILE		(-1)
#define NOT_LET_IN	0xfffffffe	/* as a failure */
#define COMMANDS	4

/* Who has been refused by D-Bus a hundred times need not be a thousand times. */
#define ABRMD_MOST	256

static const unsigned int crowds[] = { 16, 64, 256, 1024 };

struct client {
	int fd;
};

static void *prepare(const void *argument, unsigned int number)
{
	struct client *client = calloc(1, sizeof(*client));

	expect(client, "no memory");
	client->fd = route_try_open();
	return client;
}

static uint32_t work(void *argument)
{
	struct client *client = argument;
	uint32_t session, rc, flushed;

	if (client->fd == NO_FILE)
		return NOT_LET_IN;
	rc = start_session(client->fd, SE_POLICY, &session);
	if (rc)
		return rc;
	rc = policy_pcr(client->fd, session);
	if (!rc)
		rc = vault_open(client->fd, session);
	flushed = flush_context(client->fd, session);
	return rc ? rc : flushed;
}

static void leave(void *argument)
{
	struct client *client = argument;

	if (client->fd != NO_FILE)
		route_close(client->fd);
	free(client);
}

static int by_time(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return (x->ns > y->ns) - (x->ns < y->ns);
}

/* How long those took who came to the end, from the common beginning. */
static void print_waits(struct outcome *outcome)
{
	unsigned int i, nr = 0;

	for (i = 0; i < outcome->clients; i++) {
		if (!outcome->members[i].failure)
			outcome->members[nr++] = outcome->members[i];
	}
	if (!nr)
		return;
	qsort(outcome->members, nr, sizeof(*outcome->members), by_time);
	print_number("through_p50_ms", outcome->members[nr / 2].ns / 1e6);
	print_number("through_p99_ms", outcome->members[nr * 99 / 100].ns / 1e6);
	print_number("through_longest_ms", outcome->members[nr - 1].ns / 1e6);
}

/* The failure that most of those had who failed. */
static uint32_t first_failure(const struct outcome *outcome)
{
	unsigned int i;

	for (i = 0; i < outcome->clients; i++) {
		if (outcome->members[i].failure)
			return outcome->members[i].failure;
	}
	return 0;
}

static void measure(const struct plan *plan, unsigned int clients,
		    enum route route, unsigned int pass)
{
	struct job job = {
		.prepare = prepare,
		.work = work,
		.leave = leave,
		.commands = COMMANDS,
	};
	struct outcome outcome;

	gang_run(&job, clients, &outcome);
	print_begin("crowds", "start, policy, unseal, flush", route);
	print_number("clients", clients);
	print_number("succeeded", outcome.succeeded);
	print_number("failure", first_failure(&outcome));
	print_number("commands", outcome.commands);
	print_outcome(&outcome, plan->exact, pass);
	if (!plan->exact)
		print_waits(&outcome);
	print_end();
	outcome_free(&outcome);
}

void part_crowds(const struct plan *plan)
{
	unsigned int pass, i;
	enum route route;

	for (pass = 0; pass < plan->passes; pass++) {
		for (route = ROUTE_UNPATCHED; route < NR_ROUTES; route++) {
			if (!plan->routes[route])
				continue;
			route_take(route);
			for (i = 0; i < sizeof(crowds) / sizeof(*crowds); i++) {
				if (route != ROUTE_ABRMD ||
				    crowds[i] <= ABRMD_MOST)
					measure(plan, crowds[i], route, pass);
			}
		}
	}
	route_leave();
}
