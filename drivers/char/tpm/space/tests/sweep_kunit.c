// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every fault at every TPM command of every scenario; in the kernel, at some.
 *
 * G6: no session is lost but the one that the fault takes. G8: no client sees
 * TPM_RC_CONTEXT_GAP. G9: what clients have saved survives. G12: a reset takes
 * what the TPM loses by it, and nothing else. After each, every file is served,
 * and nothing is left in the TPM that the table does not have.
 */
#include <kunit/test.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "sweep.h"

static void describe(const struct scenario *scenario, char *desc)
{
	strscpy(desc, scenario->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(scenarios, sweep_scenarios, describe);

/* In user space there is time for all of it; in the kernel, for some of it. */
#ifdef __KERNEL__
#define FAULTS_STRIDE	5U
#define PAIRS_STRIDE	7
#else
#define FAULTS_STRIDE	1U
#define PAIRS_STRIDE	1
#endif

static void every_fault(struct kunit *test)
{
	char *wrong = kunit_kzalloc(test, SWEEP_TEXT * 2, GFP_KERNEL);
	struct scenario *scenario = kunit_kzalloc(test, sizeof(*scenario),
						  GFP_KERNEL);
	const struct sweep_fault *fault;
	unsigned int count, total = 0;

	KUNIT_ASSERT_NOT_NULL(test, wrong);
	KUNIT_ASSERT_NOT_NULL(test, scenario);
	*scenario = *(const struct scenario *)test->param_value;
	scenario->stride = max(scenario->stride, FAULTS_STRIDE);
	for (fault = sweep_faults; fault->name; fault++) {
		count = sweep_all(scenario, fault, wrong, SWEEP_TEXT * 2);
		if (wrong[0])
			KUNIT_FAIL(test, "%s", wrong);
		KUNIT_EXPECT_GT(test, count * scenario->stride, 10U);
		total += count;
	}
	kunit_info(test, "%s: %u faults\n", scenario->name, total);
}

static void describe_quirk(const struct sweep_quirk *quirk, char *desc)
{
	strscpy(desc, quirk->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(quirks, sweep_quirks, describe_quirk);

/* Returns how many faults there were. */
static unsigned int sweep_pair(struct kunit *test, struct scenario *scenario,
			       const struct sweep_quirk *one,
			       const struct sweep_quirk *other, char *wrong)
{
	const struct sweep_fault *fault;
	unsigned int total = 0;

	*scenario = sweep_short;
	if (!sweep_make_odd(&scenario->tpm, one) ||
	    (other != one && !sweep_make_odd(&scenario->tpm, other)))
		return 0;
	for (fault = sweep_faults; fault->name; fault++) {
		total += sweep_all(scenario, fault, wrong, SWEEP_TEXT * 2);
		if (wrong[0])
			KUNIT_FAIL(test, "%s and %s: %s", one->name,
				   other->name, wrong);
	}
	return total;
}

/* A TPM with this quirk, and in turn with each of those that come after it. */
static void every_pair(struct kunit *test)
{
	char *wrong = kunit_kzalloc(test, SWEEP_TEXT * 2, GFP_KERNEL);
	struct scenario *scenario = kunit_kzalloc(test, sizeof(*scenario),
						  GFP_KERNEL);
	const struct sweep_quirk *one = test->param_value;
	unsigned int i, total = 0;

	KUNIT_ASSERT_NOT_NULL(test, wrong);
	KUNIT_ASSERT_NOT_NULL(test, scenario);
	for (i = one - sweep_quirks; i < SWEEP_QUIRKS; i += PAIRS_STRIDE)
		total += sweep_pair(test, scenario, one, &sweep_quirks[i],
				    wrong);
	KUNIT_EXPECT_GT(test, total, 100U);
	kunit_info(test, "%s: %u faults\n", one->name, total);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(every_fault, scenarios_gen_params),
	KUNIT_CASE_PARAM(every_pair, quirks_gen_params),
	{}
};

static struct kunit_suite sweep_suite = {
	.name = "tpm2_space_sweep",
	.test_cases = cases,
};

kunit_test_suite(sweep_suite);
