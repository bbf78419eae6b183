// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user can do to another one by doing things in large numbers: not much
 * (G20). And clients that go away in large numbers leave nothing behind (G2), nor
 * do they take much while they are there (G14).
 *
 * The other user is well-behaved: it starts a session, uses it for somewhat
 * longer than a lease, and flushes it. It must have it in its turn, which is seen
 * from how many others were served while it waited, and must never lose it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "flood.h"
#include "process.h"
#include "random.h"
#include "session.h"
#include "switch.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"
#include "worker.h"

#define ROUNDS		3
#define USES		12
#define PAUSE_MS	200
#define FAR_MS		300000	/* who waits for so long hangs */
#define CACHED_KB	16384	/* what the kernel may keep, and some of each */

/**
 * struct watch - what tells how many were served before somebody
 * @flood: the flood, whose own count is taken if there is no @counter
 * @counter: a counter
 * @most: by how much it may have grown when somebody has a session
 */
struct watch {
	const struct flood *flood;
	const char *counter;
	long most;
};

static long served(const struct watch *watch)
{
	return watch->counter ? counter(watch->counter) :
	       __atomic_load_n(&watch->flood->served, __ATOMIC_ACQUIRE);
}

static void ask(int fd)
{
	struct message m = start_command(SE_POLICY);

	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
}

/* Its file is in non-blocking mode, as that of most clients is. */
static void behave_well(void *argument)
{
	const struct watch *watch = argument;
	long long begin;
	uint32_t handle;
	long before;
	int fd, i;

	become_user(OTHER_USER);
	fd = tpm_managed_nonblock();
	for (i = 0; i < ROUNDS;) {
		begin = now_ms();
		before = served(watch);
		ask(fd);
		expect(tpm_answered(fd, FAR_MS), "no session after %d ms",
		       FAR_MS);
		before = served(watch) - before;
		check_note("a session after %lld ms and %ld %s",
			   now_ms() - begin, before,
			   watch->counter ? watch->counter : "of others");
		expect(before <= watch->most, "%ld were served before it",
		       before);
		handle = started(fd);
		/* once more where it is the machine that was too slow */
		i += work(fd, handle, USES, PAUSE_MS);
		expect_ok(flush_context(fd, handle));
	}
}

/* Let one behave well beside the other. */
static void side_by_side(void (*run)(struct flood *flood), unsigned int nr,
			 struct watch watch, void (*check)(void))
{
	long before = unreclaimable_kb(), after;
	long long deadline;
	pid_t pid;

	watch.flood = flood_start(run, nr, &pid);
	await_success(spawn(behave_well, &watch));
	/* there was something to suffer from to the end */
	if (check)
		check();
	flood_stop(pid);

	await_counter("waiters", 0);
	await_counter("active", 0);
	deadline = now_ms() + FAR_MS;
	do {
		after = unreclaimable_kb();
		expect(now_ms() < deadline, "%ld KiB before, %ld KiB after it",
		       before, after);
		let_pass(now_ms() + 10);
	} while (after > before + CACHED_KB + nr);
}

#define MANY	20000
#define FILES		10000
#define CC_UNKNOWN	0x1ff0
#define FIRST_MAX	1000	/* of their commands */

/* Each has a session, or waits for one, and does nothing else. */
static void queue_starts(struct flood *flood)
{
	unsigned int i;

	for (i = 0; i < flood->nr; i++)
		ask(tpm_managed_nonblock());
	flood_ready(flood);
	for (;;)
		pause();
}

static void many_wait(void)
{
	long waiters = counter("waiters");

	check_note("%ld wait", waiters);
	expect(waiters > nr_sessions_max(), "only %ld wait", waiters);
}

static void hostile_starts(void)
{
	/* at most as many as there are sessions, of 20,000 */
	side_by_side(queue_starts, MANY, (struct watch) {
		.counter = "evictions", .most = nr_sessions_max(),
	}, many_wait);
}

static void put_random(struct message *m)
{
	command_begin(m, ST_NO_SESSIONS, CC_GET_RANDOM);
	put16(m, 8);
	command_end(m);
}

