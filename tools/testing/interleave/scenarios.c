// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is tried in all orders.
 */
#include <linux/jiffies.h>
#include <stddef.h>
#include "chip.h"
#include "compat.h"
#include "rm.h"
#include "scenarios.h"
#include "state.h"
#include "user.h"
#include "world.h"

#define LEASE		2000
#define LONG_LEASE	3600000

/* One session, and a client that has it. */
static const struct fake_tpm_config one = {
	.active_sessions = 1, .loaded_sessions = 3, .loaded_objects = 3,
	.gap = 0xffff,
};

/* Two of them, which one client may have. */
static const struct fake_tpm_config two = {
	.active_sessions = 2, .loaded_sessions = 3, .loaded_objects = 3,
	.gap = 0xffff,
};

static struct client *const holder = &world.clients[0];
static struct client *const a = &world.clients[1];
static struct client *const b = &world.clients[2];
static struct client *const c = &world.clients[3];

static PER_RUN int a_task;
static PER_RUN int expected_error;

static void held(u32 lease_ms)
{
	world_init(&one, lease_ms);
	client_open(holder, "holder", 0, 0);
	if (client_start(holder))
		fail("there is no session to begin with");
}

/* It must have its session. */
static void starts(void *data)
{
	struct client *client = data;

	if (client_start(client))
		fail("%s has not got its session", client->name);
}

/* Nobody has to wait for a lease to end where sessions are given back. */
static void starts_and_flushes(void *data)
{
	struct client *client = data;
	u64 begun = work_time();
	int rc;

	starts(client);
	if (work_time() > begun + LEASE * NSEC_PER_MSEC)
		fail("%s has waited, though there was a session", client->name);
	rc = client_flush(client);
	if (rc)
		fail("%s cannot flush its session: 0x%x", client->name, rc);
}

/* It must have its session, or have been interrupted; and then it goes. */
static void starts_if_let(void *data)
{
	struct client *client = data;
	int rc = client_start(client);

	if (rc && rc != -EINTR)
		fail("%s has got %d", client->name, rc);
	client_close(client);
}

static void starts_or_fails(void *data)
{
	struct client *client = data;
	int rc = client_start(client);

	if (!rc)
		return;
	if (rc != expected_error)
		fail("%s has got %d", client->name, rc);
	expected_error = 0;
}

static void starts_if_there(void *data)
{
	struct client *client = data;
	int rc = client_start(client);

	if (rc && rc != -EPIPE)
		fail("%s has got %d", client->name, rc);
}

static void signals_a(void *data)
{
	(void)data;
	task_signal(a_task, false);
}

static void kills_a(void *data)
{
	(void)data;
	task_signal(a_task, true);
}

static void flushes(void *data)
{
	int rc = client_flush(data);

	/* or it was evicted, and that is fine too */
	if (rc)
		fail("the holder cannot flush its session: 0x%x", rc);
}

static void closes(void *data)
{
	client_close(data);
}

static void removes_chip(void *data)
{
	(void)data;
	world_remove();
}

static void a_and_b(void (*run_a)(void *data), void (*run_b)(void *data))
{
	client_open(a, "A", 1, 0);
	client_open(b, "B", 1, 0);
	a_task = task_create("A", run_a, a, false);
	task_create("B", run_b, b, false);
}

/* Each is served when a lease ends. */
static void two_wait(void)
{
	held(LEASE);
	a_and_b(starts, starts);
}

static void first_is_interrupted(void)
{
	held(LEASE);
	a_and_b(starts_if_let, starts);
	task_create("signal", signals_a, NULL, false);
}

/* With SA_RESTART: the same bytes are written again. */
static void first_is_restarted(void)
{
	held(LEASE);
	a_and_b(starts, starts);
	a->restarts = true;
	task_create("signal", signals_a, NULL, false);
}

static void first_is_killed(void)
{
	held(LEASE);
	a_and_b(starts_if_let, starts);
	task_create("signal", kills_a, NULL, false);
}

static void session_is_flushed(void)
{
	held(LONG_LEASE);
	a_and_b(starts_and_flushes, starts_and_flushes);
	task_create("holder", flushes, holder, false);
}

static void holder_closes(void)
{
	held(LONG_LEASE);
	a_and_b(starts_and_flushes, starts_and_flushes);
	task_create("holder", closes, holder, false);
}

static void chip_goes(void)
{
	held(LEASE);
	a_and_b(starts_if_there, starts_if_there);
	task_create("removal", removes_chip, NULL, false);
}

