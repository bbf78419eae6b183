// SPDX-License-Identifier: GPL-2.0-only
/* Sealed data: created under a key, loaded, unsealed. */
#include <string.h>
#include "check.h"
#include "object.h"
#include "tpm2-client.h"

/**
 * seal() - create a data object
 * @fd: device file
 * @parent: the key to create it under
 * @secret: its data
 * @sealed: receives private and public area, as TPM2_Load wants them
 */
void seal(int fd, const struct object *parent, const char *secret,
	  struct message *sealed)
{
	struct call call = {
		.code = CC_CREATE,
		.handles = { parent->handle },
		.names = { parent->name },
		.nr_handles = 1,
	};
	struct message sensitive = {}, public = {}, r;
	struct authorization auth = password(parent->value);
	struct blob part;

	put16(&sensitive, 0);
	put_sized(&sensitive, secret, strlen(secret));

	put16(&public, ALG_KEYEDHASH);
	put16(&public, ALG_SHA256);
	put32(&public, OA_FIXED_TPM | OA_FIXED_PARENT | OA_USER_WITH_AUTH |
		       OA_NO_DA);
	put16(&public, 0);
	put16(&public, ALG_NULL);
	put16(&public, 0);

	put_sized(&call.params, sensitive.data, sensitive.len);
	put_sized(&call.params, public.data, public.len);
	put16(&call.params, 0);
	put32(&call.params, 0);
	expect_ok(authorized(fd, &call, &auth, 1, &r));

	sealed->len = 0;
	get_sized(&r, &part);
	put_blob(sealed, &part);
	get_sized(&r, &part);
	put_blob(sealed, &part);
}

uint32_t load(int fd, const struct object *parent, const struct message *sealed,
	      uint32_t *handle)
{
	struct call call = {
		.code = CC_LOAD,
		.handles = { parent->handle },
		.names = { parent->name },
		.nr_handles = 1,
		.params = *sealed,
		.has_handle = 1,
	};
	struct authorization auth = password(parent->value);
	struct message r;
	uint32_t rc;

	rc = authorized(fd, &call, &auth, 1, &r);
	if (!rc)
		*handle = get32(&r);
	return rc;
}

uint32_t unseal(int fd, uint32_t handle, struct blob *secret)
{
	struct call call = {
		.code = CC_UNSEAL,
		.handles = { handle },
		.nr_handles = 1,
	};
	struct authorization auth = password("");
	struct message r;
	uint32_t rc;

	rc = authorized(fd, &call, &auth, 1, &r);
	if (!rc)
		get_sized(&r, secret);
	return rc;
}
