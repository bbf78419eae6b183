// SPDX-License-Identifier: GPL-2.0-only
/* No stale handle comes alive (G5). */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "authorization.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "random.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

/**
 * struct scene - a client whose session was evicted, and its index is free
 * @victim: its file
 * @lost: the session
 * @audit: another session of the victim's, alive
 * @crowd: everybody else, with all sessions but one
 */
struct scene {
	int victim;
	uint32_t lost;
	struct authorization audit;
	struct crowd crowd;
};

static void set_scene(struct scene *scene, int victim)
{
	int taker = tpm_managed();
	uint32_t taken;

	scene->victim = victim;
	scene->lost = new_session(victim, SE_POLICY);
	expect_ok(start_authorization(victim, &scene->audit));
	scene->audit.attributes = SA_CONTINUE | SA_AUDIT;
	crowd_take_all(&scene->crowd, SE_POLICY);

	set_lease(0);
	taken = new_session(taker, SE_POLICY);
	expect_number(HANDLE_INDEX(taken), HANDLE_INDEX(scene->lost));
	expect_ok(flush_context(taker, taken));
	close(taker);
	set_lease(LEASE_ENDLESS);
}

static void ask(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
}

static void reissue_steer(void)
{
	unsigned int max = nr_sessions_max();
	struct scene scene;
	uint32_t other, handle;
	long waits;

	set_scene(&scene, tpm_managed());
	other = scene.crowd.session[4].handle;
	crowd_flush(&scene.crowd, 4);
	waits = counter("waits");
	handle = new_session(scene.victim, SE_POLICY);
	expect_number(HANDLE_INDEX(handle), HANDLE_INDEX(other));
	expect_number(counter("waits"), waits);
	/* what was held meanwhile is free again */
	expect_number(counter("active"), max - 1);
	expect_code(use_policy(scene.victim, scene.lost), RM_HANDLE_GONE(0));
	expect_ok(use_policy(scene.victim, handle));

	/* from the flush on, the index is as good as any */
	expect_ok(flush_context(scene.victim, scene.lost));
	handle = new_session(scene.victim, SE_POLICY);
	expect_number(HANDLE_INDEX(handle), HANDLE_INDEX(scene.lost));
	expect_ok(use_policy(scene.victim, handle));
	crowd_check(&scene.crowd, 0);
}

/* Others are given the index: it is stale for its victim only. */
static void reissue_others(void)
{
	struct scene scene;
	int fd = tpm_managed();
	uint32_t handle;

	set_scene(&scene, tpm_managed());
	handle = new_session(fd, SE_POLICY);
	expect_number(HANDLE_INDEX(handle), HANDLE_INDEX(scene.lost));
	expect_code(use_policy(scene.victim, scene.lost), RM_HANDLE_GONE(0));
	expect_ok(use_policy(fd, handle));
}

static void reissue_wait(void)
{
	int next = tpm_managed_nonblock();
	struct scene scene;
	uint32_t other, handle;

	set_scene(&scene, tpm_managed_nonblock());
	ask(scene.victim);
	await_counter("waiters", 1);
	/* one index is free, but not for this client; nobody overtakes it */
	ask(next);
	await_counter("waiters", 2);
	expect(!tpm_answered(scene.victim, 0), "a stale index was given");

	other = scene.crowd.session[7].handle;
	crowd_flush(&scene.crowd, 7);
	expect(tpm_answered(scene.victim, HANG_MS), "no session");
	handle = started(scene.victim);
	expect_number(HANDLE_INDEX(handle), HANDLE_INDEX(other));

	/* and now the free one is there for the next */
	expect(tpm_answered(next, HANG_MS), "no session");
	expect_number(HANDLE_INDEX(started(next)), HANDLE_INDEX(scene.lost));
	expect_number(counter("waiters"), 0);
	expect_code(use_policy(scene.victim, scene.lost), RM_HANDLE_GONE(0));
	crowd_check(&scene.crowd, 0);
}

static void reissue_give_up(void)
{
	int next = tpm_managed();
	struct scene scene;
	long evictions;

	set_scene(&scene, tpm_managed_nonblock());
	evictions = counter("evictions");
	ask(scene.victim);
	await_counter("waiters", 1);
	close(scene.victim);
	expect_number(counter("waiters"), 0);
	/* its own session, and the index that was held for it, are free */
	expect_number(counter("active"), nr_sessions_max() - 2);
	new_session(next, SE_POLICY);
	new_session(next, SE_POLICY);
	expect_number(counter("evictions"), evictions);
	crowd_check(&scene.crowd, 0);
}

