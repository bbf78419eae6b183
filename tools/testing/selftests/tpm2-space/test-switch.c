// SPDX-License-Identifier: GPL-2.0-only
/*
 * New files are given back to the kernel's own code, and taken again, while
 * clients of both are at work (G18).
 *
 * A test begins with the switch on, whatever became of the one before.
 */
#include <errno.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "client.h"
#include "counters.h"
#include "crowd.h"
#include "process.h"
#include "session.h"
#include "slots.h"
#include "switch.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define ROUNDS		8

/* As soon as it is off, and as soon as it is on again. */
static void switch_at_once(void)
{
	int i, fd;

	for (i = 0; i < ROUNDS; i++) {
		switch_set(false);
		fd = tpm_managed();
		expect_kernels(fd);
		close(fd);
		switch_set(true);
		fd = tpm_managed();
		expect_ours(fd);
		close(fd);
	}
	/* once more is no more */
	switch_set(true);
	expect_ours(tpm_managed());
	switch_set(false);
	switch_set(false);
	expect_kernels(tpm_managed());
	switch_set(true);
	expect_ours(tpm_managed());
}

/* A file stays with who has opened it, until it is closed. */
static void switch_keeps(void)
{
	struct client ours, kernels, late;
	long commands;
	int i, raw;

	make_client(&ours, CLIENT_MANY);
	switch_set(false);
	make_client(&kernels, SLOTS);
	for (i = 0; i < ROUNDS; i++) {
		use_client(&ours, i);
		use_client(&kernels, i);
	}
	/* its commands are none of ours */
	commands = counter("commands");
	check_client(&kernels);
	expect_number(counter("commands"), commands);
	use_client(&ours, 0);
	expect(counter("commands") > commands, "no command was counted");

	switch_set(true);
	make_client(&late, CLIENT_MANY);
	for (i = 0; i < ROUNDS; i++) {
		use_client(&late, i);
		use_client(&kernels, i);
		use_client(&ours, i);
	}
	close(ours.fd);
	for (i = 0; i < SLOTS; i++)
		expect_ok(flush_context(kernels.fd, kernels.session[i]));
	expect_kernels(kernels.fd);
	for (i = 0; i < SLOTS; i++)
		check_object(kernels.fd, &kernels.key[i]);
	close(kernels.fd);

	/* what it had there is gone, which is seen when the TPM is read back */
	raw = tpm_raw();
	expect_ok(get_random(raw));
	close(raw);
	check_client(&late);
	expect_number(counter("active"), CLIENT_MANY);
}

static long saves_of_a_use(int fd, uint32_t session)
{
	long saves = counter("context_saves");

	expect_ok(use_policy(fd, session));
	return counter("context_saves") - saves;
}

/* While the kernel's own code may need the slots, nothing of ours stays there. */
static void switch_slots(void)
{
	int fd = tpm_managed(), kernels, i;
	uint32_t session = new_session(fd, SE_POLICY);

	expect_ok(use_policy(fd, session));
	expect_number(saves_of_a_use(fd, session), nothing_stays());

	switch_set(false);
	for (i = 0; i < SLOTS; i++)
		expect_number(saves_of_a_use(fd, session), 1);
	kernels = tpm_managed();
	expect_kernels(kernels);
	switch_set(true);
	for (i = 0; i < SLOTS; i++) {
		expect_number(saves_of_a_use(fd, session), 1);
		expect_kernels(kernels);
	}
	close(kernels);
	expect_ok(use_policy(fd, session));
	expect_number(saves_of_a_use(fd, session), nothing_stays());
}

/* The bare TPM has one client, whoever serves it, and finds its slots empty. */
static void switch_raw(void)
{
	struct client ours;
	int raw, i, j;

	make_client(&ours, CLIENT_MANY);
	for (i = 0; i < 2; i++) {
		switch_set(i);
		raw = tpm_raw();
		for (j = 0; j < 3; j++) {
			use_client(&ours, j);
			expect_slots(raw);
			switch_set(j % 2);
			expect_errno(tpm_try_raw(), EBUSY);
		}
		close(raw);
		close(tpm_raw());
	}
	switch_set(true);
	check_client(&ours);
}

/* Who waits for a session is served in the end, by who made it wait. */
static void switch_waiter(void)
{
	struct waiter waiter;
	struct crowd crowd;
	uint32_t handle;

	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	waiter_start(&waiter);
	await_counter("waiters", 1);
	switch_set(false);
	expect_number(counter("waiters"), 1);
	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(waiter_is_done(&waiter, HANG_MS), "a waiter is not served");
	expect_number(waiter_session(&waiter), handle);
	crowd_check(&crowd, 0);
	waiter_end(&waiter);
	switch_set(true);
}

static void switch_garbage(void)
{
	static const char * const garbage[] = {
		"\n", "2", "-1", " 1", "maybe", "\xff", "o",
	};
	unsigned int i;
	int fd, on;

	for (on = 1; on >= 0; on--) {
		switch_set(on);
		for (i = 0; i < sizeof(garbage) / sizeof(*garbage); i++) {
			expect(switch_write(garbage[i]) == EINVAL,
			       "'%s' was taken", garbage[i]);
			expect_number(switch_is_on(), on);
		}
		fd = tpm_managed();
		if (on)
			expect_ours(fd);
		else
			expect_kernels(fd);
		close(fd);
	}
	switch_set(true);
}

const struct test switch_tests[] = {
	{ "switch-at-once", "G18: new files are the kernel's, and ours, at once",
	  switch_at_once },
	{ "switch-keeps", "G18: open files stay with who has opened them",
	  switch_keeps },
	{ "switch-slots", "G18: beside the kernel's files nothing stays loaded",
	  switch_slots },
	{ "switch-raw", "G18: /dev/tpm0 has one client, on or off", switch_raw },
	{ "switch-waiter", "G2: who waits as it is switched off is served",
	  switch_waiter },
	{ "switch-garbage", "G17: the switch takes yes and no, and nothing else",
	  switch_garbage },
	{}
};
