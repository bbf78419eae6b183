// SPDX-License-Identifier: GPL-2.0-only
/* No needless traffic to the TPM (G15). */
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "object.h"
#include "session.h"
#include "slots.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define ROUNDS	10
#define SLOTS	3	/* of sessions and of objects, each */
#define OBJECTS	5

static void traffic_lone(void)
{
	uint32_t session[SLOTS];
	struct object key[SLOTS];
	int fd = tpm_managed(), i, round;
	long commands = counter("commands"), sent = 0;
	long saves = counter("context_saves"), loads = counter("context_loads");

	for (i = 0; i < SLOTS; i++) {
		session[i] = new_session(fd, i ? SE_POLICY : SE_HMAC);
		new_key(fd, i, "", &key[i]);
		sent += 2;
		if (!nothing_stays())
			continue;
		/* both are saved, and the key is flushed */
		sent += 3;
		saves += 2;
	}
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < SLOTS; i++) {
			expect_ok(i ? use_policy(fd, session[i]) :
				  use_audit(fd, session[i], SA_CONTINUE));
			check_object(fd, &key[i]);
			sent += 2;
			if (!nothing_stays())
				continue;
			/* both are loaded, and one is saved, the other flushed */
			sent += 4;
			saves++;
			loads += 2;
		}
	}
	for (i = 0; i < SLOTS; i++) {
		expect_ok(flush_context(fd, session[i]));
		expect_ok(flush_context(fd, key[i].handle));
		/* of a key that is out, the TPM has nothing */
		sent += nothing_stays() ? 1 : 2;
	}
	expect_number(counter("commands") - commands, sent);
	expect_number(counter("context_saves"), saves);
	expect_number(counter("context_loads"), loads);

	/* nothing is left to be ended */
	close(fd);
	expect_number(counter("commands") - commands, sent);
}

/* An object's context serves again and again. */
static void traffic_objects(void)
{
	long commands, saves, loads;
	struct object key[OBJECTS];
	int fd = tpm_managed(), i, round;

	for (i = 0; i < OBJECTS; i++)
		new_key(fd, i, "", &key[i]);
	for (i = 0; i < OBJECTS; i++)
		check_object(fd, &key[i]);

	commands = counter("commands");
	saves = counter("context_saves");
	loads = counter("context_loads");
	/* in turn, so that the one that is needed is always out */
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < OBJECTS; i++)
			check_object(fd, &key[i]);
	}
	expect_number(counter("context_saves"), saves);
	expect_number(counter("context_loads") - loads, ROUNDS * OBJECTS);
	/* a flush, a load, the command */
	expect(counter("commands") - commands <= 3 * ROUNDS * OBJECTS,
	       "%ld commands for %d uses", counter("commands") - commands,
	       ROUNDS * OBJECTS);
}

/* The number of session slots need not be found out each time. */
static void traffic_sessions(void)
{
	uint32_t session[OBJECTS];
	int fd[OBJECTS], i, round;
	long commands;

	for (i = 0; i < OBJECTS; i++) {
		fd[i] = tpm_managed();
		session[i] = new_session(fd[i], SE_POLICY);
	}
	for (i = 0; i < OBJECTS; i++)
		expect_ok(use_policy(fd[i], session[i]));

	commands = counter("commands");
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < OBJECTS; i++)
			expect_ok(use_policy(fd[i], session[i]));
	}
	/* a save, a load, the command */
	expect(counter("commands") - commands <= 3 * ROUNDS * OBJECTS,
	       "%ld commands for %d uses", counter("commands") - commands,
	       ROUNDS * OBJECTS);

	commands = counter("commands");
	for (i = 0; i < OBJECTS; i++)
		new_session(fd[i], SE_POLICY);
	/* a save, the command */
	expect(counter("commands") - commands <= 2 * OBJECTS,
	       "%ld commands for %d starts", counter("commands") - commands,
	       OBJECTS);
}

/* What a command does not name is not moved for it. */
static void traffic_named_only(void)
{
	int many = tpm_managed(), fd = tpm_managed(), i;
	struct object key;
	long commands;
	uint32_t session;

	for (i = 0; i < 8; i++) {
		new_session(many, SE_POLICY);
		new_key(many, i, "", &key);
	}
	session = new_session(fd, SE_POLICY);
	new_key(fd, 9, "", &key);
	commands = counter("commands");
	for (i = 0; i < ROUNDS; i++) {
		expect_ok(use_policy(fd, session));
		check_object(fd, &key);
		expect_ok(get_random(many));
	}
	/* but where nothing stays, what is named is loaded, and leaves again */
	expect_number(counter("commands") - commands,
		      (nothing_stays() ? 7 : 3) * ROUNDS);
}

const struct test traffic_tests[] = {
	{ "traffic-lone", "G15: a lone client costs the commands that it sends",
	  traffic_lone },
	{ "traffic-objects", "G15: the context of an object is saved once",
	  traffic_objects },
	{ "traffic-sessions", "G15: slots of sessions are counted once",
	  traffic_sessions },
	{ "traffic-named-only", "G15: nothing is moved that no command names",
	  traffic_named_only },
	{}
};
