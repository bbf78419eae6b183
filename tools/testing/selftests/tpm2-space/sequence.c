// SPDX-License-Identifier: GPL-2.0-only
/* Hash sequences: objects that each use changes. */
#include "object.h"
#include "tpm2-client.h"

uint32_t sequence_start(int fd, uint32_t *handle)
{
	struct message m, r;
	uint32_t rc;

	command_begin(&m, ST_NO_SESSIONS, CC_HASH_SEQUENCE_START);
	put16(&m, 0);		/* no authorization value */
	put16(&m, ALG_SHA256);
	rc = tpm_exchange(fd, &m, &r);
	if (!rc)
		*handle = get32(&r);
	return rc;
}

uint32_t sequence_update(int fd, uint32_t handle, const struct blob *data)
{
	struct call call = {
		.code = CC_SEQUENCE_UPDATE,
		.handles = { handle },
		.nr_handles = 1,
	};
	struct authorization auth = password("");
	struct message r;

	put_blob(&call.params, data);
	return authorized(fd, &call, &auth, 1, &r);
}

/* The digest of all that it was updated with. Ends the sequence. */
uint32_t sequence_complete(int fd, uint32_t handle, struct blob *digest)
{
	struct call call = {
		.code = CC_SEQUENCE_COMPLETE,
		.handles = { handle },
		.nr_handles = 1,
	};
	struct authorization auth = password("");
	struct message r;
	uint32_t rc;

	put16(&call.params, 0);		/* nothing more to hash */
	put32(&call.params, RH_NULL);	/* hierarchy of the ticket */
	rc = authorized(fd, &call, &auth, 1, &r);
	if (!rc)
		get_sized(&r, digest);
	return rc;
}
