// SPDX-License-Identifier: GPL-2.0-only
/* /dev/tpm0 beside /dev/tpmrm0, and what it leaves behind (G10). */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "authorization.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "hierarchy.h"
#include "kernel-log.h"
#include "object.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define LEASE_MS	1000
#define SLOTS		3	/* of sessions and of objects, each */

/* Fill the TPM with sessions that no resource manager knows of. */
static void leave_sessions(struct blob *contexts, unsigned int nr)
{
	int raw = tpm_raw();
	unsigned int i;

	for (i = 0; i < nr; i++)
		expect_ok(context_save(raw, new_session(raw, SE_POLICY),
				       &contexts[i]));
	close(raw);
}

static void raw_adopted(void)
{
	unsigned int i, max = nr_sessions_max();
	static struct blob contexts[CROWD_MAX];
	long adoptions = counter("adoptions");
	long evictions = counter("evictions");
	int fd = tpm_managed();
	struct crowd crowd;
	uint32_t handle;
	long long begin;

	leave_sessions(contexts, max);
	set_lease(LEASE_MS);
	begin = now_ms();
	expect_ok(get_random(fd));
	expect_number(counter("adoptions"), adoptions + max);
	expect_number(counter("active"), max);
	expect_number(counter("detached"), max);

	/* their lease begins when they are found */
	new_session(fd, SE_POLICY);
	expect(now_ms() >= begin + LEASE_MS,
	       "a session was evicted %lld ms after it was found",
	       now_ms() - begin);
	expect_number(counter("evictions"), evictions + 1);

	/* they are as good as any that a client has saved */
	for (i = max - 3; i < max; i++) {
		expect_ok(context_load(fd, &contexts[i], &handle));
		expect_ok(use_policy(fd, handle));
		expect_ok(flush_context(fd, handle));
	}
	expect_number(counter("active"), max - 3);

	/* and all the rest can be had */
	crowd_open(&crowd);
	crowd_add(&crowd, max - 1, SE_POLICY);
	crowd_check(&crowd, 0);
	expect_number(counter("detached"), 0);
	expect_number(counter("evictions"), evictions + max - 3);
}

/* Sessions that are loaded, not saved, when /dev/tpm0 is closed. */
static void raw_adopted_loaded(void)
{
	uint32_t handle[SLOTS], more[2 * SLOTS];
	int raw = tpm_raw(), fd, i;

	for (i = 0; i < SLOTS; i++)
		handle[i] = new_session(raw, SE_POLICY);
	close(raw);

	fd = tpm_managed();
	/* their slots are needed, and they survive that */
	for (i = 0; i < 2 * SLOTS; i++)
		more[i] = new_session(fd, SE_POLICY);
	for (i = 0; i < SLOTS; i++)
		expect_ok(use_policy(fd, handle[i]));
	for (i = 0; i < 2 * SLOTS; i++)
		expect_ok(use_policy(fd, more[i]));
	for (i = 0; i < SLOTS; i++)
		expect_ok(flush_context(fd, handle[i]));
	expect_number(counter("active"), 2 * SLOTS);
}

/* Objects that nobody will ever flush leave their slots when these are needed. */
static void raw_objects(void)
{
	struct authorization auths[] = { password(""), password("") };
	struct object left, key[2];
	struct blob name = {};
	long long begin;
	int raw, fd, i;

	set_lease(LEASE_MS);
	raw = tpm_raw();
	begin = now_ms();
	for (i = 0; i < SLOTS - 1; i++)
		new_key(raw, i, "", &left);
	close(raw);

	fd = tpm_managed();
	for (i = 0; i < 2; i++)
		new_key(fd, SLOTS + i, "", &key[i]);
	/* that takes two slots at a time */
	expect_ok(certify(fd, &key[0], &key[1], auths, 2, &name));
	expect_same(name.data, key[0].name.data, key[0].name.len);
	expect(now_ms() >= begin + LEASE_MS,
	       "objects were flushed %lld ms after they had been made",
	       now_ms() - begin);
	for (i = 0; i < 2; i++)
		check_object(fd, &key[i]);
}

