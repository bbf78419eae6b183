// SPDX-License-Identifier: GPL-2.0-only
/* What happens to one session leaves the others alone (G6). */
#include <unistd.h>
#include "capability.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "object.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SESSIONS	5
#define OBJECTS		2

/**
 * struct family - what one client has
 * @fd: its file
 * @session: its sessions, by age
 * @digest: what each policy session says
 * @key: its objects
 */
struct family {
	int fd;
	uint32_t session[SESSIONS];
	struct blob digest[SESSIONS];
	struct object key[OBJECTS];
};

static bool is_hmac(unsigned int i)
{
	return i % 2;
}

static void make_family(struct family *family)
{
	unsigned int i;
	uint32_t session;

	family->fd = tpm_managed();
	for (i = 0; i < SESSIONS; i++) {
		session = new_session(family->fd,
				      is_hmac(i) ? SE_HMAC : SE_POLICY);
		family->session[i] = session;
		if (is_hmac(i))
			continue;
		set_policy(family->fd, session, i, &family->digest[i]);
	}
	for (i = 0; i < OBJECTS; i++)
		new_key(family->fd, i, "", &family->key[i]);
}

/* All but those in the mask @lost are as they were. */
static void check_family(const struct family *family, unsigned int lost)
{
	uint32_t code, wanted;
	struct blob digest;
	unsigned int i;

	for (i = 0; i < SESSIONS; i++) {
		code = is_hmac(i) ?
		       use_audit(family->fd, family->session[i], SA_CONTINUE) :
		       policy_digest(family->fd, family->session[i], &digest);
		wanted = lost & 1 << i ?
			 gone(is_hmac(i) ? SE_HMAC : SE_POLICY) : 0;
		expect(code == wanted,
		       "session %u of %u: 0x%08x where 0x%08x was due", i,
		       SESSIONS, code, wanted);
		if (!code && !is_hmac(i))
			expect_same(digest.data, family->digest[i].data,
				    SHA256_SIZE);
	}
	for (i = 0; i < OBJECTS; i++)
		check_object(family->fd, &family->key[i]);
}

static void sibling_evicted(void)
{
	int fd = tpm_managed();
	struct family family;
	struct crowd crowd;
	unsigned int i;

	make_family(&family);
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	for (i = 0; i < SESSIONS; i++) {
		check_family(&family, (1 << i) - 1);
		new_session(fd, SE_POLICY);
	}
	check_family(&family, (1 << SESSIONS) - 1);
	crowd_check(&crowd, 0);
}

/* By somebody whom the resource manager does not hear of, too. */
static void sibling_lost(void)
{
	struct family family;
	unsigned int i;
	int raw;

	for (i = 0; i < SESSIONS; i++) {
		make_family(&family);
		check_family(&family, 0);
		raw = tpm_raw();
		expect_ok(flush_context(raw, family.session[i]));
		close(raw);
		/* it is noticed with the next command, whatever that names */
		expect_ok(get_random(family.fd));
		expect_number(counter("active"), SESSIONS - 1);
		check_family(&family, 1 << i);
		close(family.fd);
		expect_number(counter("active"), 0);
	}
}

static void sibling_flushed(void)
{
	struct family family;
	unsigned int i, j;

	for (i = 0; i < SESSIONS; i++) {
		make_family(&family);
		expect_ok(flush_context(family.fd, family.session[i]));
		/* ended, not lost: the TPM says that it is not there */
		expect_code(flush_context(family.fd, family.session[i]),
			    RC_FLUSH_NO_SUCH);
		for (j = 0; j < SESSIONS; j++) {
			if (j == i)
				continue;
			expect_ok(is_hmac(j) ?
				  use_audit(family.fd, family.session[j],
					    SA_CONTINUE) :
				  use_policy(family.fd, family.session[j]));
		}
		check_object(family.fd, &family.key[0]);
		check_object(family.fd, &family.key[1]);
		close(family.fd);
	}
}

/* An object that goes, and its siblings. */
static void sibling_objects(void)
{
	struct family family;
	struct blob name;

	make_family(&family);
	expect_ok(flush_context(family.fd, family.key[0].handle));
	check_object(family.fd, &family.key[1]);
	new_key(family.fd, 7, "", &family.key[0]);
	check_family(&family, 0);
	/* close() ends all of them: bed_check() looks */
	expect_ok(read_name(family.fd, family.key[0].handle, &name));
}

/* A command that fails ends none of its sessions, whatever it says of them. */
static void sibling_failure(void)
{
	int fd = tpm_managed();
	struct object key, other;
	struct authorization auth;
	struct blob digest;

	new_key(fd, 1, "value", &key);
	expect_ok(start_authorization(fd, &auth));
	auth.value = blob_of("value");
	auth.attributes = 0;
	other = key;
	/* a name that the key does not have, so the HMAC is wrong */
	other.name.data[5] ^= 1;
	expect_code(key_hmac(fd, &other, &auth, 1, &digest),
		    RC_AUTH_FAIL_SESSION_1);
	auth.caller.data[0]--;
	expect_number(counter("active"), 1);
	expect_ok(key_hmac(fd, &key, &auth, 1, &digest));
	expect_number(counter("active"), 0);
	expect_code(flush_context(fd, auth.handle), RC_FLUSH_NO_SUCH);
}

/* A file that closes must not take what was its own once. */
static void close_own_only(void)
{
	int victim = tpm_managed(), taker = tpm_managed();
	uint32_t lost, kept, taken;
	struct crowd crowd;

	lost = new_session(victim, SE_POLICY);
	kept = new_session(victim, SE_POLICY);
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	taken = new_session(taker, SE_POLICY);
	expect_number(HANDLE_INDEX(taken), HANDLE_INDEX(lost));
	expect_ok(use_policy(victim, kept));

	close(victim);
	expect_number(counter("active"), nr_sessions_max() - 1);
	expect_ok(use_policy(taker, taken));
	crowd_check(&crowd, 0);
}

const struct test sibling_tests[] = {
	{ "sibling-evicted", "G6: the others survive when one is evicted",
	  sibling_evicted },
	{ "sibling-lost", "G6: the others survive when one is flushed unseen",
	  sibling_lost },
	{ "sibling-flushed", "G6: the others survive when one is flushed",
	  sibling_flushed },
	{ "sibling-objects", "G6: the others survive when an object is flushed",
	  sibling_objects },
	{ "sibling-failure", "G6: a command that fails ends no session",
	  sibling_failure },
	{ "close-own-only", "G6: close() ends what is the client's still",
	  close_own_only },
	{}
};
