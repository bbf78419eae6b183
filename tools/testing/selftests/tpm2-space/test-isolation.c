// SPDX-License-Identifier: GPL-2.0-only
/* Nobody can use, flush or see what is somebody else's (G7). */
#include <errno.h>
#include <unistd.h>
#include "authorization.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "object.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SESSIONS	5
#define OBJECTS		4

static void foreign_flush(void)
{
	int owner = tpm_managed(), other = tpm_managed();
	uint32_t policy = new_session(owner, SE_POLICY);
	uint32_t hmac = new_session(owner, SE_HMAC);
	long commands = counter("commands");

	expect_code(flush_context(other, policy), RM_FOREIGN_FLUSH);
	expect_code(flush_context(other, hmac), RM_FOREIGN_FLUSH);
	/* the TPM looks at the index only, so the type is no way around */
	expect_code(flush_context(other, FIRST_OF(HT_HMAC_SESSION) |
					 HANDLE_INDEX(policy)),
		    RM_FOREIGN_FLUSH);
	expect_code(flush_context(other, FIRST_OF(HT_POLICY_SESSION) |
					 HANDLE_INDEX(hmac)),
		    RM_FOREIGN_FLUSH);
	expect_number(counter("commands"), commands);
	expect_ok(use_policy(owner, policy));
	expect_ok(use_audit(owner, hmac, SA_CONTINUE));
}

static void foreign_use(void)
{
	int owner = tpm_managed(), other = tpm_managed();
	uint32_t policy = new_session(owner, SE_POLICY);
	struct authorization auths[2], hmac;
	struct blob before, after, context, digest;
	struct object key;
	long commands;

	expect_ok(start_authorization(owner, &hmac));
	expect_ok(policy_digest(owner, policy, &before));
	new_key(other, 1, "", &key);

	commands = counter("commands");
	expect_code(policy_command_code(other, policy, CC_UNSEAL),
		    RM_HANDLE_GONE(0));
	expect_code(policy_secret_owner(other, policy), RM_HANDLE_GONE(1));
	expect_code(context_save(other, policy, &context), RM_HANDLE_GONE(0));
	expect_code(use_audit(other, hmac.handle, SA_CONTINUE),
		    RM_AUTH_GONE(0));
	/* nor can it be ended like this */
	expect_code(use_audit(other, hmac.handle, 0), RM_AUTH_GONE(0));
	auths[0] = password("");
	auths[1] = hmac;
	auths[1].attributes = SA_CONTINUE | SA_AUDIT;
	expect_code(key_hmac(other, &key, auths, 2, &digest), RM_AUTH_GONE(1));
	expect_number(counter("commands"), commands);

	expect_ok(policy_digest(owner, policy, &after));
	expect_same(after.data, before.data, SHA256_SIZE);
	/* its nonces have not moved on either */
	new_key(owner, 2, "", &key);
	expect_ok(key_hmac(owner, &key, &hmac, 1, &digest));
}

static void foreign_objects(void)
{
	int owner = tpm_managed(), other = tpm_managed();
	struct object key, theirs;
	struct message m;

	new_key(owner, 1, "", &key);
	command_begin(&m, ST_NO_SESSIONS, CC_READ_PUBLIC);
	put32(&m, key.handle);
	command_end(&m);
	expect_errno(tpm_write(other, &m), EINVAL);
	command_begin(&m, ST_NO_SESSIONS, CC_FLUSH_CONTEXT);
	put32(&m, key.handle);
	command_end(&m);
	expect_errno(tpm_write(other, &m), EINVAL);

	/* the same handle means one object here and another one there */
	new_key(other, 2, "", &theirs);
	expect_number(theirs.handle, key.handle);
	check_object(other, &theirs);
	check_object(owner, &key);
	expect_ok(flush_context(other, theirs.handle));
	check_object(owner, &key);
}

/**
 * struct client - a client with sessions and objects, and what it may see
 * @fd: its file
 * @session: its sessions
 * @key: its objects
 */
struct client {
	int fd;
	uint32_t session[SESSIONS];
	struct object key[OBJECTS];
};

static void make_client(struct client *client)
{
	unsigned int i;

	client->fd = tpm_managed();
	for (i = 0; i < SESSIONS; i++)
		client->session[i] = new_session(client->fd,
						 i % 2 ? SE_HMAC : SE_POLICY);
	for (i = 0; i < OBJECTS; i++)
		new_key(client->fd, i, "", &client->key[i]);
}

