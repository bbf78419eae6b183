// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of the extension as a module: files that were open before it came,
 * files that are open when it goes, and what it finds in the TPM.
 *
 * Each test begins without the module. The last one leaves it loaded.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "client.h"
#include "counters.h"
#include "crowd.h"
#include "module.h"
#include "process.h"
#include "session.h"
#include "switch.h"
#include "tap.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define ROUNDS		8
#define LEASE_MS	1000

static const char *module_path;

/* Firmware, an earlier kernel or anybody else may have been there before. */
static void life_adopts(void)
{
	unsigned int i, max;
	struct blob context;
	long long begin;
	int fd;

	fd = tpm_raw();
	max = get_property(fd, PT_ACTIVE_SESSIONS_MAX);
	for (i = 0; i < max; i++)
		expect_ok(context_save(fd, new_session(fd, SE_POLICY),
				       &context));
	close(fd);

	module_load(module_path);
	set_lease(LEASE_MS);
	fd = tpm_managed();
	begin = now_ms();
	new_session(fd, SE_POLICY);
	expect(now_ms() >= begin + LEASE_MS,
	       "a session was evicted %lld ms after it was found",
	       now_ms() - begin);
	expect_number(counter("adoptions"), max);
	expect_number(counter("detached"), max - 1);
	for (i = 0; i < 10; i++)
		new_session(fd, SE_POLICY);
	expect_number(counter("detached"), max - 11);

	fd = tpm_raw();
	expect_ok(flush_context(fd, FIRST_OF(HT_HMAC_SESSION) | (max - 1)));
	close(fd);
	fd = tpm_managed();
	expect_ok(get_random(fd));
	expect_number(counter("detached"), max - 12);
}

static void life_old_files(void)
{
	struct client old, new;
	long commands;
	int i, late;

	make_client(&old, SLOTS);
	module_load(module_path);
	make_client(&new, CLIENT_MANY);
	for (i = 0; i < ROUNDS; i++) {
		use_client(&old, i);
		use_client(&new, i);
	}
	/* the old one is none of the module's business */
	commands = counter("commands");
	use_client(&old, 0);
	expect_number(counter("commands"), commands);
	use_client(&new, 0);
	expect(counter("commands") > commands, "no command was counted");

	/* it ends what is its own, and the new one what is its */
	close(old.fd);
	for (i = 0; i < CLIENT_MANY; i++)
		use_client(&new, i);
	late = tpm_managed();
	expect_ours(late);
	close(new.fd);
	expect_ok(get_random(late));
	expect_number(counter("active"), 0);
}

/* A client of the bare TPM has its slots even if we do not see its commands. */
static void life_old_raw(void)
{
	int raw = tpm_raw(), i;
	struct client client;

	expect_ok(get_random(raw));
	module_load(module_path);
	make_client(&client, CLIENT_MANY);
	for (i = 0; i < ROUNDS; i++) {
		expect_slots(raw);
		use_client(&client, i);
	}
	close(raw);
	for (i = 0; i < ROUNDS; i++)
		use_client(&client, i);
}

static void life_disabled(void)
{
	struct client ours, kernels;
	int i, raw;

	module_load(module_path);
	make_client(&ours, CLIENT_MANY);
	switch_set(false);

	raw = tpm_raw();
	for (i = 0; i < SLOTS; i++) {
		expect_slots(raw);
		use_client(&ours, i);
	}
	close(raw);
	make_client(&kernels, SLOTS);
	for (i = 0; i < ROUNDS; i++) {
		use_client(&kernels, i);
		use_client(&ours, i);
	}
	for (i = 0; i < SLOTS; i++)
		expect_ok(flush_context(kernels.fd, kernels.session[i]));
	expect_kernels(kernels.fd);

	/* it cannot be removed while a file needs it, and can when none does */
	expect_number(module_try_remove(), EAGAIN);
	use_client(&ours, 0);
	close(ours.fd);
	module_remove();
	expect(!counters_present(), "its files in sysfs are still there");
	for (i = 0; i < SLOTS; i++)
		check_object(kernels.fd, &kernels.key[i]);
	expect_kernels(kernels.fd);
}

