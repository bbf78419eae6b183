/* SPDX-License-Identifier: GPL-2.0-only */
/* What an open file of /dev/tpmrmN has in the TPM, as procfs shows it. */
#ifndef FDINFO_H
#define FDINFO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FDINFO_MAX	256

/**
 * struct fdinfo_session - a session
 * @handle: its handle
 * @type: hmac, policy or trial
 * @state: loaded or saved; nothing for one that no file owns
 * @age: in ms
 * @idle: time since its last use, in ms
 * @lease: what is left of its lease, in ms
 * @tenure: what is left of its tenure, in ms
 */
struct fdinfo_session {
	uint32_t handle;
	char type[8];
	char state[8];
	long long age;
	long long idle;
	long long lease;
	long long tenure;
};

/**
 * struct fdinfo - what is shown of a file
 * @ours: anything is, which is so if the extension serves it
 * @chip: number of its chip
 * @lease: that of all sessions at present, in ms
 * @tenure: likewise
 * @nr_sessions: how many sessions it has
 * @session: its sessions
 * @objects: how many objects it has
 * @nr_evicted: how many sessions it has lost and not flushed
 * @evicted: their handles
 * @ago: when it has lost them, in ms before now
 * @evictions: how often a session was taken from it
 * @waits: its command waits for a session
 * @waited: since when, in ms before now
 * @before: how many are before it
 * @nr_detached: sessions that no file owns
 * @detached: those
 */
struct fdinfo {
	bool ours;
	long long chip;
	long long lease;
	long long tenure;
	unsigned int nr_sessions;
	struct fdinfo_session session[FDINFO_MAX];
	long long objects;
	unsigned int nr_evicted;
	uint32_t evicted[FDINFO_MAX];
	long long ago[FDINFO_MAX];
	long long evictions;
	bool waits;
	long long waited;
	long long before;
	unsigned int nr_detached;
	struct fdinfo_session detached[FDINFO_MAX];
};

void fdinfo_read_of(pid_t pid, int fd, struct fdinfo *info);
void fdinfo_read(int fd, struct fdinfo *info);

#endif /* FDINFO_H */
