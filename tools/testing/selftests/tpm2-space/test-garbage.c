// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes may be written, and other clients do not notice (G17). */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "object.h"
#include "process.h"
#include "random.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define COMMANDS	1500
#define CHECK_EACH	50
#define CODES_MAX	256
#define CODE_INDEX	0xffff		/* of the attributes of a command */
#define CODE_VENDOR	0x20000000

/*
 * Commands that change the TPM for everybody, or for good, if the garbage
 * happens to be right. They would show nothing about the resource manager.
 */
static const uint16_t excluded[] = {
	0x11f,	/* NV_UndefineSpaceSpecial */
	0x120,	/* EvictControl */
	CC_HIERARCHY_CONTROL,
	0x122,	/* NV_UndefineSpace */
	CC_CHANGE_EPS,
	CC_CHANGE_PPS,
	CC_CLEAR,
	CC_CLEAR_CONTROL,
	0x128,	/* ClockSet */
	CC_HIERARCHY_CHANGE_AUTH,
	0x12a,	/* NV_DefineSpace */
	0x12b,	/* PCR_Allocate */
	0x12c,	/* PCR_SetAuthPolicy */
	0x12d,	/* PP_Commands */
	CC_SET_PRIMARY_POLICY,
	0x12f,	/* FieldUpgradeStart */
	0x130,	/* ClockRateAdjust */
	CC_CREATE_PRIMARY,	/* of an RSA key takes seconds */
	0x139,	/* DictionaryAttackLockReset */
	0x13a,	/* DictionaryAttackParameters */
	0x13f,	/* SetAlgorithmSet */
	0x140,	/* SetCommandCodeAuditStatus */
	0x141,	/* FieldUpgradeData */
	CC_INCREMENTAL_SELF_TEST,
	CC_SELF_TEST,
	CC_STARTUP,
	CC_SHUTDOWN,
	CC_CREATE,
	0x191,	/* CreateLoaded */
	0x192,	/* PolicyAuthorizeNV */
};

/**
 * struct codes - commands that garbage is made of
 * @nr: how many
 * @code: their codes
 */
struct codes {
	unsigned int nr;
	uint16_t code[CODES_MAX];
};

static int is_excluded(uint32_t attributes)
{
	unsigned int i;

	if (attributes & CODE_VENDOR)
		return 1;
	for (i = 0; i < sizeof(excluded) / sizeof(*excluded); i++) {
		if ((attributes & CODE_INDEX) == excluded[i])
			return 1;
	}
	return 0;
}

static void list_codes(int fd, struct codes *codes)
{
	struct message m, r;
	uint32_t nr;

	command_begin(&m, ST_NO_SESSIONS, CC_GET_CAPABILITY);
	put32(&m, CAP_COMMANDS);
	put32(&m, 0);
	put32(&m, CODES_MAX);
	expect_ok(tpm_exchange(fd, &m, &r));
	expect_number(get8(&r), 0);
	expect_number(get32(&r), CAP_COMMANDS);
	codes->nr = 0;
	for (nr = get32(&r); nr > 0; nr--) {
		uint32_t attributes = get32(&r);

		if (!is_excluded(attributes))
			codes->code[codes->nr++] = attributes & CODE_INDEX;
	}
	expect(codes->nr > 50, "the TPM has %u commands to try", codes->nr);
}

/* Handles of all kinds: the client's own, those of others, and none at all. */
static uint32_t some_handle(const uint32_t *known, unsigned int nr)
{
	static const uint32_t first[] = { 0x00000000, 0x01000000, 0x02000000,
					  0x03000000, 0x40000000, 0x80000000,
					  0x80ffffc0, 0x81000000, 0xff000000 };

	if (random_below(3))
		return known[random_below(nr)];
	return first[random_below(sizeof(first) / sizeof(*first))] +
	       random_below(64);
}

static void put_area(struct message *m, const uint32_t *known, unsigned int nr)
{
	unsigned int i, entries = random_below(5);
	struct message area = {};
	uint8_t junk[64];

	random_fill(junk, sizeof(junk));
	for (i = 0; i < entries; i++) {
		put32(&area, random_below(2) ? RS_PW : some_handle(known, nr));
		put_sized(&area, junk, random_below(40));
		put8(&area, random_bits());
		put_sized(&area, junk, random_below(40));
	}
	/* the size is right, or nearly so, or anything */
	switch (random_below(6)) {
	case 0:
		put32(m, area.len + random_below(9) - 4);
		break;
	case 1:
		put32(m, random_bits());
		break;
	default:
		put32(m, area.len);
	}
	put(m, area.data, area.len);
}

static void make_garbage(struct message *m, const struct codes *codes,
			 const uint32_t *known, unsigned int nr)
{
	unsigned int i, handles = random_below(4);
	uint8_t junk[600];
	uint16_t tag = random_below(2) ? ST_SESSIONS : ST_NO_SESSIONS;

	random_fill(junk, sizeof(junk));
	command_begin(m, random_below(20) ? tag : random_bits(),
		      codes->code[random_below(codes->nr)]);
	for (i = 0; i < handles; i++)
		put32(m, some_handle(known, nr));
	if (tag == ST_SESSIONS)
		put_area(m, known, nr);
	/* small numbers are sizes that may be right */
	for (i = random_below(4); i > 0; i--)
		put16(m, random_below(40));
	put(m, junk, random_below(random_below(8) ? 40 : sizeof(junk)));
	command_end(m);
}

