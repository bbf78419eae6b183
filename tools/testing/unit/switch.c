// SPDX-License-Identifier: GPL-2.0-only
/*
 * The switch (G18): what it makes of what is written to it, before there is
 * anything to be switched and while there is; with what it switches played by
 * this file.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <string.h>
#include "file.h"
#include "settings.h"

/**
 * struct world - what the switch has done
 * @files: how often the files were made ready, less how often they were not
 * @chips: likewise for the chips
 * @enabled: whether new files are ours, once the chips are ready
 * @changes: how often that was said
 * @holds: how often we are kept from going
 * @going: nobody can keep us from it
 * @fails: the chips cannot be made ready
 * @no_files: the files cannot
 */
static struct world {
	int files;
	int chips;
	bool enabled;
	unsigned int changes;
	int holds;
	bool going;
	bool fails;
	bool no_files;
} world;

int tpm2_space_file_init(void)
{
	if (world.no_files)
		return -ENOMEM;
	world.files++;
	return 0;
}

void tpm2_space_file_exit(void)
{
	world.files--;
}

int tpm2_space_chip_init(const struct tpm2_space_delivery *how,
			 const struct tpm2_space_settings *what)
{
	if (world.fails)
		return -ENODEV;
	world.chips++;
	world.enabled = what->enabled;
	return 0;
}

void tpm2_space_chip_exit(void)
{
	world.chips--;
}

void tpm2_space_chips_enable(bool enable)
{
	world.enabled = enable;
	world.changes++;
}

int param_get_bool(char *buffer, const struct kernel_param *param)
{
	strcpy(buffer, *(bool *)param->arg ? "Y\n" : "N\n");
	return 2;
}

static bool hold(void)
{
	if (world.going)
		return false;
	world.holds++;
	return true;
}

/* Nobody may be let go who could still get a file. */
static void let_go(void)
{
	WARN_ON_ONCE(world.enabled && world.chips);
	world.holds--;
}

/* As a module is there, and as a part of the driver is. */
static const struct tpm2_space_delivery module = {
	.hold = hold,
	.let_go = let_go,
};

static const struct tpm2_space_delivery intree = {};

static int set(const char *value)
{
	return tpm2_space_switch_ops.set(value, NULL);
}

static int begin(struct kunit *test)
{
	memset(&world, 0, sizeof(world));
	tpm2_space_settings.enabled = true;
	return 0;
}

static void expect(struct kunit *test, bool enabled, unsigned int changes,
		   int holds)
{
	KUNIT_EXPECT_EQ(test, tpm2_space_settings.enabled, enabled);
	KUNIT_EXPECT_EQ(test, world.enabled, enabled);
	KUNIT_EXPECT_EQ(test, world.changes, changes);
	KUNIT_EXPECT_EQ(test, world.holds, holds);
}

static void stop(struct kunit *test)
{
	tpm2_space_stop();
	KUNIT_EXPECT_EQ(test, world.files, 0);
	KUNIT_EXPECT_EQ(test, world.chips, 0);
}

/* As on the kernel's command line: nobody's chips are touched, nothing is held. */
static void off_from_the_start(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set("0"), 0);
	KUNIT_EXPECT_EQ(test, world.changes, 0);
	KUNIT_ASSERT_EQ(test, tpm2_space_start(&module), 0);
	expect(test, false, 0, 0);
	KUNIT_EXPECT_EQ(test, set("0"), 0);
	expect(test, false, 0, 0);
	KUNIT_EXPECT_EQ(test, set("1"), 0);
	expect(test, true, 1, 1);
	KUNIT_EXPECT_EQ(test, set("N"), 0);
	expect(test, false, 2, 0);
	stop(test);
}

static void on_and_off(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, tpm2_space_start(&module), 0);
	expect(test, true, 0, 1);
	KUNIT_EXPECT_EQ(test, set("y"), 0);
	expect(test, true, 0, 1);
	KUNIT_EXPECT_EQ(test, set("off"), 0);
	expect(test, false, 1, 0);
	KUNIT_EXPECT_EQ(test, set("perhaps"), -EINVAL);
	KUNIT_EXPECT_EQ(test, set(""), -EINVAL);
	expect(test, false, 1, 0);
	stop(test);

	KUNIT_ASSERT_EQ(test, tpm2_space_start(&intree), 0);
	expect(test, false, 1, 0);
	KUNIT_EXPECT_EQ(test, set("on"), 0);
	expect(test, true, 2, 0);
	stop(test);
}

/* What is about to go takes nothing any more; what has gone cannot. */
static void too_late(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set("0"), 0);
	KUNIT_ASSERT_EQ(test, tpm2_space_start(&module), 0);
	world.going = true;
	KUNIT_EXPECT_EQ(test, set("1"), -ENODEV);
	expect(test, false, 0, 0);
	stop(test);
	world.going = false;
	KUNIT_EXPECT_EQ(test, set("1"), 0);
	KUNIT_EXPECT_EQ(test, world.changes, 0);
	KUNIT_EXPECT_EQ(test, world.holds, 0);
}

/* What has not begun leaves nothing behind, and can be tried again. */
static void no_start(struct kunit *test)
{
	world.fails = true;
	KUNIT_EXPECT_EQ(test, tpm2_space_start(&module), -ENODEV);
	KUNIT_EXPECT_EQ(test, world.files, 0);
	KUNIT_EXPECT_EQ(test, world.holds, 0);
	KUNIT_EXPECT_EQ(test, set("0"), 0);
	KUNIT_EXPECT_EQ(test, set("1"), 0);
	KUNIT_EXPECT_EQ(test, world.changes, 0);
	world.fails = false;
	world.no_files = true;
	KUNIT_EXPECT_EQ(test, tpm2_space_start(&module), -ENOMEM);
	world.no_files = false;
	world.going = true;
	KUNIT_EXPECT_EQ(test, tpm2_space_start(&module), -ENODEV);
	world.going = false;
	KUNIT_EXPECT_EQ(test, world.files, 0);
	KUNIT_EXPECT_EQ(test, world.chips, 0);
	KUNIT_EXPECT_EQ(test, world.holds, 0);
	KUNIT_ASSERT_EQ(test, tpm2_space_start(&module), 0);
	expect(test, true, 0, 1);
	KUNIT_EXPECT_EQ(test, set("0"), 0);
	stop(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(off_from_the_start),
	KUNIT_CASE(on_and_off),
	KUNIT_CASE(too_late),
	KUNIT_CASE(no_start),
	{}
};

static struct kunit_suite switch_suite = {
	.name = "tpm2_space_switch",
	.init = begin,
	.test_cases = cases,
};

kunit_test_suite(switch_suite);