/**
 * struct belongings - what a client has, more than there are slots
 * @fd: its file
 * @session: its sessions
 * @key: its objects
 */
struct belongings {
	int fd;
	uint32_t session[2 * SLOTS];
	struct object key[2 * SLOTS];
};

static void have(struct belongings *client)
{
	int i;

	client->fd = tpm_managed();
	for (i = 0; i < 2 * SLOTS; i++) {
		client->session[i] = new_session(client->fd, SE_POLICY);
		new_key(client->fd, i, "", &client->key[i]);
	}
}

static void check_belongings(const struct belongings *client)
{
	int i;

	for (i = 0; i < 2 * SLOTS; i++) {
		expect_ok(use_policy(client->fd, client->session[i]));
		check_object(client->fd, &client->key[i]);
	}
}

static void expect_slots_empty(int raw)
{
	struct handles list;

	list_type(raw, HT_HMAC_SESSION, &list);
	expect(!list.nr, "%u sessions of ours are loaded", list.nr);
	list_type(raw, HT_TRANSIENT, &list);
	expect(!list.nr, "%u objects of ours are loaded", list.nr);
}

static void raw_slots(void)
{
	struct belongings client;
	uint32_t session[SLOTS];
	struct object key[SLOTS];
	int raw, i;

	/* loaded before it is opened, and while it is open */
	have(&client);
	raw = tpm_raw();
	expect_slots_empty(raw);
	check_belongings(&client);
	expect_slots_empty(raw);

	/* all of the TPM's slots are there for who uses it bare */
	for (i = 0; i < SLOTS; i++) {
		session[i] = new_session(raw, SE_POLICY);
		new_key(raw, i, "", &key[i]);
	}
	for (i = 0; i < SLOTS; i++) {
		expect_ok(use_policy(raw, session[i]));
		check_object(raw, &key[i]);
	}
	/* the same in turns, one slot of each kind left to the other */
	expect_ok(flush_context(raw, session[0]));
	expect_ok(flush_context(raw, key[0].handle));
	check_belongings(&client);
	for (i = 1; i < SLOTS; i++) {
		expect_ok(use_policy(raw, session[i]));
		check_object(raw, &key[i]);
		expect_ok(flush_context(raw, session[i]));
		expect_ok(flush_context(raw, key[i].handle));
	}
	check_belongings(&client);
	expect_slots_empty(raw);
	close(raw);
	check_belongings(&client);
}

/* Where all slots are taken, the client learns that, and goes on later. */
static void raw_full(void)
{
	struct belongings client;
	uint32_t session[SLOTS];
	struct object key[SLOTS];
	struct blob name;
	int raw, i;

	have(&client);
	raw = tpm_raw();
	for (i = 0; i < SLOTS; i++) {
		session[i] = new_session(raw, SE_POLICY);
		new_key(raw, i, "", &key[i]);
	}
	expect_code(use_policy(client.fd, client.session[0]),
		    RC_SESSION_MEMORY);
	expect_code(read_name(client.fd, client.key[0].handle, &name),
		    RC_OBJECT_MEMORY);
	for (i = 0; i < SLOTS; i++) {
		expect_ok(flush_context(raw, session[i]));
		expect_ok(flush_context(raw, key[i].handle));
	}
	check_belongings(&client);
	close(raw);
}

/* What it takes away from a client, the client is told. */
static void raw_takes(void)
{
	struct belongings client;
	int raw;

	have(&client);
	raw = tpm_raw();
	expect_ok(flush_context(raw, client.session[1]));
	expect_code(use_policy(client.fd, client.session[1]),
		    RM_HANDLE_GONE(0));
	expect_ok(flush_context(client.fd, client.session[1]));
	client.session[1] = client.session[0];
	check_belongings(&client);
	close(raw);
	check_belongings(&client);
}

