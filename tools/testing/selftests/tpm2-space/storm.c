// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many clients at once that each need a session briefly.
 *
 * Whatever goes wrong is a result here, be it a response code or an errno, so
 * that a kernel without the extension can be looked at with it too.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "message.h"
#include "session.h"
#include "storm.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define FAILED_ERRNO	0x100000000LL	/* plus errno; less is a response code */

/* What a client tells us, in memory that all share. */
struct client {
	long long failure;
	long long longest_wait_ms;
	int done;
};

/* Send a command and read the response. Returns 0 or the failure. */
static long long try(int fd, struct message *m)
{
	ssize_t size;
	uint32_t code;

	if (tpm_write(fd, m) < 0)
		return FAILED_ERRNO + errno;
	size = read(fd, m->data, sizeof(m->data));
	if (size < 0)
		return FAILED_ERRNO + errno;
	if (size < HEADER_SIZE)
		return FAILED_ERRNO + EBADMSG;
	m->len = size;
	m->pos = 6;
	code = get32(m);
	return code;
}

static struct message one_handle(uint32_t code, uint32_t handle)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, code);
	put32(&m, handle);
	command_end(&m);
	return m;
}

static long long one_round(int fd, const struct storm_load *load,
			   struct client *client)
{
	const struct timespec hold = {
		.tv_sec = load->hold_ms / 1000,
		.tv_nsec = load->hold_ms % 1000 * 1000000,
	};
	struct message m = start_command(SE_POLICY);
	long long begin = now_ms(), wait, failure;
	unsigned int i;
	uint32_t session;

	failure = try(fd, &m);
	wait = now_ms() - begin;
	if (wait > client->longest_wait_ms)
		client->longest_wait_ms = wait;
	if (failure)
		return failure;
	session = get32(&m);

	m = one_handle(CC_POLICY_AUTH_VALUE, session);
	failure = try(fd, &m);
	if (failure)
		return failure;
	m = one_handle(CC_POLICY_GET_DIGEST, session);
	failure = try(fd, &m);
	if (failure)
		return failure;

	for (i = 0; i < load->uses; i++) {
		nanosleep(&hold, NULL);
		m = one_handle(CC_POLICY_GET_DIGEST, session);
		failure = try(fd, &m);
		if (failure)
			return failure;
	}
	if (load->hold_ms)
		nanosleep(&hold, NULL);
	m = one_handle(CC_FLUSH_CONTEXT, session);
	return try(fd, &m);
}

static void run_client(const struct storm_load *load, struct client *client,
		       int barrier)
{
	unsigned int i;
	char c;
	int fd;

	/* ends when the last writer has closed the pipe, for all at once */
	if (read(barrier, &c, 1))
		_exit(CHECK_FAILED);
	fd = tpm_try_managed();
	if (fd < 0)
		client->failure = FAILED_ERRNO + errno;
	for (i = 0; i < load->rounds && !client->failure; i++)
		client->failure = one_round(fd, load, client);
	client->done = 1;
}

static void count_failure(struct storm_result *result, const char *reason)
{
	unsigned int i;

	for (i = 0; i < result->nr_failures; i++) {
		if (!strcmp(result->failures[i].reason, reason)) {
			result->failures[i].nr++;
			return;
		}
	}
	expect(i < STORM_REASONS_MAX, "more than %u reasons to fail", i);
	strcpy(result->failures[i].reason, reason);
	result->failures[i].nr = 1;
	result->nr_failures++;
}

static void count_client(struct storm_result *result,
			 const struct client *client)
{
	char reason[sizeof(result->failures[0].reason)];

	if (client->longest_wait_ms > result->longest_wait_ms)
		result->longest_wait_ms = client->longest_wait_ms;
	if (client->done && !client->failure) {
		result->succeeded++;
		return;
	}
	if (!client->done)
		strcpy(reason, "ended early");
	else if (client->failure >= FAILED_ERRNO)
		snprintf(reason, sizeof(reason), "errno %d",
			 (int)(client->failure - FAILED_ERRNO));
	else
		snprintf(reason, sizeof(reason), "0x%08x",
			 (uint32_t)client->failure);
	count_failure(result, reason);
}

/**
 * storm_run() - let the clients loose, and wait for them
 * @load: what they do
 * @result: receives how that went
 */
void storm_run(const struct storm_load *load, struct storm_result *result)
{
	size_t size = load->clients * sizeof(struct client);
	struct client *clients;
	long long begin;
	unsigned int i;
	int barrier[2];

	memset(result, 0, sizeof(*result));
	clients = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(clients != MAP_FAILED, "mmap(): %s", strerror(errno));
	expect(!pipe(barrier), "pipe(): %s", strerror(errno));

	fflush(stdout);
	for (i = 0; i < load->clients; i++) {
		pid_t pid = fork();

		expect(pid >= 0, "fork(): %s", strerror(errno));
		if (!pid) {
			close(barrier[1]);
			run_client(load, &clients[i], barrier[0]);
			_exit(0);
		}
	}

	begin = now_ms();
	close(barrier[1]);
	for (i = 0; i < load->clients; i++)
		expect(wait(NULL) > 0, "wait(): %s", strerror(errno));
	result->wall_ms = now_ms() - begin;

	for (i = 0; i < load->clients; i++)
		count_client(result, &clients[i]);
	munmap(clients, size);
	close(barrier[0]);
}
