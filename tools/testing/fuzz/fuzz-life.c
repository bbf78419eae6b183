// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fuzzer of the resource manager knows of the life that it tries.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <stdio.h>
#include <stdlib.h>
#include "fuzz-life.h"

struct life life;

void life_must(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "wrong: %s\n", what);
	abort();
}

struct life_session *life_session(u32 serial)
{
	life_must(serial < LIFE_SERIALS, "there are not so many sessions");
	return &life.serials[serial];
}

/* The serial number of the session that a client's handle means now. */
u32 life_serial_of(u32 handle)
{
	struct fake_session *session;

	session = fake_session_find(life.bed->tpm, handle);
	return session ? session->serial : 0;
}

/* A client has started a session, or has loaded one that was everybody's. */
void life_started(u8 client, u32 handle)
{
	struct life_session *session = life_session(life_serial_of(handle));

	if (!session->created)
		session->created = life.bed->chip.now;
	session->owner = client;
	session->used = life.bed->chip.now;
}

/* From now on a session is whoever's; LIFE_NOBODY for everybody. */
void life_taken(u8 client, u32 serial)
{
	if (!serial)
		return;
	life_session(serial)->owner = client;
	life_used(serial);
}

void life_used(u32 serial)
{
	life_session(serial)->used = life.bed->chip.now;
}

/* What a virtual handle stands for; NULL if it cannot be one. */
u32 *life_object_serial(u8 client, u32 handle)
{
	u32 index = 0x80ffffff - handle;

	return index < LIFE_OBJECTS ? &life.object_serials[client][index] : NULL;
}

/* Has any client heard of this object? */
bool life_object_is_known(u32 serial)
{
	unsigned int client, i;

	for (client = 0; client < LIFE_CLIENTS; client++) {
		for (i = 0; i < LIFE_OBJECTS; i++) {
			if (life.object_serials[client][i] == serial)
				return true;
		}
	}
	return false;
}

/* Nobody shares sessions; but some are clients of one user. */
void life_reopen(u8 client)
{
	/* that there is no memory for that is nobody's fault */
	shim_starve(0, NULL, NULL);
	bed_reopen_as(life.bed, client, life.together ? client / 2 : client);
	memset(life.object_serials[client], 0,
	       sizeof(life.object_serials[client]));
	life.arrival[client] = 0;
}
