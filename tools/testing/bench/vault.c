// SPDX-License-Identifier: GPL-2.0-only
/* A secret that is in the TPM, and can be had while a PCR is what it is. */
#include "authorization.h"
#include "check.h"
#include "object.h"
#include "session.h"
#include "tpm2-client.h"
#include "vault.h"

#define SECRET		"open sesame"

/* What a session must say that is to open it. */
static void policy_of(int fd, struct blob *policy)
{
	uint32_t trial = new_session(fd, SE_TRIAL);

	expect_ok(policy_pcr(fd, trial));
	expect_ok(policy_digest(fd, trial, policy));
	expect_ok(flush_context(fd, trial));
}

/* It stays where it is, so that nobody has to load it. */
void vault_make(int fd)
{
	struct message sensitive = {}, public = {}, r;
	struct authorization auth = password("");
	struct call call = {
		.code = CC_CREATE_PRIMARY,
		.handles = { RH_OWNER },
		.nr_handles = 1,
		.has_handle = 1,
	};
	struct object object = {};
	struct blob policy;

	policy_of(fd, &policy);
	put16(&sensitive, 0);
	put_sized(&sensitive, SECRET, sizeof(SECRET) - 1);

	put16(&public, ALG_KEYEDHASH);
	put16(&public, ALG_SHA256);
	put32(&public, OA_FIXED_TPM | OA_FIXED_PARENT | OA_NO_DA);
	put_blob(&public, &policy);
	put16(&public, ALG_NULL);
	put16(&public, 0);

	put_sized(&call.params, sensitive.data, sensitive.len);
	put_sized(&call.params, public.data, public.len);
	put16(&call.params, 0);		/* no outside information */
	put32(&call.params, 0);		/* no PCRs */
	expect_ok(authorized(fd, &call, &auth, 1, &r));
	object.handle = get32(&r);
	expect_ok(read_name(fd, object.handle, &object.name));
	make_persistent(fd, &object, VAULT_HANDLE);
	expect_ok(flush_context(fd, object.handle));
}

/* With a policy session that has seen the PCR, and goes on afterwards. */
uint32_t vault_open(int fd, uint32_t session)
{
	struct message m, r, area = {};

	/* a policy that asks for no secret is its own proof */
	put32(&area, session);
	put16(&area, 0);
	put8(&area, SA_CONTINUE);
	put16(&area, 0);

	command_begin(&m, ST_SESSIONS, CC_UNSEAL);
	put32(&m, VAULT_HANDLE);
	put32(&m, area.len);
	put(&m, area.data, area.len);
	return tpm_exchange(fd, &m, &r);
}
