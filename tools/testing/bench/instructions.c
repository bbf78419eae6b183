// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much the driver has to think: its own code in user space, before a fake
 * TPM, for callgrind to count its instructions.
 *
 * Only what is between the marks is counted, and of that the script beside this
 * leaves out what is not the driver's.
 */
#include <linux/compiler.h>
#include <linux/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/callgrind.h>
#include "client.h"
#include "fake-chip.h"
#include "state.h"

#define TIMES		100	/* that a thing is done and counted */
#define SESSIONS	64

static const struct fake_tpm_config config = {
	.active_sessions = SESSIONS, .loaded_sessions = 3, .loaded_objects = 3,
	.gap = 0xffff,
};

static struct fake_chip chip;
static struct tpm2_rm *rm;
static struct client *clients;
static struct client_session *sessions;
static unsigned int nr_clients;

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "instructions: %s\n", what);
	exit(1);
}

/* Clients of one user, or those after the first SESSIONS of one user each. */
static void make(const struct fake_tpm_config *config, unsigned int nr,
		 bool apart)
{
	unsigned int i;

	fake_chip_init(&chip, config);
	rm = tpm2_rm_create(&fake_chip_ops, &chip);
	clients = calloc(nr, sizeof(*clients));
	sessions = calloc(nr, sizeof(*sessions));
	must(rm && clients && sessions, "no memory");
	nr_clients = nr;
	for (i = 0; i < nr; i++)
		must(!client_init(&clients[i], rm,
				  apart && i >= SESSIONS ? i : 0),
		     "no memory");
}

static void unmake(void)
{
	while (nr_clients--)
		client_close(&clients[nr_clients]);
	while (cancel_delayed_work_sync(&rm->gap_work))
		rm->gap_work.work.func(&rm->gap_work.work);
	tpm2_rm_put(rm);
	free(clients);
	free(sessions);
}

/* One client works with its session, beside others that have open files. */
static void beside_files(unsigned int nr)
{
	u32 value;
	unsigned int i;

	make(&config, nr, false);
	for (i = 1; i < nr; i++)
		must(!client_property(&clients[i], 0x111, &value), "property");
	must(!client_start(&clients[0], &sessions[0]), "no session");
	must(!client_use(&clients[0], &sessions[0]), "no use");
	CALLGRIND_START_INSTRUMENTATION;
	for (i = 0; i < TIMES; i++)
		must(!client_use(&clients[0], &sessions[0]), "no use");
	CALLGRIND_STOP_INSTRUMENTATION;
	unmake();
}

static void turns(void)
{
	struct tpm2_session_queue *queue = &rm->queue;

	while (queue->nr && queue->due <= chip.now)
		tpm2_session_queue_turn(queue, chip.now);
}

/*
 * All sessions are held, and others wait. Each time a holder gives its session
 * up, the first one who waits has it, and the former holder gets in line.
 */
static void beside_waiters(unsigned int nr, bool apart)
{
	unsigned int i, holder, next = SESSIONS - 1;

	make(&config, SESSIONS + nr, apart);
	for (i = 0; i < SESSIONS; i++)
		must(!client_start(&clients[i], &sessions[i]), "no session");
	for (; i < SESSIONS + nr; i++)
		must(client_start(&clients[i], &sessions[i]) == -EINPROGRESS,
		     "nobody waits");
	CALLGRIND_START_INSTRUMENTATION;
	for (i = 0; i < TIMES; i++) {
		holder = next;
		next = SESSIONS - 1 + (i + 1) % (nr + 1);
		must(!client_flush(&clients[holder], sessions[holder].handle),
		     "no flush");
		turns();
		must(!clients[next].waits, "it waits on");
		client_started(&clients[next], &sessions[next]);
		must(client_start(&clients[holder], &sessions[holder]) ==
		     -EINPROGRESS, "it does not wait");
	}
	CALLGRIND_STOP_INSTRUMENTATION;
	unmake();
}

/* Sessions that are used in turn, and one that is not used meanwhile. */
static void beside_idle(void)
{
	static const struct fake_tpm_config narrow = {
		.active_sessions = SESSIONS, .loaded_sessions = 3,
		.loaded_objects = 3, .gap = 0xff,
	};
	enum { USED = 5, ROUNDS = 1000 };
	unsigned int i, before, uses = 0, extra;

	make(&narrow, USED + 1, false);
	for (i = 0; i <= USED; i++)
		must(!client_start(&clients[i], &sessions[i]), "no session");
	for (i = 0; i < USED; i++)
		must(!client_use(&clients[i + 1], &sessions[i + 1]), "no use");
	before = chip.tpm.total;
	for (uses = 0; uses < ROUNDS * USED; uses++) {
		i = 1 + uses % USED;
		must(!client_use(&clients[i], &sessions[i]), "no use");
	}
	/* a save, a load and the use itself */
	extra = chip.tpm.total - before - 3 * uses;
	printf("{\"part\": \"refresh\", \"uses\": %u, \"refreshes\": %lu, \"extra\": %u}\n",
	       uses, rm->stats.refreshes, extra);
	unmake();
}

int main(int argc, char **argv)
{
	unsigned int nr = argc > 2 ? atoi(argv[2]) : 1;

	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "files"))
		beside_files(nr);
	else if (!strcmp(argv[1], "waiters"))
		beside_waiters(nr, false);
	else if (!strcmp(argv[1], "users"))
		beside_waiters(nr, true);
	else if (!strcmp(argv[1], "refreshes"))
		beside_idle();
	else
		return 2;
	return 0;
}
