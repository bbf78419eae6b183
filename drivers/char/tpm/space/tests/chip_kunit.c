// SPDX-License-Identifier: GPL-2.0-only
/*
 * The resource manager of a real chip: the first one that the machine has. All
 * its sessions are used up, so it should be one that nobody needs.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/tpm.h>
#include <linux/workqueue.h>
#include "../chip.h"
#include "../compat.h"
#include "../context.h"
#include "../intree.h"
#include "../settings.h"
#include "client.h"

#define CLIENTS		6
#define MOST		64		/* sessions of each client */
#define PT_HR_ACTIVE	0x00000205	/* TPM_PT, Part 2, 6.13 */
#define LOST		(TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_H0)

/**
 * struct real - a real chip, and clients of ours
 * @chip: the chip
 * @rm: its resource manager
 * @lease: how long a lease is outside of this test, in ns
 * @tenure: likewise
 * @limit: sessions that one client may have, likewise
 * @clients: the clients
 * @sessions: their sessions
 * @nr: how many each has started
 */
struct real {
	struct tpm_chip *chip;
	struct tpm2_rm *rm;
	u64 lease;
	u64 tenure;
	u32 limit;
	struct client clients[CLIENTS];
	struct client_session sessions[CLIENTS][MOST];
	unsigned int nr[CLIENTS];
};

static void set_lease(struct tpm2_rm *rm, u64 length, u64 tenure)
{
	spin_lock(&rm->lock);
	tpm2_lease_set(&rm->lease, length, tenure);
	spin_unlock(&rm->lock);
}

static int chip_init(struct kunit *test)
{
	struct real *real = kunit_kzalloc(test, sizeof(*real), GFP_KERNEL);
	struct tpm2_rm *rm;
	unsigned int i;

	if (!real)
		return -ENOMEM;
	real->chip = tpm_default_chip();
	/* it was asked for, so its absence is a failure */
	if (!real->chip)
		return -ENODEV;
	rm = tpm2_space_chip_open(real->chip, false);
	if (IS_ERR(rm)) {
		put_device(&real->chip->dev);
		return PTR_ERR(rm);
	}
	real->rm = rm;
	real->lease = rm->lease.length;
	real->tenure = rm->lease.tenure;
	real->limit = rm->limits.max_per_fd;
	for (i = 0; i < CLIENTS; i++)
		KUNIT_ASSERT_EQ(test, client_init(&real->clients[i], rm, 0), 0);
	test->priv = real;
	return 0;
}

static void chip_exit(struct kunit *test)
{
	struct real *real = test->priv;
	unsigned int i;

	if (!real)
		return;
	for (i = 0; i < CLIENTS; i++)
		client_close(&real->clients[i]);
	set_lease(real->rm, real->lease, real->tenure);
	real->rm->limits.max_per_fd = real->limit;
	tpm2_space_chip_close(real->rm, false);
	put_device(&real->chip->dev);
}

/* Sessions in the TPM, by its own count; the chip is not held. */
static u32 active(struct kunit *test, struct real *real)
{
	struct tpm2_rm *rm = real->rm;
	struct tpm2_wire_response rsp;
	u32 value = ~0;
	ssize_t size;

	KUNIT_ASSERT_EQ(test, tpm2_rm_hold(rm), 0);
	tpm2_wire_build_get_capability(rm->scratch, TPM_CAP_TPM_PROPERTIES,
				       PT_HR_ACTIVE, 1);
	size = tpm2_context_transmit(rm, rm->scratch);
	if (size > 0 &&
	    !tpm2_wire_parse_response(rm->scratch, size, 0, &rsp) && !rsp.rc)
		tpm2_wire_find_property(rm->scratch + rsp.params,
					rsp.params_size, PT_HR_ACTIVE, &value);
	tpm2_rm_release(rm);
	return value;
}

static void start(struct kunit *test, struct real *real, unsigned int client)
{
	struct client_session *session;

	session = &real->sessions[client][real->nr[client]];
	KUNIT_ASSERT_EQ(test, client_start(&real->clients[client], session), 0);
	real->nr[client]++;
}

/* Clients take turns until they have all sessions that the TPM has. */
static u32 fill(struct kunit *test, struct real *real)
{
	u32 all = real->rm->limits.active_sessions, i;

	KUNIT_ASSERT_GT(test, all, 3);
	for (i = 0; i < all; i++)
		start(test, real, i % (CLIENTS - 1));
	KUNIT_EXPECT_EQ(test, active(test, real), all);
	return all;
}

