/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands with an authorization area. */
#ifndef AUTHORIZATION_H
#define AUTHORIZATION_H

#include <stdint.h>
#include "message.h"
#include "tpm2-codes.h"

#define HANDLES_MAX	3

/**
 * struct authorization - one entry of an authorization area
 * @handle: a session, or RS_PW
 * @attributes: SA_*
 * @caller: nonce that we gave last
 * @tpm: nonce that the TPM gave last
 * @value: authorization value of the object that it authorizes
 * @answered: SA_* of the last response
 *
 * With a session, each command carries an HMAC over both nonces, and so does
 * each response. So one that was sent to the TPM twice, or to another session,
 * does not go unnoticed.
 */
struct authorization {
	uint32_t handle;
	uint8_t attributes;
	struct blob caller;
	struct blob tpm;
	struct blob value;
	uint8_t answered;
};

/**
 * struct call - a command with an authorization area
 * @code: its code
 * @handles: its handles
 * @names: their names; empty for what is its own name
 * @nr_handles: how many
 * @params: its parameters
 * @has_handle: its response begins with a handle
 */
struct call {
	uint32_t code;
	uint32_t handles[HANDLES_MAX];
	struct blob names[HANDLES_MAX];
	unsigned int nr_handles;
	struct message params;
	int has_handle;
};

struct authorization password(const char *value);
uint32_t start_authorization(int fd, struct authorization *auth);
uint32_t authorized(int fd, const struct call *call,
		    struct authorization *auths, unsigned int nr_auths,
		    struct message *response);

#endif /* AUTHORIZATION_H */
