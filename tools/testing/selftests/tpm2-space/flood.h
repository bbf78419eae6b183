/* SPDX-License-Identifier: GPL-2.0-only */
/* One user that does something in large numbers, and another one beside it. */
#ifndef FLOOD_H
#define FLOOD_H

#include <stdint.h>
#include <sys/types.h>

#define FLOOD_USER	60001
#define OTHER_USER	60002

/**
 * struct flood - what a user's process does, and what it says of it
 * @run: what it does; says when it is ready, and comes to no end
 * @nr: how many files or processes it does it with
 * @ready: it has begun
 * @served: what it was given since, if it looks at that
 */
struct flood {
	void (*run)(struct flood *flood);
	unsigned int nr;
	int ready;
	long served;
};

struct flood *flood_start(void (*run)(struct flood *flood), unsigned int nr,
			  pid_t *pid);
void flood_ready(struct flood *flood);
void flood_served(struct flood *flood);
void flood_stop(pid_t pid);
void become_user(uid_t uid);
long unreclaimable_kb(void);

#endif /* FLOOD_H */
