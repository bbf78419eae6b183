// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TPM is reset while clients have sessions and objects, and while others
 * wait for a session (G12).
 *
 * A TPM Reset takes everything away. A TPM Restart or Resume, after a
 * TPM2_Shutdown(STATE), takes what is loaded, and leaves what was saved.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "client.h"
#include "counters.h"
#include "crowd.h"
#include "emulator.h"
#include "kernel-log.h"
#include "object.h"
#include "process.h"
#include "scene.h"
#include "session.h"
#include "slots.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define CLIENTS		3
#define SLOTS		3	/* of sessions and of objects, each */

static uint32_t start_or_stop(int fd, uint32_t code, uint16_t type)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, code);
	put16(&m, type);
	return tpm_exchange(fd, &m, NULL);
}

/* The client of the resource manager that meets it first starts the TPM. */
static void reset_managed(void)
{
	struct scene scene;
	int fd;

	set_scene(&scene);
	emulator_reset();
	fd = tpm_managed();
	expect_code(get_random(fd), RC_INITIALIZE);
	expect_ok(start_or_stop(fd, CC_STARTUP, SU_CLEAR));
	expect_ok(get_random(fd));
	check_all_lost(&scene, true);
}

static void reset_raw(void)
{
	int raw, log = kernel_log();
	struct scene scene;

	set_scene(&scene);
	emulator_reset();
	raw = tpm_raw();
	expect_ok(start_or_stop(raw, CC_STARTUP, SU_CLEAR));
	close(raw);
	check_all_lost(&scene, true);
	expect(kernel_log_says(log, "TPM was reset, 0 of 64 sessions are left"),
	       "the kernel says nothing of the reset");
	close(log);
}

/* It is started before anybody sends a command that would tell. */
static void reset_unseen(void)
{
	struct scene scene;

	emulator_keep_state();
	set_scene(&scene);
	emulator_go_back();
	check_all_lost(&scene, false);
}

/* Handles are given away again, and must not be mistaken for the old ones. */
static void reset_others(void)
{
	int fd = tpm_managed(), other = tpm_managed();
	struct object key, other_key;
	uint32_t session, other_session;
	struct blob digest, seen;

	emulator_keep_state();
	new_key(fd, 1, "", &key);
	session = new_session(fd, SE_POLICY);
	set_policy(fd, session, 1, &digest);
	emulator_go_back();

	new_key(other, 2, "", &other_key);
	other_session = new_session(other, SE_POLICY);
	set_policy(other, other_session, 2, &digest);
	expect_number(HANDLE_INDEX(other_session), HANDLE_INDEX(session));

	/* the TPM takes an object's context still; it counts those of sessions */
	if (nothing_stays())
		check_object(fd, &key);
	else
		expect_code(read_name(fd, key.handle, &seen), RM_HANDLE_GONE(0));
	expect_code(policy_digest(fd, session, &seen), RM_HANDLE_GONE(0));
	expect_ok(flush_context(fd, key.handle));
	expect_ok(flush_context(fd, session));

	check_object(other, &other_key);
	expect_ok(policy_digest(other, other_session, &seen));
	expect_same(seen.data, digest.data, SHA256_SIZE);
}

/* How many are lost; the others are what they were. */
static void count_lost(const struct client *client, int *sessions, int *objects)
{
	struct blob seen;
	uint32_t rc;
	int i;

	for (i = 0; i < client->nr; i++) {
		rc = policy_digest(client->fd, client->session[i], &seen);
		if (rc) {
			expect_code(rc, RM_HANDLE_GONE(0));
			++*sessions;
		} else {
			expect_same(seen.data, client->digest[i].data,
				    SHA256_SIZE);
		}
		rc = read_name(client->fd, client->key[i].handle, &seen);
		if (rc) {
			expect_code(rc, RM_HANDLE_GONE(0));
			++*objects;
		} else {
			expect_same(seen.data, client->key[i].name.data,
				    seen.len);
		}
	}
}