/* There are as many under way as there are files, all the time. */
static void send_commands(struct flood *flood)
{
	struct message m, r;
	unsigned int i;
	int *fds = calloc(flood->nr, sizeof(*fds));

	expect(fds, "no memory");
	put_random(&m);
	for (i = 0; i < flood->nr; i++) {
		fds[i] = tpm_managed_nonblock();
		expect(tpm_write(fds[i], &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
	}
	flood_ready(flood);
	for (i = 0;; i = (i + 1) % flood->nr) {
		expect_ok(tpm_read(fds[i], &r));
		expect(tpm_write(fds[i], &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
	}
}

static void hostile_commands(void)
{
	side_by_side(send_commands, MANY, (struct watch) {
		.counter = "commands", .most = FIRST_MAX,
	}, NULL);
}

#define TOUCH_MS	100

/* All sessions there are, each in use all the time. What is lost is replaced. */
static void touch_all(struct flood *flood)
{
	uint32_t handle[CROWD_MAX] = {};
	int fd[CROWD_MAX];
	unsigned int i;
	uint32_t code;

	for (i = 0; i < flood->nr; i++) {
		fd[i] = tpm_managed_nonblock();
		handle[i] = new_session(fd[i], SE_POLICY);
	}
	flood_ready(flood);
	for (;;) {
		for (i = 0; i < flood->nr; i++) {
			if (!handle[i]) {
				if (!tpm_answered(fd[i], 0))
					continue;
				handle[i] = started(fd[i]);
				flood_served(flood);
			}
			code = use_policy(fd[i], handle[i]);
			if (!code)
				continue;
			expect_code(code, RM_HANDLE_GONE(0));
			expect_ok(flush_context(fd[i], handle[i]));
			handle[i] = 0;
			ask(fd[i]);
		}
		let_pass(now_ms() + TOUCH_MS);
	}
}

static void hostile_touch(void)
{
	unsigned int max = nr_sessions_max();

	side_by_side(touch_all, max, (struct watch) { .most = max / 4 }, NULL);
}

#define PROCESSES	100
#define LIFE_MS		300

static void start_and_die(struct flood *flood)
{
	const struct timespec life = { .tv_nsec = LIFE_MS * 1000000 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	new_session(tpm_managed(), SE_POLICY);
	flood_served(flood);
	nanosleep(&life, NULL);
	_exit(0);
}

/* For each that dies there is another one. */
static void die_and_live(struct flood *flood)
{
	unsigned int i;
	int status;
	pid_t pid;

	for (i = 0; i < flood->nr; i++) {
		if (!fork())
			start_and_die(flood);
	}
	for (;;) {
		pid = wait(&status);
		expect(pid > 0 && !status, "wait(): %d, status %x", pid, status);
		if (!fork())
			start_and_die(flood);
		/* all have had their first session, so they are in full swing */
		if (__atomic_load_n(&flood->served, __ATOMIC_ACQUIRE) >=
		    flood->nr)
			flood_ready(flood);
	}
}

static void hostile_deaths(void)
{
	/* not as many as are in line whenever it comes */
	side_by_side(die_and_live, PROCESSES, (struct watch) {
		.most = PROCESSES - nr_sessions_max() - 1,
	}, NULL);
}

/*
 * As many sessions as can be had, and many more files that have sent something,
 * with which the TPM need not be bothered.
 */
static void open_files(struct flood *flood)
{
	unsigned int i, max = nr_sessions_max();
	struct message m;
	int fd;

	command_begin(&m, ST_NO_SESSIONS, CC_UNKNOWN);
	for (i = 0; i < flood->nr; i++) {
		fd = tpm_managed();
		if (i < max)
			new_session(fd, SE_POLICY);
		else
			expect_code(tpm_exchange(fd, &m, NULL),
				    RM_NO_SUCH_COMMAND);
	}
	flood_ready(flood);
	for (;;)
		pause();
}

static void hostile_files(void)
{
	side_by_side(open_files, FILES, (struct watch) {
		.counter = "evictions", .most = 2,
	}, NULL);
}

#define CLOSERS		8
#define CLOSES		150	/* of each */
#define RELEASED	16	/* sessions that come and go */

/* Gone before, while and after it has its session. */
static void ask_and_close(void *argument)
{
	const uint64_t *seed = argument;
	unsigned int i;
	int fd;

	random_set(*seed);
	for (i = 0; i < CLOSES; i++) {
		fd = tpm_managed_nonblock();
		ask(fd);
		switch (random_below(4)) {
		case 0:
			break;
		case 1:
			/* it waits, or has its session */
			tpm_poll(fd);
			break;
		case 2:
			let_pass(now_ms() + random_below(4));
			break;
		case 3:
			expect(tpm_answered(fd, FAR_MS),
			       "no session after %d ms", FAR_MS);
			break;
		}
		close(fd);
	}
}

static bool have_ended(const pid_t *pids, unsigned int nr, unsigned int *ended)
{
	int status;

	while (*ended < nr && waitpid(pids[*ended], &status, WNOHANG)) {
		expect_number(status, 0);
		(*ended)++;
	}
	return *ended == nr;
}

/* Sessions end all the time, and those who wait for them go away. */
static void hostile_closes(void)
{
	long waits = counter("waits"), evictions = counter("evictions");
	unsigned int i, ended = 0, released = 0;
	struct waiter waiter;
	struct crowd crowd;
	pid_t pid[CLOSERS];
	uint64_t seed;

	random_begin();
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	set_limit("max_per_fd", nr_sessions_max());
	for (i = 0; i < CLOSERS; i++) {
		seed = random_bits();
		pid[i] = spawn(ask_and_close, &seed);
	}
	while (!have_ended(pid, CLOSERS, &ended)) {
		crowd_flush(&crowd, random_below(RELEASED));
		crowd_add(&crowd, 1, SE_POLICY);
		released++;
	}
	waits = counter("waits") - waits;
	check_note("%u sessions released, %ld waits for one", released, waits);
	expect(waits > CLOSERS * CLOSES / 4, "only %ld have waited", waits);

	expect_number(counter("waiters"), 0);
	expect_number(counter("evictions"), evictions);
	expect_number(counter("active"), nr_sessions_max());
	crowd_check(&crowd, 0);
	/* and the line moves on */
	waiter_start(&waiter);
	await_counter("waiters", 1);
	crowd_flush(&crowd, 0);
	expect(waiter_is_done(&waiter, FAR_MS), "no session after %d ms",
	       FAR_MS);
	waiter_session(&waiter);
}

#define CHEAP_FILES	800

/* What the kernel has taken for files that have each sent a command. */
static long memory_of_files(void)
{
	long before = unreclaimable_kb(), taken;
	int fd[CHEAP_FILES];
	struct message m, r;
	unsigned int i;

	put_random(&m);
	for (i = 0; i < CHEAP_FILES; i++) {
		fd[i] = tpm_managed();
		expect_ok(tpm_exchange(fd[i], &m, &r));
	}
	taken = unreclaimable_kb() - before;
	for (i = 0; i < CHEAP_FILES; i++)
		close(fd[i]);
	return taken;
}

/* Files take memory by need, and not what the kernel's own take when opened. */
static void hostile_memory(void)
{
	long ours, kernels;

	ours = memory_of_files();
	switch_set(false);
	kernels = memory_of_files();
	check_note("%u files: %ld KiB, and %ld KiB if they are the kernel's",
		   CHEAP_FILES, ours, kernels);
	expect(ours < kernels / 4, "it is not less than a quarter");
}

const struct test hostile_tests[] = {
	{ "hostile-starts", "G20: 20,000 starts of one user, another one is next",
	  hostile_starts, 900 },
	{ "hostile-commands", "G20: 20,000 commands of one user, another one is next",
	  hostile_commands, 900 },
	{ "hostile-touch", "G20: all sessions of one user in use, another one is next",
	  hostile_touch, 900 },
	{ "hostile-deaths", "G20: 100 processes that start and die, another one is next",
	  hostile_deaths, 900 },
	{ "hostile-files", "G20: 10,000 files of one user, another one is next",
	  hostile_files, 900 },
	{ "hostile-closes", "G2: who goes away while it waits leaves no trace",
	  hostile_closes, 900 },
	{ "hostile-memory", "G14: open files take no more memory than they need",
	  hostile_memory },
	{}
};
