// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine sleeps while clients have sessions and objects, and while others
 * wait for a session (G13).
 *
 * In suspend-to-idle the TPM keeps its power. Suspend-to-RAM and hibernation
 * restart it: what is loaded is lost, and what was saved is not.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "client.h"
#include "counters.h"
#include "crowd.h"
#include "power.h"
#include "process.h"
#include "scene.h"
#include "session.h"
#include "slots.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"
#include "visitors.h"

#define CLIENTS		3
#define SLEEPS		2
#define WAITERS		12
#define LOAD_SLEEPS	4

static void ask(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
}

/* The slots are kept empty while the machine sleeps, and then no longer than before. */
static void expect_stays_loaded(const struct crowd *crowd)
{
	long saves;

	expect_ok(crowd_use(crowd, 0));
	saves = counter("context_saves");
	expect_ok(crowd_use(crowd, 0));
	expect_number(counter("context_saves") - saves, nothing_stays());
}

/* All is as it was, waiters included; several times, since one may be luck. */
static void sleep_keeps(void (*sleep_once)(void))
{
	int fd = tpm_managed_nonblock(), i, round;
	struct client client[CLIENTS];
	struct waiter waiter;
	struct crowd crowd;
	uint32_t handle;

	for (i = 0; i < CLIENTS; i++)
		make_client(&client[i], CLIENT_MANY);
	crowd_take_all(&crowd, KIND_MIXED);
	set_lease(LEASE_ENDLESS);
	waiter_start(&waiter);
	await_counter("waiters", 1);
	ask(fd);
	await_counter("waiters", 2);

	for (round = 0; round < SLEEPS; round++) {
		/* some of it is loaded when the machine goes to sleep */
		use_client(&client[round % CLIENTS], round);
		sleep_once();
		expect_number(counter("waiters"), 2);
		for (i = 0; i < CLIENTS; i++)
			check_client(&client[i]);
		crowd_check(&crowd, 0);
	}

	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(waiter_is_done(&waiter, HANG_MS), "a waiter is not served");
	expect_number(HANDLE_INDEX(waiter_session(&waiter)),
		      HANDLE_INDEX(handle));
	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(tpm_answered(fd, HANG_MS), "a waiter is not served");
	expect_number(HANDLE_INDEX(started(fd)), HANDLE_INDEX(handle));
	waiter_end(&waiter);
	for (i = 0; i < CLIENTS; i++)
		check_client(&client[i]);
	expect_stays_loaded(&crowd);
}

static void idle(void)
{
	sleep_keeps(suspend_to_idle);
}

/* The TPM has no power meanwhile: else it would prove no more than the idle one. */
static void restart_keeps(void (*sleep_once)(void))
{
	struct starts before, after;

	get_starts(&before);
	sleep_keeps(sleep_once);
	get_starts(&after);
	expect_number(after.restarts, before.restarts + SLEEPS);
	expect_number(after.resets, before.resets);
}

static void ram(void)
{
	restart_keeps(suspend_to_ram);
}

static void disk(void)
{
	restart_keeps(hibernate_by_platform);
}

/*
 * The TPM's driver then has it shut down for good, so it is reset, and nothing of
 * what the image counts on is left.
 */
static void disk_shutdown(void)
{
	struct starts before, after;
	struct scene scene;

	get_starts(&before);
	set_scene(&scene);
	hibernate_by_shutdown();
	check_all_lost(&scene, true);
	get_starts(&after);
	expect_number(after.resets, before.resets + 1);
}

/*
 * One lease after the other ends, from before the machine goes to sleep until
 * after it has woken up. Nobody must send anything in between: the TPM has been
 * told to keep its state by then.
 */
static void sleep_leases(void (*sleep_once)(void))
{
	static const int begin_ms[] = { 20, 60, 120 };
	int fds[WAITERS], i, round, rounds = sizeof(begin_ms) / sizeof(int);
	struct starts before, after;
	struct crowd crowd;
	long long begin;

	get_starts(&before);
	for (round = 0; round < rounds; round++) {
		set_lease(LEASE_ENDLESS);
		begin = now_ms();
		crowd_take_all(&crowd, SE_POLICY);
		for (i = 0; i < WAITERS; i++) {
			fds[i] = tpm_managed_nonblock();
			ask(fds[i]);
		}
		await_counter("waiters", WAITERS);
		set_lease(now_ms() - begin + begin_ms[round]);
		sleep_once();
		for (i = 0; i < WAITERS; i++) {
			expect(tpm_answered(fds[i], HANG_MS),
			       "a waiter is not served");
			expect_ok(use_policy(fds[i], started(fds[i])));
		}
		crowd_check(&crowd, WAITERS);
		for (i = 0; i < WAITERS; i++)
			close(fds[i]);
		crowd_close(&crowd);
	}
	get_starts(&after);
	expect_number(after.resets, before.resets);
}

static void idle_leases(void)
{
	sleep_leases(suspend_to_idle);
}

static void ram_leases(void)
{
	sleep_leases(suspend_to_ram);
}

/* The machine falls asleep in the midst of everything, and nobody is told. */
static void sleep_load(void)
{
	struct visitors *visitors = visitors_begin(false);
	struct client client;
	struct crowd crowd;
	int i;

	make_client(&client, CLIENT_MANY);
	crowd_open(&crowd);
	crowd_add(&crowd, CROWD_FDS, KIND_MIXED);
	for (i = 0; i < LOAD_SLEEPS; i++) {
		visitors_await(visitors);
		(i % 2 ? suspend_to_ram : suspend_to_idle)();
		check_client(&client);
		crowd_check(&crowd, 0);
	}
	visitors_await(visitors);
	visitors_end(visitors);
	expect_stays_loaded(&crowd);
}

const struct test sleep_tests[] = {
	{ "sleep-idle", "G13: suspend-to-idle: nothing is lost, waiters wait on",
	  idle },
	{ "sleep-ram", "G13: suspend-to-RAM: nothing is lost, waiters wait on",
	  ram },
	{ "sleep-disk", "G13: hibernation: nothing is lost, waiters wait on",
	  disk },
	{ "sleep-disk-shutdown", "G12: likewise by shutdown: a reset, of which all are told",
	  disk_shutdown },
	{ "sleep-idle-leases", "G13: suspend-to-idle while leases end", idle_leases },
	{ "sleep-ram-leases", "G13: suspend-to-RAM while leases end", ram_leases },
	{ "sleep-load", "G13: again and again while clients come and go", sleep_load },
	{}
};
