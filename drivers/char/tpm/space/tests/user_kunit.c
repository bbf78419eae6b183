// SPDX-License-Identifier: GPL-2.0-only
/* Some commands of each user are under way, the others in a line of its own (G20). */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include "../state.h"
#include "../user.h"
#include "bed-suite.h"

#define NR	8U
#define AT_ONCE	4	/* at the TPM, or waiting for it */
#define ONE	1001
#define OTHER	1002

/**
 * struct command - one that says when it may go
 * @command: as the driver sees it
 * @passed: how many had passed when it did, itself included; 0 if it has not
 */
struct command {
	struct tpm2_user_command command;
	unsigned int passed;
};

static unsigned int passed;

static void pass(struct tpm2_user_command *command)
{
	container_of(command, struct command, command)->passed = ++passed;
}

static void begin(struct bed *bed, struct tpm2_user *user,
		  struct command *commands, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		commands[i] = (struct command) {
			.command = { .user = user, .pass = pass },
		};
		tpm2_user_begin(bed->rm, &commands[i].command);
	}
}

static void some_at_once(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct tpm2_user *one = tpm2_user_get(bed->rm, ONE);
	struct tpm2_user *other = tpm2_user_get(bed->rm, OTHER);
	struct command commands[NR], others[1];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, other);
	passed = 0;
	begin(bed, one, commands, NR);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_EQ(test, commands[i].passed,
				i < AT_ONCE ? i + 1 : 0);
	/* that is nothing to another user */
	begin(bed, other, others, 1);
	KUNIT_EXPECT_EQ(test, others[0].passed, AT_ONCE + 1);
	tpm2_user_end(bed->rm, &others[0].command);

	/* each that is done hands its place on, to the oldest */
	for (i = 0; i < NR; i++) {
		KUNIT_EXPECT_NE(test, commands[i].passed, 0);
		tpm2_user_end(bed->rm, &commands[i].command);
		KUNIT_EXPECT_EQ(test, passed, 1 + min(NR, i + 1 + AT_ONCE));
	}
	KUNIT_EXPECT_EQ(test, one->passing, 0);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 0);

	/* and the places are all there again */
	passed = 0;
	begin(bed, one, commands, AT_ONCE);
	KUNIT_EXPECT_EQ(test, passed, AT_ONCE);
	for (i = 0; i < AT_ONCE; i++)
		tpm2_user_end(bed->rm, &commands[i].command);
	tpm2_user_put(bed->rm, one);
	tpm2_user_put(bed->rm, other);
}

/* It has so many sessions now, of which nothing else knows. */
static void have(struct bed *bed, struct tpm2_user *user, unsigned int nr)
{
	bed->rm->sessions.nr_holders += !user->holder.nr_sessions;
	user->holder.nr_sessions = nr;
	bed->rm->sessions.nr_holders -= !nr;
}

/* Commands for which others need not wait do not make sessions safe for longer. */
static void slows_down(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct tpm2_user *one = tpm2_user_get(bed->rm, ONE);
	struct tpm2_user *other = tpm2_user_get(bed->rm, OTHER);
	struct command commands[NR], others[NR];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, other);
	begin(bed, one, commands, NR);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 1);
	have(bed, other, 3);
	begin(bed, other, others, NR);
	/* there are no sessions but its own */
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 1 + NR);
	for (i = 0; i < NR; i++)
		tpm2_user_end(bed->rm, &others[i].command);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 1);

	have(bed, one, 2);
	begin(bed, other, others, NR);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 1 + 3);
	/* what comes to count, or ceases to, is the next one's affair */
	have(bed, other, 0);
	for (i = 0; i < NR; i++) {
		tpm2_user_end(bed->rm, &commands[i].command);
		tpm2_user_end(bed->rm, &others[i].command);
	}
	have(bed, one, 0);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 0);
	tpm2_user_put(bed->rm, one);
	tpm2_user_put(bed->rm, other);
}

/* A client may write its next command before the last one's end has been told. */
static void begins_anew(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct tpm2_user *one = tpm2_user_get(bed->rm, ONE);
	struct tpm2_user *other = tpm2_user_get(bed->rm, OTHER);
	struct command commands[1];

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, other);
	have(bed, other, 1);
	begin(bed, one, commands, 1);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 1);
	/* two are as one: the user has no sessions */
	tpm2_user_begin(bed->rm, &commands[0].command);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 1);
	tpm2_user_end(bed->rm, &commands[0].command);
	/* and the second one that is left is one, too */
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 1);
	tpm2_user_end(bed->rm, &commands[0].command);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 0);
	KUNIT_EXPECT_EQ(test, one->counted, 0);

	/* and now it does */
	have(bed, one, 2);
	begin(bed, one, commands, 1);
	tpm2_user_begin(bed->rm, &commands[0].command);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 2);
	have(bed, one, 0);
	tpm2_user_end(bed->rm, &commands[0].command);
	tpm2_user_end(bed->rm, &commands[0].command);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 0);
	KUNIT_EXPECT_EQ(test, one->counted, 0);
	have(bed, other, 0);
	tpm2_user_put(bed->rm, one);
	tpm2_user_put(bed->rm, other);
}