/* Where its commands are not ours, the kernel finds the slots empty. */
static void kernel_has_chip(void *data)
{
	struct tpm2_rm *rm;

	(void)data;
	if (tpm_try_get_ops(&world.chip))
		return;
	rm = tpm2_space_chip_find_expected(&world.chip);
	if (rm)
		tpm2_rm_put(rm);
	else if (fake_session_count(&world.tpm, true))
		fail("the kernel goes past us, and finds the slots full");
	tpm_put_ops(&world.chip);
}

static void chip_goes_in_use(void)
{
	held(LEASE);
	task_create("kernel", kernel_has_chip, NULL, false);
	task_create("removal", removes_chip, NULL, false);
}

static void switches_off(void *data)
{
	(void)data;
	note("new files are given back");
	tpm2_space_chips_enable(false);
	note("new files are taken again");
	tpm2_space_chips_enable(true);
}

static void switched_off(void)
{
	held(LEASE);
	a_and_b(starts, starts);
	task_create("switch", switches_off, NULL, false);
}

static void shortens_lease(void *data)
{
	(void)data;
	world_set_lease(0);
}

/* What others do meanwhile, and whose slots they find, is to be found out. */
static void cannot_empty(void *data)
{
	struct client *client = data;

	world.fail_hold = true;
	tpm2_space_chips_enable(false);
	tpm2_space_chips_enable(true);
	if (world.rm->trust > TPM2_TRUST_FOREIGN)
		fail("others have had the TPM, and nobody asks what it has");
	if (client_use(client))
		fail("%s cannot use its session", client->name);
}

static void switched_off_in_vain(void)
{
	held(LONG_LEASE);
	task_create("holder", cannot_empty, holder, false);
}

static void lease_is_set(void)
{
	held(LONG_LEASE);
	a_and_b(starts, starts);
	task_create("lease", shortens_lease, NULL, false);
}

static void sleeps(void *data)
{
	(void)data;
	world_sleep();
}

static void machine_sleeps(void)
{
	held(LEASE);
	a_and_b(starts, starts);
	task_create("sleep", sleeps, NULL, false);
}

static void driver_says(int error, u32 cc)
{
	held(LEASE);
	a_and_b(starts_or_fails, starts_or_fails);
	world.fail_cc = cc;
	world.fail_with = error;
	expected_error = error;
}

static void driver_says_again(void)
{
	driver_says(-EAGAIN, TPM_CC_START_AUTH_SESSION);
}

static void driver_says_in_progress(void)
{
	driver_says(-EINPROGRESS, TPM_CC_START_AUTH_SESSION);
}

static void driver_says_no_space(void)
{
	driver_says(-ENOSPC, TPM_CC_START_AUTH_SESSION);
}

/* It is no victim's session that it has not got. */
static void driver_cannot_evict(void)
{
	driver_says(-ENOSPC, TPM_CC_FLUSH_CONTEXT);
}

/* Nobody has to wait for a lease where somebody needs a second one, and goes then. */
static void starts_second_and_goes(void *data)
{
	struct client *client = data;
	u64 begun = work_time();

	starts(client);
	if (work_time() > begun + LEASE * NSEC_PER_MSEC)
		fail("%s has waited, though there was a session", client->name);
	client_close(client);
}

static void one_goes_on(void)
{
	world_init(&two, LONG_LEASE);
	client_open(holder, "holder", 0, 0);
	client_open(a, "A", 1, 0);
	client_open(b, "B", 2, 0);
	if (client_start(holder) || client_start(a))
		fail("there are no sessions to begin with");
	task_create("A", starts_second_and_goes, a, false);
	task_create("B", starts_and_flushes, b, false);
	task_create("holder", flushes, holder, false);
}

static void two_users(void)
{
	held(LEASE);
	a_and_b(starts, starts);
	client_open(c, "C", 2, 0);
	task_create("C", starts, c, false);
}

static void writes_and_closes(void *data)
{
	struct client *client = data;

	if (client_write(client) < 0)
		fail("%s cannot write", client->name);
	client_close(client);
}

/* A file that does not block is closed while its command waits. */
static void closed_while_it_waits(void)
{
	held(LEASE);
	client_open(a, "A", 1, O_NONBLOCK);
	client_open(b, "B", 1, 0);
	client_ask_start(a);
	a_task = task_create("A", writes_and_closes, a, false);
	task_create("B", starts, b, false);
}

static void uses(void *data)
{
	struct client *client = data;
	int rc = client_exec(client);

	if (rc)
		fail("%s has got 0x%x", client->name, rc);
}

