// SPDX-License-Identifier: GPL-2.0-only
/* More sessions and objects in one file than the TPM has slots (G14). */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>
#include <string.h>
#include <unistd.h>
#include "authorization.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "object.h"
#include "random.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define POLICIES	4
#define HMACS		4
#define OBJECTS		6
#define STEPS		150

/**
 * struct belongings - what one file has
 * @fd: the file
 * @policy: its policy sessions
 * @digest: what each says
 * @hmac: its HMAC sessions
 * @key: its objects
 */
struct belongings {
	int fd;
	uint32_t policy[POLICIES];
	struct blob digest[POLICIES];
	struct authorization hmac[HMACS];
	struct object key[OBJECTS];
};

static void have(struct belongings *all)
{
	unsigned int i;

	all->fd = tpm_managed();
	for (i = 0; i < POLICIES; i++) {
		all->policy[i] = new_session(all->fd, SE_POLICY);
		set_policy(all->fd, all->policy[i], i, &all->digest[i]);
	}
	for (i = 0; i < HMACS; i++)
		expect_ok(start_authorization(all->fd, &all->hmac[i]));
	for (i = 0; i < OBJECTS; i++)
		new_key(all->fd, i, "value", &all->key[i]);
}

static void use_one_policy(struct belongings *all, unsigned int i)
{
	struct blob digest;

	expect_ok(policy_digest(all->fd, all->policy[i], &digest));
	expect_same(digest.data, all->digest[i].data, SHA256_SIZE);
}

/* Two objects, a session to authorize each, and one that audits. */
static void use_five(struct belongings *all, unsigned int object,
		     unsigned int key, unsigned int session)
{
	struct authorization auths[3];
	struct blob name;
	unsigned int i;

	for (i = 0; i < 3; i++)
		auths[i] = all->hmac[(session + i) % HMACS];
	auths[0].value = blob_of("value");
	auths[1].value = blob_of("value");
	auths[2].attributes |= SA_AUDIT;
	expect_ok(certify(all->fd, &all->key[object], &all->key[key], auths, 3,
			  &name));
	expect_number(name.len, all->key[object].name.len);
	expect_same(name.data, all->key[object].name.data, name.len);

	for (i = 0; i < 3; i++) {
		all->hmac[(session + i) % HMACS].tpm = auths[i].tpm;
		all->hmac[(session + i) % HMACS].caller = auths[i].caller;
	}
}

static void use_key(struct belongings *all, unsigned int key,
		    unsigned int session)
{
	struct authorization auth = all->hmac[session];
	struct blob plain, digest;

	auth.value = blob_of("value");
	expect_ok(key_hmac(all->fd, &all->key[key], &auth, 1, &digest));
	expect_ok(key_hmac_plain(all->fd, &all->key[key], &plain));
	expect_same(digest.data, plain.data, SHA256_SIZE);
	all->hmac[session].tpm = auth.tpm;
	all->hmac[session].caller = auth.caller;
}

static void many_mixed(void)
{
	struct belongings all;
	unsigned int step;

	random_begin();
	have(&all);
	for (step = 0; step < STEPS; step++) {
		unsigned int object = random_below(OBJECTS);

		switch (random_below(4)) {
		case 0:
			use_one_policy(&all, random_below(POLICIES));
			break;
		case 1:
			check_object(all.fd, &all.key[object]);
			break;
		case 2:
			use_key(&all, object, random_below(HMACS));
			break;
		case 3:
			use_five(&all, object, random_below(OBJECTS),
				 random_below(HMACS));
			break;
		}
	}
}

/* Each pair of objects in one command, in both orders. */
static void many_pairs(void)
{
	struct belongings all;
	unsigned int i, j;

	have(&all);
	for (i = 0; i < OBJECTS; i++) {
		for (j = 0; j < OBJECTS; j++)
			use_five(&all, i, j, i + j);
	}
}

/* Two files in turns, each with more than there are slots. */
static void many_files(void)
{
	struct belongings all[2];
	unsigned int i, j;

	have(&all[0]);
	have(&all[1]);
	for (i = 0; i < OBJECTS; i++) {
		for (j = 0; j < 2; j++) {
			use_five(&all[j], i, (i + 1) % OBJECTS, i);
			use_one_policy(&all[j], i % POLICIES);
		}
	}
}

/* A tree of objects: created and loaded under one that was swapped out. */
static void many_sealed(void)
{
	static const char * const secrets[] = { "a", "bb", "ccc", "d", "e" };
	unsigned int i, round, nr = sizeof(secrets) / sizeof(*secrets);
	struct message sealed[5];
	struct object parent;
	struct blob secret;
	uint32_t handle[5];
	int fd = tpm_managed();

	new_storage(fd, &parent);
	for (i = 0; i < nr; i++) {
		seal(fd, &parent, secrets[i], &sealed[i]);
		expect_ok(load(fd, &parent, &sealed[i], &handle[i]));
	}
	for (round = 0; round < 3; round++) {
		for (i = 0; i < nr; i++) {
			expect_ok(unseal(fd, handle[i], &secret));
			expect_number(secret.len, strlen(secrets[i]));
			expect_same(secret.data, secrets[i], secret.len);
		}
	}
	check_object(fd, &parent);
}

