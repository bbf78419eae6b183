/* SPDX-License-Identifier: GPL-2.0-only */
/* Clients that come and go all the time, whatever becomes of the machine. */
#ifndef VISITORS_H
#define VISITORS_H

#include <stdbool.h>
#include <sys/types.h>

#define VISITORS	8

/**
 * struct visitors - the clients
 * @pid: their processes
 * @may_go: their chip may go away at any moment
 * @served: visits that came to their end
 * @gone: visits to a chip that went
 * @stop: they are to come no more
 */
struct visitors {
	pid_t pid[VISITORS];
	bool may_go;
	unsigned int served;
	unsigned int gone;
	volatile bool stop;
};

struct visitors *visitors_begin(bool may_go);
void visitors_await(const struct visitors *visitors);
void visitors_end(struct visitors *visitors);

#endif /* VISITORS_H */
