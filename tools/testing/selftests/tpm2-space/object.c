// SPDX-License-Identifier: GPL-2.0-only
/* Commands that make and use keys. */
#include <string.h>
#include "check.h"
#include "object.h"
#include "tpm2-client.h"

/*
 * A key for HMACs is made in no time. Its number tells it from the others. With
 * an authorization value, the TPM counts wrong ones (dictionary attacks).
 */
static void put_key(struct message *m, uint8_t number, const char *value)
{
	struct message sensitive = {}, public = {};

	put_sized(&sensitive, value, strlen(value));
	put16(&sensitive, 0);

	put16(&public, ALG_KEYEDHASH);
	put16(&public, ALG_SHA256);
	put32(&public, OA_FIXED_TPM | OA_FIXED_PARENT |
		       OA_SENSITIVE_DATA_ORIGIN | OA_USER_WITH_AUTH | OA_SIGN |
		       (*value ? 0 : OA_NO_DA));
	put16(&public, 0);	/* no policy */
	put16(&public, ALG_HMAC);
	put16(&public, ALG_SHA256);
	put_sized(&public, &number, 1);

	put_sized(m, sensitive.data, sensitive.len);
	put_sized(m, public.data, public.len);
	put16(m, 0);		/* no outside information */
	put32(m, 0);		/* no PCRs */
}

/* TPM2_CreatePrimary of such a key, ready to be written. */
struct message new_key_command(uint8_t number)
{
	struct message m;

	command_begin(&m, ST_SESSIONS, CC_CREATE_PRIMARY);
	put32(&m, RH_OWNER);
	put32(&m, 9);
	put32(&m, RS_PW);
	put16(&m, 0);		/* no nonce */
	put8(&m, SA_CONTINUE);
	put16(&m, 0);		/* no password */
	put_key(&m, number, "");
	command_end(&m);
	return m;
}

static uint32_t create_primary(int fd, uint32_t hierarchy, struct call *call,
			       struct object *object)
{
	struct authorization auth = password("");
	struct blob skipped;
	struct message r;
	uint32_t rc;

	call->code = CC_CREATE_PRIMARY;
	call->handles[0] = hierarchy;
	call->nr_handles = 1;
	call->has_handle = 1;
	rc = authorized(fd, call, &auth, 1, &r);
	if (rc)
		return rc;

	object->handle = get32(&r);
	get_sized(&r, &skipped);	/* public area */
	get_sized(&r, &skipped);	/* creation data */
	get_sized(&r, &skipped);	/* and its hash */
	get16(&r);			/* ticket */
	get32(&r);
	get_sized(&r, &skipped);
	get_sized(&r, &object->name);
	return 0;
}

/**
 * new_key_code() - make a key, or learn why not
 * @fd: device file
 * @number: what tells it from other keys
 * @key: receives the key
 *
 * Return: the response code.
 */
uint32_t new_key_code(int fd, uint8_t number, struct object *key)
{
	struct call call = {};

	key->value = "";
	put_key(&call.params, number, key->value);
	return create_primary(fd, RH_OWNER, &call, key);
}

void new_key(int fd, uint8_t number, const char *value, struct object *key)
{
	struct call call = {};

	key->value = value;
	put_key(&call.params, number, value);
	expect_ok(create_primary(fd, RH_OWNER, &call, key));
}

/* Elsewhere than with the owner, who must not have set an authorization value. */
void new_key_in(int fd, uint32_t hierarchy, uint8_t number, struct object *key)
{
	struct call call = {};

	key->value = "";
	put_key(&call.params, number, key->value);
	expect_ok(create_primary(fd, hierarchy, &call, key));
}

uint32_t read_name(int fd, uint32_t handle, struct blob *name)
{
	struct message m, r;
	struct blob public;
	uint32_t rc;

	command_begin(&m, ST_NO_SESSIONS, CC_READ_PUBLIC);
	put32(&m, handle);
	rc = tpm_exchange(fd, &m, &r);
	if (!rc) {
		get_sized(&r, &public);
		get_sized(&r, name);
	}
	return rc;
}

