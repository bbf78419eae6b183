// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace events tell what becomes of sessions, and whom it concerns (G16): all of it,
 * in order, and nothing else.
 *
 * Some events are not among these: what makes a context younger comes after tens
 * of thousands of commands only, and a session is lost when the TPM is reset.
 * A KUnit suite has all of them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "events.h"
#include "knob.h"
#include "object.h"
#include "process.h"
#include "session.h"
#include "slots.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SLOTS			3	/* of sessions and of objects, each */
#define OTHER_USER		1234
#define LENT			5	/* as it is called where it was lent to */
#define NOBODY			4294967295LL
#define NS_PER_MS		1000000ULL

/* What is still to be told of. */
struct story {
	struct events events;
	unsigned int next;
};

static void story_end(struct story *story)
{
	events_end(&story->events);
	story->next = 0;
}

static const struct event *next_event(struct story *story, const char *name)
{
	const struct event *event = &story->events.event[story->next];

	expect(story->next < story->events.nr, "no %s as event %u", name,
	       story->next);
	expect(!strcmp(event->name, name), "a %s as event %u, and not a %s",
	       event->name, story->next, name);
	expect_number(event_number(event, "chip"), chip_number());
	story->next++;
	return event;
}

static void expect_no_more(const struct story *story)
{
	expect_number(story->events.nr, story->next);
}

/* What happens to this process. */
static const struct event *own_event(struct story *story, const char *name)
{
	const struct event *event = next_event(story, name);

	expect_number(event_number(event, "pid"), getpid());
	expect_number(event_number(event, "uid"), getuid());
	return event;
}

/* And to one of its sessions or objects. */
static const struct event *expect_own(struct story *story, const char *name,
				      uint32_t handle)
{
	const struct event *event = own_event(story, name);

	expect_number(event_number(event, "handle"), handle);
	return event;
}

static void expect_start(struct story *story, uint32_t handle)
{
	const struct event *event = expect_own(story, "start", handle);

	expect_number(event_number(event, "age_ns"), 0);
}

static void expect_replay(struct story *story, uint32_t cc, uint32_t rc)
{
	const struct event *event = own_event(story, "replay");

	expect_number(event_number(event, "cc"), cc);
	expect_number(event_number(event, "rc"), rc);
}

static void expect_wait(struct story *story, unsigned int waiters)
{
	const struct event *event = own_event(story, "wait");

	expect_number(event_number(event, "cc"), CC_START_AUTH_SESSION);
	expect_number(event_number(event, "waiters"), waiters);
}

/* It has an answer, and has waited for no longer than since @begin. */
static void expect_wake(struct story *story, long long begin, long long end)
{
	const struct event *event = own_event(story, "wake");

	expect((long long)event_number(event, "result") >= HEADER_SIZE,
	       "it has no answer");
	expect(event_number(event, "waited_ns") <=
	       (end - begin + 1) * NS_PER_MS, "it has waited for too long");
}

/* Where nothing stays in a slot, what a command has named leaves it again, or not. */
static void expect_leaves(struct story *story, uint32_t handle)
{
	if (nothing_stays())
		expect_own(story, "spill", handle);
}

/* And so it is brought back for a command that names it. */
static void expect_comes(struct story *story, uint32_t handle)
{
	if (nothing_stays())
		expect_own(story, "load", handle);
}

/* So that no command has to make room before it does what it is to do. */
static void empty_slots(int fd)
{
	int raw = tpm_raw();

	expect_ok(get_random(raw));
	close(raw);
	expect_ok(get_random(fd));
}

static void trace_start(void)
{
	const struct event *loaded;
	uint32_t handle[2], again;
	int fd = tpm_managed(), i;
	struct blob context;
	struct story story;

	events_begin();
	handle[0] = new_session(fd, SE_HMAC);
	expect_ok(use_audit(fd, handle[0], SA_CONTINUE));
	handle[1] = new_session(fd, SE_POLICY);
	expect_ok(use_policy(fd, handle[1]));
	expect_ok(flush_context(fd, handle[0]));
	expect_ok(context_save(fd, handle[1], &context));
	expect_ok(context_load(fd, &context, &again));
	expect_ok(flush_context(fd, again));
	expect_ok(get_random(fd));
	story_end(&story);

	for (i = 0; i < 2; i++) {
		expect_start(&story, handle[i]);
		expect_leaves(&story, handle[i]);
		expect_comes(&story, handle[i]);
		expect_leaves(&story, handle[i]);
	}
	expect_own(&story, "end", handle[0]);
	expect_comes(&story, handle[1]);
	expect_own(&story, "detach", handle[1]);
	/* loaded, it is as old as it was */
	loaded = expect_own(&story, "start", again);
	expect(event_number(loaded, "age_ns") > 0, "it has no age");
	expect_leaves(&story, again);
	expect_own(&story, "end", again);
	expect_no_more(&story);
}

