/* SPDX-License-Identifier: GPL-2.0-only */
/* Clients of which each is a process group, that come, stop and are killed. */
#ifndef PARTY_H
#define PARTY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "resident.h"

#define PARTY_MAX	128

/**
 * struct guest - a client
 * @pid: its process, which leads a group
 * @kind: what it does, or NULL for a program
 * @command: the program, for the shell
 */
struct guest {
	pid_t pid;
	const struct resident_kind *kind;
	const char *command;
};

/**
 * struct party - all clients
 * @nr: how many there are at a time
 * @lives: how many there have been
 * @guest: those that there are
 */
struct party {
	unsigned int nr;
	unsigned long lives;
	struct guest guest[PARTY_MAX];
};

void party_add(struct party *party, const struct resident_kind *kind,
	       const char *command);
void party_begin(struct party *party);
void party_replace(struct party *party, unsigned int i);
void party_check(const struct party *party);
void party_stop(struct party *party);
void party_go_on(struct party *party);
void party_end(struct party *party);

#endif /* PARTY_H */
