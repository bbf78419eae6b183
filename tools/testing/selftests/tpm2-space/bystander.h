/* SPDX-License-Identifier: GPL-2.0-only */
/* Another client, in a process of its own, that is to notice nothing. */
#ifndef BYSTANDER_H
#define BYSTANDER_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct bystander - the client
 * @pid: its process
 * @may_lose: there are so many clients that a session of its may be evicted
 * @uses: how often it has used its sessions and its object
 * @losses: how often it has begun anew since a session was evicted
 * @stop: it is to come to its end
 */
struct bystander {
	pid_t pid;
	bool may_lose;
	volatile unsigned int uses;
	volatile unsigned int losses;
	volatile bool stop;
};

struct bystander *bystander_begin(bool may_lose);
void bystander_await(const struct bystander *bystander);
void bystander_end(struct bystander *bystander);

#endif /* BYSTANDER_H */