static void many_limit(void)
{
	unsigned int i, limit = counter("max_per_fd");
	int fd = tpm_managed(), other = tpm_managed();
	uint32_t session[CROWD_MAX], handle;
	struct object key;

	expect_number(limit, nr_sessions_max() / 4);
	for (i = 0; i < limit; i++)
		session[i] = new_session(fd, SE_POLICY);
	expect_code(start_session(fd, SE_POLICY, &handle), RM_LIMIT_REACHED);
	expect_code(start_session(fd, SE_HMAC, &handle), RM_LIMIT_REACHED);
	expect_number(counter("active"), limit);

	/* nothing else has come to a halt, here or elsewhere */
	new_key(fd, 1, "", &key);
	check_object(fd, &key);
	for (i = 0; i < limit; i++)
		expect_ok(use_policy(fd, session[i]));
	new_session(other, SE_POLICY);
	expect_ok(flush_context(fd, session[0]));
	session[0] = new_session(fd, SE_POLICY);

	/* the limit can be set, and takes nothing away */
	set_limit("max_per_fd", 2);
	expect_code(start_session(fd, SE_POLICY, &handle), RM_LIMIT_REACHED);
	expect_ok(use_policy(fd, session[limit - 1]));
	new_session(other, SE_POLICY);
	expect_code(start_session(other, SE_POLICY, &handle),
		    RM_LIMIT_REACHED);
	set_limit("max_per_fd", limit + 1);
	new_session(fd, SE_POLICY);
	expect_code(start_session(fd, SE_POLICY, &handle), RM_LIMIT_REACHED);
}

/* Sessions that a client loads count as those that it starts. */
static void many_limit_loaded(void)
{
	int fd = tpm_managed();
	struct blob context;
	uint32_t handle;

	set_limit("max_per_fd", 2);
	handle = new_session(fd, SE_POLICY);
	expect_ok(context_save(fd, handle, &context));
	new_session(fd, SE_POLICY);
	new_session(fd, SE_POLICY);
	expect_code(context_load(fd, &context, &handle), RM_LIMIT_REACHED);
	set_limit("max_per_fd", 3);
	expect_ok(context_load(fd, &context, &handle));
	expect_ok(use_policy(fd, handle));
}

#define OBJECTS_MAX	64

/* A file may have many objects, but the kernel's memory is not its own. */
static void many_objects(void)
{
	struct object key[OBJECTS_MAX], more;
	int fd = tpm_managed(), i;

	for (i = 0; i < OBJECTS_MAX; i++)
		expect_ok(new_key_code(fd, i, &key[i]));
	expect_code(new_key_code(fd, i, &more), RM_OBJECT_LIMIT);
	for (i = 0; i < OBJECTS_MAX; i++)
		check_object(fd, &key[i]);
	expect_ok(flush_context(fd, key[40].handle));
	expect_ok(new_key_code(fd, 200, &key[40]));
	expect_number(key[40].handle, VIRTUAL_FIRST - 40);
	check_object(fd, &key[40]);
	check_object(fd, &key[41]);
}

#define PIECES	6

/* Sequences change with each use: an old context must never come back. */
static void many_sequences(void)
{
	uint8_t wanted[2][2][SHA256_SIZE];
	uint32_t sequence[2][2];
	struct belongings all[2];
	SHA256_CTX sha[2][2];
	struct blob digest, name;
	unsigned int i, file, s, piece;

	for (file = 0; file < 2; file++) {
		have(&all[file]);
		for (s = 0; s < 2; s++) {
			expect_ok(sequence_start(all[file].fd,
						 &sequence[file][s]));
			SHA256_Init(&sha[file][s]);
		}
	}
	for (piece = 0; piece < PIECES; piece++) {
		for (i = 0; i < 4; i++) {
			struct blob data = blob_of("piece 0 of file 0, 0");

			file = i % 2;
			s = i / 2;
			data.data[6] += piece;
			data.data[16] += file;
			data.data[19] += s;
			SHA256_Update(&sha[file][s], data.data, data.len);
			expect_ok(sequence_update(all[file].fd,
						  sequence[file][s], &data));
			/* takes all slots, but not always in between */
			if (piece % 3)
				use_five(&all[!file], piece, i, i);
			if (piece % 2)
				use_five(&all[file], i, piece, i);
		}
	}
	for (file = 0; file < 2; file++) {
		for (s = 0; s < 2; s++) {
			SHA256_Final(wanted[file][s], &sha[file][s]);
			expect_ok(sequence_complete(all[file].fd,
						    sequence[file][s],
						    &digest));
			expect_number(digest.len, SHA256_SIZE);
			expect_same(digest.data, wanted[file][s], SHA256_SIZE);
		}
	}

	/* they have ended, and their handles may serve again */
	new_key(all[0].fd, 9, "", &all[0].key[0]);
	expect_number(all[0].key[0].handle, sequence[0][0]);
	expect_ok(read_name(all[0].fd, sequence[0][0], &name));
}

const struct test many_tests[] = {
	{ "many-mixed", "G14: 8 sessions and 6 objects in one file, in any order",
	  many_mixed },
	{ "many-pairs", "G14: two objects and three sessions in one command",
	  many_pairs },
	{ "many-files", "G14: and so in two files at once", many_files },
	{ "many-sealed", "G14: objects under a parent that was swapped out",
	  many_sealed },
	{ "many-limit", "G14: the limit of a file has its own answer",
	  many_limit },
	{ "many-limit-loaded", "G14: loaded sessions count towards it",
	  many_limit_loaded },
	{ "many-objects", "G14: 64 objects in one file, and no more",
	  many_objects },
	{ "many-sequences", "G14: hash sequences survive being swapped",
	  many_sequences },
	{}
};
