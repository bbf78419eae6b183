// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients in processes of their own that begin at the same time.
 *
 * Each has a pair of pipes with its parent, who hears of the death of one by the
 * end of its pipe. What is measured begins when all have made what they need,
 * and ends before the first one takes that down.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "gang.h"

/* What a process tells of itself, in memory that all share. */
struct report {
	struct member member;
	struct samples samples;
};

struct process {
	pid_t pid;
	int said;
};

static size_t report_size(const struct job *job)
{
	size_t size = sizeof(struct report) +
		      job->commands * sizeof(uint32_t);

	return (size + 63) & ~63UL;
}

static void step(int say, int gate)
{
	char c = 0;

	expect(write(say, &c, 1) == 1, "write(): %s", strerror(errno));
	/* ends when the last writer has closed the gate, for all at once */
	expect(!read(gate, &c, 1), "somebody is at the gate");
}

static void run_member(const struct job *job, unsigned int number,
		       struct report *report, int say, int begin, int end)
{
	void *client = job->prepare(job->argument, number);
	unsigned long long began;

	report->samples.max = job->commands;
	step(say, begin);
	samples_begin(&report->samples);
	began = clock_ns();
	report->member.failure = job->work(client);
	report->member.ns = clock_ns() - began;
	samples_end();
	step(say, end);
	job->leave(client);
	_exit(0);
}

static void make_pipe(int pair[2])
{
	expect(!pipe(pair), "pipe(): %s", strerror(errno));
}

/* One file for each client, beside those that all have. */
static void allow_files(void)
{
	struct rlimit limit;

	expect(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit(): %s",
	       strerror(errno));
	limit.rlim_cur = limit.rlim_max;
	expect(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit(): %s",
	       strerror(errno));
}

/* Nobody who has died is waited for twice. */
static void await_all(struct process *processes, unsigned int nr)
{
	unsigned int i;
	char c;

	for (i = 0; i < nr; i++) {
		if (processes[i].said < 0 || read(processes[i].said, &c, 1) == 1)
			continue;
		close(processes[i].said);
		processes[i].said = -1;
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void collect(const struct job *job, const uint8_t *reports,
		    const struct process *processes, struct outcome *outcome)
{
	const struct report *report;
	unsigned long nr = 0;
	unsigned int i;

	outcome->commands = 0;
	outcome->succeeded = 0;
	for (i = 0; i < outcome->clients; i++) {
		report = (const void *)(reports + i * report_size(job));
		outcome->commands += report->samples.nr;
		outcome->members[i] = report->member;
		if (processes[i].said < 0)
			outcome->members[i].failure = GANG_DIED;
		outcome->succeeded += !outcome->members[i].failure;
	}
	outcome->sorted = calloc(outcome->commands + 1, sizeof(uint32_t));
	expect(outcome->sorted, "calloc(): %s", strerror(errno));
	for (i = 0; i < outcome->clients; i++) {
		report = (const void *)(reports + i * report_size(job));
		memcpy(outcome->sorted + nr, report->samples.ns,
		       report->samples.nr * sizeof(uint32_t));
		nr += report->samples.nr;
	}
	qsort(outcome->sorted, nr, sizeof(uint32_t), by_size);
}

/**
 * gang_run() - let clients loose, and wait for them
 * @job: what each of them does
 * @clients: how many
 * @outcome: receives how it went; to be freed by outcome_free()
 */
void gang_run(const struct job *job, unsigned int clients,
	      struct outcome *outcome)
{
	size_t size = clients * report_size(job);
	struct process *processes = calloc(clients, sizeof(*processes));
	int begin[2], end[2], pair[2];
	unsigned long long began;
	struct wire before;
	unsigned int i;
	uint8_t *reports;

	allow_files();
	reports = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(reports != MAP_FAILED, "mmap(): %s", strerror(errno));
	outcome->clients = clients;
	outcome->members = calloc(clients, sizeof(*outcome->members));
	expect(processes && outcome->members, "calloc(): %s", strerror(errno));
	make_pipe(begin);
	make_pipe(end);

	fflush(stdout);
	for (i = 0; i < clients; i++) {
		make_pipe(pair);
		processes[i].pid = fork();
		expect(processes[i].pid >= 0, "fork(): %s", strerror(errno));
		if (!processes[i].pid) {
			close(begin[1]);
			close(end[1]);
			close(pair[0]);
			run_member(job, i,
				   (void *)(reports + i * report_size(job)),
				   pair[1], begin[0], end[0]);
		}
		close(pair[1]);
		processes[i].said = pair[0];
	}

	await_all(processes, clients);
	wire_read(&before);
	began = clock_ns();
	close(begin[1]);
	await_all(processes, clients);
	outcome->ns = clock_ns() - began;
	wire_since(&before, &outcome->wire);
	close(end[1]);

	for (i = 0; i < clients; i++) {
		expect(waitpid(processes[i].pid, NULL, 0) == processes[i].pid,
		       "waitpid(): %s", strerror(errno));
	}
	collect(job, reports, processes, outcome);
	for (i = 0; i < clients; i++) {
		if (processes[i].said >= 0)
			close(processes[i].said);
	}
	close(begin[0]);
	close(end[0]);
	munmap(reports, size);
	free(processes);
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->sorted);
	free(outcome->members);
}