/* A command that was right, with a few bytes changed or the end cut off. */
static void mutate(struct message *m, uint32_t session, uint32_t object)
{
	unsigned int changes = random_below(3);
	size_t at;

	switch (random_below(4)) {
	case 0:
		*m = start_command(random_below(4));
		break;
	case 1:
		command_begin(m, ST_NO_SESSIONS, CC_POLICY_GET_DIGEST);
		put32(m, session);
		break;
	case 2:
		command_begin(m, ST_NO_SESSIONS, CC_READ_PUBLIC);
		put32(m, object);
		break;
	case 3:
		command_begin(m, ST_SESSIONS, CC_HMAC);
		put32(m, object);
		put32(m, 9);
		put32(m, RS_PW);
		put16(m, 0);
		put8(m, SA_CONTINUE);
		put16(m, 0);
		put_sized(m, "text", 4);
		put16(m, ALG_SHA256);
		break;
	}
	command_end(m);
	while (changes--) {
		at = random_below(m->len);
		/* the code stays: by one bit it may be an excluded one */
		if (at < 6 || at >= HEADER_SIZE)
			m->data[at] = random_bits();
	}
	if (!random_below(4)) {
		m->len = random_below(m->len + 1);
		if (m->len >= HEADER_SIZE && random_below(2))
			command_end(m);
	}
}

/*
 * Write it and read whatever comes. Returns whether the TPM, or the resource
 * manager in its stead, gave a response.
 */
static int try(int fd, struct message *m)
{
	ssize_t size = tpm_write(fd, m);

	if (size < 0) {
		expect(errno == EINVAL, "write(): %s", strerror(errno));
		return 0;
	}
	expect_number(size, m->len);
	expect(tpm_answered(fd, HANG_MS), "no answer after %d ms", HANG_MS);
	size = read(fd, m->data, sizeof(m->data));
	if (size < 0) {
		expect(errno == EINVAL, "read(): %s", strerror(errno));
		return 0;
	}
	expect(size >= HEADER_SIZE, "a response of %zd bytes", size);
	expect_number(be32_at(m->data + 2), size);
	return 1;
}

/**
 * struct bystander - another client, in a process of its own
 * @uses: how often it has used its session and its object
 * @stop: it is to come to its end
 */
struct bystander {
	volatile unsigned int uses;
	volatile int stop;
};

static void stand_by(void *argument)
{
	struct bystander *self = argument;
	struct authorization auth;
	struct blob wanted, digest;
	int fd = tpm_managed();
	struct object key;
	uint32_t session;

	new_key(fd, 77, "", &key);
	expect_ok(start_authorization(fd, &auth));
	session = new_session(fd, SE_POLICY);
	expect_ok(policy_command_code(fd, session, CC_UNSEAL));
	expect_ok(policy_digest(fd, session, &wanted));
	while (!self->stop) {
		expect_ok(policy_digest(fd, session, &digest));
		expect_same(digest.data, wanted.data, SHA256_SIZE);
		check_object(fd, &key);
		expect_ok(key_hmac(fd, &key, &auth, 1, &digest));
		self->uses++;
	}
}

/*
 * It gets on with its work. Who is served more often is up to the scheduler of a
 * busy machine; what matters is that its turn comes, before the next garbage.
 */
static void await_bystander(const struct bystander *bystander)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	long long deadline = now_ms() + HANG_MS;
	unsigned int seen = bystander->uses;

	while (bystander->uses == seen) {
		expect(now_ms() < deadline,
		       "another client has come to a halt");
		nanosleep(&pause, NULL);
	}
}

static void try_garbage(bool nonblock)
{
	unsigned int i, answers = 0, errors = 0, good = 0;
	struct bystander *bystander;
	uint32_t known[4], session;
	struct codes codes;
	struct object key;
	struct message m;
	pid_t pid;
	int fd;

	random_begin();
	bystander = mmap(NULL, sizeof(*bystander), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(bystander != MAP_FAILED, "mmap(): %s", strerror(errno));
	pid = spawn(stand_by, bystander);

	fd = nonblock ? tpm_managed_nonblock() : tpm_managed();
	list_codes(fd, &codes);
	new_key(fd, 1, "", &key);
	session = new_session(fd, SE_POLICY);
	known[0] = key.handle;
	known[1] = session;
	known[2] = new_session(fd, SE_HMAC);
	known[3] = RH_OWNER;

	for (i = 0; i < COMMANDS; i++) {
		if (random_below(2))
			make_garbage(&m, &codes, known, 4);
		else
			mutate(&m, session, key.handle);
		if (try(fd, &m)) {
			answers++;
			good += !be32_at(m.data + 6);
		} else {
			errors++;
		}
		if (i % CHECK_EACH == CHECK_EACH - 1) {
			expect_ok(get_random(fd));
			await_bystander(bystander);
		}
	}
	bystander->stop = 1;
	await_success(pid);
	check_note("%u answers, %u of them success; %u errors", answers, good,
		   errors);
	check_note("another client was served %u times", bystander->uses);
	expect(answers > COMMANDS / 2 && good > COMMANDS / 50 &&
	       errors > COMMANDS / 100, "the garbage is too much of a kind");

	/* it may have ended its own session or object, and can have new ones */
	close(fd);
	fd = tpm_managed();
	new_key(fd, 1, "", &key);
	check_object(fd, &key);
	expect_ok(use_policy(fd, new_session(fd, SE_POLICY)));
}

static void garbage(void)
{
	try_garbage(false);
}

static void garbage_nonblock(void)
{
	try_garbage(true);
}

const struct test garbage_tests[] = {
	{ "garbage", "G17: 1,500 commands of garbage do no harm", garbage },
	{ "garbage-nonblock", "G17: nor do they in non-blocking mode",
	  garbage_nonblock },
	{}
};
