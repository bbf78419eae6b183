// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many clients that do all that a client can do, in no order, and that are killed
 * now and then; limits that change under them; and two that go about their work,
 * and notice nothing (G17). In the end nothing is left (G6).
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "bystander.h"
#include "check.h"
#include "counters.h"
#include "fuzzer.h"
#include "pages.h"
#include "process.h"
#include "random.h"
#include "tap.h"
#include "tpm2-client.h"

#define WORKERS_MAX	64
#define BYSTANDERS	2
#define TURN		400	/* commands from one change of limits to the next */
#define TURN_MS		2000	/* or that long, if they wait for most of it */
#define SECONDS		(24 * 3600)
#define PROBABILITY	"/sys/kernel/debug/failslab/probability"

static const char usage_text[] =
	"usage: tpm2-space-fuzz [OPTION ...]\n"
	"\n"
	"Sends right and wrong commands to /dev/tpmrm0 from many files at once, and\n"
	"reports in the Test Anything Protocol. TPM2_SPACE_SEED in the environment, or\n"
	"--seed, has clients do again what they did; not in the same order.\n"
	"\n"
	"  --count N     so many commands (default: 20000)\n"
	"  --workers N   by so many clients (default: 8)\n"
	"  --seed N      (default: another one each time)\n";

static unsigned long target = 20000;
static unsigned int nr_workers = 8;

/**
 * struct worker - a client that does all that it can
 * @fuzz: what it shares with others
 * @seed: what makes it unlike them
 * @pid: its process
 */
struct worker {
	struct fuzz *fuzz;
	uint64_t seed;
	pid_t pid;
};

static void run(void *argument)
{
	struct worker *worker = argument;

	fuzzer_run(worker->fuzz, worker->seed);
}

static void begin(struct worker *worker)
{
	worker->seed = (uint64_t)random_bits() << 32 | random_bits();
	worker->pid = spawn(run, worker);
}

static struct fuzz *make_fuzz(void)
{
	struct fuzz *fuzz = mmap(NULL, sizeof(*fuzz), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = tpm_managed();

	expect(fuzz != MAP_FAILED, "mmap(): %s", strerror(errno));
	list_codes(fd, &fuzz->codes);
	close(fd);
	fuzz->target = target;
	expect(!socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fuzz->sockets),
	       "socketpair(): %s", strerror(errno));
	return fuzz;
}

/* Nobody ends by himself before all is done. */
static void check_alive(const struct fuzz *fuzz)
{
	siginfo_t info = {};

	waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
	expect(!info.si_pid ||
	       fuzz_count(fuzz, FUZZ_COMMANDS) >= fuzz->target,
	       "process %d has come to its end", info.si_pid);
}

/* They get on, and so do those who mind their own business. */
static void await_turn(const struct fuzz *fuzz, struct bystander **bystanders)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	unsigned long seen, begun = fuzz_count(fuzz, FUZZ_COMMANDS);
	long long since = now_ms();
	unsigned int i;

	for (i = 0; i < BYSTANDERS; i++)
		bystander_await(bystanders[i]);
	while ((seen = fuzz_count(fuzz, FUZZ_COMMANDS)) < fuzz->target) {
		if (seen - begun >= TURN ||
		    (seen > begun && now_ms() >= since + TURN_MS))
			break;
		expect(now_ms() < since + HANG_MS, "all have come to a halt");
		check_alive(fuzz);
		nanosleep(&pause, NULL);
	}
}

/* Not so few sessions that those who mind their own business had too many. */
static void change_limits(void)
{
	static const long leases[] = { 0, 10, 100, 500, 2000 };
	static const long tenures[] = { 0, 100, 2000, 60000 };
	static const long shares[] = { 2, 4, 16, 64 };

	set_limit("lease_ms", leases[random_below(5)]);
	set_limit("tenure_ms", tenures[random_below(4)]);
	set_limit("max_per_fd", shares[random_below(4)]);
}

/* In the midst of whatever it does, but if it has just come to its end. */
static void replace(struct worker *worker)
{
	int status;

	expect(!kill(worker->pid, SIGKILL), "kill(): %s", strerror(errno));
	expect(waitpid(worker->pid, &status, 0) == worker->pid, "waitpid(): %s",
	       strerror(errno));
	expect(WIFSIGNALED(status) || !WEXITSTATUS(status),
	       "process %d has failed", worker->pid);
	begin(worker);
}

