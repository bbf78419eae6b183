// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel uses the TPM while clients have all of it (G11).
 *
 * It starts an HMAC session for each of these. Clients have a lease that does
 * not end, so whatever waits for it does not come back. The same is tried
 * without the extension, where the kernel fails.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "client.h"
#include "consumer.h"
#include "counters.h"
#include "disturb.h"
#include "object.h"
#include "power.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SLOTS		3	/* of sessions and of objects, each */
#define SESSIONS_MAX	64
#define ROUNDS		3
#define KILLS		10

/**
 * struct holders - clients that have all sessions
 * @nr: how many there are
 * @fd: a session's file; one has no more of them than the kernel's own code
 *	gives it
 * @session: the sessions, by age
 */
struct holders {
	unsigned int nr;
	int fd[SESSIONS_MAX];
	uint32_t session[SESSIONS_MAX];
};

static void hold_all(struct holders *holders)
{
	unsigned int i;

	if (counters_present())
		set_lease(LEASE_ENDLESS);
	holders->fd[0] = tpm_managed();
	holders->nr = get_property(holders->fd[0], PT_ACTIVE_SESSIONS_MAX);
	expect(holders->nr <= SESSIONS_MAX, "the TPM has %u sessions",
	       holders->nr);
	for (i = 0; i < holders->nr; i++) {
		if (i)
			holders->fd[i] = i % SLOTS ? holders->fd[i - 1] :
						     tpm_managed();
		holders->session[i] = new_session(holders->fd[i], SE_POLICY);
	}
}

/* The oldest has lost its session, and is told; nobody else has. */
static void check_holders(const struct holders *holders)
{
	unsigned int i;

	expect_code(use_policy(holders->fd[0], holders->session[0]),
		    RM_HANDLE_GONE(0));
	for (i = 1; i < holders->nr; i++)
		expect_ok(use_policy(holders->fd[i], holders->session[i]));
}

/* Take what the kernel has given back. */
static void hold_again(struct holders *holders)
{
	unsigned int i;
	int fd = holders->fd[0];

	expect_ok(flush_context(fd, holders->session[0]));
	for (i = 1; i < holders->nr; i++) {
		holders->fd[i - 1] = holders->fd[i];
		holders->session[i - 1] = holders->session[i];
	}
	holders->fd[i - 1] = fd;
	holders->session[i - 1] = new_session(fd, SE_POLICY);
	expect_number(counter("active"), holders->nr);
}

static void use_all(const struct blob *sealed)
{
	struct blob again;

	expect(kernel_unseals(sealed), "a trusted key cannot be loaded");
	expect(kernel_seals(&again), "a trusted key cannot be made");
	expect(kernel_extends(), "no PCR is extended");
	expect(kernel_draws(), "no random numbers are drawn");
}

static bool extends(struct blob *sealed)
{
	return kernel_extends();
}

static bool draws(struct blob *sealed)
{
	return kernel_draws();
}

static bool unseals(struct blob *sealed)
{
	return kernel_unseals(sealed);
}

typedef bool (*consumer_fn)(struct blob *sealed);

/* A primary key that stays, and something sealed under it. */
static void prepare(struct blob *sealed)
{
	struct object parent;
	int fd = tpm_managed();
	struct blob name;

	if (read_name(fd, PARENT_HANDLE, &name)) {
		new_storage(fd, &parent);
		make_persistent(fd, &parent, PARENT_HANDLE);
	}
	close(fd);
	expect(kernel_seals(sealed), "a trusted key cannot be made at all");
}

/*
 * What the kernel has done for itself meanwhile has cost a session as well: then
 * there is one for a newcomer at once, and it has to be taken first.
 */
static void start_waiting(struct waiter *waiter, struct holders *holders)
{
	long long deadline = now_ms() + HANG_MS;

	waiter_start(waiter);
	while (counter("waiters") != 1) {
		expect(now_ms() < deadline, "nobody waits");
		if (!waiter_is_done(waiter, 1))
			continue;
		waiter_session(waiter);
		waiter_end(waiter);
		hold_again(holders);
		waiter_start(waiter);
	}
}

/*
 * What the kernel does not need any more goes to who waits for a session, even
 * between two of its commands.
 */
static void serve_beside(consumer_fn consumer, struct blob *sealed,
			 struct holders *holders)
{
	struct waiter waiter;

