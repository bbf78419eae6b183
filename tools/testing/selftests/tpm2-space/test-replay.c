// SPDX-License-Identifier: GPL-2.0-only
/*
 * A command that waited, or was sent again, is the one that the client wrote
 * (G3): what it names by a virtual handle may be elsewhere in the TPM by then.
 *
 * A session that is bound to a key tells which key it was: its HMACs are
 * derived from the key's authorization value (Part 1, "Session Key Creation").
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "authorization.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "hash.h"
#include "object.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define OTHERS		4	/* more than there are slots for objects */
#define NONCE_SIZE	16

static struct message bound_command(const struct object *key,
				    const struct blob *nonce)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_START_AUTH_SESSION);
	put32(&m, RH_NULL);
	put32(&m, key->handle);
	put_blob(&m, nonce);
	put16(&m, 0);
	put8(&m, SE_HMAC);
	put16(&m, ALG_NULL);
	put16(&m, ALG_SHA256);
	command_end(&m);
	return m;
}

/* KDFa() with one round, as SHA-256 gives all that is needed. */
static struct blob session_key(const struct object *key,
			       const struct blob *nonce_tpm,
			       const struct blob *nonce_caller)
{
	struct blob value = blob_of(key->value), result = {
		.len = SHA256_SIZE
	};
	struct message text = {};

	put32(&text, 1);
	put(&text, "ATH", 4);
	put(&text, nonce_tpm->data, nonce_tpm->len);
	put(&text, nonce_caller->data, nonce_caller->len);
	put32(&text, 8 * SHA256_SIZE);
	hmac_sha256(&value, &text, result.data);
	return result;
}

/* Read the answer, and let the session prove what it is bound to. */
static void check_bound(int fd, const struct object *key,
			const struct blob *nonce)
{
	struct call call = { .code = CC_GET_RANDOM };
	struct authorization audit = {};
	struct message r;

	expect(tpm_answered(fd, HANG_MS), "no answer after %d ms", HANG_MS);
	expect_ok(tpm_read(fd, &r));
	audit.handle = get32(&r);
	get_sized(&r, &audit.tpm);
	audit.value = session_key(key, &audit.tpm, nonce);
	audit.attributes = SA_CONTINUE | SA_AUDIT;
	audit.caller = *nonce;
	put16(&call.params, 8);
	expect_ok(authorized(fd, &call, &audit, 1, &r));
	expect_ok(flush_context(fd, audit.handle));
}

static void replay_bound(void)
{
	static const struct blob nonce = { NONCE_SIZE, { 7 } };
	int fd = tpm_managed_nonblock(), other = tpm_managed(), i;
	struct object key, theirs;
	struct crowd crowd;
	struct message m;

	new_key(fd, 1, "one", &key);
	m = bound_command(&key, &nonce);
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);

	/* the first attempt has loaded the key; the second must do so again */
	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	await_counter("waiters", 1);
	for (i = 0; i < OTHERS; i++)
		new_key(other, 10 + i, "other", &theirs);
	crowd_flush(&crowd, 0);
	check_bound(fd, &key, &nonce);
}

static void replay_evicting(void)
{
	static const struct blob nonce = { NONCE_SIZE, { 8 } };
	int fd = tpm_managed(), other = tpm_managed(), i;
	struct object key[OTHERS], theirs;
	struct crowd crowd;
	struct message m;

	for (i = 0; i < OTHERS; i++)
		new_key(fd, i, i % 2 ? "odd" : "even", &key[i]);
	for (i = 0; i < OTHERS; i++)
		new_key(other, 10 + i, "other", &theirs);
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	/* each takes an object in, a session out, an eviction and a replay */
	for (i = 0; i < OTHERS; i++) {
		m = bound_command(&key[i], &nonce);
		expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
		check_bound(fd, &key[i], &nonce);
		crowd_add(&crowd, 1, SE_POLICY);
	}
}

const struct test replay_tests[] = {
	{ "replay-bound", "G3: a command that waited is translated anew",
	  replay_bound },
	{ "replay-evicting", "G3: a command that is sent again is the same",
	  replay_evicting },
	{}
};
