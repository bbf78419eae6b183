// SPDX-License-Identifier: GPL-2.0-only
/*
 * What clients ask for. All functions here return what client_send() does.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include "../compat.h"
#include "client.h"

#define SE_HMAC		0	/* TPM_SE, Part 2, 6.11 */
#define SE_POLICY	1
#define SE_TRIAL	3

/* TPM2_StartAuthSession of a TPM_SE */
static int start(struct client *client, struct client_session *session, u8 kind)
{
	const u32 handles[] = { TPM_RH_NULL, TPM_RH_NULL };
	u8 params[25] = {};

	params[1] = 16;		/* size of a nonce of zeros, then no salt */
	params[20] = kind;
	put_unaligned_be16(TPM2_WIRE_ALG_NULL, params + 21);
	put_unaligned_be16(TPM2_WIRE_ALG_SHA256, params + 23);
	client_build(client, TPM_CC_START_AUTH_SESSION, handles, 2, params,
		     sizeof(params));
	client_send(client);
	client_started(client, session);
	return client->rc;
}

/**
 * client_start_type() - start a session
 * @client: the client
 * @session: receives the session, if it is there at once
 * @type: TPM_HT
 */
int client_start_type(struct client *client, struct client_session *session,
		      u8 type)
{
	return start(client, session,
		     type == TPM_HT_HMAC_SESSION ? SE_HMAC : SE_POLICY);
}

/**
 * client_start_trial() - start a session that only computes a policy
 * @client: the client
 * @session: receives the session, if it is there at once
 */
int client_start_trial(struct client *client, struct client_session *session)
{
	return start(client, session, SE_TRIAL);
}

/**
 * client_start() - start a policy session
 * @client: the client
 * @session: receives the session, if it is there at once
 */
int client_start(struct client *client, struct client_session *session)
{
	return client_start_type(client, session, TPM_HT_POLICY_SESSION);
}

/**
 * client_started() - take note of a session that has been started
 * @client: the client
 * @session: receives the session, or zeros if there is none
 */
void client_started(struct client *client, struct client_session *session)
{
	memset(session, 0, sizeof(*session));
	if (client->rc)
		return;
	session->handle = client_handle(client);
	session->serial = get_unaligned_be32(client->buf + 16);
}

/**
 * client_use() - TPM2_PolicyGetDigest; the session is a handle
 * @client: the client
 * @session: a policy session
 *
 * On success client_number(client, 0) is the serial number of the session that
 * was used.
 */
int client_use(struct client *client, struct client_session *session)
{
	client_build(client, FAKE_CC_POLICY_GET_DIGEST, &session->handle, 1,
		     NULL, 0);
	return client_send(client);
}

/**
 * client_audit() - TPM2_GetRandom; the session is in the authorization area
 * @client: the client
 * @session: a session
 * @attributes: TPMA_SESSION
 *
 * On success client_number(client, 0) is the serial number of the session that
 * was used.
 */
int client_audit(struct client *client, struct client_session *session,
		 u8 attributes)
{
	const u8 bytes[] = { 0, 8 };

	client_build(client, FAKE_CC_GET_RANDOM, NULL, 0, bytes, sizeof(bytes));
	client_authorize(client, 0, session, attributes);
	client_send(client);
	session->uses += !client->rc;
	return client->rc;
}

/**
 * client_flush() - TPM2_FlushContext
 * @client: the client
 * @handle: session or object
 */
int client_flush(struct client *client, u32 handle)
{
	client_build(client, TPM_CC_FLUSH_CONTEXT, &handle, 1, NULL, 0);
	return client_send(client);
}

/**
 * client_save() - TPM2_ContextSave
 * @client: the client
 * @handle: session or object
 * @context: receives its context
 */
int client_save(struct client *client, u32 handle,
		struct client_context *context)
{
	u32 size;

	client_build(client, TPM_CC_CONTEXT_SAVE, &handle, 1, NULL, 0);
	if (client_send(client))
		return client->rc;
	size = client->size - TPM2_WIRE_HEADER_SIZE;
	if (size > sizeof(context->bytes))
		return -E2BIG;
	context->size = size;
	memcpy(context->bytes, client->buf + TPM2_WIRE_HEADER_SIZE, size);
	return client->rc;
}

/**
 * client_load() - TPM2_ContextLoad
 * @client: the client
 * @context: a context
 */
int client_load(struct client *client, const struct client_context *context)
{
	client_build(client, TPM_CC_CONTEXT_LOAD, NULL, 0, context->bytes,
		     context->size);
	return client_send(client);
}

static int make(struct client *client, u32 *handle, u32 *serial)
{
	if (client_send(client))
		return client->rc;
	*handle = client_handle(client);
	if (serial)
		*serial = get_unaligned_be32(client->buf + 16);
	return client->rc;
}

/**
 * client_create_in() - TPM2_CreatePrimary
 * @client: the client
 * @hierarchy: in which hierarchy
 * @handle: receives the object's handle
 * @serial: receives its serial number
 */
int client_create_in(struct client *client, u32 hierarchy, u32 *handle,
		     u32 *serial)
{
	client_build(client, FAKE_CC_CREATE_PRIMARY, &hierarchy, 1, NULL, 0);
	return make(client, handle, serial);
}

