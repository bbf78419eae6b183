// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bytes of a client's command.
 */
#include <linux/string.h>
#include "../compat.h"
#include "client.h"

#define AUTH_SIZE	13	/* handle, no nonce, attributes, HMAC of 4 bytes */

static u32 size_of(const struct client *client)
{
	return get_unaligned_be32(client->buf + 2);
}

/**
 * client_build() - write a command without sessions into the client's buffer
 * @client: the client
 * @cc: TPM_CC
 * @handles: its handles
 * @nr_handles: how many
 * @params: its parameters
 * @size: their size in bytes
 */
void client_build(struct client *client, u32 cc, const u32 *handles,
		  unsigned int nr_handles, const u8 *params, u32 size)
{
	u32 offset = TPM2_WIRE_HEADER_SIZE;
	unsigned int i;

	memset(client->buf, 0, sizeof(client->buf));
	for (i = 0; i < nr_handles; i++, offset += 4)
		put_unaligned_be32(handles[i], client->buf + offset);
	if (size)
		memcpy(client->buf + offset, params, size);
	put_unaligned_be16(TPM_ST_NO_SESSIONS, client->buf);
	put_unaligned_be32(offset + size, client->buf + 2);
	put_unaligned_be32(cc, client->buf + 6);
}

/**
 * client_authorize() - add a session to the command in the client's buffer
 * @client: the client
 * @nr_handles: how many handles the command has
 * @session: the session
 * @attributes: TPMA_SESSION
 */
void client_authorize(struct client *client, unsigned int nr_handles,
		      const struct client_session *session, u8 attributes)
{
	u32 area = TPM2_WIRE_HEADER_SIZE + nr_handles * 4;
	u32 size = size_of(client), old = 0, end;
	u8 *auth;

	if (get_unaligned_be16(client->buf) == TPM_ST_SESSIONS) {
		old = get_unaligned_be32(client->buf + area);
		end = area + 4 + old;
	} else {
		/* the size of the area comes first */
		memmove(client->buf + area + 4, client->buf + area,
			size - area);
		size += 4;
		end = area + 4;
	}
	memmove(client->buf + end + AUTH_SIZE, client->buf + end, size - end);

	auth = client->buf + end;
	memset(auth, 0, AUTH_SIZE);
	put_unaligned_be32(session->handle, auth);
	auth[6] = attributes;
	put_unaligned_be16(4, auth + 7);
	put_unaligned_be32(session->uses, auth + 9);

	put_unaligned_be16(TPM_ST_SESSIONS, client->buf);
	put_unaligned_be32(old + AUTH_SIZE, client->buf + area);
	put_unaligned_be32(size + AUTH_SIZE, client->buf + 2);
}
