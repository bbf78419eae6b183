// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients of all kinds, that come to no end of their own: one that does ends with
 * what it has seen that must not be.
 *
 * Any session of theirs may have been evicted, and the TPM may have been reset, at
 * any time. So each command may be answered with "gone"; but never with what is
 * another's, and what it does answer has to be true.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "authorization.h"
#include "capability.h"
#include "check.h"
#include "consumer.h"
#include "object.h"
#include "random.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"
#include "resident.h"

#define HELD_MAX	8	/* sessions */
#define KEYS_MAX	6	/* twice as many as there are slots */
#define PAUSE_MS	200	/* the longest between two commands */

/* A person, a network, a disk. */
static void think(void)
{
	const struct timespec pause = {
		.tv_nsec = random_below(PAUSE_MS) * 1000000L
	};

	nanosleep(&pause, NULL);
}

/* Was it carried out? If not, what it named is not there, or the TPM not yet. */
static bool done(uint32_t rc)
{
	if (rc == RC_INITIALIZE || (rc & ~0xfU) == RM_HANDLE_GONE(0))
		return false;
	expect_ok(rc);
	return true;
}

/**
 * struct held - what a client has
 * @session: a session
 * @known: it has been given a policy, which tells it from others
 * @digest: what that is
 */
struct held {
	uint32_t session;
	bool known;
	struct blob digest;
};

static bool hold(int fd, struct held *held)
{
	held->known = false;
	return done(start_session(fd, SE_POLICY, &held->session));
}

/* It is what it was, or it is gone. */
static void use_held(int fd, struct held *held)
{
	static const uint32_t codes[] = { CC_UNSEAL, CC_HMAC, CC_CERTIFY,
					  CC_CREATE, CC_LOAD, CC_CLEAR,
					  CC_READ_PUBLIC, CC_EVICT_CONTROL };
	uint32_t code = codes[random_below(sizeof(codes) / sizeof(*codes))];
	struct blob digest;

	if (!held->known) {
		held->known = done(policy_command_code(fd, held->session,
						       code)) &&
			      done(policy_digest(fd, held->session,
						 &held->digest));
		return;
	}
	if (done(policy_digest(fd, held->session, &digest)))
		expect_same(digest.data, held->digest.data, SHA256_SIZE);
}

/* So many that some of these clients have all that there are, and others wait. */
static unsigned int hold_all(int fd, struct held *held)
{
	unsigned int nr = 0;

	while (nr < HELD_MAX && hold(fd, &held[nr]))
		nr++;
	return nr;
}

/* Sessions that are kept for a while, in any number and order. */
static void holder(void *seed)
{
	struct held held[HELD_MAX];
	int fd = tpm_managed();
	unsigned int nr;

	random_set(*(uint64_t *)seed);
	nr = hold_all(fd, held);
	for (;;) {
		think();
		switch (random_below(12)) {
		case 0:
		case 1:
		case 2:
		case 3:
		case 4:
		case 5:
			if (nr < HELD_MAX && hold(fd, &held[nr]))
				nr++;
			break;
		case 6:
		case 7:
		case 8:
			if (nr)
				use_held(fd, &held[random_below(nr)]);
			break;
		case 9:
		case 10:
			/* succeeds once if it is gone, too */
			if (nr && done(flush_context(fd, held[nr - 1].session)))
				nr--;
			break;
		case 11:
			close(fd);
			fd = tpm_managed();
			nr = hold_all(fd, held);
			break;
		}
	}
}

static bool make_key(int fd, struct object *key)
{
	return done(new_key_code(fd, random_below(200), key));
}

/* A key that is used under an HMAC session, where each command has a nonce. */
static void signer(void *seed)
{
	struct authorization auth;
	struct blob digest, seen;
	struct object key;
	int fd, i;

	random_set(*(uint64_t *)seed);
	for (;;) {
		fd = tpm_managed();
		if (make_key(fd, &key) &&
		    done(key_hmac_plain(fd, &key, &digest)) &&
		    done(start_authorization(fd, &auth))) {
			for (i = random_below(20); i > 0; i--) {
				think();
				if (!done(key_hmac(fd, &key, &auth, 1, &seen)))
					break;
				expect_same(seen.data, digest.data, digest.len);
			}
		}
		close(fd);
	}
}