static void raw_wakes(void)
{
	struct waiter waiter;
	struct crowd crowd;
	int raw;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	waiter_start(&waiter);
	await_counter("waiters", 1);
	raw = tpm_raw();
	expect_ok(flush_context(raw, crowd.session[5].handle));
	expect(waiter_is_done(&waiter, HANG_MS),
	       "a session was flushed past us, and nobody is woken");
	expect_number(waiter_session(&waiter), crowd.session[5].handle);
	waiter_end(&waiter);
	close(raw);
}

/* A TPM lists what it has saved as 0x02, whatever it is; it is used as what it is. */
static void raw_kind(void)
{
	uint32_t more[2 * SLOTS], handle;
	struct blob context;
	int fd, other, i;

	leave_sessions(&context, 1);
	fd = tpm_managed();
	other = tpm_managed();
	expect_ok(context_load(fd, &context, &handle));
	/* its slot is needed, and its client comes back to it */
	for (i = 0; i < 2 * SLOTS; i++)
		more[i] = new_session(other, SE_POLICY);
	expect_ok(use_policy(fd, handle));
	expect_code(use_policy(other, handle), RM_HANDLE_GONE(0));
	expect_ok(use_policy(other, more[0]));
	expect_ok(use_policy(fd, handle));
	expect_ok(flush_context(fd, handle));
}

/*
 * TPM2_Clear sets the counters of resets to 0, and takes no session away; nor does
 * the log say that there was a reset.
 */
static void raw_clear(void)
{
	uint32_t session[2 * SLOTS];
	int fd = tpm_managed(), other = tpm_managed(), raw, i, by_raw;
	int log = kernel_log();

	for (i = 0; i < 2 * SLOTS; i++)
		session[i] = new_session(fd, SE_POLICY);
	for (by_raw = 0; by_raw < 2; by_raw++) {
		raw = tpm_raw();
		expect_ok(get_random(raw));
		if (by_raw)
			end_hierarchy(raw, &ending_by_clear, NULL);
		close(raw);
		if (!by_raw)
			end_hierarchy(other, &ending_by_clear, NULL);
		for (i = 0; i < 2 * SLOTS; i++) {
			expect_code(use_policy(other, session[i]),
				    RM_HANDLE_GONE(0));
			expect_ok(use_policy(fd, session[i]));
		}
		expect(!kernel_log_says(log, "sessions are left"),
		       "the kernel says that the TPM was reset");
	}
	close(log);
}

/* It is the device that it always was: one client, and no resource manager. */
static void raw_bare(void)
{
	struct message m;
	struct object key;
	int raw = tpm_raw();

	expect_errno(tpm_try_raw(), EBUSY);
	command_begin(&m, ST_NO_SESSIONS, 0x1ff);
	expect_code(tpm_exchange(raw, &m, NULL), 0x143);
	new_key(raw, 1, "", &key);
	expect(key.handle < FIRST_OF(HT_TRANSIENT) + 16,
	       "0x%08x is no handle of a TPM", key.handle);
	expect_ok(flush_context(raw, key.handle));
	close(raw);
	raw = tpm_raw();
	close(raw);
}

const struct test raw_tests[] = {
	{ "raw-adopted", "G10: sessions left by /dev/tpm0 are adopted, reclaimed",
	  raw_adopted },
	{ "raw-adopted-loaded", "G10: those still loaded are swapped out",
	  raw_adopted_loaded },
	{ "raw-objects", "G10: objects left by /dev/tpm0 leave when room is needed",
	  raw_objects },
	{ "raw-slots", "G10: a client of /dev/tpm0 has all slots to itself",
	  raw_slots },
	{ "raw-full", "G10: without a slot there is the TPM's warning, no harm",
	  raw_full },
	{ "raw-takes", "G6: what /dev/tpm0 takes away, its owner is told",
	  raw_takes },
	{ "raw-wakes", "G2: a session that /dev/tpm0 ends wakes a waiter",
	  raw_wakes },
	{ "raw-kind", "G9: a policy session that was there before stays one",
	  raw_kind },
	{ "raw-clear", "G12: TPM2_Clear is no reset, whoever sends it",
	  raw_clear },
	{ "raw-bare", "G18: /dev/tpm0 is the bare TPM", raw_bare },
	{}
};
