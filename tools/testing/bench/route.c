// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways in which a client can reach the TPM.
 *
 * Clients are the selftests' own, which write to an open file and read from it.
 * The resource manager in user space is no file, so it is given numbers that no
 * file has, and tpm_exchange() is wrapped for it. The wrapper is where the
 * clients' commands are counted and timed, too, on all ways alike.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <tss2/tss2_tcti.h>
#include <tss2/tss2_tctildr.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "process.h"
#include "route.h"
#include "switch.h"
#include "tpm2-client.h"

#define ABRMD_FIRST	0x1000000	/* no file has such a number */
#define ABRMD_MAX	64		/* of one process */
#define ABRMD_TCTI	"tabrmd:bus_type=session"
#define TRY_US		20000

static const char *const names[NR_ROUTES] = {
	[ROUTE_RAW] = "raw",
	[ROUTE_UNPATCHED] = "unpatched",
	[ROUTE_ABRMD] = "abrmd",
	[ROUTE_OURS] = "ours",
};

static enum route taken = NR_ROUTES;
static pid_t abrmd;
static TSS2_TCTI_CONTEXT *connection[ABRMD_MAX];
static struct samples *sampled;

unsigned long long clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

const char *route_name(enum route route)
{
	return names[route];
}

bool route_find(const char *name, enum route *route)
{
	for (*route = 0; *route < NR_ROUTES; ++*route) {
		if (!strcmp(names[*route], name))
			return true;
	}
	return false;
}

static void run_abrmd(void *unused)
{
	/* as many of everything as it can be told to allow */
	execlp("tpm2-abrmd", "tpm2-abrmd", "--session", "--allow-root",
	       "--tcti=device:/dev/tpm0", "--max-connections=100",
	       "--max-sessions=4", "--max-transients=100", NULL);
	fail("cannot run tpm2-abrmd: %s", strerror(errno));
}

/* To be refused is a result here. What the library says of that is not wanted. */
static void hush(void)
{
	expect(freopen("/dev/null", "w", stderr), "freopen(): %s",
	       strerror(errno));
}

/* It is there when it answers. */
static void await_abrmd(void *unused)
{
	TSS2_TCTI_CONTEXT *tcti = NULL;
	long long begin = now_ms();

	hush();
	while (Tss2_TctiLdr_Initialize(ABRMD_TCTI, &tcti)) {
		expect(now_ms() - begin < HANG_MS, "tpm2-abrmd does not answer");
		usleep(TRY_US);
	}
	Tss2_TctiLdr_Finalize(&tcti);
}

/* Only children of ours may talk to it: what D-Bus has does not survive fork(). */
static void start_abrmd(void)
{
	abrmd = spawn(run_abrmd, NULL);
	await_success(spawn(await_abrmd, NULL));
}

/* All files that are opened from now on are those of this way. */
void route_take(enum route route)
{
	if (route == taken)
		return;
	route_leave();
	switch (route) {
	case ROUTE_UNPATCHED:
		if (counters_present())
			switch_set(false);
		break;
	case ROUTE_OURS:
		switch_set(true);
		break;
	case ROUTE_ABRMD:
		start_abrmd();
		break;
	default:
		break;
	}
	taken = route;
}

void route_leave(void)
{
	if (abrmd) {
		expect(!kill(abrmd, SIGTERM), "kill(): %s", strerror(errno));
		expect(waitpid(abrmd, NULL, 0) == abrmd, "waitpid(): %s",
		       strerror(errno));
		abrmd = 0;
	}
	taken = NR_ROUTES;
}

/* How programs of tpm2-tss are told to go this way. */
const char *route_tcti(void)
{
	switch (taken) {
	case ROUTE_RAW:
		return "device:/dev/tpm0";
	case ROUTE_ABRMD:
		return ABRMD_TCTI;
	default:
		return "device:/dev/tpmrm0";
	}
}

/* Returns -1 if nobody is let in any more. */
int route_try_open(void)
{
	unsigned int i = 0;

	if (taken == ROUTE_RAW)
		return tpm_try_raw();
	if (taken != ROUTE_ABRMD)
		return tpm_try_managed();
	while (i < ABRMD_MAX && connection[i])
		i++;
	expect(i < ABRMD_MAX, "more than %u connections", i);
	hush();
	if (Tss2_TctiLdr_Initialize(ABRMD_TCTI, &connection[i])) {
		connection[i] = NULL;
		return -1;
	}
	return ABRMD_FIRST + i;
}

int route_open(void)
{
	int fd = route_try_open();

	expect(fd >= 0, "cannot open the TPM by way of %s", names[taken]);
	return fd;
}

void route_close(int fd)
{
	if (fd >= ABRMD_FIRST)
		Tss2_TctiLdr_Finalize(&connection[fd - ABRMD_FIRST]);
	else
		close(fd);
}

static uint32_t exchange_by_abrmd(int fd, struct message *command,
				  struct message *response)
{
	TSS2_TCTI_CONTEXT *tcti = connection[fd - ABRMD_FIRST];
	struct message unwanted;

	if (!response)
		response = &unwanted;
	command_end(command);
	expect_ok(Tss2_Tcti_Transmit(tcti, command->len, command->data));
	response->len = sizeof(response->data);
	expect_ok(Tss2_Tcti_Receive(tcti, &response->len, response->data,
				    TSS2_TCTI_TIMEOUT_BLOCK));
	expect(response->len >= HEADER_SIZE, "%zu bytes of a response",
	       response->len);
	response->pos = HEADER_SIZE;
	return be32_at(response->data + 6);
}

uint32_t __wrap_tpm_exchange(int fd, struct message *command,
			     struct message *response)
{
	unsigned long long begin = clock_ns();
	uint32_t rc;

	if (fd >= ABRMD_FIRST)
		rc = exchange_by_abrmd(fd, command, response);
	else
		rc = __real_tpm_exchange(fd, command, response);
	samples_add(clock_ns() - begin);
	return rc;
}

/* From now on this process's commands are counted and timed. */
void samples_begin(struct samples *samples)
{
	sampled = samples;
}

/* Something took so long that was no command of tpm_exchange()'s. */
void samples_add(unsigned long long ns)
{
	if (!sampled)
		return;
	expect(sampled->nr < sampled->max, "more than %lu of them",
	       sampled->max);
	sampled->ns[sampled->nr++] = ns;
}

void samples_end(void)
{
	sampled = NULL;
}
