// SPDX-License-Identifier: GPL-2.0-only
/* Sessions that clients save themselves, as tpm2-tools does (G9). */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "authorization.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "object.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

/**
 * struct legacy - what a process leaves behind
 * @handle: a policy session
 * @digest: what it says
 * @context: its context
 */
struct legacy {
	uint32_t handle;
	struct blob digest;
	struct blob context;
};

static void save_one(void *argument)
{
	struct legacy *legacy = argument;
	int fd = tpm_managed();

	legacy->handle = new_session(fd, SE_POLICY);
	expect_ok(policy_pcr(fd, legacy->handle));
	expect_ok(policy_command_code(fd, legacy->handle, CC_UNSEAL));
	expect_ok(policy_digest(fd, legacy->handle, &legacy->digest));
	expect_ok(context_save(fd, legacy->handle, &legacy->context));
}

/* What processes leave behind that have ended, one session each. */
static struct legacy *leave(unsigned int nr)
{
	struct legacy *legacies;
	unsigned int i;

	legacies = mmap(NULL, nr * sizeof(*legacies), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(legacies != MAP_FAILED, "mmap(): %s", strerror(errno));
	for (i = 0; i < nr; i++)
		await_success(spawn(save_one, &legacies[i]));
	return legacies;
}

static void check_loads(int fd, const struct legacy *legacy)
{
	struct blob digest;
	uint32_t handle;

	expect_ok(context_load(fd, &legacy->context, &handle));
	expect_number(handle, legacy->handle);
	expect_ok(policy_digest(fd, handle, &digest));
	expect_same(digest.data, legacy->digest.data, SHA256_SIZE);
}

static void saved_handover(void)
{
	int fd = tpm_managed(), other = tpm_managed();
	struct legacy *legacy = leave(1);
	uint32_t handle;

	expect_number(counter("active"), 1);
	expect_number(counter("detached"), 1);
	check_loads(fd, legacy);
	expect_number(counter("detached"), 0);

	/* the context serves once, here and elsewhere */
	expect_code(context_load(fd, &legacy->context, &handle),
		    RC_FLUSH_NO_SUCH);
	expect_code(context_load(other, &legacy->context, &handle),
		    RC_FLUSH_NO_SUCH);
	expect_ok(use_policy(fd, legacy->handle));
	/* and now it has an owner */
	expect_code(use_policy(other, legacy->handle), RM_HANDLE_GONE(0));
	expect_code(flush_context(other, legacy->handle), RM_FOREIGN_FLUSH);
	close(fd);
	expect_number(counter("active"), 0);
}

/* From process to process, saved anew each time, with others in between. */
static void saved_relay(void)
{
	int swapper = tpm_managed(), fd, i;
	struct legacy *legacy = leave(1);
	struct blob digest;
	uint32_t handle, busy[6];

	for (i = 0; i < 6; i++)
		busy[i] = new_session(swapper, SE_POLICY);
	for (i = 0; i < 10; i++) {
		fd = tpm_managed();
		expect_ok(context_load(fd, &legacy->context, &handle));
		expect_ok(use_policy(swapper, busy[i % 6]));
		expect_ok(use_policy(swapper, busy[(i + 1) % 6]));
		expect_ok(use_policy(swapper, busy[(i + 2) % 6]));
		expect_ok(policy_digest(fd, handle, &digest));
		expect_same(digest.data, legacy->digest.data, SHA256_SIZE);
		expect_ok(context_save(fd, handle, &legacy->context));
		close(fd);
		expect_number(counter("detached"), 1);
	}
	expect_ok(flush_context(swapper, legacy->handle));
	expect_number(counter("detached"), 0);
}

/* An HMAC session goes on where it stopped, nonces and all. */
static void saved_hmac(void)
{
	int first = tpm_managed(), second = tpm_managed();
	struct authorization auth;
	struct blob context, digest;
	struct object key;
	uint32_t handle;

	new_key(first, 1, "value", &key);
	expect_ok(start_authorization(first, &auth));
	auth.value = blob_of("value");
	expect_ok(key_hmac(first, &key, &auth, 1, &digest));
	expect_ok(context_save(first, auth.handle, &context));
	/* saved, and not loaded: the TPM's own answer */
	expect_code(use_audit(first, auth.handle, SA_CONTINUE), 0x918);
	close(first);

	new_key(second, 1, "value", &key);
	expect_ok(context_load(second, &context, &handle));
	expect_number(handle, auth.handle);
	expect_ok(key_hmac(second, &key, &auth, 1, &digest));
}

static void saved_flush(void)
{
	int fd = tpm_managed();
	struct legacy *legacy = leave(2);
	uint32_t handle;

	expect_code(use_policy(fd, legacy[0].handle), RC_HANDLE_NOT_LOADED(0));
	expect_ok(flush_context(fd, legacy[0].handle));
	expect_number(counter("active"), 1);
	expect_code(context_load(fd, &legacy[0].context, &handle),
		    RC_FLUSH_NO_SUCH);
	check_loads(fd, &legacy[1]);
	expect_ok(flush_context(fd, legacy[1].handle));
	expect_number(counter("active"), 0);
}

/* Sessions that nobody will ever end by himself. */
static void saved_reclaimed(void)
{
	unsigned int i, max = nr_sessions_max();
	struct legacy *legacies = leave(max);
	int fd = tpm_managed();
	long evictions;
	uint32_t handle;

	expect_number(counter("detached"), max);
	set_lease(500);
	set_limit("max_per_fd", max);
	evictions = counter("evictions");
	for (i = 0; i < max / 2; i++) {
		handle = new_session(fd, SE_POLICY);
		expect_number(HANDLE_INDEX(handle),
			      HANDLE_INDEX(legacies[i].handle));
		expect_number(counter("detached"), max - i - 1);
	}
	expect_number(counter("evictions"), evictions + max / 2);

	/* what was evicted does not load, and what was not does */
	expect_code(context_load(fd, &legacies[0].context, &handle),
		    RC_FLUSH_NO_SUCH);
	for (i = max / 2; i < max; i++) {
		check_loads(fd, &legacies[i]);
		expect_ok(flush_context(fd, legacies[i].handle));
	}
	close(fd);
	expect_number(counter("active"), 0);
}

/* To save a session and to load it again makes it no younger. */
static void saved_age(void)
{
	int fd = tpm_managed(), other = tpm_managed(), taker = tpm_managed();
	uint32_t saved, loaded, handle;
	struct blob context, kept;
	struct crowd crowd;

	saved = new_session(other, SE_POLICY);
	loaded = new_session(fd, SE_POLICY);
	crowd_take_all(&crowd, SE_POLICY);
	expect_ok(context_save(other, saved, &kept));
	expect_ok(context_save(fd, loaded, &context));
	expect_ok(context_load(fd, &context, &handle));

	set_lease(0);
	handle = new_session(taker, SE_POLICY);
	expect_number(HANDLE_INDEX(handle), HANDLE_INDEX(saved));
	handle = new_session(taker, SE_POLICY);
	expect_number(HANDLE_INDEX(handle), HANDLE_INDEX(loaded));
	crowd_check(&crowd, 0);

	/* who loaded it is told, as for any session */
	expect_code(use_policy(fd, loaded), RM_HANDLE_GONE(0));
	/* who saved it is not its owner any more, and neither is he this one */
	expect_code(use_policy(other, saved), RM_HANDLE_GONE(0));
	expect_code(flush_context(other, saved), RM_FOREIGN_FLUSH);
}

/* A session that fits no slot is room to be made, not an error. */
static void saved_slots(void)
{
	int fd = tpm_managed(), raw;
	unsigned int i;
	struct legacy *legacies = leave(8);

	for (i = 0; i < 8; i++)
		check_loads(fd, &legacies[i]);
	for (i = 0; i < 8; i++)
		expect_ok(use_policy(fd, legacies[i].handle));
	/* /dev/tpm0 has them too, once they are saved by their client */
	for (i = 0; i < 8; i++)
		expect_ok(context_save(fd, legacies[i].handle,
				       &legacies[i].context));
	raw = tpm_raw();
	for (i = 0; i < 8; i++) {
		check_loads(raw, &legacies[i]);
		expect_ok(flush_context(raw, legacies[i].handle));
	}
	close(raw);
	expect_ok(get_random(fd));
	expect_number(counter("active"), 0);
}

/* Contexts of objects load as often as one likes, in any file. */
static void saved_objects(void)
{
	int fd = tpm_managed(), other = tpm_managed(), i;
	struct object key, copy;
	struct blob context;

	new_key(fd, 1, "", &key);
	expect_ok(context_save(fd, key.handle, &context));
	check_object(fd, &key);
	copy = key;
	for (i = 0; i < 5; i++) {
		expect_ok(context_load(other, &context, &copy.handle));
		expect_number(copy.handle, VIRTUAL_FIRST - i);
		check_object(other, &copy);
	}
	close(fd);
	check_object(other, &copy);
}

const struct test saved_tests[] = {
	{ "saved-handover", "G9: a saved session loads in another process, once",
	  saved_handover },
	{ "saved-relay", "G9: and can be passed on again and again",
	  saved_relay },
	{ "saved-hmac", "G9: an HMAC session goes on where it stopped",
	  saved_hmac },
	{ "saved-flush", "G9: a saved session can be flushed by anybody",
	  saved_flush },
	{ "saved-reclaimed", "G9: saved sessions that leaked are reclaimed",
	  saved_reclaimed },
	{ "saved-age", "G9: saved sessions keep their age", saved_age },
	{ "saved-slots", "G9: more saved sessions than slots can be loaded",
	  saved_slots },
	{ "saved-objects", "G9: contexts of objects load any number of times",
	  saved_objects },
	{}
};