/* Who has not passed can be called back, and leaves no trace. */
static void called_back(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct tpm2_user *one = tpm2_user_get(bed->rm, ONE);
	struct command commands[NR];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, one);
	passed = 0;
	have(bed, one, NR);
	begin(bed, one, commands, NR);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, NR);
	KUNIT_EXPECT_FALSE(test, tpm2_user_cancel(bed->rm,
						  &commands[0].command));
	KUNIT_EXPECT_TRUE(test, tpm2_user_cancel(bed->rm,
						 &commands[AT_ONCE].command));
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, NR - 1);
	have(bed, one, 0);
	for (i = 0; i < NR; i++) {
		if (i != AT_ONCE)
			tpm2_user_end(bed->rm, &commands[i].command);
	}
	KUNIT_EXPECT_EQ(test, commands[AT_ONCE].passed, 0);
	KUNIT_EXPECT_EQ(test, passed, NR - 1);
	KUNIT_EXPECT_EQ(test, bed->rm->clock.busy, 0);
	tpm2_user_put(bed->rm, one);
}

/* A user is one as long as anybody knows it, and then forgotten. */
static void one_of_each(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct tpm2_user *one = tpm2_user_get(bed->rm, ONE);

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_EXPECT_PTR_EQ(test, tpm2_user_get(bed->rm, ONE), one);
	tpm2_user_put(bed->rm, one);
	KUNIT_EXPECT_FALSE(test, list_empty(&one->node));
	tpm2_user_put(bed->rm, one);
}

/* Where there is no memory, nothing is made, and what was begun is undone. */
#ifndef __KERNEL__
static void starved(void *unused) {}

static void no_memory(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct client *client = &bed->clients[0];
	unsigned int nth;

	client_close(client);
	shim_starve(1, starved, NULL);
	KUNIT_EXPECT_EQ(test, client_init(client, bed->rm, ONE), -ENOMEM);
	for (nth = 1; nth <= 3; nth++) {
		shim_starve(nth, starved, NULL);
		KUNIT_EXPECT_NULL(test, tpm2_rm_create(&fake_chip_ops,
						       &bed->chip));
	}
	shim_starve(0, NULL, NULL);
	KUNIT_EXPECT_EQ(test, client_init(client, bed->rm, ONE), 0);
}
#endif

/* Who closes its file does not wait for what it has asked for with others. */
static void urgent(struct kunit *test)
{
	struct bed *bed = test->priv;
	struct tpm2_user *one = tpm2_user_get(bed->rm, ONE);
	struct command commands[NR], closing;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, one);
	passed = 0;
	begin(bed, one, commands, NR);
	closing = (struct command) {
		.command = { .user = one, .pass = pass, .urgent = true },
	};
	tpm2_user_begin(bed->rm, &closing.command);
	KUNIT_EXPECT_FALSE(test, tpm2_user_has_passed(bed->rm,
						      &closing.command));
	tpm2_user_end(bed->rm, &commands[0].command);
	KUNIT_EXPECT_EQ(test, closing.passed, AT_ONCE + 1);
	KUNIT_EXPECT_TRUE(test, tpm2_user_has_passed(bed->rm,
						     &closing.command));
	tpm2_user_end(bed->rm, &closing.command);
	for (i = 1; i < NR; i++) {
		KUNIT_EXPECT_TRUE(test, tpm2_user_has_passed(bed->rm,
							     &commands[i].command));
		tpm2_user_end(bed->rm, &commands[i].command);
	}
	tpm2_user_put(bed->rm, one);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(some_at_once),
	KUNIT_CASE(slows_down),
	KUNIT_CASE(begins_anew),
	KUNIT_CASE(called_back),
	KUNIT_CASE(one_of_each),
#ifndef __KERNEL__
	KUNIT_CASE(no_memory),
#endif
	KUNIT_CASE(urgent),
	{}
};

static struct kunit_suite user_suite = {
	.name = "tpm2_space_user",
	.init = bed_suite_init,
	.exit = bed_suite_exit,
	.test_cases = cases,
};

kunit_test_suite(user_suite);
