// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a module comes and goes while many processes open the TPM,
 * use it and close it: no open() fails, and no command does.
 *
 * What they do is possible with the kernel's own code as well, and whoever serves
 * a file, they cannot tell. Only /dev/tpm0 may be busy; its clients leave the slots
 * alone, since the kernel's own code needs all of them for a file with as many
 * sessions.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "client.h"
#include "counters.h"
#include "module.h"
#include "object.h"
#include "process.h"
#include "random.h"
#include "session.h"
#include "switch.h"
#include "tap.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define CLIENTS		100
#define RAW_CLIENTS	4	/* of them, use the bare TPM */
#define SESSION_CLIENTS	16	/* use sessions: all of theirs are fewer than 64 */
#define OBJECT_CLIENTS	24	/* the first half of them sessions as well */
#define ROUNDS		100
#define TOGGLES		2	/* in each round */
#define PATIENCE	5	/* with late answers, for each client */
#define OPENS		20	/* that are to go to either side in between */

/**
 * struct visitor - a process that opens the TPM again and again
 * @number: which one it is
 * @opens: how often it has
 * @commands: how many commands it has sent that had an answer
 * @busy: how often the TPM was another's
 * @late: how often the TPM's driver gave a command up for late, which a hundred
 *	clients on a slow machine can bring it to: that is no fault of an open()
 */
struct visitor {
	unsigned int number;
	volatile unsigned int opens;
	volatile unsigned int commands;
	volatile unsigned int busy;
	volatile unsigned int late;
};

/**
 * struct visit - what the processes share
 * @stop: they are to come to their end
 * @visitor: the processes
 */
struct visit {
	volatile bool stop;
	struct visitor visitor[CLIENTS];
};

static const char *module_path;
static unsigned int rounds = ROUNDS;
static struct visit *visit;

static void pause_briefly(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	nanosleep(&pause, NULL);
}

static void use_session(int fd, struct visitor *self)
{
	uint32_t session = new_session(fd, SE_POLICY);
	struct blob digest, seen;

	set_policy(fd, session, self->number, &digest);
	expect_ok(policy_digest(fd, session, &seen));
	expect_same(seen.data, digest.data, SHA256_SIZE);
	self->commands += 4;
	/* else it ends with the file */
	if (random_below(2)) {
		expect_ok(flush_context(fd, session));
		self->commands++;
	}
}

static void use_object(int fd, struct visitor *self)
{
	struct object key;

	new_key(fd, self->number, "", &key);
	check_object(fd, &key);
	self->commands += 2;
	if (random_below(2)) {
		expect_ok(flush_context(fd, key.handle));
		self->commands++;
	}
}

static void come_and_go(void *argument)
{
	struct visitor *self = argument;
	bool raw = self->number < RAW_CLIENTS;
	int fd;

	random_set(self->number + 1);
	tpm_patience = PATIENCE;
	while (!visit->stop) {
		self->late = tpm_late;
		fd = raw ? tpm_try_raw() : tpm_try_managed();
		if (fd < 0 && raw && errno == EBUSY) {
			self->busy++;
			pause_briefly();
			continue;
		}
		expect(fd >= 0, "open() number %u of client %u: %s",
		       self->opens, self->number, strerror(errno));
		self->opens++;
		expect_ok(get_random(fd));
		self->commands++;
		if (!raw && self->number < SESSION_CLIENTS)
			use_session(fd, self);
		if (!raw && self->number >= SESSION_CLIENTS / 2 &&
		    self->number < OBJECT_CLIENTS)
			use_object(fd, self);
		close(fd);
	}
}

/* Who has failed has said why. */
static void check_visitors(void)
{
	pid_t pid = waitpid(-1, NULL, WNOHANG);

	expect(!pid, "process %d has come to its end", pid);
}

static unsigned int all_opens(void)
{
	unsigned int i, opens = 0;

	for (i = RAW_CLIENTS; i < CLIENTS; i++)
		opens += visit->visitor[i].opens;
	return opens;
}

/* So that the next step comes in the midst of it. */
static void await_opens(void)
{
	long long deadline = now_ms() + HANG_MS;
	unsigned int begin = all_opens();

	while (all_opens() - begin < OPENS) {
		expect(now_ms() < deadline, "nobody opens the TPM any more");
		check_visitors();
		pause_briefly();
	}
}

/*
 * Files that it has opened keep it. They are closed; and if any new ones came, it
 * would never go.
 */
static void unload(void)
{
	long long deadline = now_ms() + HANG_MS;
	int error;

	while ((error = module_try_remove())) {
		expect_number(error, EAGAIN);
		expect(now_ms() < deadline, "the module is needed for ever");
		check_visitors();
		pause_briefly();
	}
	expect(!module_is_loaded(), "it is removed, and still there");
}

/* Until the module itself has seen some of them. */
static void await_served(void)
{
	await_at_least("commands", counter("commands") + OPENS);
	check_visitors();
}

static void one_round(void)
{
	int i;

	module_load(module_path);
	await_served();
	for (i = 0; i < TOGGLES; i++) {
		switch_set(false);
		await_opens();
		switch_set(true);
		await_served();
	}
	switch_set(false);
	unload();
	await_opens();
}

static void expect_empty(void)
{
	struct handles list;
	int raw = tpm_raw();

	list_type(raw, HT_HMAC_SESSION, &list);
	expect(!list.nr, "%u loaded sessions are left", list.nr);
	list_type(raw, HT_POLICY_SESSION, &list);
	expect(!list.nr, "%u saved sessions are left", list.nr);
	list_type(raw, HT_TRANSIENT, &list);
	expect(!list.nr, "%u objects are left", list.nr);
	close(raw);
}

static void unload_open(void)
{
	unsigned int i, opens = 0, commands = 0, busy = 0, late = 0;
	struct visitor *visitor;
	pid_t pid[CLIENTS];

	visit = mmap(NULL, sizeof(*visit), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(visit != MAP_FAILED, "mmap(): %s", strerror(errno));
	for (i = 0; i < CLIENTS; i++) {
		visit->visitor[i].number = i;
		pid[i] = spawn(come_and_go, &visit->visitor[i]);
	}
	for (i = 0; i < rounds; i++)
		one_round();
	visit->stop = true;
	for (i = 0; i < CLIENTS; i++)
		await_success(pid[i]);

	for (i = 0; i < CLIENTS; i++) {
		visitor = &visit->visitor[i];
		expect(visitor->opens || i < RAW_CLIENTS,
		       "client %u was never there", i);
		opens += visitor->opens;
		commands += visitor->commands;
		busy += visitor->busy;
		late += visitor->late;
	}
	check_note("%u rounds, %u files, %u commands", rounds, opens, commands);
	check_note("/dev/tpm0 was busy %u times, and %u answers were late",
		   busy, late);
	expect_empty();
}

int main(int argc, char **argv)
{
	static const struct test unload_tests[] = {
		{ "unload-open", "life: it comes and goes, and no open() fails",
		  unload_open, 4 * 3600 },
		{}
	};
	static const struct test * const groups[] = { unload_tests, NULL };

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: %s MODULE.ko [ROUNDS]\n", argv[0]);
		return 2;
	}
	module_path = argv[1];
	if (argc == 3)
		rounds = strtoul(argv[2], NULL, 10);
	if (!rounds) {
		fprintf(stderr, "%s: no round is no test\n", argv[0]);
		return 2;
	}
	return tap_main(1, argv, groups, module_remove);
}
