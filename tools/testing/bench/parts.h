/* SPDX-License-Identifier: GPL-2.0-only */
/* What is measured. Each part prints JSON objects, one a line. */
#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include "route.h"

/**
 * struct plan - how much is measured
 * @routes: by which ways
 * @commands: how many commands all clients together have, about
 * @passes: how often all of it is measured anew
 * @exact: say what commands there were, and nothing of time
 */
struct plan {
	bool routes[NR_ROUTES];
	unsigned long commands;
	unsigned int passes;
	bool exact;
};

void part_mixes(const struct plan *plan);
void part_crowds(const struct plan *plan);
void part_works(const struct plan *plan);
void part_costs(const struct plan *plan);
void part_command(const struct plan *plan, const char *name, char **command);

#endif /* PARTS_H */
