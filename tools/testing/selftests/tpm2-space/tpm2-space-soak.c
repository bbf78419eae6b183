// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients of all kinds for as long as one likes, killed and replaced all the time,
 * while the machine sleeps or the TPM is reset now and then. Whenever they stand
 * still, the open files, the resource manager and the TPM have to agree on who has
 * which session; and when all have gone, nothing is left, and the kernel's memory is
 * what it was.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "account.h"
#include "capability.h"
#include "check.h"
#include "consumer.h"
#include "counters.h"
#include "emulator.h"
#include "kernel-memory.h"
#include "message.h"
#include "object.h"
#include "party.h"
#include "power.h"
#include "random.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define CLIENTS		64
#define KILL_MS		300	/* the longest from one to the next */
#define ROUND_SECONDS	15	/* from one stop to the next */
#define ROUNDS_TOGETHER	3	/* until all have to go */
#define LEASE_MS	2000	/* as it comes */
#define NOISE		65536	/* bytes by which the kernel's own use changes */
#define NOISE_AVAILABLE	(8 << 20)
#define WEIGHED		512	/* measurements of IMA's */

static const char usage_text[] =
	"usage: tpm2-space-soak [OPTION ...]\n"
	"\n"
	"  --seconds N         for how long (default: 60)\n"
	"  --round N           so many seconds until all stand still (default: 15)\n"
	"  --clients N         how many at a time, besides commands (default: 64)\n"
	"  --command COMMAND   one that is a program and comes to no end, for the shell;\n"
	"                      may be given several times\n"
	"  --kernel            the kernel itself uses the TPM, too\n"
	"  --sleep             the machine sleeps now and then\n"
	"  --resets SOCKET     the TPM, an emulator that is told to on SOCKET, is reset\n"
	"\n"
	"Prints a JSON object in its last line. The exit status is 0 if all was well.\n";

/**
 * struct soak - a run
 * @party: the clients
 * @round_ms: how long they live until they have to stand still
 * @sleeps: the machine is to sleep
 * @resets: the TPM is to be reset
 * @kernel: one of the clients is the kernel
 * @measurement: bytes that IMA keeps of each file that it measures for that one
 * @rounds: how often all stood still
 * @slept: how often the machine was asleep
 * @was_reset: how often the TPM was reset
 * @owned: most sessions that open files had when all stood still
 * @before: the kernel's memory when all had gone for the first time
 * @after: and for the last time
 * @lives: clients there had been by the first time
 */
struct soak {
	struct party party;
	long round_ms;
	bool sleeps;
	bool resets;
	bool kernel;
	long long measurement;
	unsigned int rounds;
	unsigned int slept;
	unsigned int was_reset;
	unsigned int owned;
	struct kernel_memory before;
	struct kernel_memory after;
	unsigned long lives;
};

/*
 * To what it was when nobody had begun; or so that somebody has to start it. While
 * it is reset, the emulator forgets a command that is under way, and the driver
 * would wait for its answer for minutes.
 */
static void reset_tpm(struct soak *soak)
{
	struct message m;
	uint32_t rc;
	int fd;

	party_stop(&soak->party);
	await_counter("waiters", 0);
	if (soak->was_reset++ % 2) {
		emulator_go_back();
	} else {
		emulator_reset();
		fd = tpm_managed();
		command_begin(&m, ST_NO_SESSIONS, CC_STARTUP);
		put16(&m, SU_CLEAR);
		rc = tpm_exchange(fd, &m, NULL);
		expect(!rc, "the TPM does not start: 0x%08x", rc);
		close(fd);
	}
	party_go_on(&soak->party);
}

static void happen(struct soak *soak)
{
	if (soak->sleeps) {
		if (soak->slept++ % 2)
			suspend_to_idle();
		else
			suspend_to_ram();
	}
	if (soak->resets)
		reset_tpm(soak);
}

static void kill_some(struct soak *soak, long long until)
{
	while (now_ms() < until) {
		let_pass(now_ms() + random_below(KILL_MS));
		party_check(&soak->party);
		party_replace(&soak->party, random_below(soak->party.nr));
	}
}

static void live(struct soak *soak)
{
	/* so that now they wait, and now they are evicted */
	static const long leases[] = { LEASE_MS, 400, LEASE_MS, 50 };
	long long begin = now_ms();

	set_limit("lease_ms", leases[soak->rounds % 4]);
	kill_some(soak, begin + soak->round_ms / 2);
	happen(soak);
	kill_some(soak, now_ms() + soak->round_ms / 2);
}

static void stand_still(struct soak *soak)
{
	struct account account;

	party_stop(&soak->party);
	account_check(&account);
	soak->rounds++;
	if (account.owned > soak->owned)
		soak->owned = account.owned;
	check_note("%lu clients, %u files with %u sessions and %lld objects; %u of nobody's",
		   soak->party.lives, account.files, account.owned,
		   account.objects, account.detached);
	party_go_on(&soak->party);
}

/*
 * The list of what IMA has measured gets longer all the time, and nobody can make
 * it shorter. So what it takes is not to be told from a leak, but for its size.
 */