/* TPM2_StartAuthSession with a session of its own must not be sent twice. */
static void reissue_audit(void)
{
	struct call call = {
		.code = CC_START_AUTH_SESSION,
		.handles = { RH_NULL, RH_NULL },
		.nr_handles = 2,
		.has_handle = 1,
	};
	const struct blob nonce = { .len = 16 };
	struct scene scene;
	struct message r;
	uint32_t other;

	put_blob(&call.params, &nonce);
	put16(&call.params, 0);
	put8(&call.params, SE_POLICY);
	put16(&call.params, ALG_NULL);
	put16(&call.params, ALG_SHA256);

	set_scene(&scene, tpm_managed());
	other = scene.crowd.session[9].handle;
	crowd_flush(&scene.crowd, 9);
	expect_ok(authorized(scene.victim, &call, &scene.audit, 1, &r));
	expect_number(HANDLE_INDEX(get32(&r)), HANDLE_INDEX(other));
	expect_code(use_policy(scene.victim, scene.lost), RM_HANDLE_GONE(0));
	expect_number(counter("active"), nr_sessions_max() - 1);

	/* again with no conflict; the session's nonces are in step */
	expect_ok(flush_context(scene.victim, scene.lost));
	expect_ok(authorized(scene.victim, &call, &scene.audit, 1, &r));
	expect_number(HANDLE_INDEX(get32(&r)), HANDLE_INDEX(scene.lost));
	crowd_check(&scene.crowd, 0);
}

#define FILES		8
#define HELD_MAX	12
#define STEPS		1500

/* A session as its client remembers it until it flushes it. */
struct memory {
	uint32_t handle;
	uint32_t code;
};

static void remember(int fd, struct memory *memory, unsigned int *nr)
{
	uint32_t handle = new_session(fd, SE_POLICY);
	unsigned int i;

	for (i = 0; i < *nr; i++)
		expect(HANDLE_INDEX(memory[i].handle) != HANDLE_INDEX(handle),
		       "handle 0x%08x is given again, and was not flushed",
		       handle);
	memory[*nr].handle = handle;
	/* which makes its digest unlike that of the others */
	memory[*nr].code = CC_HIERARCHY_CONTROL + random_below(0x60);
	if (!policy_command_code(fd, handle, memory[*nr].code))
		++*nr;
	else
		expect_ok(flush_context(fd, handle));
}

static unsigned int recall(int fd, const struct memory *memory)
{
	struct blob digest, wanted;
	uint32_t code, session;

	code = policy_digest(fd, memory->handle, &digest);
	if (code == RM_HANDLE_GONE(0))
		return 0;
	expect_ok(code);
	/* may be evicted itself, and then nothing is learnt */
	session = new_session(fd, SE_TRIAL);
	if (!policy_command_code(fd, session, memory->code) &&
	    !policy_digest(fd, session, &wanted))
		expect_same(digest.data, wanted.data, SHA256_SIZE);
	expect_ok(flush_context(fd, session));
	return 1;
}

/*
 * More sessions than there are, evicted at every turn: a handle that a client
 * has not flushed stands for what it got under it, or for nothing.
 */
static void reissue_stress(void)
{
	unsigned int step, file, i, alive = 0, dead = 0, nr[FILES] = {};
	long evictions = counter("evictions");
	struct memory memory[FILES][HELD_MAX];
	int fd[FILES];

	random_begin();
	for (file = 0; file < FILES; file++)
		fd[file] = tpm_managed();
	set_lease(0);

	for (step = 0; step < STEPS; step++) {
		file = random_below(FILES);
		i = nr[file] ? random_below(nr[file]) : 0;
		if (nr[file] < HELD_MAX && random_below(4)) {
			remember(fd[file], memory[file], &nr[file]);
		} else if (random_below(2) && nr[file]) {
			if (recall(fd[file], &memory[file][i]))
				alive++;
			else
				dead++;
		} else if (nr[file]) {
			expect_ok(flush_context(fd[file],
						memory[file][i].handle));
			memory[file][i] = memory[file][--nr[file]];
		}
	}
	check_note("%u sessions were there, %u were gone, %ld evictions", alive,
		   dead, counter("evictions") - evictions);
	expect(alive && dead, "it has not been tried");
}

const struct test reissue_tests[] = {
	{ "reissue-steer", "G5: a client gets another index than one it lost",
	  reissue_steer },
	{ "reissue-others", "G5: other clients may get that index",
	  reissue_others },
	{ "reissue-wait", "G5: it waits if there is no other index",
	  reissue_wait },
	{ "reissue-give-up", "G5: what was held for it is free when it closes",
	  reissue_give_up },
	{ "reissue-audit", "G5: the same for a command with a session",
	  reissue_audit },
	{ "reissue-stress", "G5: under pressure no handle changes its meaning",
	  reissue_stress },
	{}
};
