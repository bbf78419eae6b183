// SPDX-License-Identifier: GPL-2.0-only
/*
 * The promises of the extension, tested over /dev/tpmrm0.
 *
 * Named tests are run, or all that do not take minutes; --list lists all.
 */
#include <stddef.h>
#include "switch.h"
#include "tests.h"

static const struct test * const groups[] = {
	exhaustion_tests,
	eviction_tests,
	replay_tests,
	victim_tests,
	reissue_tests,
	wait_tests,
	wake_tests,
	nonblock_tests,
	signal_tests,
	sibling_tests,
	isolation_tests,
	intact_tests,
	saved_tests,
	raw_tests,
	many_tests,
	traffic_tests,
	garbage_tests,
	file_tests,
	chaos_tests,
	switch_tests,
	trace_tests,
	fdinfo_tests,
	removal_tests,	/* the last, since it takes the chip away for a while */
	NULL
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, groups, switch_on);
}