/* The TPM's list of saved sessions calls each of them an HMAC session. */
static void trace_adopt(void)
{
	int fd = tpm_managed(), raw = tpm_raw();
	uint32_t saved = new_session(raw, SE_HMAC);
	const struct event *event;
	struct blob context;
	struct story story;

	expect_ok(context_save(raw, saved, &context));
	events_begin();
	close(raw);
	expect_ok(get_random(fd));
	expect_ok(get_random(fd));
	story_end(&story);

	event = next_event(&story, "adopt");
	expect_number(event_number(event, "handle"), saved);
	expect_number(event_number(event, "age_ns"), 0);
	/* nobody knows whose it is */
	expect_number(event_number(event, "pid"), 0);
	expect_number(event_number(event, "uid"), NOBODY);
	expect_no_more(&story);
}

/* A process of another user that has a session. Its file is opened as root. */
static void hold(void *argument)
{
	int end = *(int *)argument, fd;
	uint32_t handle;

	expect_number(setresuid(OTHER_USER, 0, 0), 0);
	fd = tpm_managed();
	handle = new_session(fd, SE_HMAC);
	expect_number(write(end, &handle, sizeof(handle)), sizeof(handle));
	for (;;)
		pause();
}

/*
 * The oldest goes first; how old it was is between what clocks here say. It is
 * told whose it was, and for whose sake.
 */
static void trace_evict(void)
{
	long long created, there, wanted, gone;
	const struct event *event;
	unsigned long long age;
	uint32_t victim, handle;
	int fd = tpm_managed();
	struct story story;
	struct crowd crowd;
	int ends[2];
	pid_t pid;

	expect_number(pipe(ends), 0);
	created = now_ms();
	pid = spawn(hold, &ends[1]);
	expect_number(read(ends[0], &victim, sizeof(victim)), sizeof(victim));
	there = now_ms();
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	empty_slots(fd);
	events_begin();
	wanted = now_ms();
	handle = new_session(fd, SE_POLICY);
	gone = now_ms();
	story_end(&story);

	event = next_event(&story, "evict");
	expect_number(event_number(event, "handle"), victim);
	age = event_number(event, "age_ns");
	expect(age > (wanted - there - 1) * NS_PER_MS &&
	       age < (gone - created + 1) * NS_PER_MS,
	       "its age is %llu ns, and not from %lld to %lld ms", age,
	       wanted - there, gone - created);
	expect(event_number(event, "idle_ns") <= age, "it was never idle");
	expect(event_says(event, "why", "plain"), "it was for another reason");
	expect_number(event_number(event, "pid"), pid);
	expect_number(event_number(event, "uid"), OTHER_USER);
	expect_number(event_number(event, "for_pid"), getpid());
	expect_number(event_number(event, "for_uid"), getuid());
	expect_replay(&story, CC_START_AUTH_SESSION, RC_SESSION_HANDLES);
	expect_start(&story, handle);
	expect_leaves(&story, handle);
	expect_no_more(&story);
	kill_and_reap(pid);
}

/* A client comes back to what it has lost. */
static void trace_miss(void)
{
	int fd = tpm_managed(), other = tpm_managed();
	uint32_t lost = new_session(fd, SE_POLICY);
	struct story story;
	struct crowd crowd;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	new_session(other, SE_POLICY);
	events_begin();
	expect_code(use_policy(fd, lost), RM_HANDLE_GONE(0));
	expect_code(use_audit(fd, lost, SA_CONTINUE), RM_AUTH_GONE(0));
	expect_ok(flush_context(fd, lost));
	story_end(&story);

	expect_own(&story, "miss", lost);
	expect_own(&story, "miss", lost);
	expect_no_more(&story);
}

/* Who waits for a session gets one that ends, and then one that is evicted. */
static void trace_wait(void)
{
	int fd = tpm_managed_nonblock();
	struct message m = start_command(SE_POLICY);
	uint32_t handle[2], ended, evicted;
	const struct event *event;
	struct story story;
	struct crowd crowd;
	long long begin;
	int i;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	empty_slots(crowd.fds[0]);
	ended = crowd.session[0].handle;
	evicted = crowd.session[1].handle;
	events_begin();
	begin = now_ms();
	for (i = 0; i < 2; i++) {
		expect_number(tpm_write(fd, &m), m.len);
		await_counter("waiters", 1);
		if (i)
			set_lease(0);
		else
			crowd_flush(&crowd, 0);
		expect(tpm_answered(fd, HANG_MS), "a waiter is not served");
		handle[i] = started(fd);
	}
	story_end(&story);

	expect_wait(&story, 1);
	expect_own(&story, "end", ended);
	expect_start(&story, handle[0]);
	expect_leaves(&story, handle[0]);
	expect_wake(&story, begin, now_ms());
	expect_wait(&story, 1);
	event = expect_own(&story, "evict", evicted);
	expect_number(event_number(event, "for_pid"), getpid());
	expect_replay(&story, CC_START_AUTH_SESSION, RC_SESSION_HANDLES);
	expect_start(&story, handle[1]);
	expect_leaves(&story, handle[1]);
	expect_wake(&story, begin, now_ms());
	expect_no_more(&story);
}

