// SPDX-License-Identifier: GPL-2.0-only
/* A waiter is woken as soon as a session ends, before any lease does (G2). */
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

/**
 * struct holder - a process that has one session
 * @waiter: the process, which did not have to wait
 * @handle: the session
 */
struct holder {
	struct waiter waiter;
	uint32_t handle;
};

/**
 * struct scene - a session to be released, and two who wait for it
 * @fd: a file that has it
 * @handle: the session
 * @holder: a process that has another one
 * @crowd: who has the rest
 * @waiters: those who wait
 * @evictions: sessions evicted so far
 */
struct scene {
	int fd;
	uint32_t handle;
	struct holder holder;
	struct crowd crowd;
	struct waiter waiters[2];
	long evictions;
};

static void set_scene(struct scene *scene)
{
	scene->fd = tpm_managed();
	scene->handle = new_session(scene->fd, SE_HMAC);
	waiter_start(&scene->holder.waiter);
	scene->holder.handle = waiter_session(&scene->holder.waiter);
	crowd_take_all(&scene->crowd, KIND_MIXED);
	scene->evictions = counter("evictions");

	set_lease(LEASE_ENDLESS);
	waiter_start(&scene->waiters[0]);
	await_counter("waiters", 1);
	waiter_start(&scene->waiters[1]);
	await_counter("waiters", 2);
}

/* The first waiter has the session, and nobody else has noticed. */
static void check_woken(struct scene *scene, uint32_t released)
{
	expect(waiter_is_done(&scene->waiters[0], HANG_MS),
	       "a session was released, and the first waiter is not woken");
	expect_number(HANDLE_INDEX(waiter_session(&scene->waiters[0])),
		      HANDLE_INDEX(released));
	await_counter("waiters", 1);
	expect(!waiter_is_done(&scene->waiters[1], 0),
	       "two waiters have a session where one was released");
	expect_number(counter("evictions"), scene->evictions);
	expect_number(counter("active"), nr_sessions_max());
	crowd_check(&scene->crowd, 0);
}

static void wake_on_flush(void)
{
	struct scene scene;

	set_scene(&scene);
	expect_ok(flush_context(scene.fd, scene.handle));
	check_woken(&scene, scene.handle);
}

static void wake_on_close(void)
{
	struct scene scene;

	set_scene(&scene);
	close(scene.fd);
	check_woken(&scene, scene.handle);
}

static void wake_on_end(void)
{
	struct scene scene;

	set_scene(&scene);
	expect_ok(use_audit(scene.fd, scene.handle, 0));
	check_woken(&scene, scene.handle);
}

static void wake_on_kill(void)
{
	struct scene scene;

	set_scene(&scene);
	waiter_end(&scene.holder.waiter);
	check_woken(&scene, scene.holder.handle);
}

/* Who waits finds out about a new lease at once. */
static void wake_on_new_lease(void)
{
	struct scene scene;
	unsigned int i;

	set_scene(&scene);
	set_lease(0);
	for (i = 0; i < 2; i++) {
		expect(waiter_is_done(&scene.waiters[i], HANG_MS),
		       "the lease is 0, and waiter %u still waits", i);
		waiter_session(&scene.waiters[i]);
	}
	expect_number(counter("evictions"), scene.evictions + 2);
}

/* One that ends while nobody waits is there for who comes next. */
static void wake_not_needed(void)
{
	struct scene scene;
	long waits;
	int fd = tpm_managed();

	set_scene(&scene);
	expect_ok(flush_context(scene.fd, scene.handle));
	check_woken(&scene, scene.handle);
	waiter_end(&scene.waiters[1]);
	await_counter("waiters", 0);
	waiter_end(&scene.waiters[0]);
	waits = counter("waits");
	new_session(fd, SE_POLICY);
	expect_number(counter("waits"), waits);
	expect_number(counter("evictions"), scene.evictions);
}

const struct test wake_tests[] = {
	{ "wake-on-flush", "G2: a waiter is woken when a session is flushed",
	  wake_on_flush },
	{ "wake-on-close", "G2: a waiter is woken when a file is closed",
	  wake_on_close },
	{ "wake-on-end", "G2: a waiter is woken when a command ends a session",
	  wake_on_end },
	{ "wake-on-kill", "G2: a waiter is woken when a client is killed",
	  wake_on_kill },
	{ "wake-on-new-lease", "G2: a waiter is woken when the lease is set",
	  wake_on_new_lease },
	{ "wake-not-needed", "G2: a session that is free makes nobody wait",
	  wake_not_needed },
	{}
};