/**
 * client_create() - the same, for its owner
 * @client: the client
 * @handle: receives the object's handle
 * @serial: receives its serial number
 */
int client_create(struct client *client, u32 *handle, u32 *serial)
{
	return client_create_in(client, FAKE_RH_OWNER, handle, serial);
}

/**
 * client_read() - TPM2_ReadPublic
 * @client: the client
 * @handle: an object
 *
 * On success client_number(client, 0) is the object's serial number.
 */
int client_read(struct client *client, u32 handle)
{
	client_build(client, FAKE_CC_READ_PUBLIC, &handle, 1, NULL, 0);
	return client_send(client);
}

/**
 * client_sequence() - TPM2_HashSequenceStart
 * @client: the client
 * @handle: receives the sequence's handle
 */
int client_sequence(struct client *client, u32 *handle)
{
	client_build(client, FAKE_CC_HASH_SEQUENCE_START, NULL, 0, NULL, 0);
	return make(client, handle, NULL);
}

/**
 * client_update() - TPM2_SequenceUpdate
 * @client: the client
 * @handle: a sequence
 */
int client_update(struct client *client, u32 handle)
{
	client_build(client, FAKE_CC_SEQUENCE_UPDATE, &handle, 1, NULL, 0);
	return client_send(client);
}

/**
 * client_complete() - TPM2_SequenceComplete
 * @client: the client
 * @handle: a sequence
 *
 * On success client_number(client, 0) is the number of its updates.
 */
int client_complete(struct client *client, u32 handle)
{
	client_build(client, FAKE_CC_SEQUENCE_COMPLETE, &handle, 1, NULL, 0);
	return client_send(client);
}

/**
 * client_complete_event() - TPM2_EventSequenceComplete
 * @client: the client
 * @pcr: a PCR
 * @handle: a sequence
 *
 * As client_complete().
 */
int client_complete_event(struct client *client, u32 pcr, u32 handle)
{
	const u32 handles[] = { pcr, handle };

	client_build(client, FAKE_CC_EVENT_SEQUENCE_COMPLETE, handles, 2, NULL,
		     0);
	return client_send(client);
}

static void ask(struct client *client, u32 cap, u32 first, u32 count)
{
	u8 params[12];

	put_unaligned_be32(cap, params);
	put_unaligned_be32(first, params + 4);
	put_unaligned_be32(count, params + 8);
	client_build(client, TPM_CC_GET_CAPABILITY, NULL, 0, params,
		     sizeof(params));
}

/**
 * client_key_sequence() - TPM2_SignSequenceStart, TPM2_VerifySequenceStart
 * @client: the client
 * @cc: which of them
 * @key: an object
 * @handle: receives the sequence's handle
 */
int client_key_sequence(struct client *client, u32 cc, u32 key, u32 *handle)
{
	client_build(client, cc, &key, 1, NULL, 0);
	return make(client, handle, NULL);
}

/**
 * client_key_complete() - TPM2_SignSequenceComplete, TPM2_VerifySequenceComplete
 * @client: the client
 * @cc: which of them
 * @handle: the sequence
 * @key: the object that it was started with
 *
 * On success client_number(client, 0) is the number of its updates.
 */
int client_key_complete(struct client *client, u32 cc, u32 handle, u32 key)
{
	const u32 handles[] = { handle, key };

	client_build(client, cc, handles, 2, NULL, 0);
	return client_send(client);
}

/**
 * client_list() - TPM2_GetCapability(TPM_CAP_HANDLES)
 * @client: the client
 * @first: the handle to begin with
 * @count: how many at most
 */
int client_list(struct client *client, u32 first, u32 count)
{
	ask(client, TPM_CAP_HANDLES, first, count);
	return client_send(client);
}

/**
 * client_list_audited() - ask the same in a session
 * @client: the client
 * @first: the handle to begin with
 * @count: how many at most
 * @session: the session
 * @attributes: TPMA_SESSION
 *
 * Return: the response code, or -EBADMSG for an answer without the session.
 */
int client_list_audited(struct client *client, u32 first, u32 count,
			struct client_session *session, u8 attributes)
{
	ask(client, TPM_CAP_HANDLES, first, count);
	client_authorize(client, 0, session, attributes);
	client_send(client);
	session->uses += !client->rc;
	/* by the TPM: nobody else can answer in the session */
	if (!client->rc &&
	    get_unaligned_be16(client->buf) != TPM_ST_SESSIONS)
		return -EBADMSG;
	return client->rc;
}

/**
 * client_property() - TPM2_GetCapability(TPM_CAP_TPM_PROPERTIES)
 * @client: the client
 * @property: which one
 * @value: receives its value
 */
int client_property(struct client *client, u32 property, u32 *value)
{
	ask(client, TPM_CAP_TPM_PROPERTIES, property, 1);
	if (client_send(client))
		return client->rc;
	if (get_unaligned_be32(client->buf + 15) != 1 ||
	    get_unaligned_be32(client->buf + 19) != property)
		return -ENOENT;
	*value = get_unaligned_be32(client->buf + 23);
	return client->rc;
}
