/* SPDX-License-Identifier: GPL-2.0-only */
/* Clients that have all the sessions there are. */
#ifndef CROWD_H
#define CROWD_H

#include <stdint.h>

#define CROWD_MAX	256
#define CROWD_FDS	4
#define KIND_MIXED	0xff	/* some of each */

/**
 * struct crowd - open files and their sessions, in the order of their age
 * @fds: the open files
 * @nr: how many sessions
 * @session: a session, and which of the files it belongs to
 */
struct crowd {
	int fds[CROWD_FDS];
	unsigned int nr;
	struct {
		int fd;
		uint32_t handle;
		uint8_t kind;
	} session[CROWD_MAX];
};

unsigned int nr_sessions_max(void);
void crowd_open(struct crowd *crowd);
void crowd_add(struct crowd *crowd, unsigned int nr, uint8_t kind);
void crowd_take_all(struct crowd *crowd, uint8_t kind);
void crowd_flush(struct crowd *crowd, unsigned int i);
uint32_t crowd_use(const struct crowd *crowd, unsigned int i);
void crowd_check(const struct crowd *crowd, unsigned int from);
void crowd_close(struct crowd *crowd);
uint32_t gone(uint8_t kind);
uint8_t kind_of(uint8_t kind, unsigned int n);

#endif /* CROWD_H */