static void report(const struct fuzz *fuzz, long long took_ms,
		   struct bystander **bystanders)
{
	unsigned int i;

	for (i = 0; i < FUZZ_EVENTS; i++)
		check_note("%s: %lu", fuzz_event_names[i], fuzz_count(fuzz, i));
	for (i = 0; i < BYSTANDERS; i++)
		check_note("somebody else: %u uses, %u times evicted",
			   bystanders[i]->uses, bystanders[i]->losses);
	check_note("%lld s, %lld commands a second; %ld evictions, %ld waits",
		   took_ms / 1000,
		   fuzz_count(fuzz, FUZZ_COMMANDS) * 1000LL / (took_ms + 1),
		   counter("evictions"), counter("waits"));
}

/* Who waits for hours is told where it has got to, ten times. */
static void tell(const struct fuzz *fuzz, unsigned long *told)
{
	unsigned long seen = fuzz_count(fuzz, FUZZ_COMMANDS);

	if (seen - *told < fuzz->target / 10)
		return;
	check_note("%lu of %lu commands", seen, fuzz->target);
	*told = seen;
}

/* Has the kernel been told to run out of memory? */
static bool is_starved(void)
{
	FILE *f = fopen(PROBABILITY, "re");
	int percent = 0;

	if (f) {
		expect(fscanf(f, "%d", &percent) == 1,
		       "cannot read " PROBABILITY);
		fclose(f);
	}
	return percent > 0;
}

static bool is_possible(enum fuzz_event event)
{
	if (event == FUZZ_BROUGHT)
		return pages_can_miss();
	if (event == FUZZ_STARVED)
		return is_starved();
	return true;
}

/* By so many commands, what is rare has happened more than once. */
static unsigned long enough_for(enum fuzz_event event)
{
	if (event == FUZZ_STARVED)
		return 20000;
	if (event == FUZZ_INTERRUPTIONS)
		return 5000;
	return 1000;
}

/* What has never happened was not tried. */
static void check_tried(const struct fuzz *fuzz)
{
	unsigned int i;

	for (i = 0; i < FUZZ_EVENTS; i++) {
		if (!is_possible(i))
			check_note("%s: not on this kernel",
				   fuzz_event_names[i]);
		else if (fuzz->target >= enough_for(i))
			expect(fuzz_count(fuzz, i), "%s: none",
			       fuzz_event_names[i]);
		else
			check_note("%s: not to be expected in %lu commands",
				   fuzz_event_names[i], fuzz->target);
	}
}

static void fuzz_all(void)
{
	struct bystander *bystanders[BYSTANDERS];
	struct worker workers[WORKERS_MAX];
	long long begun = now_ms();
	unsigned long told = 0;
	struct fuzz *fuzz;
	unsigned int i;

	random_begin();
	fuzz = make_fuzz();
	for (i = 0; i < BYSTANDERS; i++)
		bystanders[i] = bystander_begin(true);
	for (i = 0; i < nr_workers; i++) {
		workers[i].fuzz = fuzz;
		begin(&workers[i]);
	}
	for (;;) {
		await_turn(fuzz, bystanders);
		if (fuzz_count(fuzz, FUZZ_COMMANDS) >= fuzz->target)
			break;
		tell(fuzz, &told);
		change_limits();
		/* its children, if any, end with what they do */
		replace(&workers[random_below(nr_workers)]);
	}
	for (i = 0; i < nr_workers; i++)
		await_success(workers[i].pid);
	for (i = 0; i < BYSTANDERS; i++)
		bystander_end(bystanders[i]);
	report(fuzz, now_ms() - begun, bystanders);
	check_tried(fuzz);
}

static const struct test fuzz_tests[] = {
	{ "fuzz", "G17: whatever clients do, others and the kernel come to no harm",
	  fuzz_all, SECONDS },
	{}
};

static unsigned long number(const char *text, unsigned long max)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 0);
	if (end == text || *end || !value || value > max) {
		fputs(usage_text, stderr);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "workers", required_argument, NULL, 'w' },
		{ "seed", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	static const struct test * const groups[] = { fuzz_tests, NULL };
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			target = number(optarg, 1000000000);
			break;
		case 'w':
			nr_workers = number(optarg, WORKERS_MAX);
			break;
		case 's':
			setenv("TPM2_SPACE_SEED", optarg, 1);
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			fputs(usage_text, stderr);
			return 2;
		}
	}
	if (optind != argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	return tap_main(1, argv, groups, NULL);
}
