/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has what in the TPMs of this machine, at one moment or nearly so. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WORD_SIZE	16

/**
 * struct session - a session; times in ms
 * @handle: its handle
 * @type: hmac, policy or trial
 * @state: loaded, saved or detached
 * @age: since it was started
 * @idle: since it was last used
 * @lease: what is left of its lease
 * @tenure: what is left of its tenure
 */
struct session {
	uint32_t handle;
	char type[WORD_SIZE];
	char state[WORD_SIZE];
	long long age;
	long long idle;
	long long lease;
	long long tenure;
};

/**
 * struct sessions - some sessions
 * @session: they
 * @nr: how many
 */
struct sessions {
	struct session *session;
	size_t nr;
};

/**
 * struct lost - a session that was evicted
 * @handle: its handle
 * @ago: how long ago it was, in ms
 */
struct lost {
	uint32_t handle;
	long long ago;
};

/**
 * struct holder - a descriptor of an open file
 * @pid: the process
 * @tid: the thread that has a table of descriptors of its own; else the process
 * @fd: the descriptor
 * @uid: the process' user
 * @command: its name
 */
struct holder {
	pid_t pid;
	pid_t tid;
	int fd;
	uid_t uid;
	char command[64];
};

/**
 * struct tpm_file - an open file of /dev/tpmrmN
 * @served: by the extension
 * @chip: number of its TPM
 * @holders: all descriptors that are known to lead to it, at least one
 * @nr_holders: how many
 * @own: its sessions
 * @lost: its sessions that were evicted and not flushed yet
 * @nr_lost: how many
 * @detached: the sessions of its TPM that no open file has
 * @objects: how many objects it has
 * @evictions: how often a session was taken from it
 * @waits: its command waits for a session
 * @waited: for how long, in ms
 * @before: how many will be served before it
 */
struct tpm_file {
	bool served;
	int chip;
	struct holder *holders;
	size_t nr_holders;
	struct sessions own;
	struct lost *lost;
	size_t nr_lost;
	struct sessions detached;
	unsigned int objects;
	unsigned int evictions;
	bool waits;
	long long waited;
	unsigned int before;
};

/**
 * struct chip - a TPM
 * @number: N of /dev/tpmrmN
 * @device: that device
 * @served: the extension is at work
 * @active: sessions that are in use, those detached among them
 * @nr_detached: how many of them no open file has
 * @waiters: commands that wait for one
 * @evictions: sessions that were taken away
 * @premature: and were missed
 * @lease: in ms
 * @max_per_fd: how many a file may have
 * @detached: the sessions that no open file has
 * @closed: why the device could not be opened to see those: an errno, or 0
 * @unseen: how many sessions are of nobody who was seen
 * @unseen_detached: how many no open file has, where no file shows which they are
 */
struct chip {
	int number;
	dev_t device;
	bool served;
	long long active;
	long long nr_detached;
	long long waiters;
	long long evictions;
	long long premature;
	long long lease;
	long long max_per_fd;
	struct sessions detached;
	int closed;
	long long unseen;
	long long unseen_detached;
};

/**
 * struct snapshot - all of them
 * @chips: the TPMs, in the order of their numbers
 * @nr_chips: how many
 * @files: the open files, in the order of their first holders
 * @nr_files: how many
 * @off: what switches the extension on, if it is switched off; else NULL
 * @shut: some processes may not be looked into
 * @taken: when it was begun, in ms of CLOCK_MONOTONIC
 */
struct snapshot {
	struct chip *chips;
	size_t nr_chips;
	struct tpm_file *files;
	size_t nr_files;
	const char *off;
	bool shut;
	long long taken;
};

long long snapshot_clock(void);
void snapshot_look(struct snapshot *snapshot, int only);
void snapshot_take(struct snapshot *snapshot, int only);
void snapshot_free(struct snapshot *snapshot);
bool snapshot_misses_detached(const struct snapshot *snapshot);
struct chip *snapshot_chip(const struct snapshot *snapshot, int number);

#endif /* SNAPSHOT_H */