static void life_enabled(void)
{
	long limit;
	int fd;

	module_load(module_path);
	expect_number(module_try_remove(), EAGAIN);
	expect(switch_is_on(), "it is loaded, and not in force");
	/* before any client's command; it has asked for the limits itself */
	expect_number(counter("lease_ms"), 2000);
	expect_number(counter("commands"), 1);
	limit = counter("max_per_fd");
	fd = tpm_managed();
	expect_number(limit, get_property(fd, PT_ACTIVE_SESSIONS_MAX) / 4);
	expect_ours(fd);

	expect_number(module_try_remove(), EAGAIN);
	expect_ours(fd);
	close(fd);
	expect_number(module_try_remove(), EAGAIN);
	expect_ours(tpm_managed());
}

/* It is there, and has nothing to do until it is told. */
static void life_off(void)
{
	struct client client;
	int fd;

	expect_number(module_try_load(module_path, "enabled=0"), 0);
	expect(!switch_is_on(), "it is switched on");
	expect(counters_present(), "there is nothing to be seen of it");
	fd = tpm_managed();
	expect_kernels(fd);
	expect_number(counter("active"), 0);

	/* nothing keeps it, be a file of the kernel's open or not */
	expect_number(module_try_remove(), 0);
	expect_kernels(fd);
	expect_number(module_try_load(module_path, "enabled=n"), 0);
	expect_kernels(fd);
	close(fd);

	switch_set(true);
	make_client(&client, CLIENT_MANY);
	check_client(&client);
	expect_number(module_try_remove(), EAGAIN);
	close(client.fd);
	module_remove();

	expect_number(module_try_load(module_path, "enabled=maybe"), EINVAL);
	expect(!module_is_loaded(), "it has been refused, and is there");
	expect_kernels(tpm_managed());
}

/* A client that waits keeps the module, and is served in the end. */
static void life_waiter(void)
{
	struct waiter waiter;
	struct crowd crowd;
	struct message m = start_command(SE_POLICY);
	uint32_t handle;
	int fd;

	module_load(module_path);
	fd = tpm_managed_nonblock();
	crowd_take_all(&crowd, SE_POLICY);
	set_lease(LEASE_ENDLESS);
	waiter_start(&waiter);
	await_counter("waiters", 1);
	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	await_counter("waiters", 2);

	switch_set(false);
	expect_number(counter("waiters"), 2);
	expect_number(module_try_remove(), EAGAIN);

	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(waiter_is_done(&waiter, HANG_MS), "a waiter is not served");
	expect_number(waiter_session(&waiter), handle);
	handle = crowd.session[0].handle;
	crowd_flush(&crowd, 0);
	expect(tpm_answered(fd, HANG_MS), "a waiter is not served");
	expect_number(started(fd), handle);

	crowd_close(&crowd);
	close(fd);
	expect_number(module_try_remove(), EAGAIN);
	waiter_end(&waiter);
	module_remove();
}

static void life_reloaded(void)
{
	struct client client;
	int i;

	for (i = 0; i < 2; i++) {
		module_load(module_path);
		make_client(&client, CLIENT_MANY);
		use_client(&client, i);
		close(client.fd);
		module_remove();
		client.fd = tpm_managed();
		expect_kernels(client.fd);
		close(client.fd);
	}
	module_load(module_path);
	expect_ours(tpm_managed());
}

static const struct test life_tests[] = {
	{ "life-enabled", "life: it cannot be removed while it is in force",
	  life_enabled },
	{ "life-off", "life: enabled=0: it waits until it is switched on",
	  life_off },
	{ "life-adopts", "G10: it adopts and reclaims what was there before it",
	  life_adopts },
	{ "life-old-files", "life: files open before it work beside new ones",
	  life_old_files },
	{ "life-old-raw", "G10: a file of /dev/tpm0 open before has its slots",
	  life_old_raw },
	{ "life-disabled", "life: disabled, it serves its files and no others",
	  life_disabled },
	{ "life-waiter", "life: it cannot be removed under a client that waits",
	  life_waiter },
	{ "life-reloaded", "life: it can be removed and loaded again",
	  life_reloaded },
	{}
};

int main(int argc, char **argv)
{
	static const struct test * const groups[] = { life_tests, NULL };

	if (argc < 2) {
		fprintf(stderr, "usage: %s MODULE.ko | --list [TEST ...]\n",
			argv[0]);
		return 2;
	}
	if (!strcmp(argv[1], "--list"))
		return tap_main(argc, argv, groups, module_remove);
	module_path = argv[1];
	return tap_main(argc - 1, argv + 1, groups, module_remove);
}