/* Power goes and comes in order, but nobody has saved what is loaded. */
static void keep(uint16_t startup)
{
	int fd = tpm_managed(), i, sessions = 0, objects = 0;
	struct client client[CLIENTS];

	for (i = 0; i < CLIENTS; i++)
		make_client(&client[i], CLIENT_MANY);
	expect_ok(start_or_stop(fd, CC_SHUTDOWN, SU_STATE));
	emulator_reset();
	expect_ok(start_or_stop(fd, CC_STARTUP, startup));

	for (i = 0; i < CLIENTS; i++)
		count_lost(&client[i], &sessions, &objects);
	check_note("%d sessions and %d objects are lost", sessions, objects);
	expect(sessions <= SLOTS, "%d sessions are lost, and %d were loaded",
	       sessions, SLOTS);
	expect(objects <= SLOTS, "%d objects are lost, and %d were loaded",
	       objects, SLOTS);
	expect_number(counter("active"), CLIENTS * CLIENT_MANY - sessions);
	for (i = 0; i < CLIENTS; i++)
		expect_ok(use_policy(client[i].fd,
				     new_session(client[i].fd, SE_POLICY)));
}

static void resume(void)
{
	keep(SU_STATE);
}

static void restart(void)
{
	keep(SU_CLEAR);
}

/*
 * The node of a chip that goes away may be there a moment longer; and who opens that
 * of a new one in the very moment in which it comes is still the kernel's own client
 * where the extension is a module.
 */
static int open_next_chip(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	long long deadline = now_ms() + HANG_MS;
	struct message m = start_command(SE_POLICY);
	int fd;

	for (;;) {
		fd = tpm_try_managed();
		if (fd >= 0 && tpm_write(fd, &m) == (ssize_t)m.len &&
		    counters_present() && counter("active") == 1)
			break;
		expect(now_ms() < deadline, "no chip after %d ms: %s", HANG_MS,
		       strerror(errno));
		close(fd);
		nanosleep(&pause, NULL);
	}
	expect_ok(flush_context(fd, started(fd)));
	return fd;
}

/* The emulator ends, and its chip with it. */
static void vanish(void)
{
	struct granted granted;
	struct message m;
	struct scene scene;
	struct object key;
	int i, fd;

	set_scene(&scene);
	emulator_end();
	expect(waiter_is_done(&scene.waiter, HANG_MS),
	       "a client waits for a chip that is gone");
	granted = waiter_result(&scene.waiter);
	expect_number(granted.error, EPIPE);
	expect(tpm_answered(scene.nonblock, HANG_MS),
	       "a client waits for a chip that is gone");
	expect_errno(read(scene.nonblock, m.data, sizeof(m.data)), EPIPE);
	for (i = 0; i < SCENE_CLIENTS; i++) {
		m = start_command(SE_POLICY);
		expect_errno(tpm_write(scene.client[i].fd, &m), EPIPE);
		close(scene.client[i].fd);
	}
	waiter_end(&scene.waiter);
	close(scene.nonblock);
	crowd_close(&scene.crowd);

	fd = open_next_chip();
	new_session(fd, SE_POLICY);
	new_key(fd, 1, "", &key);
	check_object(fd, &key);
	expect_number(counter("active"), 1);
}

const struct test reset_tests[] = {
	{ "reset-managed", "G12: TPM Reset: who has lost something is told",
	  reset_managed },
	{ "reset-raw", "G12: TPM Reset, started again over /dev/tpm0", reset_raw },
	{ "reset-unseen", "G12: TPM Reset that only stale contexts tell of",
	  reset_unseen },
	{ "reset-others", "G12: no handle from before a reset is another's now",
	  reset_others },
	{ "reset-resume", "G12: TPM Resume: saved sessions and objects live on",
	  resume },
	{ "reset-restart", "G12: TPM Restart: saved sessions and objects live on",
	  restart },
	{ "reset-vanish", "G2: the chip vanishes, and nobody waits for it", vanish },
	{}
};
