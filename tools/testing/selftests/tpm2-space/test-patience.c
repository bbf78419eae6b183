// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for a session keeps its place, whatever happens to it meanwhile, and
 * is in nobody's way (G2); and a command that is at the TPM is not interrupted
 * (G18).
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "freezer.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SOON_MS		300000	/* what has not happened by then never will */
#define WAITERS		5

static void take_all(struct crowd *crowd)
{
	crowd_take_all(crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
}

/* They join one after the other. */
static void start_waiters(struct waiter *waiters, unsigned int nr)
{
	long before = counter("waiters");
	unsigned int i;

	for (i = 0; i < nr; i++) {
		waiter_start(&waiters[i]);
		await_counter("waiters", before + i + 1);
	}
}

/* It is this one's turn: a session ends, and it has it. */
static void serve(struct crowd *crowd, struct waiter *waiter, const char *who)
{
	uint32_t handle = crowd->session[0].handle;

	crowd_flush(crowd, 0);
	expect(waiter_is_done(waiter, SOON_MS),
	       "it is the turn of %s, which has no session", who);
	expect_number(waiter_session(waiter), handle);
}

/*
 * Does not notice that it is frozen: its turn comes as if it were not, and so do
 * those of the others.
 */
static void hold_frozen(void)
{
	struct waiter waiters[WAITERS];
	struct crowd crowd;
	uint32_t handle;
	int i;

	take_all(&crowd);
	start_waiters(waiters, WAITERS);
	freezer_add(waiters[0].pid);
	freezer_freeze();

	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	for (i = 1; i < WAITERS; i++)
		serve(&crowd, &waiters[i], "one behind a frozen process");
	expect(!waiter_is_done(&waiters[0], 0), "it is not frozen");
	freezer_thaw();
	expect(waiter_is_done(&waiters[0], SOON_MS),
	       "a process that was thawed has no session");
	expect_number(waiter_session(&waiters[0]), handle);
	crowd_check(&crowd, 0);
	for (i = 0; i < WAITERS; i++)
		waiter_end(&waiters[i]);
}

static void patience_frozen(void)
{
	freezer_run(&freezer_v1, hold_frozen);
}

/*
 * Leaves the line for as long as it is halted; then it stands where it was, with
 * those before it that have come before it.
 */
static void hold_back(void (*halt)(pid_t pid), void (*go_on)(pid_t pid))
{
	struct waiter waiters[4];
	struct crowd crowd;
	int i;

	take_all(&crowd);
	start_waiters(waiters, 4);
	halt(waiters[1].pid);
	await_counter("waiters", 3);
	serve(&crowd, &waiters[0], "one before a halted process");
	serve(&crowd, &waiters[2], "one behind a halted process");
	await_counter("waiters", 1);

	go_on(waiters[1].pid);
	await_counter("waiters", 2);
	serve(&crowd, &waiters[1], "one that was halted");
	expect(!waiter_is_done(&waiters[3], 0), "two have one session");
	serve(&crowd, &waiters[3], "the last one");
	crowd_check(&crowd, 0);
	for (i = 0; i < 4; i++)
		waiter_end(&waiters[i]);
}

static void freeze(pid_t pid)
{
	freezer_add(pid);
	freezer_freeze();
}

static void thaw(pid_t pid)
{
	freezer_thaw();
}

static void hold_frozen_v2(void)
{
	hold_back(freeze, thaw);
}

static void patience_frozen_v2(void)
{
	freezer_run(&freezer_v2, hold_frozen_v2);
}

static void stop(pid_t pid)
{
	int status;

	expect(!kill(pid, SIGSTOP), "kill(): %s", strerror(errno));
	expect(waitpid(pid, &status, WUNTRACED) == pid, "waitpid(): %s",
	       strerror(errno));
}

static void cont(pid_t pid)
{
	expect(!kill(pid, SIGCONT), "kill(): %s", strerror(errno));
}

static void patience_stopped(void)
{
	hold_back(stop, cont);
}

/**
 * struct board - what processes tell each other
 * @caught: signals that one has handled
 * @interrupted: its write() was
 * @done: it has a session
 * @handle: which
 */
struct board {
	int caught;
	int interrupted;
	int done;
	uint32_t handle;
};

static struct board *board;

static void make_board(void)
{
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(board != MAP_FAILED, "mmap(): %s", strerror(errno));
}

/* Wait until what another process has written says so. */
static void await_board(const int *what, int least)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	long long deadline = now_ms() + SOON_MS;

	while (__atomic_load_n(what, __ATOMIC_ACQUIRE) < least) {
		expect(now_ms() < deadline, "the other process is silent");
		nanosleep(&pause, NULL);
	}
}

static void write_board(int *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELEASE);
}

static void handler(int signal)
{
	write_board(&board->caught);
}

/* Children inherit that. */
static void handle(int signal, int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	expect(!sigaction(signal, &action, NULL), "sigaction(): %s",
	       strerror(errno));
}

#define SIGNALS	10	/* to each of them */