/* G1, G3, G4: one more than there are, and another, and another. */
static void exhaustion(struct kunit *test)
{
	struct real *real = test->priv;
	unsigned long evictions = real->rm->stats.evictions;
	unsigned long replays = real->rm->stats.replays;
	u32 all = fill(test, real), i;

	KUNIT_EXPECT_EQ(test, real->rm->stats.evictions, evictions);
	set_lease(real->rm, 0, 0);
	for (i = 0; i < 10; i++)
		start(test, real, CLIENTS - 1);
	KUNIT_EXPECT_EQ(test, real->rm->stats.evictions, evictions + 10);
	KUNIT_EXPECT_GE(test, real->rm->stats.replays, replays + 10);
	KUNIT_EXPECT_EQ(test, active(test, real), all);

	/* the first two of each of the others are gone, and they are told */
	for (i = 0; i < 2 * (CLIENTS - 1); i++)
		KUNIT_EXPECT_EQ(test,
				client_use(&real->clients[i % (CLIENTS - 1)],
					   &real->sessions[i % (CLIENTS - 1)]
							  [i / (CLIENTS - 1)]),
				LOST);
	for (i = 0; i < CLIENTS - 1; i++)
		KUNIT_EXPECT_EQ(test, client_use(&real->clients[i],
						 &real->sessions[i][2]), 0);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test,
				client_use(&real->clients[CLIENTS - 1],
					   &real->sessions[CLIENTS - 1][i]), 0);
}

/* G6: whoever closes takes with it what it had, and no more. */
static void closing(struct kunit *test)
{
	struct real *real = test->priv;
	u32 before = active(test, real), i;

	for (i = 0; i < 8; i++)
		start(test, real, i % 2);
	KUNIT_EXPECT_EQ(test, active(test, real), before + 8);
	client_close(&real->clients[0]);
	KUNIT_ASSERT_EQ(test, client_init(&real->clients[0], real->rm, 0), 0);
	KUNIT_EXPECT_EQ(test, active(test, real), before + 4);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, client_use(&real->clients[1],
						 &real->sessions[1][i]), 0);
}

/* G8: each context of a session is counted when it is saved. */
static void counter(struct kunit *test)
{
	struct real *real = test->priv;
	struct tpm2_rm *rm = real->rm;
	unsigned long saves;
	u64 saved;
	u32 i;

	for (i = 0; i < 8; i++)
		start(test, real, 0);
	saves = rm->stats.context_saves;
	saved = rm->saved;
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, client_use(&real->clients[0],
						 &real->sessions[0][i % 8]), 0);
	KUNIT_EXPECT_GE(test, rm->stats.context_saves, saves + 40);
	KUNIT_EXPECT_EQ(test, rm->saved - saved,
			rm->stats.context_saves - saves);
}

/* G11: the kernel's own commands work while clients have every session. */
static void kernel_commands(struct kunit *test)
{
	struct real *real = test->priv;
	struct tpm_digest *digests;
	u8 bytes[16];
	u32 i;

	digests = kunit_kzalloc(test, real->chip->nr_allocated_banks *
				sizeof(*digests), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, digests);
	for (i = 0; i < real->chip->nr_allocated_banks; i++)
		digests[i].alg_id = real->chip->allocated_banks[i].alg_id;

	fill(test, real);
	KUNIT_EXPECT_EQ(test, tpm_get_random(real->chip, bytes, sizeof(bytes)),
			(int)sizeof(bytes));
	KUNIT_EXPECT_EQ(test, tpm_pcr_extend(real->chip, 16, digests), 0);
	/* and clients go on */
	for (i = 0; i < CLIENTS - 1; i++)
		KUNIT_EXPECT_EQ(test, client_use(&real->clients[i],
						 &real->sessions[i][5]), 0);
}

static int set_switch(const char *value)
{
	return tpm2_space_switch_ops.set(value, NULL);
}

/*
 * How often we hold the chip for random numbers of the kernel's own. With
 * CONFIG_TCG_TPM2_HMAC that is for more than one command.
 */
static u32 holds_for_random(struct kunit *test, struct real *real)
{
	u32 holds = real->rm->hold;
	u8 bytes[16];

	KUNIT_EXPECT_EQ(test, tpm_get_random(real->chip, bytes, sizeof(bytes)),
			(int)sizeof(bytes));
	return real->rm->hold - holds;
}

/*
 * G18: switched off, what is new is the kernel's own, as if we were not there;
 * and clients whose files are open go on.
 */
