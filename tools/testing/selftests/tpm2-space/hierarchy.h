/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands that end a hierarchy, and all objects that belong to it. */
#ifndef HIERARCHY_H
#define HIERARCHY_H

#include <stdint.h>
#include "authorization.h"

/**
 * struct ending - how a hierarchy ends
 * @code: command that ends it
 * @authority: who has to authorize that
 * @hierarchy: one that it ends
 */
struct ending {
	uint32_t code;
	uint32_t authority;
	uint32_t hierarchy;
};

extern const struct ending ending_by_clear;

void end_hierarchy(int fd, const struct ending *ending,
		   struct authorization *audit);
void check_ending(const struct ending *ending);

#endif /* HIERARCHY_H */
