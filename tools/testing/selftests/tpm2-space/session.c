// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that start, use, save and end sessions. Each returns the response
 * code.
 */
#include <string.h>
#include "authorization.h"
#include "check.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define NONCE_SIZE	16	/* the least that the TPM takes */

static void put_start(struct message *m, uint8_t kind, const void *nonce,
		      size_t nonce_size)
{
	command_begin(m, ST_NO_SESSIONS, CC_START_AUTH_SESSION);
	put32(m, RH_NULL);	/* no salt */
	put32(m, RH_NULL);	/* not bound */
	put_sized(m, nonce, nonce_size);
	put16(m, 0);
	put8(m, kind);
	put16(m, ALG_NULL);
	put16(m, ALG_SHA256);
	command_end(m);
}

/* TPM2_StartAuthSession, ready to be written. */
struct message start_command(uint8_t kind)
{
	static const uint8_t nonce[NONCE_SIZE] = { 1 };
	struct message m;

	put_start(&m, kind, nonce, sizeof(nonce));
	return m;
}

uint32_t start_session_with(int fd, uint8_t kind, const struct blob *nonce,
			    uint32_t *handle, struct blob *nonce_tpm)
{
	struct message m, r;
	uint32_t rc;

	put_start(&m, kind, nonce->data, nonce->len);
	rc = tpm_exchange(fd, &m, &r);
	if (!rc) {
		*handle = get32(&r);
		get_sized(&r, nonce_tpm);
	}
	return rc;
}

uint32_t start_session(int fd, uint8_t kind, uint32_t *handle)
{
	struct message m = start_command(kind), r;
	uint32_t rc = tpm_exchange(fd, &m, &r);

	if (!rc)
		*handle = get32(&r);
	return rc;
}

/* Start a session where nothing stands in the way. */
uint32_t new_session(int fd, uint8_t kind)
{
	uint32_t handle;

	expect_ok(start_session(fd, kind, &handle));
	return handle;
}

/* The session that the answer to a start_command() tells of. */
uint32_t started(int fd)
{
	struct message r;

	expect_ok(tpm_read(fd, &r));
	return get32(&r);
}

uint32_t policy_pcr(int fd, uint32_t session)
{
	static const uint8_t pcr_0[] = { 1, 0, 0 };
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_POLICY_PCR);
	put32(&m, session);
	put16(&m, 0);		/* whatever the PCR says now */
	put32(&m, 1);
	put16(&m, ALG_SHA256);
	put8(&m, sizeof(pcr_0));
	put(&m, pcr_0, sizeof(pcr_0));
	return tpm_exchange(fd, &m, NULL);
}

uint32_t policy_command_code(int fd, uint32_t session, uint32_t code)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_POLICY_COMMAND_CODE);
	put32(&m, session);
	put32(&m, code);
	return tpm_exchange(fd, &m, NULL);
}

/* Make a session unlike those with other numbers, and say what it says now. */
void set_policy(int fd, uint32_t session, unsigned int number,
		struct blob *digest)
{
	static const uint32_t codes[] = { CC_UNSEAL, CC_HMAC, CC_CERTIFY,
					  CC_CREATE, CC_LOAD, CC_CLEAR };

	expect_ok(policy_command_code(fd, session,
				      codes[number % (sizeof(codes) /
						      sizeof(*codes))]));
	expect_ok(policy_digest(fd, session, digest));
}

/* Here the session is the second handle, not the first. */
uint32_t policy_secret_owner(int fd, uint32_t session)
{
	struct call call = {
		.code = CC_POLICY_SECRET,
		.handles = { RH_OWNER, session },
		.nr_handles = 2,
	};
	struct authorization auth = password("");
	struct message r;

	put16(&call.params, 0);	/* nonceTPM */
	put16(&call.params, 0);	/* cpHashA */
	put16(&call.params, 0);	/* policyRef */
	put32(&call.params, 0);	/* no expiration */
	return authorized(fd, &call, &auth, 1, &r);
}

uint32_t policy_digest(int fd, uint32_t session, struct blob *digest)
{
	struct message m, r;
	uint32_t rc;

	command_begin(&m, ST_NO_SESSIONS, CC_POLICY_GET_DIGEST);
	put32(&m, session);
	rc = tpm_exchange(fd, &m, &r);
	if (!rc)
		get_sized(&r, digest);
	return rc;
}

/* A use that leaves the session as it is. */
uint32_t use_policy(int fd, uint32_t session)
{
	struct blob digest;

	return policy_digest(fd, session, &digest);
}

/*
 * TPM2_GetRandom with an HMAC session that audits it. One that is neither bound
 * nor salted, and authorizes nothing, needs no HMAC.
 */
uint32_t use_audit(int fd, uint32_t session, uint8_t attributes)
{
	static const uint8_t nonce[NONCE_SIZE] = { 2 };
	struct message m, area = {};

	put32(&area, session);
	put_sized(&area, nonce, sizeof(nonce));
	put8(&area, SA_AUDIT | attributes);
	put16(&area, 0);

	command_begin(&m, ST_SESSIONS, CC_GET_RANDOM);
	put32(&m, area.len);
	put(&m, area.data, area.len);
	put16(&m, 8);
	return tpm_exchange(fd, &m, NULL);
}

uint32_t flush_context(int fd, uint32_t handle)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_FLUSH_CONTEXT);
	put32(&m, handle);
	return tpm_exchange(fd, &m, NULL);
}

uint32_t context_save(int fd, uint32_t handle, struct blob *context)
{
	struct message m, r;
	uint32_t rc;

	command_begin(&m, ST_NO_SESSIONS, CC_CONTEXT_SAVE);
	put32(&m, handle);
	rc = tpm_exchange(fd, &m, &r);
	if (!rc)
		get_rest(&r, context);
	return rc;
}

uint32_t context_load(int fd, const struct blob *context, uint32_t *handle)
{
	struct message m, r;
	uint32_t rc;

	command_begin(&m, ST_NO_SESSIONS, CC_CONTEXT_LOAD);
	put(&m, context->data, context->len);
	rc = tpm_exchange(fd, &m, &r);
	if (!rc)
		*handle = get32(&r);
	return rc;
}
