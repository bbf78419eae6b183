// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios in which each TPM command in turn is struck by a fault.
 */
#include "sweep.h"

/* Two clients with five sessions and four objects each. */
static void two_clients(struct sweep *sweep)
{
	unsigned int i, round;

	for (i = 0; i < 10; i++)
		sweep_start(sweep, i % 2, i);
	for (i = 0; i < 8; i++)
		sweep_create(sweep, i % 2, i);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 10; i++) {
			sweep_use(sweep, i);
			sweep_read(sweep, i % 8);
		}
	}
	sweep_flush(sweep, 3);
	sweep_use(sweep, 4);
	sweep_close(sweep, 0);
	sweep_use(sweep, 5);
}

/* Sequences take turns with objects in three slots. */
static void sequences(struct sweep *sweep)
{
	unsigned int i, round;

	for (i = 0; i < 4; i++)
		sweep_sequence(sweep, i % 2, i);
	sweep_create(sweep, 0, 4);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 4; i++)
			sweep_update(sweep, i);
		sweep_read(sweep, 4);
	}
	for (i = 0; i < 4; i++)
		sweep_complete(sweep, i);
}

/* One session is idle for a full turn of the counter. */
static void idle_turn(struct sweep *sweep)
{
	unsigned int i, uses = sweep->bed->tpm->config.gap + 10;

	sweep_start(sweep, 0, 0);
	for (i = 1; i < 5; i++)
		sweep_start(sweep, 1, i);
	for (i = 0; i < uses; i++)
		sweep_use(sweep, 1 + i % 4);
	sweep_use(sweep, 0);
}

/* The same with a session that its client has saved. */
static void saved_turn(struct sweep *sweep)
{
	unsigned int i, uses = sweep->bed->tpm->config.gap + 10;
	struct client_context context;
	bool saved;

	sweep_start(sweep, 0, 0);
	sweep_use(sweep, 0);
	saved = sweep_save(sweep, 0, &context);
	for (i = 1; i < 5; i++)
		sweep_start(sweep, 1, i);
	for (i = 0; i < uses; i++)
		sweep_use(sweep, 1 + i % 4);
	if (!saved)
		return;
	sweep_load(sweep, 2, 0, &context);
	if (sweep->sessions[0].client)
		sweep_use(sweep, 0);
}

/* One client saves what another one loads, back and forth. */
static void handed_over(struct sweep *sweep)
{
	struct client_context context;
	unsigned int i, round;

	sweep_start(sweep, 0, 0);
	for (i = 1; i < 4; i++)
		sweep_start(sweep, 2, i);
	for (round = 1; round < 4; round++) {
		sweep_use(sweep, 0);
		if (!sweep_save(sweep, 0, &context))
			return;
		sweep_use(sweep, 1 + round % 3);
		sweep_load(sweep, round % 2, 0, &context);
		if (!sweep->sessions[0].client)
			return;
		sweep_use(sweep, 2);
	}
}

/* There are fewer sessions than the clients want. */
static void evictions(struct sweep *sweep)
{
	unsigned int i;

	for (i = 0; i < 12; i++) {
		sweep_start(sweep, i % 3, i);
		bed_tick(sweep->bed, BED_LEASE / 2);
		sweep_use(sweep, i);
		sweep_use(sweep, i / 2);
		sweep_create(sweep, i % 3, i % 6);
		if (i == 7)
			sweep_close(sweep, 1);
	}
}

/* Something of all, so that each quirk matters, and no more than that. */
static void bit_of_all(struct sweep *sweep)
{
	struct client_context context;
	unsigned int i;

	for (i = 0; i < 5; i++)
		sweep_start(sweep, i % 2, i);
	sweep_sequence(sweep, 0, 0);
	for (i = 1; i < 4; i++)
		sweep_create(sweep, i % 2, i);
	sweep_update(sweep, 0);
	for (i = 0; i < 5; i++) {
		sweep_use(sweep, i);
		sweep_read(sweep, 1 + i % 3);
	}
	if (sweep_save(sweep, 4, &context)) {
		sweep_use(sweep, 1);
		sweep_load(sweep, 1, 4, &context);
	}
	sweep_update(sweep, 0);
	sweep_complete(sweep, 0);
	sweep_flush(sweep, 0);
	sweep_start(sweep, 2, 5);
	sweep_close(sweep, 1);
	sweep_use(sweep, 2);
}

#define TPM(active, turn, ...) {					\
	.active_sessions = active, .loaded_sessions = 3,		\
	.loaded_objects = 3, .gap = turn, .quirks = { __VA_ARGS__ },	\
}

/* A TPM that has other names for everything, and another order. */
#define ODD(slots, session_slots, indexes)				\
	.no_object_slot = slots, .no_session_slot = session_slots,	\
	.no_index = indexes, .stale = TPM_RC_HANDLE, .rotates = true,	\
	.sequence_shift = 8, .saved_sequence = 0x80000000

/* In user space there is time for each command of a long turn. */
#ifdef __KERNEL__
#define LONG_STRIDE	101
#define SHORT_STRIDE	7
#else
#define LONG_STRIDE	1
#define SHORT_STRIDE	1
#endif

const struct scenario sweep_scenarios[SWEEP_SCENARIOS] = {
	{ "two clients", TPM(64, 0xffff), two_clients },
	{ "sequences", TPM(64, 0xffff), sequences },
	{ "idle, gap of 15", TPM(16, 15), idle_turn },
	{ "idle, gap of 255", TPM(64, 255), idle_turn, .stride = LONG_STRIDE },
	{ "saved, gap of 15", TPM(16, 15), saved_turn },
	{ "saved, gap of 255", TPM(64, 255), saved_turn,
	  .stride = LONG_STRIDE },
	{ "handed over", TPM(64, 0xffff), handed_over },
	{ "evictions", TPM(5, 0xffff), evictions, .evicts = true },
	{ "evictions, gap of 15", TPM(5, 15), evictions, .evicts = true },
	{ "two clients, odd TPM", TPM(64, 0xffff, ODD(0x906, 0x905, 0x903)),
	  two_clients },
	{ "sequences, odd TPM", TPM(64, 0xffff, ODD(0x904, 0x904, 0x904)),
	  sequences },
	{ "evictions, odd TPM", TPM(5, 0xffff, ODD(0x906, 0x905, 0x903)),
	  evictions, .evicts = true },
};

const struct scenario sweep_short = {
	"a bit of all", TPM(64, 0xffff), bit_of_all, .stride = SHORT_STRIDE,
};
