// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients of a resource manager with a fake TPM behind it.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "../compat.h"
#include "../exec.h"
#include "client.h"
#include "fake-command.h"

/* Where the parameters of the response begin. */
static const u8 *params(const struct client *client)
{
	bool sessions = get_unaligned_be16(client->buf) == TPM_ST_SESSIONS;
	u32 attrs = 0;

	fake_tpm_attrs(client->cc, &attrs);
	return client->buf + TPM2_WIRE_HEADER_SIZE +
	       (attrs & TPMA_CC_R_HANDLE ? 4 : 0) + (sessions ? 4 : 0);
}

/* The authorization area of a response that has one. */
static const u8 *auths(const struct client *client)
{
	const u8 *buf = params(client);

	return buf + get_unaligned_be32(buf - 4);
}

/* Are the parameters what the TPM has authorized? */
static bool is_authentic(const struct client *client)
{
	const u8 *buf = params(client), *end = client->buf + client->size;
	const u8 *auth = auths(client);

	if (auth > end)
		return false;
	for (; auth < end; auth += 5 + FAKE_HMAC_SIZE) {
		if (get_unaligned_be32(auth + 5) !=
		    fake_command_hmac(buf, auths(client) - buf))
			return false;
	}
	return true;
}

static void settle(struct client *client, ssize_t result)
{
	client->size = result;
	client->rc = result < 0 ? result : get_unaligned_be32(client->buf + 6);
	if (result >= 0 &&
	    get_unaligned_be16(client->buf) == TPM_ST_SESSIONS &&
	    !is_authentic(client))
		client->rc = -EBADMSG;
	WRITE_ONCE(client->waits, false);
}

static void done(struct tpm2_session_ticket *ticket, ssize_t result)
{
	struct client *client = container_of(ticket, struct client,
					     space.ticket);

	settle(client, result);
	if (client->done)
		client->done(client);
}

/**
 * client_init() - make a client
 * @client: memory for it
 * @rm: its resource manager, which outlives it
 * @user: whose client it is
 *
 * Return: 0 or -ENOMEM.
 */
int client_init(struct client *client, struct tpm2_rm *rm, u32 user)
{
	memset(client, 0, sizeof(*client));
	return tpm2_space_setup(&client->space, rm, user, done);
}

/**
 * client_close() - the client closes its file
 * @client: the client
 */
void client_close(struct client *client)
{
	tpm2_space_bar(&client->space);
	tpm2_space_leave(&client->space);
	tpm2_rm_space_destroy(&client->space);
	client->waits = false;
}

/**
 * client_give_up() - the client does not wait any more
 * @client: the client, whose command waits
 * @keep_place: it may come back for the same thing
 *
 * Return: true if the command has not been carried out.
 */
bool client_give_up(struct client *client, bool keep_place)
{
	bool taken_back = tpm2_space_abandon(&client->space, keep_place);

	if (taken_back)
		client->waits = false;
	return taken_back;
}

/**
 * client_exec_raw() - send what is in the buffer by way of the bare TPM
 * @client: its member exec may be this
 */
ssize_t client_exec_raw(struct client *client)
{
	return tpm2_space_exec_raw(client->space.rm, client->buf);
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
	ssize_t result;

	client->cc = get_unaligned_be32(client->buf + 6);
	client->rc = -EINPROGRESS;
	client->size = client->rc;
	WRITE_ONCE(client->waits, true);
	if (client->exec)
		settle(client, client->exec(client));
	else if (tpm2_space_exec(&client->space, client->buf, &result))
		settle(client, result);
	return client->rc;
}

/**
 * client_is_next() - is it this client's turn, and the time for it?
 * @client: the client
 */
bool client_is_next(const struct client *client)
{
	struct tpm2_rm *rm = client->space.rm;
	struct tpm2_session_ticket *next;

	spin_lock(&rm->queue.lock);
	next = tpm2_session_queue_next(&rm->queue, rm->ops->now(rm));
	spin_unlock(&rm->queue.lock);
	return next == &client->space.ticket;
}

/**
 * client_retry() - if it is the client's turn, let its command be tried again
 * @client: the client
 *
 * Return: as client_send().
 */
int client_retry(struct client *client)
{
	struct tpm2_rm *rm = client->space.rm;

	if (client_is_next(client))
		tpm2_session_queue_turn(&rm->queue, rm->ops->now(rm));
	return client->rc;
}

/**
 * client_number() - a number that the response has in its first TPM2B
 * @client: the client, whose command has succeeded and returned no handle
 * @i: which one
 */
u32 client_number(const struct client *client, unsigned int i)
{
	const u8 *buf = params(client);

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

/**
 * client_attributes() - what the response says of the command's first session
 * @client: the client, whose command has succeeded and had one
 *
 * Return: TPMA_SESSION.
 */
u8 client_attributes(const struct client *client)
{
	return auths(client)[2];
}
