// SPDX-License-Identifier: GPL-2.0-only
/* Waiting in non-blocking mode, and poll() and read() while one waits (G2). */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "object.h"
#include "pcr.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

static void take_all(struct crowd *crowd)
{
	crowd_take_all(crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
}

/*
 * While a command waits: nothing to be read, nothing to be written, at once. What
 * blocked would not come back before the command has its session, and that is
 * for the caller to see to.
 */
static void check_busy(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect_number(tpm_poll(fd), 0);
	expect_number(read(fd, m.data, sizeof(m.data)), 0);
	m = start_command(SE_POLICY);
	expect_errno(tpm_write(fd, &m), EBUSY);
	expect_number(tpm_poll(fd), 0);
	expect_number(counter("waiters"), 1);
}

static void ask(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
}

static void nonblock_wait(void)
{
	int fd = tpm_managed_nonblock();
	struct crowd crowd;
	uint32_t released;

	take_all(&crowd);
	expect_number(tpm_poll(fd), POLLOUT);
	ask(fd);
	await_counter("waiters", 1);
	check_busy(fd);

	released = crowd.session[3].handle;
	crowd_flush(&crowd, 3);
	expect(tpm_answered(fd, HANG_MS), "no answer after %d ms", HANG_MS);
	expect_number(tpm_poll(fd), POLLIN);
	expect_number(counter("waiters"), 0);
	expect_number(started(fd), released);
	expect_number(tpm_poll(fd), POLLOUT);
	expect_ok(use_policy(fd, released));
}

/* A session is evicted for it while nobody sleeps in a system call. */
static void nonblock_lease(void)
{
	int fd = tpm_managed_nonblock();
	struct crowd crowd;
	uint32_t handle;

	crowd_take_all(&crowd, SE_POLICY);
	ask(fd);
	expect(tpm_answered(fd, HANG_MS), "no answer after %d ms", HANG_MS);
	handle = started(fd);
	expect_ok(use_policy(fd, handle));
	crowd_check(&crowd, 1);
}

/* Clients that go away as they wait: nobody loses a session for them. */
static void nonblock_close(void)
{
	int first = tpm_managed_nonblock(), second = tpm_managed_nonblock();
	int third = tpm_managed_nonblock(), fd = tpm_managed();
	long evictions = counter("evictions");
	struct crowd crowd;
	uint32_t released;

	take_all(&crowd);
	ask(first);
	await_counter("waiters", 1);
	ask(second);
	await_counter("waiters", 2);
	ask(third);
	await_counter("waiters", 3);
	close(second);
	expect_number(counter("waiters"), 2);
	close(first);
	expect_number(counter("waiters"), 1);

	released = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(tpm_answered(third, HANG_MS), "no answer after %d ms", HANG_MS);
	expect_number(started(third), released);

	ask(third);
	await_counter("waiters", 1);
	close(third);
	expect_number(counter("waiters"), 0);
	/* closing gave its session back, and took none */
	set_lease(0);
	expect_number(counter("active"), nr_sessions_max() - 1);
	new_session(fd, SE_POLICY);
	expect_number(counter("evictions"), evictions);
	crowd_check(&crowd, 0);
}

#define RACES	30

/* It is closed just as a session is released, which must not get lost. */
static void nonblock_close_race(void)
{
	struct crowd crowd;
	int first, second, i;

	take_all(&crowd);
	set_limit("max_per_fd", nr_sessions_max());
	for (i = 0; i < RACES; i++) {
		first = tpm_managed_nonblock();
		second = tpm_managed_nonblock();
		ask(first);
		await_counter("waiters", 1);
		ask(second);
		await_counter("waiters", 2);
		crowd_flush(&crowd, 0);
		close(first);
		expect(tpm_answered(second, HANG_MS),
		       "no answer after %d ms in round %d", HANG_MS, i);
		started(second);
		close(second);
		expect_number(counter("waiters"), 0);
		expect_number(counter("active"), nr_sessions_max() - 1);
		crowd_add(&crowd, 1, SE_POLICY);
	}
	crowd_check(&crowd, 0);
}

#define BUSY	200
#define PCR	16	/* nobody's */

static void ask_for(int fd, const struct message *command)
{
	expect(tpm_write(fd, command) == (ssize_t)command->len, "write(): %s",
	       strerror(errno));
}

/*
 * Many commands of a user are under way, and the file of the last is closed: what
 * write() has taken is carried out, as it is without the extension.
 */
static void nonblock_close_taken(void)
{
	struct message key = new_key_command(1);
	struct message extension = pcr_extend_command(PCR), r;
	struct blob before, after;
	int fds[BUSY], last, i;

	pcr_read(PCR, &before);
	last = tpm_managed_nonblock();
	for (i = 0; i < BUSY; i++)
		fds[i] = tpm_managed_nonblock();
	for (i = 0; i < BUSY; i++)
		ask_for(fds[i], &key);
	ask_for(last, &extension);
	close(last);
	for (i = 0; i < BUSY; i++) {
		expect(tpm_answered(fds[i], HANG_MS), "no answer after %d ms",
		       HANG_MS);
		expect_ok(tpm_read(fds[i], &r));
		close(fds[i]);
	}
	pcr_read(PCR, &after);
	expect(memcmp(before.data, after.data, before.len),
	       "a command was dropped");
}

static void *ask_and_sleep(void *argument)
{
	int fd = *(int *)argument;
	struct message m = start_command(SE_POLICY);

	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	return NULL;
}

/* One thread sleeps in write(); others are not to sleep with it. */
static void threads(void)
{
	int fd = tpm_managed();
	struct crowd crowd;
	pthread_t thread;
	uint32_t released;

	take_all(&crowd);
	expect(!pthread_create(&thread, NULL, ask_and_sleep, &fd),
	       "no thread");
	await_counter("waiters", 1);
	check_busy(fd);

	released = crowd.session[5].handle;
	crowd_flush(&crowd, 5);
	expect(tpm_answered(fd, HANG_MS), "poll() is not woken");
	expect(!pthread_join(thread, NULL), "no thread to join");
	expect_number(started(fd), released);
}

const struct test nonblock_tests[] = {
	{ "nonblock-wait", "G2: O_NONBLOCK: poll() tells when the session is there",
	  nonblock_wait },
	{ "nonblock-lease", "G2: O_NONBLOCK: a session is evicted for it in time",
	  nonblock_lease },
	{ "nonblock-close", "G2: O_NONBLOCK: a waiter that closes leaves no trace",
	  nonblock_close },
	{ "nonblock-close-race", "G2: what a closing waiter was given goes on",
	  nonblock_close_race },
	{ "nonblock-close-taken", "G18: O_NONBLOCK: a command that was taken is carried out",
	  nonblock_close_taken },
	{ "nonblock-threads", "G2: poll() and read() do not block behind write()",
	  threads },
	{}
};
