/* SPDX-License-Identifier: GPL-2.0-only */
/* A client with sessions and objects, each unlike the others. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdint.h>
#include "message.h"
#include "object.h"

#define CLIENT_MANY	6	/* more than there are slots */

/**
 * struct client - a client with sessions and objects
 * @fd: its file
 * @nr: how many of each
 * @session: its sessions
 * @key: its objects
 * @digest: what each session says
 */
struct client {
	int fd;
	int nr;
	uint32_t session[CLIENT_MANY];
	struct object key[CLIENT_MANY];
	struct blob digest[CLIENT_MANY];
};

void make_client(struct client *client, int nr);
void use_client(const struct client *client, int i);
void check_client(const struct client *client);

#endif /* CLIENT_H */
