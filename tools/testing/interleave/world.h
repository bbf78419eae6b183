/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A chip with a fake TPM, clients with open files, and what can happen to them.
 */
#ifndef INTERLEAVE_WORLD_H
#define INTERLEAVE_WORLD_H

#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/tpm.h>
#include "fake-tpm.h"
#include "schedule.h"

#define CLIENTS		4
#define COMMAND_SIZE	128
#define RESPONSE_SIZE	512

struct tpm2_rm;
struct tpm2_rm_space;

/**
 * struct client - a client with an open file
 * @name: for the trace
 * @file: its file
 * @cred: who has opened it
 * @open: it is
 * @shared: more tasks than one use it
 * @restarts: system calls that a signal has interrupted begin again
 * @command: what it writes
 * @size: how much that is
 * @response: what it has read
 * @sessions: how many it has been given, and has not flushed
 * @handle: of the last one
 * @context: of a session that it has saved itself
 * @context_size: its size
 */
struct client {
	const char *name;
	struct file file;
	struct cred cred;
	bool open;
	bool shared;
	bool restarts;
	u8 command[COMMAND_SIZE];
	u32 size;
	u8 response[RESPONSE_SIZE];
	unsigned int sessions;
	u32 handle;
	u8 context[COMMAND_SIZE];
	u32 context_size;
};

/**
 * struct world - all of it
 * @chip: the chip
 * @tpm: the TPM
 * @rm: its resource manager, if that is still there
 * @clients: the clients
 * @fail_cc: command at which the driver fails, once
 * @fail_with: how
 * @fail_hold: the chip cannot be had, once
 * @detached: sessions that clients have saved themselves
 */
struct world {
	struct tpm_chip chip;
	struct fake_tpm tpm;
	struct tpm2_rm *rm;
	struct client clients[CLIENTS];
	u32 fail_cc;
	int fail_with;
	bool fail_hold;
	unsigned int detached;
};

extern struct world world;

/* world.c */
void world_init(const struct fake_tpm_config *config, u32 lease_ms);
void world_remove(void);
void world_sleep(void);
void world_set_lease(u64 ns);
struct tpm2_rm_space *world_space(struct file *file);

/* client.c */
void client_open(struct client *client, const char *name, u32 user,
		 unsigned int flags);
void client_close(struct client *client);
ssize_t client_write(struct client *client);
ssize_t client_read(struct client *client);
unsigned int client_poll(struct client *client, unsigned int events);
int client_exec(struct client *client);
void client_ask_start(struct client *client);
void client_ask_random(struct client *client);
int client_start(struct client *client);
int client_flush(struct client *client);
int client_save(struct client *client);
void client_ask_use(struct client *client);
int client_use(struct client *client);
int client_answer(struct client *client);

/* check.c */
void check_start(void);
void check_random(void);
void check_client(const struct client *client);
void check_place(const struct client *client);
void check_end(void *data);

#endif /* INTERLEAVE_WORLD_H */
