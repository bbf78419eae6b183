// SPDX-License-Identifier: GPL-2.0-only
/* /proc/PID/fdinfo/FD shows who has what, and who waits (G16). */
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "fdinfo.h"
#include "object.h"
#include "process.h"
#include "session.h"
#include "slots.h"
#include "switch.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define LEASE_MS	2000
#define TENURE_MS	60000
#define ROUNDING	1	/* ms, of a clock that is read twice */

/* A time lies between what it can be at the least and at the most. */
static void expect_within(const char *what, long long seen, long long least,
			  long long most)
{
	expect(seen >= least - ROUNDING && seen <= most + ROUNDING,
	       "%s: %lld ms, and not from %lld to %lld", what, seen, least,
	       most);
}

/* When something was done: between the two. */
struct span {
	long long begin;
	long long end;
};

static void expect_ago(const char *what, long long seen,
		       const struct span *done, const struct span *read)
{
	expect_within(what, seen, read->begin - done->end,
		      read->end - done->begin);
}

static void expect_left(const char *what, long long seen, long long whole,
			const struct span *since, const struct span *read)
{
	long long least = whole - (read->end - since->begin);

	/* its clock may have run slower than time, since the TPM was busy */
	expect_within(what, seen, least > 0 ? least : 0, whole);
}

static void expect_session(const struct fdinfo_session *session,
			   uint32_t handle, const char *type,
			   const struct span *started, const struct span *used,
			   const struct span *read)
{
	expect_number(session->handle, handle);
	expect(!strcmp(session->type, type), "0x%08x is a session of type %s",
	       handle, session->type);
	expect_ago("its age", session->age, started, read);
	expect_ago("its last use", session->idle, used, read);
	expect_left("its lease", session->lease, LEASE_MS, used, read);
	expect_left("its tenure", session->tenure, TENURE_MS, started, read);
}

static struct fdinfo read_info(int fd, struct span *span)
{
	struct fdinfo info;

	span->begin = now_ms();
	fdinfo_read(fd, &info);
	span->end = now_ms();
	expect(info.ours, "nothing is shown");
	expect_number(info.chip, chip_number());
	return info;
}

static uint32_t start_within(int fd, uint8_t kind, struct span *span)
{
	uint32_t handle;

	span->begin = now_ms();
	handle = new_session(fd, kind);
	span->end = now_ms();
	return handle;
}

/* Its sessions and objects; but not those of others. */
static void fdinfo_sessions(void)
{
	static const char * const types[] = { "hmac", "policy", "trial",
					      "policy" };
	static const uint8_t kinds[] = { SE_HMAC, SE_POLICY, SE_TRIAL,
					 SE_POLICY };
	int fd = tpm_managed(), other = tpm_managed(), i;
	struct span started[4], used, read;
	uint32_t handle[4];
	struct fdinfo info;
	struct object key;

	for (i = 0; i < 4; i++)
		handle[i] = start_within(fd, kinds[i], &started[i]);
	new_key(fd, 1, "", &key);
	used.begin = now_ms();
	expect_ok(use_policy(fd, handle[1]));
	used.end = now_ms();

	info = read_info(fd, &read);
	expect_number(info.lease, LEASE_MS);
	expect_number(info.tenure, TENURE_MS);
	expect_number(info.nr_sessions, 4);
	for (i = 0; i < 4; i++)
		expect_session(&info.session[i], handle[i], types[i],
			       &started[i], i == 1 ? &used : &started[i],
			       &read);
	/* the least recently used one had to leave its slot for the fourth */
	expect(!strcmp(info.session[0].state, "saved"), "the first one is %s",
	       info.session[0].state);
	expect(!strcmp(info.session[1].state,
		       nothing_stays() ? "saved" : "loaded"),
	       "the second one is %s", info.session[1].state);
	expect_number(info.objects, 1);
	expect_number(info.nr_evicted, 0);
	expect_number(info.evictions, 0);
	expect(!info.waits, "it waits");

	info = read_info(other, &read);
	expect_number(info.nr_sessions + info.nr_detached, 0);
	expect_number(info.objects, 0);
}

/* What was taken away, until it is flushed. */
static void fdinfo_evicted(void)
{
	int fd = tpm_managed(), other = tpm_managed();
	struct span evicted, read;
	struct fdinfo info;
	struct crowd crowd;
	uint32_t lost;

	lost = new_session(fd, SE_HMAC);
	crowd_take_all(&crowd, KIND_MIXED);
	set_lease(0);
	start_within(other, SE_POLICY, &evicted);

	info = read_info(fd, &read);
	expect_number(info.nr_sessions, 0);
	expect_number(info.nr_evicted, 1);
	expect_number(info.evicted[0], lost);
	expect_ago("the eviction", info.ago[0], &evicted, &read);
	expect_number(info.evictions, 1);
	expect_ok(flush_context(fd, lost));
	info = read_info(fd, &read);
	expect_number(info.nr_evicted, 0);
	expect_number(info.evictions, 1);
}

