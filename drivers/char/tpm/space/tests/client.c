// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients of a resource manager with a fake TPM behind it.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "../compat.h"
#include "../exec.h"
#include "client.h"

static void notify(struct tpm2_session_waiter *waiter)
{
	struct client *client = container_of(waiter, struct client,
					     space.waiter);

	client->notified = true;
}

/**
 * client_init() - make a client
 * @client: memory for it
 * @rm: its resource manager, which outlives it
 */
void client_init(struct client *client, struct tpm2_rm *rm)
{
	memset(client, 0, sizeof(*client));
	tpm2_rm_space_init(&client->space, rm);
	client->space.waiter.notify = notify;
}

/**
 * client_close() - the client closes its file
 * @client: the client
 */
void client_close(struct client *client)
{
	tpm2_space_abort(&client->space);
	tpm2_rm_space_destroy(&client->space);
	client->waits = false;
	client->notified = false;
}

/**
 * client_send() - let the command in the client's buffer be carried out
 * @client: the client
 *
 * Return: the response code, -EINPROGRESS if the command waits for a session,
 * or another -errno.
 */
int client_send(struct client *client)
{
	client->notified = false;
	client->size = tpm2_space_exec(&client->space, client->buf);
	client->waits = client->size == -EINPROGRESS;
	client->rc = client->size < 0 ? client->size :
					get_unaligned_be32(client->buf + 6);
	return client->rc;
}

/**
 * client_retry() - if the client was told to, let its command try again
 * @client: the client
 *
 * Return: as client_send().
 */
int client_retry(struct client *client)
{
	return client->notified ? client_send(client) : -EINPROGRESS;
}

/* Where the parameters of the response begin. */
static const u8 *params(const struct client *client, bool handle)
{
	bool sessions = get_unaligned_be16(client->buf) == TPM_ST_SESSIONS;

	return client->buf + TPM2_WIRE_HEADER_SIZE + (handle ? 4 : 0) +
	       (sessions ? 4 : 0);
}

/**
 * client_number() - a number that the response has in its first TPM2B
 * @client: the client, whose command has succeeded and returned no handle
 * @i: which one
 */
u32 client_number(const struct client *client, unsigned int i)
{
	const u8 *buf = params(client, false);

	if (get_unaligned_be16(buf) < (i + 1) * 4)
		return 0;
	return get_unaligned_be32(buf + 2 + i * 4);
}

/**
 * client_handle() - the handle that the response has
 * @client: the client, whose command has succeeded and returns one
 */
u32 client_handle(const struct client *client)
{
	return get_unaligned_be32(client->buf + TPM2_WIRE_HEADER_SIZE);
}
