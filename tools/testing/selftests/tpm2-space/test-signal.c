// SPDX-License-Identifier: GPL-2.0-only
/* Signals to clients: to one that waits for a session (G2), and to all at work (G6). */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "client.h"
#include "counters.h"
#include "crowd.h"
#include "disturb.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define WAITERS		5
#define RACES		30
#define USERS		3
#define USES		12
#define MANY_USES	1000000
#define PACE_MS		3
#define SIGNALS_PER_KILL	20

static volatile sig_atomic_t caught;

static void handler(int signal)
{
	caught++;
}

static void handle_signals(int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	expect(!sigaction(SIGUSR1, &action, NULL), "sigaction(): %s",
	       strerror(errno));
}

static void take_all(struct crowd *crowd)
{
	crowd_take_all(crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
}

static void signal_waiter(void *unused)
{
	await_counter("waiters", 1);
	expect(!kill(getppid(), SIGUSR1), "kill(): %s", strerror(errno));
}

static void signal_interrupts(void)
{
	struct message m = start_command(SE_POLICY);
	long evictions = counter("evictions");
	int fd = tpm_managed();
	struct crowd crowd;
	pid_t pid;

	take_all(&crowd);
	handle_signals(0);
	pid = spawn(signal_waiter, NULL);
	expect_errno(tpm_write(fd, &m), EINTR);
	await_success(pid);
	expect_number(caught, 1);

	/* it was not carried out, and will not be */
	expect_number(counter("waiters"), 0);
	expect_number(tpm_poll(fd), POLLOUT);
	expect_number(read(fd, m.data, sizeof(m.data)), 0);
	set_lease(0);
	crowd_check(&crowd, 0);
	expect_number(counter("evictions"), evictions);
	expect_number(counter("active"), nr_sessions_max());
	new_session(fd, SE_POLICY);
}

static void signal_and_release(void *argument)
{
	struct crowd *crowd = argument;

	signal_waiter(NULL);
	/* gone from the line and back again, or still in it */
	await_counter("waiters", 1);
	expect_ok(flush_context(crowd->session[0].fd,
				crowd->session[0].handle));
}

static void signal_restarts(void)
{
	struct message m = start_command(SE_POLICY);
	int fd = tpm_managed();
	struct crowd crowd;
	pid_t pid;

	take_all(&crowd);
	handle_signals(SA_RESTART);
	pid = spawn(signal_and_release, &crowd);
	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	await_success(pid);
	expect_number(caught, 1);
	expect_number(started(fd), crowd.session[0].handle);
}

/* A process that is stopped must not stop those who wait behind it. */
static void signal_stops(void)
{
	struct waiter stopped, other;
	struct crowd crowd;
	uint32_t handle;
	int status;

	take_all(&crowd);
	waiter_start(&stopped);
	await_counter("waiters", 1);
	waiter_start(&other);
	await_counter("waiters", 2);
	expect(!kill(stopped.pid, SIGSTOP), "kill(): %s", strerror(errno));
	expect(waitpid(stopped.pid, &status, WUNTRACED) == stopped.pid,
	       "waitpid(): %s", strerror(errno));

	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(waiter_is_done(&other, HANG_MS),
	       "a stopped process keeps others from a session");
	expect_number(waiter_session(&other), handle);

	/* and when it goes on, so does its wait */
	expect(!kill(stopped.pid, SIGCONT), "kill(): %s", strerror(errno));
	await_counter("waiters", 1);
	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(waiter_is_done(&stopped, HANG_MS),
	       "a process that was stopped waits for ever");
	expect_number(waiter_session(&stopped), handle);
	crowd_check(&crowd, 0);
}

static void signal_kills(void)
{
	long evictions = counter("evictions");
	struct waiter waiters[WAITERS];
	int fd = tpm_managed(), i;
	struct crowd crowd;

	take_all(&crowd);
	for (i = 0; i < WAITERS; i++) {
		waiter_start(&waiters[i]);
		await_counter("waiters", i + 1);
	}
	/* from the middle, the end and the front */
	waiter_end(&waiters[2]);
	expect_number(counter("waiters"), 4);
	waiter_end(&waiters[4]);
	waiter_end(&waiters[0]);
	expect_number(counter("waiters"), 2);
	waiter_end(&waiters[1]);
	waiter_end(&waiters[3]);
	expect_number(counter("waiters"), 0);

	set_lease(0);
	crowd_check(&crowd, 0);
	expect_number(counter("evictions"), evictions);
	expect_number(counter("active"), nr_sessions_max());
	new_session(fd, SE_POLICY);
	expect_number(counter("evictions"), evictions + 1);
}

/* It is killed just as a session is released, which must not get lost. */
static void signal_kill_race(void)
{
	struct waiter first, second;
	struct crowd crowd;
	int i;

	take_all(&crowd);
	set_limit("max_per_fd", nr_sessions_max());
	for (i = 0; i < RACES; i++) {
		waiter_start(&first);
		await_counter("waiters", 1);
		waiter_start(&second);
		await_counter("waiters", 2);
		crowd_flush(&crowd, 0);
		waiter_end(&first);
		expect(waiter_is_done(&second, HANG_MS),
		       "no session after %d ms in round %d", HANG_MS, i);
		waiter_session(&second);
		waiter_end(&second);
		expect_number(counter("waiters"), 0);
		expect_number(counter("active"), nr_sessions_max() - 1);
		crowd_add(&crowd, 1, SE_POLICY);
	}
	crowd_check(&crowd, 0);
}

static void use(unsigned int times)
{
	struct client client;

	make_client(&client, CLIENT_MANY);
	while (times--)
		check_client(&client);
}

static void be_disturbed(void *unused)
{
	use(USES);
	disturb_expect_signals();
}

static void be_killed(void *unused)
{
	use(MANY_USES);
}

/* Another signal soon; and now and then somebody else is killed at his work. */
static void kill_victim(void *argument)
{
	static unsigned int signals;
	pid_t *victim = argument;

	if (++signals % SIGNALS_PER_KILL == 0) {
		kill_and_reap(*victim);
		*victim = spawn(be_killed, NULL);
	}
	let_pass(now_ms() + PACE_MS);
}

/*
 * What a client has in the TPM makes room for others and comes back, in whoever's
 * name that is done, and whatever becomes of him meanwhile.
 */
static void signal_disturbs(void)
{
	pid_t users[USERS], victim;
	int i;

	disturb_begin();
	for (i = 0; i < USERS; i++)
		users[i] = spawn(be_disturbed, NULL);
	victim = spawn(be_killed, NULL);
	disturb_until_ended(users, USERS, kill_victim, &victim);
	kill_and_reap(victim);
	expect_number(counter("active"), 0);
}

const struct test signal_tests[] = {
	{ "signal-interrupts", "G2: a signal ends the wait, and nobody is evicted",
	  signal_interrupts },
	{ "signal-restarts", "G2: with SA_RESTART the wait goes on",
	  signal_restarts },
	{ "signal-stops", "G2: a stopped process is in nobody's way",
	  signal_stops },
	{ "signal-kills", "G2: nobody is evicted for a process that was killed",
	  signal_kills },
	{ "signal-kill-race", "G2: what a killed waiter was given goes on",
	  signal_kill_race },
	{ "signal-disturbs", "G6: nobody loses anything by signals to anybody",
	  signal_disturbs },
	{}
};