	start_waiting(&waiter, holders);
	expect(consumer(sealed), "it fails beside a client that waits");
	/* the kernel keeps a session until a client comes */
	expect_ok(use_policy(holders->fd[holders->nr - 1],
			     holders->session[holders->nr - 1]));
	expect(waiter_is_done(&waiter, HANG_MS), "a waiter is not served");
	waiter_session(&waiter);
	waiter_end(&waiter);
}

/* Each time it costs one session, the oldest. */
static void serve(consumer_fn consumer)
{
	struct holders holders;
	long evictions, waits;
	struct blob sealed;
	int i;

	prepare(&sealed);
	hold_all(&holders);
	evictions = counter("evictions");
	waits = counter("waits");
	for (i = 1; i <= ROUNDS; i++) {
		expect(consumer(&sealed), "it fails in round %d", i);
		check_holders(&holders);
		expect_number(counter("evictions"), evictions + i);
		hold_again(&holders);
	}
	expect_number(counter("waits"), waits);
	serve_beside(consumer, &sealed, &holders);
}

static void serve_extend(void)
{
	serve(extends);
}

static void serve_draw(void)
{
	serve(draws);
}

static void serve_seal(void)
{
	serve(kernel_seals);
}

static void unserve_seal(void)
{
	serve(unseals);
}

/* All slots are full, with what clients have just used. */
static void serve_slots(void)
{
	struct client client;
	struct blob sealed;

	prepare(&sealed);
	make_client(&client, SLOTS);
	use_all(&sealed);
	check_client(&client);
	use_all(&sealed);
	check_client(&client);
	expect_number(counter("active"), SLOTS);
}

/* The kernel's session is loaded as the machine goes to sleep (G13). */
static void serve_sleep(void)
{
	struct client client;
	struct blob sealed;
	int i;

	prepare(&sealed);
	make_client(&client, CLIENT_MANY);
	for (i = 0; i < 2; i++) {
		use_all(&sealed);
		suspend_to_ram();
		use_all(&sealed);
		check_client(&client);
	}
	expect_number(counter("active"), CLIENT_MANY);
}

/* A session that has all that it takes to unseal, and nothing else. */
static uint32_t new_key_to(int fd, struct blob *digest)
{
	uint32_t session = new_session(fd, SE_POLICY);

	expect_ok(policy_command_code(fd, session, CC_UNSEAL));
	expect_ok(policy_digest(fd, session, digest));
	return session;
}

static void seal_to(const struct blob *digest, struct blob *sealed)
{
	char options[20 + 2 * SHA256_SIZE];
	size_t i, len;

	len = sprintf(options, "policydigest=");
	for (i = 0; i < SHA256_SIZE; i++)
		len += sprintf(options + len, "%02x", digest->data[i]);
	expect(kernel_seals_with(sealed, options),
	       "no trusted key can be made with a policy");
}

static bool unseals_with(const struct blob *sealed, uint32_t session)
{
	char options[40];

	snprintf(options, sizeof(options), "policyhandle=0x%08x", session);
	return kernel_unseals_with(sealed, options);
}

/*
 * Whoever makes or loads a trusted key says by which session that is allowed. One
 * of another client's is none; one that was left in the TPM by way of /dev/tpm0 is.
 * So it is without the extension, too.
 */
static void keep_policies_apart(void)
{
	struct blob sealed, digest, again;
	uint32_t session, left;
	int fd, raw;

	prepare(&sealed);
	fd = tpm_managed();
	session = new_key_to(fd, &digest);
	seal_to(&digest, &sealed);
	expect(!unseals_with(&sealed, session),
	       "a trusted key is unsealed with a client's session");
	expect(!kernel_unseals(&sealed), "its policy does not matter");

	raw = tpm_raw();
	left = new_key_to(raw, &again);
	close(raw);
	expect_same(again.data, digest.data, SHA256_SIZE);
	/* it stays there, whatever clients do meanwhile, or comes back */
	expect_ok(policy_digest(fd, session, &again));
	expect(unseals_with(&sealed, left),
	       "a trusted key is not unsealed with its own session");
	expect(!unseals_with(&sealed, session),
	       "a trusted key is unsealed with a client's session");
	/* nobody has touched it */
	expect_ok(policy_digest(fd, session, &again));
	expect_same(again.data, digest.data, SHA256_SIZE);
	/* the kernel has ended the other one; who has not seen that reads it back */
	raw = tpm_raw();
	expect_ok(get_random(raw));
	close(raw);
	expect_ok(policy_digest(fd, session, &again));
}

