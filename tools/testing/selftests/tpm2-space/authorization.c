// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands with an authorization area: passwords, and unbound, unsalted HMAC
 * sessions (Part 1, "Session-based authorizations").
 */
#include <string.h>
#include "authorization.h"
#include "check.h"
#include "hash.h"
#include "session.h"
#include "tpm2-client.h"

struct authorization password(const char *value)
{
	struct authorization auth = {
		.handle = RS_PW,
		.attributes = SA_CONTINUE,
		.value = blob_of(value),
	};

	return auth;
}

/* Start an HMAC session to authorize or to audit with. */
uint32_t start_authorization(int fd, struct authorization *auth)
{
	memset(auth, 0, sizeof(*auth));
	auth->attributes = SA_CONTINUE;
	auth->caller.len = SHA256_SIZE;
	memset(auth->caller.data, 0x5a, auth->caller.len);
	return start_session_with(fd, SE_HMAC, &auth->caller, &auth->handle,
				  &auth->tpm);
}

/* What both sides take the HMAC of. */
static void prove(const struct authorization *auth,
		  const uint8_t digest[SHA256_SIZE], const struct blob *newer,
		  const struct blob *older, uint8_t attributes,
		  uint8_t proof[SHA256_SIZE])
{
	struct message text = {};

	put(&text, digest, SHA256_SIZE);
	put(&text, newer->data, newer->len);
	put(&text, older->data, older->len);
	put8(&text, attributes);
	hmac_sha256(&auth->value, &text, proof);
}

static void digest_command(const struct call *call, uint8_t *digest)
{
	struct message text = {};
	unsigned int i;

	put32(&text, call->code);
	for (i = 0; i < call->nr_handles; i++) {
		if (call->names[i].len)
			put(&text, call->names[i].data, call->names[i].len);
		else
			put32(&text, call->handles[i]);
	}
	put(&text, call->params.data, call->params.len);
	sha256(&text, digest);
}

static void put_authorization(struct message *m, struct authorization *auth,
			      const uint8_t digest[SHA256_SIZE])
{
	uint8_t proof[SHA256_SIZE];

	put32(m, auth->handle);
	if (auth->handle == RS_PW) {
		put16(m, 0);
		put8(m, auth->attributes);
		put_blob(m, &auth->value);
		return;
	}
	/* any nonce will do that was not there before */
	auth->caller.data[0]++;
	put_blob(m, &auth->caller);
	put8(m, auth->attributes);
	prove(auth, digest, &auth->caller, &auth->tpm, auth->attributes, proof);
	put_sized(m, proof, sizeof(proof));
}

static void get_authorization(struct message *m, struct authorization *auth,
			      const uint8_t digest[SHA256_SIZE])
{
	uint8_t proof[SHA256_SIZE], attributes;
	struct blob nonce, seen;

	get_sized(m, &nonce);
	attributes = get8(m);
	auth->answered = attributes;
	get_sized(m, &seen);
	if (auth->handle == RS_PW)
		return;
	auth->tpm = nonce;
	prove(auth, digest, &auth->tpm, &auth->caller, attributes, proof);
	expect_number(seen.len, SHA256_SIZE);
	expect_same(seen.data, proof, SHA256_SIZE);
}

/**
 * authorized() - send a command with an authorization area
 * @fd: device file
 * @call: the command
 * @auths: the entries of the area; those that authorize a handle first
 * @nr_auths: how many
 * @response: receives the response, whose handle if any and then whose
 *	parameters are next to be read
 *
 * What the TPM proves in its response is checked.
 *
 * Return: the response code.
 */
uint32_t authorized(int fd, const struct call *call,
		    struct authorization *auths, unsigned int nr_auths,
		    struct message *response)
{
	uint8_t digest[SHA256_SIZE];
	struct message m = {}, area = {}, text = {};
	size_t handle_at, params_size;
	unsigned int i;
	uint32_t rc;

	digest_command(call, digest);
	for (i = 0; i < nr_auths; i++)
		put_authorization(&area, &auths[i], digest);

	command_begin(&m, ST_SESSIONS, call->code);
	for (i = 0; i < call->nr_handles; i++)
		put32(&m, call->handles[i]);
	put32(&m, area.len);
	put(&m, area.data, area.len);
	put(&m, call->params.data, call->params.len);
	rc = tpm_exchange(fd, &m, response);
	if (rc)
		return rc;

	handle_at = response->pos;
	if (call->has_handle)
		get32(response);
	params_size = get32(response);
	expect(params_size <= response->len - response->pos,
	       "parameters of %zu bytes", params_size);

	put32(&text, 0);
	put32(&text, call->code);
	put(&text, response->data + response->pos, params_size);
	sha256(&text, digest);

	/* to the entries, and back to what the caller wants to read */
	m = *response;
	m.pos += params_size;
	for (i = 0; i < nr_auths; i++)
		get_authorization(&m, &auths[i], digest);
	expect_number(m.pos, m.len);

	response->len = response->pos + params_size;
	if (call->has_handle) {
		/* so that the parameters follow the handle */
		memmove(response->data + handle_at + 4,
			response->data + response->pos, params_size);
		response->pos = handle_at;
		response->len = handle_at + 4 + params_size;
	}
	return 0;
}