/* The same, and what it waits for is the context gap. */
static void closed_in_the_gap(void)
{
	static const struct fake_tpm_config narrow = {
		.active_sessions = 4, .loaded_sessions = 1,
		.loaded_objects = 3, .gap = 7,
	};
	u64 sequence;
	u32 handle;

	world_init(&narrow, LEASE);
	/* somebody has saved a session before us, and we have no context of it */
	fake_session_start(&world.tpm, TPM_HT_HMAC_SESSION, &handle);
	fake_session_save(&world.tpm, handle, &sequence);
	world.detached = 1;
	client_open(holder, "holder", 0, 0);
	client_open(a, "A", 1, 0);
	if (client_start(holder) || client_start(a))
		fail("there are no sessions to begin with");
	if (client_use(holder) || client_use(a))
		fail("sessions cannot be used");
	a->file.f_flags = O_NONBLOCK;
	client_ask_use(holder);
	client_ask_use(a);
	task_create("holder", uses, holder, false);
	task_create("A", writes_and_closes, a, false);
}

/* Waits as most programs do, and must have its session. */
static void polls(void *data)
{
	struct client *client = data;
	int rc;

	if (client_write(client) < 0)
		fail("%s cannot write", client->name);
	while (!client_poll(client, EPOLLIN))
		;
	rc = client_answer(client);
	if (rc)
		fail("%s has got %d", client->name, rc);
	if (client_poll(client, EPOLLOUT) != EPOLLOUT)
		fail("%s has read its answer, and cannot write", client->name);
}

static void polled(void)
{
	held(LEASE);
	client_open(a, "A", 1, O_NONBLOCK);
	client_open(b, "B", 1, 0);
	client_ask_start(a);
	a_task = task_create("A", polls, a, false);
	task_create("B", starts, b, false);
	task_create("signal", signals_a, NULL, false);
}

/* What nobody has read is dropped, or is still there. */
static void reads_late(void *data)
{
	struct client *client = data;
	ssize_t size;

	if (client_write(client) < 0 || !client_poll(client, EPOLLIN | EPOLLOUT))
		fail("%s cannot write", client->name);
	size = client_read(client);
	if (size && size != get_unaligned_be32(client->response + 2))
		fail("%s has read %zd bytes", client->name, size);
	if (client_write(client) < 0)
		fail("%s cannot write again", client->name);
	client_close(client);
}

static void unread(void)
{
	world_init(&one, LEASE);
	client_open(a, "A", 1, O_NONBLOCK);
	client_ask_random(a);
	task_create("A", reads_late, a, false);
}

/* Commands of a user that are at the TPM for long. */
static PER_RUN struct tpm2_user_command others[4];

static void passed(struct tpm2_user_command *command)
{
	(void)command;
}

static void others_end(void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < 4; i++)
		tpm2_user_end(world.rm, &others[i]);
}

static void random_if_let(void *data)
{
	struct client *client = data;
	int rc;

	client_ask_random(client);
	rc = client_exec(client);
	if (rc && rc != -EINTR)
		fail("%s has got %d", client->name, rc);
	client_close(client);
}

static void many_at_once(void)
{
	unsigned int i;

	world_init(&one, LEASE);
	client_open(a, "A", 1, 0);
	client_open(b, "B", 1, O_NONBLOCK);
	client_open(c, "others", 1, 0);
	client_ask_random(b);
	for (i = 0; i < 4; i++) {
		others[i].user = world_space(&c->file)->user;
		others[i].pass = passed;
		tpm2_user_begin(world.rm, &others[i]);
	}
	a_task = task_create("A", random_if_let, a, false);
	task_create("B", writes_and_closes, b, false);
	task_create("others", others_end, NULL, false);
	task_create("signal", kills_a, NULL, false);
}

/* One task writes, and the other reads and then writes something else. */
static void writes_start(void *data)
{
	struct client *client = data;
	ssize_t rc = client_write(client);

	if (rc < 0 && rc != -EINTR)
		fail("%s has got %zd", client->name, rc);
}

static void reads_and_writes(void *data)
{
	struct client *client = data;

	if (client_read(client) <= 0)
		return;
	if (client_write(client) < 0)
		fail("a second task cannot write");
	if (client_answer(client))
		fail("a second task has not got its session");
}

static void two_tasks(void)
{
	world_init(&two, LEASE);
	client_open(holder, "holder", 0, 0);
	if (client_start(holder))
		fail("there is no session to begin with");
	work_pass(LEASE / 2 * NSEC_PER_MSEC);
	if (client_start(holder))
		fail("there is no second session to begin with");
	client_open(a, "A", 1, 0);
	a->shared = true;
	b->name = "B";
	b->shared = true;
	b->file = a->file;
	client_ask_start(a);
	client_ask_start(b);
	a_task = task_create("A", writes_start, a, false);
	task_create("B", reads_and_writes, b, false);
	task_create("signal", signals_a, NULL, false);
}

/* Of two tasks that use one file, the one whose command fails is told, and once. */
static PER_RUN unsigned int told;