static void switched_off(struct kunit *test)
{
	struct real *real = test->priv;
	struct client_session *first = &real->sessions[0][0];

	KUNIT_EXPECT_TRUE(test, tpm2_space_manages(real->chip));
	KUNIT_EXPECT_GE(test, holds_for_random(test, real), 1);
	start(test, real, 0);
	KUNIT_ASSERT_EQ(test, set_switch("0"), 0);
	KUNIT_EXPECT_FALSE(test, tpm2_space_settings.enabled);
	KUNIT_EXPECT_FALSE(test, tpm2_space_manages(real->chip));
	KUNIT_EXPECT_EQ(test, holds_for_random(test, real), 0);

	KUNIT_EXPECT_EQ(test, client_use(&real->clients[0], first), 0);
	start(test, real, 0);
	KUNIT_EXPECT_EQ(test, holds_for_random(test, real), 0);
	/* the kernel's own code finds its slots empty */
	KUNIT_EXPECT_EQ(test, real->rm->sessions.nr_loaded, 0);

	KUNIT_EXPECT_EQ(test, set_switch("maybe"), -EINVAL);
	KUNIT_EXPECT_FALSE(test, tpm2_space_manages(real->chip));
	KUNIT_ASSERT_EQ(test, set_switch("1"), 0);
	KUNIT_EXPECT_TRUE(test, tpm2_space_manages(real->chip));
	KUNIT_EXPECT_GE(test, holds_for_random(test, real), 1);
	KUNIT_EXPECT_EQ(test, client_use(&real->clients[0], first), 0);
}

/* A sequence of a client's, which takes a slot for an object. */
static void begin_sequence(struct kunit *test, struct client *client)
{
	static const u8 params[] = { 0, 0, 0, 0x0b /* TPM_ALG_SHA256 */ };

	client_build(client, FAKE_CC_HASH_SEQUENCE_START, NULL, 0, params,
		     sizeof(params));
	KUNIT_ASSERT_EQ(test, client_send(client), 0);
}

/* One of the kernel's, which has the chip. */
static int kernel_begins_sequence(struct tpm_chip *chip, u8 *buf)
{
	static const u8 command[] = { 0x80, 1, 0, 0, 0, 14, 0, 0, 1, 0x86, 0, 0,
				      0, 0x0b };
	ssize_t size;

	memcpy(buf, command, sizeof(command));
	size = tpm2_space_kernel_transmit(chip, buf, TPM2_WIRE_BUFSIZE);
	if (size < TPM2_WIRE_HEADER_SIZE)
		return size < 0 ? size : -EIO;
	return get_unaligned_be32(buf + 6);
}

static int kernel_flushes(struct tpm_chip *chip, u8 *buf)
{
	u32 handle = get_unaligned_be32(buf + TPM2_WIRE_HEADER_SIZE);
	ssize_t size;

	tpm2_wire_build_flush_context(buf, handle);
	size = tpm2_space_kernel_transmit(chip, buf, TPM2_WIRE_BUFSIZE);
	if (size < TPM2_WIRE_HEADER_SIZE)
		return size < 0 ? size : -EIO;
	return get_unaligned_be32(buf + 6);
}

static void switch_off(struct work_struct *work)
{
	set_switch("0");
}

/*
 * G11: somebody switches us off while the kernel has the chip, and the slots are
 * full still. Without one, some of its users give the chip up for good.
 */
static void switched_off_in_use(struct kunit *test)
{
	struct real *real = test->priv;
	struct work_struct work;
	unsigned int i;
	u8 *buf;

	buf = kunit_kzalloc(test, TPM2_WIRE_BUFSIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	for (i = 0; i < real->rm->limits.loaded_objects; i++)
		begin_sequence(test, &real->clients[0]);

	KUNIT_ASSERT_EQ(test, tpm_try_get_ops(real->chip), 0);
	INIT_WORK_ONSTACK(&work, switch_off);
	queue_work(system_long_wq, &work);
	while (tpm2_space_manages(real->chip))
		cond_resched();
	KUNIT_EXPECT_TRUE(test, tpm2_rm_has_slots(real->rm));
	KUNIT_EXPECT_EQ(test, kernel_begins_sequence(real->chip, buf), 0);
	KUNIT_EXPECT_EQ(test, kernel_flushes(real->chip, buf), 0);
	tpm_put_ops(real->chip);
	flush_work(&work);
	destroy_work_on_stack(&work);

	/* nothing of ours is in the way any more */
	KUNIT_EXPECT_FALSE(test, tpm2_rm_has_slots(real->rm));
	KUNIT_EXPECT_EQ(test, holds_for_random(test, real), 0);
	KUNIT_EXPECT_EQ(test, set_switch("1"), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(exhaustion),
	KUNIT_CASE(closing),
	KUNIT_CASE(counter),
	KUNIT_CASE(kernel_commands),
	KUNIT_CASE(switched_off),
	KUNIT_CASE(switched_off_in_use),
	{}
};

static struct kunit_suite chip_suite = {
	.name = "tpm2_space_chip",
	.init = chip_init,
	.exit = chip_exit,
	.test_cases = cases,
};

kunit_test_suite(chip_suite);