/* However often it is interrupted, a write() that goes on is where it was. */
static void patience_restarts(void)
{
	struct waiter waiters[WAITERS];
	struct crowd crowd;
	int i, k, sent = 0;

	make_board();
	take_all(&crowd);
	handle(SIGUSR1, SA_RESTART);
	start_waiters(waiters, WAITERS);
	for (k = 0; k < SIGNALS; k++) {
		for (i = 0; i < WAITERS; i++) {
			expect(!kill(waiters[i].pid, SIGUSR1), "kill(): %s",
			       strerror(errno));
			await_board(&board->caught, ++sent);
			/* and it is back */
			await_counter("waiters", WAITERS);
		}
	}
	/* who was interrupted last is not the last one in line */
	expect(!kill(waiters[0].pid, SIGUSR1), "kill(): %s", strerror(errno));
	await_board(&board->caught, ++sent);
	await_counter("waiters", WAITERS);
	for (i = 0; i < WAITERS; i++)
		serve(&crowd, &waiters[i], "one that was interrupted");
	crowd_check(&crowd, 0);
}

static void tell_session(int fd)
{
	board->handle = started(fd);
	write_board(&board->done);
	for (;;)
		pause();
}

static void ask_again(void *argument)
{
	const int *go = argument;
	struct message m = start_command(SE_POLICY), r;
	int fd = tpm_managed();
	char c;

	expect_errno(tpm_write(fd, &m), EINTR);
	expect_number(tpm_poll(fd), POLLOUT);
	expect_number(read(fd, r.data, sizeof(r.data)), 0);
	write_board(&board->interrupted);
	expect(read(*go, &c, 1) == 1, "read(): %s", strerror(errno));
	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	tell_session(fd);
}

/* A write() that fails with EINTR has done nothing, and can be made again. */
static void patience_again(void)
{
	long evictions = counter("evictions");
	struct waiter waiters[2];
	struct crowd crowd;
	uint32_t released;
	int go[2];
	pid_t pid;

	make_board();
	take_all(&crowd);
	expect(!pipe(go), "pipe(): %s", strerror(errno));
	handle(SIGUSR1, 0);
	pid = spawn(ask_again, &go[0]);
	await_counter("waiters", 1);
	start_waiters(waiters, 2);

	expect(!kill(pid, SIGUSR1), "kill(): %s", strerror(errno));
	await_board(&board->interrupted, 1);
	expect_number(counter("waiters"), 2);
	expect_number(counter("active"), nr_sessions_max());
	serve(&crowd, &waiters[0], "one behind a client that was interrupted");
	await_counter("waiters", 1);

	expect(write(go[1], "", 1) == 1, "write(): %s", strerror(errno));
	await_counter("waiters", 2);
	released = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	await_board(&board->done, 1);
	expect_number(board->handle, released);
	expect(!waiter_is_done(&waiters[1], 0), "two have one session");
	serve(&crowd, &waiters[1], "the last one");
	expect_number(counter("evictions"), evictions);
	crowd_check(&crowd, 0);
	kill_and_reap(pid);
}

#define PERIOD_US	20000
#define AHEAD		2
#define BEHIND		28
#define MISSED_MAX	8	/* turns that come just when it handles a signal */

static void set_timer(int us)
{
	const struct itimerval timer = {
		.it_interval = { .tv_usec = us }, .it_value = { .tv_usec = us },
	};

	expect(!setitimer(ITIMER_REAL, &timer, NULL), "setitimer(): %s",
	       strerror(errno));
}

static void ask_with_timer(void *unused)
{
	struct message m = start_command(SE_POLICY);
	int fd = tpm_managed();

	set_timer(PERIOD_US);
	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	set_timer(0);
	tell_session(fd);
}

/* How many of them have a session by now? */
static int nr_served(const struct waiter *waiters, int nr)
{
	int i, served = 0;

	for (i = 0; i < nr; i++)
		served += waiter_is_done(&waiters[i], 0);
	return served;
}

/* A session ends. Returns how many of @behind have one when somebody has it. */
static int serve_somebody(struct crowd *crowd, const struct waiter *behind,
			  int served)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	long long deadline = now_ms() + SOON_MS;
	int now;

	crowd_flush(crowd, 0);
	while ((now = nr_served(behind, BEHIND)) == served &&
	       !__atomic_load_n(&board->done, __ATOMIC_ACQUIRE)) {
		expect(now_ms() < deadline, "nobody has what was released");
		nanosleep(&pause, NULL);
	}
	return now;
}

/*
 * A client that is interrupted all the time, between any two turns at least,
 * beside many that are not. It can miss a turn that comes just when it handles a
 * signal, but has not lost its place by that.
 */
