// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace events tell what becomes of sessions (G16): all of it, in order, and
 * nothing else.
 *
 * One event is not among these: what makes a context younger comes after tens
 * of thousands of commands only.
 */
#include <string.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "events.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define RC_SESSION_HANDLES	0x905
#define SLOTS			3	/* of sessions */
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
	expect_number(event->field[0], chip_number());
	story->next++;
	return event;
}

static void expect_no_more(const struct story *story)
{
	expect_number(story->events.nr, story->next);
}

/* A session, where its age is none. */
static void expect_new(struct story *story, const char *name, uint32_t handle)
{
	const struct event *event = next_event(story, name);

	expect_number(event->field[1], handle);
	expect_number(event->field[2], 0);
}

/* Returns the victim's age. */
static unsigned long long expect_evict(struct story *story, uint32_t handle)
{
	const struct event *event = next_event(story, "evict");

	expect_number(event->field[1], handle);
	return event->field[2];
}

static void expect_replay(struct story *story, uint32_t rc)
{
	const struct event *event = next_event(story, "replay");

	expect_number(event->field[1], CC_START_AUTH_SESSION);
	expect_number(event->field[2], rc);
}

static void expect_wait(struct story *story, unsigned int waiters)
{
	const struct event *event = next_event(story, "wait");

	expect_number(event->field[1], CC_START_AUTH_SESSION);
	expect_number(event->field[2], waiters);
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
	int fd = tpm_managed();
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

	expect_new(&story, "start", handle[0]);
	expect_new(&story, "start", handle[1]);
	/* loaded, it is as old as it was */
	loaded = next_event(&story, "start");
	expect_number(loaded->field[1], again);
	expect(loaded->field[2] > 0, "it has no age");
	expect_no_more(&story);
}

/* The TPM's list of saved sessions calls each of them an HMAC session. */
static void trace_adopt(void)
{
	int fd = tpm_managed(), raw = tpm_raw();
	uint32_t saved = new_session(raw, SE_HMAC);
	struct blob context;
	struct story story;

	expect_ok(context_save(raw, saved, &context));
	events_begin();
	close(raw);
	expect_ok(get_random(fd));
	expect_ok(get_random(fd));
	story_end(&story);

	expect_new(&story, "adopt", saved);
	expect_no_more(&story);
}

/* The oldest goes first; and how old it was is between what clocks here say. */
static void trace_evict(void)
{
	int fd = tpm_managed(), other = tpm_managed();
	long long created, there, wanted, gone;
	uint32_t victim, handle[2];
	unsigned long long age;
	struct story story;
	struct crowd crowd;

	created = now_ms();
	victim = new_session(other, SE_HMAC);
	there = now_ms();
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(0);
	empty_slots(fd);
	events_begin();
	wanted = now_ms();
	handle[0] = new_session(fd, SE_POLICY);
	gone = now_ms();
	handle[1] = new_session(fd, SE_HMAC);
	story_end(&story);

	age = expect_evict(&story, victim);
	expect(age > (wanted - there - 1) * NS_PER_MS &&
	       age < (gone - created + 1) * NS_PER_MS,
	       "its age is %llu ns, and not from %lld to %lld ms", age,
	       wanted - there, gone - created);
	expect_replay(&story, RC_SESSION_HANDLES);
	expect_new(&story, "start", handle[0]);
	expect_evict(&story, crowd.session[0].handle);
	expect_replay(&story, RC_SESSION_HANDLES);
	expect_new(&story, "start", handle[1]);
	expect_no_more(&story);
}

/* Who waits for a session gets one that ends, and then one that is evicted. */
static void trace_wait(void)
{
	int fd = tpm_managed_nonblock();
	struct message m = start_command(SE_POLICY);
	struct story story;
	struct crowd crowd;
	uint32_t handle[2];
	int i;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	empty_slots(crowd.fds[0]);
	events_begin();
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
	expect_new(&story, "start", handle[0]);
	expect_wait(&story, 1);
	expect_evict(&story, crowd.session[0].handle);
	expect_replay(&story, RC_SESSION_HANDLES);
	expect_new(&story, "start", handle[1]);
	expect_no_more(&story);
}

/* A slot is made free for a session, and the command sent again. */
static void trace_replay(void)
{
	int fd = tpm_managed(), i;
	uint32_t handle[SLOTS + 1];
	struct story story;

	empty_slots(fd);
	events_begin();
	for (i = 0; i <= SLOTS; i++)
		handle[i] = new_session(fd, SE_POLICY);
	story_end(&story);

	for (i = 0; i < SLOTS; i++)
		expect_new(&story, "start", handle[i]);
	expect_replay(&story, RC_SESSION_MEMORY);
	expect_new(&story, "start", handle[i]);
	expect_no_more(&story);
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
	{ "trace-replay", "G16: an event tells of a command that is sent again",
	  trace_replay },
	{}
};