static long long weigh_measurement(void)
{
	struct kernel_memory before, after;
	int i;

	kernel_memory_read(&before);
	for (i = 0; i < WEIGHED; i++)
		expect(kernel_extends(), "no PCR was extended");
	kernel_memory_read(&after);
	check_note("IMA keeps %lld bytes of each file",
		   (after.allocated - before.allocated) / WEIGHED);
	return (after.allocated - before.allocated) / WEIGHED;
}

/* All go, and all that they have left. */
static void clear_up(struct soak *soak)
{
	struct account account;

	party_end(&soak->party);
	account_flush_detached();
	account_check(&account);
	expect(!account.files && !account.owned && !account.detached,
	       "%u files, %u sessions and %u of nobody's are left",
	       account.files, account.owned, account.detached);
	expect_number(counter("active"), 0);
	if (soak->kernel && !soak->lives)
		soak->measurement = weigh_measurement();
	kernel_memory_read(&soak->after);
	if (soak->kernel)
		soak->after.allocated -= soak->measurement *
					 kernel_measurements();
	check_note("%lu clients, all gone: %lld bytes allocated, %lld mapped, %lld available",
		   soak->party.lives, soak->after.allocated,
		   soak->after.mapped, soak->after.available);
	if (!soak->lives) {
		soak->lives = soak->party.lives;
		soak->before = soak->after;
	}
}

/* What each of thousands of clients leaves behind does not go unseen. */
static void check_memory(const struct soak *soak)
{
	const struct kernel_memory *before = &soak->before,
				   *after = &soak->after;

	expect(after->allocated - before->allocated < NOISE,
	       "%lld bytes of the kernel's were allocated, now %lld",
	       before->allocated, after->allocated);
	expect(after->mapped - before->mapped < NOISE,
	       "%lld bytes of the kernel's were mapped, now %lld",
	       before->mapped, after->mapped);
	expect(before->available - after->available < NOISE_AVAILABLE,
	       "%lld bytes were available, now %lld", before->available,
	       after->available);
}

static void print_result(const struct soak *soak, long long seconds)
{
	printf("{\"seconds\": %lld, \"clients\": %lu, \"stops\": %u, ",
	       seconds, soak->party.lives, soak->rounds);
	printf("\"sleeps\": %u, \"resets\": %u, ", soak->slept,
	       soak->was_reset);
	printf("\"most_sessions\": %u, \"commands\": %ld, \"waits\": %ld, \"evictions\": %ld, ",
	       soak->owned, counter("commands"), counter("waits"),
	       counter("evictions"));
	printf("\"allocated_before\": %lld, \"allocated_after\": %lld, ",
	       soak->before.allocated, soak->after.allocated);
	printf("\"mapped_before\": %lld, \"mapped_after\": %lld, ",
	       soak->before.mapped, soak->after.mapped);
	printf("\"available_before\": %lld, \"available_after\": %lld}\n",
	       soak->before.available, soak->after.available);
}

/* A primary key that stays, for the kernel's keys. */
static void prepare_kernel(void)
{
	struct object parent;
	int fd = tpm_managed();
	struct blob name;

	consumer_setup();
	if (read_name(fd, PARENT_HANDLE, &name)) {
		new_storage(fd, &parent);
		make_persistent(fd, &parent, PARENT_HANDLE);
	}
	close(fd);
}

static void soak(struct soak *soak, long seconds)
{
	long long begin = now_ms();

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	random_begin();
	if (soak->resets)
		emulator_keep_state();
	do {
		party_begin(&soak->party);
		do {
			live(soak);
			stand_still(soak);
		} while (soak->rounds % ROUNDS_TOGETHER &&
			 now_ms() - begin < seconds * 1000);
		clear_up(soak);
	} while (now_ms() - begin < seconds * 1000 ||
		 soak->party.lives == soak->lives);
	print_result(soak, (now_ms() - begin) / 1000);
	fflush(stdout);
	check_memory(soak);
	/* one that is reset has room for all, time and again */
	expect(soak->was_reset || (counter("waits") && counter("evictions")),
	       "there was no lack of sessions");
}

static long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value <= 0) {
		fputs(usage_text, stderr);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "round", required_argument, NULL, 'R' },
		{ "clients", required_argument, NULL, 'c' },
		{ "command", required_argument, NULL, 'C' },
		{ "kernel", no_argument, NULL, 'k' },
		{ "sleep", no_argument, NULL, 'S' },
		{ "resets", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	const struct resident_kind *kind = resident_kinds;
	static struct soak run = { .round_ms = ROUND_SECONDS * 1000 };
	long seconds = 60, clients = CLIENTS;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			seconds = number(optarg);
			break;
		case 'R':
			run.round_ms = number(optarg) * 1000;
			break;
		case 'c':
			clients = number(optarg);
			break;
		case 'C':
			party_add(&run.party, NULL, optarg);
			break;
		case 'k':
			run.kernel = true;
			prepare_kernel();
			party_add(&run.party, &resident_kernel, NULL);
			break;
		case 'S':
			run.sleeps = true;
			break;
		case 'r':
			run.resets = true;
			emulator_find(optarg);
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
	for (; clients; clients--) {
		party_add(&run.party, kind++, NULL);
		if (!kind->name)
			kind = resident_kinds;
	}
	soak(&run, seconds);
	return 0;
}