static void patience_timer(void)
{
	struct waiter ahead[AHEAD], behind[BEHIND];
	int i, caught, served = 0;
	struct crowd crowd;
	pid_t pid;

	make_board();
	take_all(&crowd);
	handle(SIGALRM, SA_RESTART);
	start_waiters(ahead, AHEAD);
	pid = spawn(ask_with_timer, NULL);
	await_board(&board->caught, 1);
	for (i = 0; i < BEHIND; i++)
		waiter_start(&behind[i]);
	await_counter("waiters", AHEAD + 1 + BEHIND);

	for (i = 0; i < AHEAD; i++)
		serve(&crowd, &ahead[i], "one before it");
	while (served < BEHIND && !board->done) {
		caught = __atomic_load_n(&board->caught, __ATOMIC_ACQUIRE);
		await_board(&board->caught, caught + 2);
		served = serve_somebody(&crowd, behind, served);
	}
	check_note("%d of %d behind it were served before it, after %d signals",
		   served, BEHIND, board->caught);
	expect(board->done && served <= MISSED_MAX,
	       "%d of those behind it had a session before it", served);
	crowd_check(&crowd, 0);
	kill_and_reap(pid);
}

#define COMMANDS	12
#define OFTEN_US	5000

/* TPM2_CreatePrimary of an RSA key, for which the TPM has to find primes. */
static struct message rsa_command(uint8_t number)
{
	struct message m, public = {};

	put16(&public, ALG_RSA);
	put16(&public, ALG_SHA256);
	put32(&public, OA_FIXED_TPM | OA_FIXED_PARENT |
		       OA_SENSITIVE_DATA_ORIGIN | OA_USER_WITH_AUTH |
		       OA_NO_DA | OA_RESTRICTED | OA_DECRYPT);
	put16(&public, 0);		/* no policy */
	put16(&public, ALG_AES);
	put16(&public, 128);
	put16(&public, ALG_CFB);
	put16(&public, ALG_NULL);	/* scheme */
	put16(&public, 2048);
	put32(&public, 0);		/* the usual exponent */
	put_sized(&public, &number, 1);	/* no two are alike */

	command_begin(&m, ST_SESSIONS, CC_CREATE_PRIMARY);
	put32(&m, RH_OWNER);
	put32(&m, 9);			/* size of what authorizes it */
	put32(&m, RS_PW);
	put16(&m, 0);
	put8(&m, SA_CONTINUE);
	put16(&m, 0);
	put16(&m, 4);
	put32(&m, 0);			/* no authorization value, no data */
	put_sized(&m, public.data, public.len);
	put16(&m, 0);			/* no outside information */
	put32(&m, 0);			/* no PCRs */
	command_end(&m);
	return m;
}

/* As a client does it that does not expect signals. */
static void patience_poll(void)
{
	struct pollfd p = { .fd = tpm_managed_nonblock(), .events = POLLIN };
	int i, caught, polls = 0, reads = 0;
	struct message m;
	ssize_t size;

	make_board();
	handle(SIGALRM, 0);
	for (i = 0; i < COMMANDS; i++) {
		m = rsa_command(i);
		caught = board->caught;
		expect(tpm_write(p.fd, &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
		set_timer(OFTEN_US);
		while (poll(&p, 1, -1) < 0) {
			expect(errno == EINTR, "poll(): %s", strerror(errno));
			polls++;
		}
		while ((size = read(p.fd, m.data, sizeof(m.data))) < 0) {
			expect(errno == EINTR, "read(): %s", strerror(errno));
			reads++;
		}
		set_timer(0);
		expect(board->caught > caught, "no signal came");

		expect(size > HEADER_SIZE, "an answer of %zd bytes, 0x%08x",
		       size, be32_at(m.data + 6));
		expect_ok(flush_context(p.fd, be32_at(m.data + HEADER_SIZE)));
	}
	check_note("%d signals", board->caught);
	expect_number(polls, 0);
	expect_number(reads, 0);
}

/* And read() alone waits for the answer as well. */
static void patience_read(void)
{
	int fd = tpm_managed_nonblock(), i, caught;
	struct message m;
	ssize_t size;

	make_board();
	handle(SIGALRM, 0);
	for (i = 0; i < COMMANDS; i++) {
		m = rsa_command(COMMANDS + i);
		caught = board->caught;
		expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
		set_timer(OFTEN_US);
		size = read(fd, m.data, sizeof(m.data));
		expect(size > HEADER_SIZE, "read(): %zd: %s", size,
		       size < 0 ? strerror(errno) : "no answer");
		set_timer(0);
		expect(board->caught > caught, "no signal came");
		expect_ok(flush_context(fd, be32_at(m.data + HEADER_SIZE)));
	}
	check_note("%d signals", board->caught);
}

const struct test patience_tests[] = {
	{ "patience-frozen", "G2: a frozen process is in nobody's way, and is served",
	  patience_frozen, 900 },
	{ "patience-frozen-v2", "G2: a process that was frozen has its place again",
	  patience_frozen_v2, 900 },
	{ "patience-stopped", "G2: a process that was stopped has its place again",
	  patience_stopped },
	{ "patience-restarts", "G2: who is interrupted and goes on keeps its place",
	  patience_restarts },
	{ "patience-again", "G2: who is interrupted and asks again has its place",
	  patience_again },
	{ "patience-timer", "G2: who is interrupted all the time has its turn",
	  patience_timer },
	{ "patience-poll", "G18: no signal ends poll() or read() while the TPM works",
	  patience_poll, 900 },
	{ "patience-read", "G18: nor read() where nobody has called poll()",
	  patience_read, 900 },
	{}
};