/* To a client, all that it has is loaded; and nothing else is there. */
static void check_lists(const struct client *client)
{
	struct handles list;
	unsigned int i;

	list_type(client->fd, HT_HMAC_SESSION, &list);
	expect_number(list.nr, SESSIONS);
	for (i = 0; i < SESSIONS; i++)
		expect(listed(&list, client->session[i]),
		       "session 0x%08x is not in its owner's list",
		       client->session[i]);
	list_type(client->fd, HT_TRANSIENT, &list);
	expect_number(list.nr, OBJECTS);
	for (i = 0; i < OBJECTS; i++)
		expect(listed(&list, client->key[i].handle),
		       "object 0x%08x is not in its owner's list",
		       client->key[i].handle);
}

static void list_own(void)
{
	struct client client, other;
	struct handles list;
	struct blob context;
	uint32_t detached;
	int nobody = tpm_managed();

	make_client(&client);
	make_client(&other);
	check_lists(&client);
	check_lists(&other);
	list_type(client.fd, HT_POLICY_SESSION, &list);
	expect_number(list.nr, 0);

	/* one that its client has saved is for everybody to see */
	detached = new_session(nobody, SE_POLICY);
	expect_ok(context_save(nobody, detached, &context));
	list_type(other.fd, HT_POLICY_SESSION, &list);
	expect_number(list.nr, 1);
	expect_number(HANDLE_INDEX(list.handle[0]), HANDLE_INDEX(detached));
	check_lists(&client);
	list_type(nobody, HT_HMAC_SESSION, &list);
	expect_number(list.nr, 0);
	list_type(nobody, HT_TRANSIENT, &list);
	expect_number(list.nr, 0);
	expect_ok(flush_context(nobody, detached));
}

/* The other types are for the TPM to list. */
static void list_others(void)
{
	int raw = tpm_raw(), fd = tpm_managed();
	static const uint8_t types[] = { 0x00, 0x01, 0x40, 0x81 };
	struct handles all, seen;
	unsigned int i, j;

	for (i = 0; i < sizeof(types); i++) {
		list_handles(raw, FIRST_OF(types[i]), 64, &all);
		list_handles(fd, FIRST_OF(types[i]), 64, &seen);
		expect_number(seen.nr, all.nr);
		for (j = 0; j < all.nr; j++)
			expect_number(seen.handle[j], all.handle[j]);
	}
	list_type(fd, 0x40, &seen);
	expect(listed(&seen, RH_OWNER), "there is no owner hierarchy");
}

/* Page by page it is the same list. */
static void check_pages(int fd, uint8_t type, unsigned int size)
{
	uint32_t first = FIRST_OF(type);
	struct handles all, page;
	unsigned int i, seen = 0;

	list_type(fd, type, &all);
	do {
		list_handles(fd, first, size, &page);
		expect(page.nr <= size, "%u handles where %u were asked for",
		       page.nr, size);
		expect(page.nr || !page.more, "an empty page, and more");
		for (i = 0; i < page.nr; i++) {
			expect(seen < all.nr, "more handles in pages");
			expect_number(page.handle[i], all.handle[seen]);
			seen++;
			first = FIRST_OF(type) |
				(HANDLE_INDEX(page.handle[i]) + 1);
		}
		expect_number(page.more, seen < all.nr);
	} while (page.more);
	expect_number(seen, all.nr);
}

static void list_pages(void)
{
	struct client client;
	struct handles list;
	unsigned int size;

	make_client(&client);
	for (size = 1; size <= SESSIONS + 1; size++) {
		check_pages(client.fd, HT_HMAC_SESSION, size);
		check_pages(client.fd, HT_TRANSIENT, size);
	}
	/* there is an end to both */
	list_handles(client.fd, 0x02ffffff, 1, &list);
	expect_number(list.nr, 0);
	expect_number(list.more, 0);
	list_handles(client.fd, VIRTUAL_FIRST, 8, &list);
	expect_number(list.nr, 1);
	expect_number(list.handle[0], VIRTUAL_FIRST);
	expect_number(list.more, 0);
}

const struct test isolation_tests[] = {
	{ "foreign-flush", "G7: nobody flushes another client's session",
	  foreign_flush },
	{ "foreign-use", "G7: nobody uses another client's session",
	  foreign_use },
	{ "foreign-objects", "G7: nobody uses another client's objects",
	  foreign_objects },
	{ "list-own", "G7: a client sees its own and what is nobody's",
	  list_own },
	{ "list-others", "G7: lists of other handles are the TPM's",
	  list_others },
	{ "list-pages", "G7: lists of handles come in pages as asked for",
	  list_pages },
	{}
};