/* Who waits, and behind how many; another process' file says so, too. */
static void fdinfo_waiting(void)
{
	int fds[3], fd = tpm_managed(), i;
	struct message m = start_command(SE_POLICY);
	struct span since[3], read;
	struct fdinfo info;
	struct crowd crowd;

	crowd_take_all(&crowd, KIND_MIXED);
	set_lease(LEASE_ENDLESS);
	for (i = 0; i < 3; i++) {
		fds[i] = tpm_managed_nonblock();
		since[i].begin = now_ms();
		expect_number(tpm_write(fds[i], &m), m.len);
		await_counter("waiters", i + 1);
		since[i].end = now_ms();
	}
	for (i = 0; i < 3; i++) {
		info = read_info(fds[i], &read);
		expect(info.waits, "number %d does not wait", i);
		expect_number(info.before, i);
		expect_ago("the wait", info.waited, &since[i], &read);
	}
	info = read_info(fd, &read);
	expect(!info.waits, "a file waits whose client has asked for nothing");

	close(fds[0]);
	crowd_flush(&crowd, 0);
	expect(tpm_answered(fds[1], HANG_MS), "a waiter is not served");
	info = read_info(fds[1], &read);
	expect(!info.waits && info.nr_sessions == 1, "it still waits");
	info = read_info(fds[2], &read);
	expect(info.waits && !info.before, "%lld are before it", info.before);
}

static void hold(void *pipe_end)
{
	int end = *(int *)pipe_end, fd = tpm_managed();
	char byte = fd;

	new_session(fd, SE_POLICY);
	expect_number(write(end, &byte, 1), 1);
	for (;;)
		pause();
}

/* The files of others, as far as procfs lets one see them. */
static void fdinfo_process(void)
{
	struct fdinfo info;
	int ends[2];
	char byte;
	pid_t pid;

	expect_number(pipe(ends), 0);
	pid = spawn(hold, &ends[1]);
	expect_number(read(ends[0], &byte, 1), 1);
	fdinfo_read_of(pid, byte, &info);
	expect(info.ours, "nothing is shown");
	expect_number(info.nr_sessions, 1);
	kill_and_reap(pid);
}

/* What no file owns is everybody's, and everybody sees it. */
static void fdinfo_detached(void)
{
	int fd = tpm_managed(), other = tpm_managed();
	struct span started, saved, read;
	struct blob context;
	struct fdinfo info;
	uint32_t handle;

	handle = start_within(fd, SE_POLICY, &started);
	saved.begin = now_ms();
	expect_ok(context_save(fd, handle, &context));
	saved.end = now_ms();
	info = read_info(other, &read);
	expect_number(info.nr_sessions, 0);
	expect_number(info.nr_detached, 1);
	expect_session(&info.detached[0], handle, "policy", &started, &saved,
		       &read);
	expect_ok(context_load(other, &context, &handle));
	info = read_info(other, &read);
	expect_number(info.nr_sessions, 1);
	expect_number(info.nr_detached, 0);
}

/* Files of others than us say nothing, and neither does the bare TPM's. */
static void fdinfo_others(void)
{
	struct fdinfo info;
	int kernels, raw;

	switch_set(false);
	kernels = tpm_managed();
	switch_set(true);
	raw = tpm_raw();
	fdinfo_read(kernels, &info);
	expect(!info.ours, "a file of the kernel's says something");
	fdinfo_read(raw, &info);
	expect(!info.ours, "a file of the bare TPM says something");
}

const struct test fdinfo_tests[] = {
	{ "fdinfo-sessions", "G16: what a file has in the TPM is shown",
	  fdinfo_sessions },
	{ "fdinfo-evicted", "G16: and what it has lost",
	  fdinfo_evicted },
	{ "fdinfo-waiting", "G16: and whether it waits, and for whom",
	  fdinfo_waiting },
	{ "fdinfo-process", "G16: of another process, too",
	  fdinfo_process },
	{ "fdinfo-detached", "G16: what no file owns is shown to all",
	  fdinfo_detached },
	{ "fdinfo-others", "G16: files that are not ours show nothing of it",
	  fdinfo_others },
	{}
};