/* A slot is made free for a session, and the command sent again. */
static void trace_slots(void)
{
	int fd = tpm_managed(), i;
	uint32_t handle[SLOTS + 1];
	struct object key[SLOTS + 1];
	struct story story;

	empty_slots(fd);
	events_begin();
	for (i = 0; i <= SLOTS; i++)
		handle[i] = new_session(fd, SE_POLICY);
	expect_ok(use_policy(fd, handle[0]));
	for (i = 0; i <= SLOTS; i++)
		new_key(fd, i, "", &key[i]);
	story_end(&story);

	if (nothing_stays()) {
		for (i = 0; i <= SLOTS; i++) {
			expect_start(&story, handle[i]);
			expect_own(&story, "spill", handle[i]);
		}
		expect_own(&story, "load", handle[0]);
		expect_own(&story, "spill", handle[0]);
		for (i = 0; i <= SLOTS; i++)
			expect_own(&story, "spill", key[i].handle);
		expect_no_more(&story);
		return;
	}
	for (i = 0; i < SLOTS; i++)
		expect_start(&story, handle[i]);
	expect_own(&story, "spill", handle[0]);
	expect_replay(&story, CC_START_AUTH_SESSION, RC_SESSION_MEMORY);
	expect_start(&story, handle[i]);
	/* and another one, so that the first can come back */
	expect_own(&story, "spill", handle[1]);
	expect_own(&story, "load", handle[0]);
	expect_own(&story, "spill", key[0].handle);
	expect_replay(&story, CC_CREATE_PRIMARY, RC_OBJECT_MEMORY);
	expect_no_more(&story);
}

/* One user who is another one in a namespace that he has made; with a session. */
static void hold_lent(void *argument)
{
	const int *ends = argument;
	uint32_t handle;
	char ready;

	expect_number(setresuid(OTHER_USER, OTHER_USER, OTHER_USER), 0);
	expect(!unshare(CLONE_NEWUSER), "unshare(): %s", strerror(errno));
	expect_number(write(ends[1], "", 1), 1);
	expect_number(read(ends[0], &ready, 1), 1);
	expect(!setresuid(LENT, LENT, LENT), "setresuid(): %s",
	       strerror(errno));
	handle = new_session(tpm_managed(), SE_HMAC);
	expect_number(write(ends[1], &handle, sizeof(handle)), sizeof(handle));
	for (;;)
		pause();
}

/* As newuidmap does, which is root's. */
static void lend(pid_t pid)
{
	char path[40], map[60];

	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	snprintf(map, sizeof(map), "0 %d 1\n1 100000 1000\n", OTHER_USER);
	knob_set(path, map);
}

/* G20: with users that were lent to somebody, he is no more than one. */
static void trace_lent(void)
{
	const struct event *event;
	struct story story;
	uint32_t handle;
	int to[2], from[2], ends[2];
	char path[40], ready;
	pid_t pid;

	expect_number(pipe(to), 0);
	expect_number(pipe(from), 0);
	ends[0] = to[0];
	ends[1] = from[1];
	snprintf(path, sizeof(path), "/dev/tpmrm%d", chip_number());
	expect(!chmod(path, 0666), "chmod(): %s", strerror(errno));
	events_begin();
	pid = spawn(hold_lent, ends);
	expect_number(read(from[0], &ready, 1), 1);
	lend(pid);
	expect_number(write(to[1], "", 1), 1);
	expect_number(read(from[0], &handle, sizeof(handle)), sizeof(handle));
	story_end(&story);
	chmod(path, 0600);

	event = next_event(&story, "start");
	expect_number(event_number(event, "handle"), handle);
	expect_number(event_number(event, "pid"), pid);
	expect_number(event_number(event, "uid"), OTHER_USER);
	kill_and_reap(pid);
}

const struct test trace_tests[] = {
	{ "trace-start", "G16: events tell of sessions that start, and of no use",
	  trace_start },
	{ "trace-adopt", "G16: an event tells of a session that was found",
	  trace_adopt },
	{ "trace-evict", "G16: events tell who is evicted, and for what command",
	  trace_evict },
	{ "trace-wait", "G16: events tell who waits, and what ended that",
	  trace_wait },
	{ "trace-miss", "G16: events tell who comes back to what it has lost",
	  trace_miss },
	{ "trace-lent", "G20: who was lent other users' numbers is one user",
	  trace_lent },
	{ "trace-slots", "G16: events tell what leaves its slot and comes back",
	  trace_slots },
	{}
};
