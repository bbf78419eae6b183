/* SPDX-License-Identifier: GPL-2.0-only */
/* Clients in processes of their own that begin at the same time. */
#ifndef GANG_H
#define GANG_H

#include <stdint.h>
#include "route.h"
#include "wire.h"

#define GANG_DIED	0xffffffff	/* as a failure */

/**
 * struct job - what each client of a gang does
 * @prepare: before all begin, which is not measured; returns what the others
 *	get
 * @work: what is measured; returns 0, or the response code that ended it
 * @leave: when all have come to an end, not measured either
 * @argument: for all of them
 * @commands: how many commands the work may have at most
 */
struct job {
	void *(*prepare)(const void *argument, unsigned int number);
	uint32_t (*work)(void *client);
	void (*leave)(void *client);
	const void *argument;
	unsigned long commands;
};

/**
 * struct member - how it went for one client
 * @failure: 0, the response code that ended it, or GANG_DIED
 * @ns: what its work took
 */
struct member {
	uint32_t failure;
	unsigned long long ns;
};

/**
 * struct outcome - how it went
 * @clients: how many there were
 * @succeeded: how many of them came to the end of their work
 * @commands: commands that they sent
 * @ns: from the beginning until the last one was through
 * @wire: commands that the TPM was sent meanwhile
 * @sorted: what each command took in ns, shortest first
 * @members: how it went for each
 */
struct outcome {
	unsigned int clients;
	unsigned int succeeded;
	unsigned long commands;
	unsigned long long ns;
	struct wire wire;
	uint32_t *sorted;
	struct member *members;
};

void gang_run(const struct job *job, unsigned int clients,
	      struct outcome *outcome);
void outcome_free(struct outcome *outcome);

#endif /* GANG_H */