static void random_or_fails(void *data)
{
	struct client *client = data;
	ssize_t result = client_write(client);

	told++;
	if (result < 0 && result != -EBUSY) {
		if (result != expected_error)
			fail("%s has got %zd", client->name, result);
		expected_error = 0;
	}
	if (told == 2 && expected_error)
		fail("nobody was told of a failure");
}

static void one_of_two_fails(void)
{
	world_init(&one, LEASE);
	client_open(a, "A", 1, 0);
	a->shared = true;
	b->name = "B";
	b->shared = true;
	b->file = a->file;
	client_ask_random(a);
	client_ask_random(b);
	world.fail_cc = FAKE_CC_GET_RANDOM;
	world.fail_with = -ENOSPC;
	expected_error = -ENOSPC;
	task_create("A", random_or_fails, a, false);
	task_create("B", random_or_fails, b, false);
}

/* The second begins when the first has its answer, and may not be over yet. */
static void random_twice(void *data)
{
	struct client *client = data;
	unsigned int i;
	int rc;

	for (i = 0; i < 2; i++) {
		client_ask_random(client);
		rc = client_exec(client);
		if (rc)
			fail("%s has got %d", client->name, rc);
	}
	client_close(client);
}

static void one_after_another(void)
{
	world_init(&one, LEASE);
	client_open(holder, "holder", 0, 0);
	if (client_start(holder))
		fail("there is no session to begin with");
	client_open(a, "A", 1, 0);
	task_create("A", random_twice, a, false);
}

/* A ticket is done, and more is written, before the worker is done that has queued it. */
static void writes_when_done(void *data)
{
	struct client *client = data;
	int rc;

	client_ask_start(client);
	if (client_write(client) < 0)
		fail("%s cannot write", client->name);
	while (!client_poll(client, EPOLLIN))
		;
	rc = client_answer(client);
	if (rc)
		fail("%s has got %d", client->name, rc);
	client_ask_random(client);
	if (client_write(client) < 0)
		fail("%s cannot write again", client->name);
	client_close(client);
}

static void done_and_more(void)
{
	held(LONG_LEASE);
	client_open(a, "A", 1, O_NONBLOCK);
	task_create("A", writes_when_done, a, false);
	task_create("holder", flushes, holder, false);
}

/* As many interruptions, up to three, as can be tried in half a minute. */
const struct scenario scenarios[] = {
	{ "two wait for a session", two_wait, 3 },
	{ "the first of two is interrupted", first_is_interrupted, 3 },
	{ "the first of two begins again", first_is_restarted, 3 },
	{ "the first of two is killed", first_is_killed, 2 },
	{ "the session is flushed", session_is_flushed, 3 },
	{ "the session's file is closed", holder_closes, 2 },
	{ "the chip goes away", chip_goes, 3 },
	{ "it does, and the kernel has it", chip_goes_in_use, 3 },
	{ "new files are given back", switched_off, 2 },
	{ "they are, and the chip cannot be had", switched_off_in_vain, 2 },
	{ "the lease is set", lease_is_set, 3, LOOKS_AT_TABLE },
	{ "the machine sleeps", machine_sleeps, 2, LOOKS_AT_TABLE },
	{ "the driver says EAGAIN", driver_says_again, 3 },
	{ "the driver says EINPROGRESS", driver_says_in_progress, 3 },
	{ "the driver says ENOSPC", driver_says_no_space, 3 },
	{ "the driver cannot evict", driver_cannot_evict, 3 },
	{ "two users", two_users, 2 },
	{ "one has one, and goes on", one_goes_on, 1 },
	{ "closed while it waits for a session", closed_while_it_waits, 2,
	  LOOKS_AT_WORKERS },
	{ "closed while it waits for the context gap", closed_in_the_gap, 2,
	  LOOKS_AT_WORKERS },
	{ "polled", polled, 2 },
	{ "an answer is not read", unread, 3,
	  LOOKS_AT_FILES | LOOKS_AT_EXPIRY },
	{ "two tasks use one file", two_tasks, 2,
	  LOOKS_AT_FILES | LOOKS_AT_WORKERS },
	{ "one of two tasks that use a file fails", one_of_two_fails, 3,
	  LOOKS_AT_FILES },
	{ "one command after another", one_after_another, 3, LOOKS_AT_USERS },
	{ "a ticket is done, and more is written", done_and_more, 1,
	  LOOKS_AT_USERS | LOOKS_AT_FILES | LOOKS_AT_WORKERS },
	{ "one of many of a user is killed", many_at_once, 2,
	  LOOKS_AT_USERS | LOOKS_AT_FILES | LOOKS_AT_WORKERS },
	{}
};