/* A context that is loaded was saved here: it is there, or it was evicted. */
static void load_again(int fd, const struct blob *context, struct held *held)
{
	uint32_t handle, rc = context_load(fd, context, &handle);

	/* of before a reset; of a session that was evicted */
	if (rc == RC_CONTEXT_STALE || rc == RC_FLUSH_NO_SUCH || !done(rc))
		return;
	expect_number(HANDLE_INDEX(handle), HANDLE_INDEX(held->session));
	use_held(fd, held);
	if (random_below(4))
		done(flush_context(fd, handle));
}

/* Sessions that are saved, and loaded by who opens the TPM next, or by nobody. */
static void saver(void *seed)
{
	struct blob context;
	struct held held;
	int fd;

	random_set(*(uint64_t *)seed);
	for (;;) {
		fd = tpm_managed();
		if (hold(fd, &held))
			use_held(fd, &held);
		if (held.known &&
		    done(context_save(fd, held.session, &context)) &&
		    random_below(4)) {
			close(fd);
			think();
			fd = tpm_managed();
			load_again(fd, &context, &held);
		}
		close(fd);
		think();
	}
}

/* More objects than there are slots, and hash sequences. */
static void keeper(void *seed)
{
	struct object key[KEYS_MAX];
	struct blob data = { .len = 8 }, name, digest;
	uint32_t sequence;
	int fd, i, nr;

	random_set(*(uint64_t *)seed);
	for (;;) {
		fd = tpm_managed();
		for (nr = 0; nr < KEYS_MAX && make_key(fd, &key[nr]); nr++)
			think();
		if (nr == KEYS_MAX && done(sequence_start(fd, &sequence))) {
			for (i = 0; i < nr; i++) {
				think();
				if (!done(sequence_update(fd, sequence, &data)) ||
				    !done(read_name(fd, key[i].handle, &name)))
					break;
				expect_same(name.data, key[i].name.data,
					    name.len);
			}
			done(sequence_complete(fd, sequence, &digest));
		}
		close(fd);
	}
}

/* Asks without waiting, and may be gone before the answer is there. */
static void impatient(void *seed)
{
	struct message m = start_command(SE_POLICY), r;
	int fd;

	random_set(*(uint64_t *)seed);
	for (;;) {
		fd = tpm_managed_nonblock();
		expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
		think();
		if (random_below(2) && tpm_answered(fd, HANG_MS) &&
		    done(tpm_read(fd, &r)))
			done(use_policy(fd, get32(&r)));
		close(fd);
	}
}

/*
 * While somebody has the bare TPM, what is loaded may be his, so others have to do
 * with the slots that are left. One that finds two taken clears up.
 */
static void leave_slots(int raw)
{
	struct handles list;
	unsigned int i;

	list_type(raw, HT_HMAC_SESSION, &list);
	for (i = 0; list.nr > 1 && i < list.nr; i++)
		flush_context(raw, list.handle[i]);
}

/*
 * At the bare TPM, warnings and all. What it leaves behind is nobody's; and who
 * needs a session may take one that is left there.
 */
static void bare(void *seed)
{
	uint32_t session, rc;
	int fd;

	random_set(*(uint64_t *)seed);
	for (;;) {
		think();
		fd = tpm_try_raw();
		if (fd < 0) {
			expect_number(errno, EBUSY);
			continue;
		}
		leave_slots(fd);
		rc = start_session(fd, SE_POLICY, &session);
		if (!rc) {
			think();
			rc = use_policy(fd, session);
			expect(!rc || rc == RC_HANDLE_NOT_LOADED(0) ||
			       rc == RC_INITIALIZE, "the TPM says 0x%08x", rc);
			if (random_below(2))
				flush_context(fd, session);
		} else {
			expect(rc == RC_SESSION_HANDLES || rc == RC_INITIALIZE,
			       "the TPM says 0x%08x", rc);
		}
		close(fd);
	}
}

/* The kernel never waits, and never fails for what clients have (G11). */
static void kernel(void *seed)
{
	struct blob sealed;

	random_set(*(uint64_t *)seed);
	for (;;) {
		expect(kernel_extends(), "no PCR was extended");
		think();
		expect(kernel_draws(), "no random numbers were drawn");
		think();
		expect(kernel_seals(&sealed), "no key was sealed");
		think();
		expect(kernel_unseals(&sealed), "no key was unsealed");
		think();
	}
}

const struct resident_kind resident_kinds[] = {
	{ "holder", holder },
	{ "signer", signer },
	{ "saver", saver },
	{ "keeper", keeper },
	{ "impatient", impatient },
	{ "bare", bare, .raw = true },
	{}
};

const struct resident_kind resident_kernel = { "kernel", kernel };