/* Does the handle still stand for this object? */
void check_object(int fd, const struct object *object)
{
	struct blob name;

	expect_ok(read_name(fd, object->handle, &name));
	expect_number(name.len, object->name.len);
	expect_same(name.data, object->name.data, name.len);
}

/**
 * key_hmac() - take an HMAC of a fixed text
 * @fd: device file
 * @key: with which key
 * @auths: the first authorizes its use
 * @nr_auths: how many
 * @digest: receives the HMAC
 *
 * Return: the response code.
 */
uint32_t key_hmac(int fd, const struct object *key, struct authorization *auths,
		  unsigned int nr_auths, struct blob *digest)
{
	struct call call = {
		.code = CC_HMAC,
		.handles = { key->handle },
		.names = { key->name },
		.nr_handles = 1,
	};
	struct message r;
	uint32_t rc;

	put_sized(&call.params, "text", 4);
	put16(&call.params, ALG_SHA256);
	rc = authorized(fd, &call, auths, nr_auths, &r);
	if (!rc)
		get_sized(&r, digest);
	return rc;
}

uint32_t key_hmac_plain(int fd, const struct object *key, struct blob *digest)
{
	struct authorization auth = password(key->value);

	return key_hmac(fd, key, &auth, 1, digest);
}

/**
 * certify() - let one key say that the TPM has an object
 * @fd: device file
 * @object: the object
 * @key: the key
 * @auths: the first authorizes the object's use, the second the key's
 * @nr_auths: how many
 * @name: receives the name of the object that the TPM has seen
 *
 * Return: the response code.
 */
uint32_t certify(int fd, const struct object *object, const struct object *key,
		 struct authorization *auths, unsigned int nr_auths,
		 struct blob *name)
{
	struct call call = {
		.code = CC_CERTIFY,
		.handles = { object->handle, key->handle },
		.names = { object->name, key->name },
		.nr_handles = 2,
	};
	struct message r;
	struct blob skipped;
	uint32_t rc;

	put16(&call.params, 0);		/* qualifying data */
	put16(&call.params, ALG_NULL);	/* the key's own scheme */
	rc = authorized(fd, &call, auths, nr_auths, &r);
	if (rc)
		return rc;

	get16(&r);			/* size of what follows */
	get32(&r);			/* magic number */
	expect_number(get16(&r), ST_ATTEST_CERTIFY);
	get_sized(&r, &skipped);	/* qualified name of the key */
	get_sized(&r, &skipped);	/* extra data */
	get(&r, skipped.data, 8 + 4 + 4 + 1 + 8);	/* clock, firmware */
	get_sized(&r, name);
	return 0;
}

/* An ECC key under which objects can be created. */
void new_storage(int fd, struct object *parent)
{
	struct message public = {};
	struct call call = {};

	put16(&public, ALG_ECC);
	put16(&public, ALG_SHA256);
	put32(&public, OA_FIXED_TPM | OA_FIXED_PARENT |
		       OA_SENSITIVE_DATA_ORIGIN | OA_USER_WITH_AUTH |
		       OA_NO_DA | OA_RESTRICTED | OA_DECRYPT);
	put16(&public, 0);
	put16(&public, ALG_AES);
	put16(&public, 128);
	put16(&public, ALG_CFB);
	put16(&public, ALG_NULL);	/* scheme */
	put16(&public, ECC_NIST_P256);
	put16(&public, ALG_NULL);	/* key derivation */
	put16(&public, 0);
	put16(&public, 0);

	put16(&call.params, 4);
	put32(&call.params, 0);		/* no authorization value, no data */
	put_sized(&call.params, public.data, public.len);
	put16(&call.params, 0);
	put32(&call.params, 0);
	parent->value = "";
	expect_ok(create_primary(fd, RH_OWNER, &call, parent));
}

/* From now on it is there under a handle that no resource manager changes. */
void make_persistent(int fd, const struct object *object, uint32_t handle)
{
	struct call call = {
		.code = CC_EVICT_CONTROL,
		.handles = { RH_OWNER, object->handle },
		.names = { {}, object->name },
		.nr_handles = 2,
	};
	struct authorization auth = password("");
	struct message r;

	put32(&call.params, handle);
	expect_ok(authorized(fd, &call, &auth, 1, &r));
}