static void use_often(void *sealed)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		use_all(sealed);
	disturb_expect_signals();
}

static void check_one(void *client)
{
	static unsigned int n;

	use_client(client, n++);
}

/* What makes room for the kernel does so in a task that has signals. */
static void serve_disturbed(void)
{
	struct client client;
	struct blob sealed;
	pid_t pid;

	prepare(&sealed);
	make_client(&client, CLIENT_MANY);
	disturb_begin();
	pid = spawn(use_often, &sealed);
	disturb_until_ended(&pid, 1, check_one, &client);
	check_client(&client);
	expect_number(counter("active"), CLIENT_MANY);
}

static void use_for_ever(void *sealed)
{
	for (;;)
		use_all(sealed);
}

/* Nor is anything lost where that task is killed. */
static void serve_killed(void)
{
	struct client client;
	struct blob sealed;
	int round, i;
	pid_t pid;

	prepare(&sealed);
	make_client(&client, CLIENT_MANY);
	for (round = 0; round < KILLS; round++) {
		pid = spawn(use_for_ever, &sealed);
		/* somewhere else each time */
		for (i = 0; i < 3 + round; i++)
			check_one(&client);
		kill_and_reap(pid);
	}
	check_client(&client);
	expect_number(counter("active"), CLIENT_MANY);
}

/* It works while there is a session, and again when there is one again. */
static void starve(consumer_fn consumer)
{
	struct holders holders;
	struct blob sealed;

	prepare(&sealed);
	expect(consumer(&sealed), "it fails even if there are sessions");
	hold_all(&holders);
	expect(!consumer(&sealed), "it works though there is no session");
	expect_ok(flush_context(holders.fd[0], holders.session[0]));
	expect(consumer(&sealed), "it fails though there is a session again");
}

static void starve_extend(void)
{
	starve(extends);
}

static void starve_draw(void)
{
	starve(draws);
}

static void starve_seal(void)
{
	starve(kernel_seals);
}

static void unstarve_seal(void)
{
	starve(unseals);
}

const struct test consumer_tests[] = {
	{ "consumer-extend", "G11: a PCR is extended while clients have all sessions",
	  serve_extend },
	{ "consumer-draw", "G11: so are random numbers drawn", serve_draw },
	{ "consumer-seal", "G11: so is a trusted key made", serve_seal },
	{ "consumer-unseal", "G11: so is a trusted key loaded", unserve_seal },
	{ "consumer-slots", "G11: all of it works while clients fill all slots",
	  serve_slots },
	{ "consumer-disturbed", "G6: nobody loses anything by signals to who uses it",
	  serve_disturbed },
	{ "consumer-killed", "G6: nor by its end", serve_killed },
	{ "consumer-policy", "G7: no trusted key by another client's session",
	  keep_policies_apart },
	{ "consumer-sleep", "G11: all of it works before and after suspend-to-RAM",
	  serve_sleep },
	{}
};

const struct test no_consumer_tests[] = {
	{ "without-extend", "without the extension, no PCR is extended then",
	  starve_extend },
	{ "without-draw", "without the extension, no random numbers are drawn",
	  starve_draw },
	{ "without-seal", "without the extension, no trusted key is made",
	  starve_seal },
	{ "without-unseal", "without the extension, no trusted key is loaded",
	  unstarve_seal },
	{ "without-policy", "without the extension, the same sessions unseal",
	  keep_policies_apart },
	{}
};

/* Whoever does not see what the kernel sends can leave it room, but no session. */
const struct test beside_consumer_tests[] = {
	{ "beside-slots", "G11: all of it works while clients have more than fits",
	  serve_slots },
	{ "beside-disturbed", "G6: nobody loses anything by signals to who uses it",
	  serve_disturbed },
	{ "beside-killed", "G6: nor by its end", serve_killed },
	{ "beside-policy", "G7: no trusted key by another client's session",
	  keep_policies_apart },
	{ "beside-sleep", "G11: all of it works before and after suspend-to-RAM",
	  serve_sleep },
	{ "beside-extend", "a PCR is extended while there is a session for it",
	  starve_extend },
	{ "beside-draw", "so are random numbers drawn", starve_draw },
	{ "beside-seal", "so is a trusted key made", starve_seal },
	{ "beside-unseal", "so is a trusted key loaded", unstarve_seal },
	{}
};
