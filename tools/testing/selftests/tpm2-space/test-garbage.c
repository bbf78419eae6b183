// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes may be written, and other clients do not notice (G17). */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "bystander.h"
#include "capability.h"
#include "check.h"
#include "garbage.h"
#include "object.h"
#include "random.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define COMMANDS	1500
#define CHECK_EACH	50

/* A command that was right before it was spoilt. */
static void mutate(struct message *m, uint32_t session, uint32_t object)
{
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
	spoil(m);
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

static void try_garbage(bool nonblock)
{
	unsigned int i, answers = 0, errors = 0, good = 0;
	struct bystander *bystander;
	uint32_t known[4], session;
	struct codes codes;
	struct object key;
	struct message m;
	int fd;

	random_begin();
	bystander = bystander_begin(false);

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
			bystander_await(bystander);
		}
	}
	bystander_end(bystander);
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
