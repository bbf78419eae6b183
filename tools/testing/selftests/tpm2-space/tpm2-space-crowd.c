// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of clients in a crowd: who keeps its session and its place in the
 * line, and what one user's floods do to another. These tests take as many
 * clients as a small machine can have, and their time.
 */
#include <stddef.h>
#include "switch.h"
#include "tap.h"
#include "tests.h"

static const struct test * const groups[] = {
	patience_tests,
	lease_tests,
	hostile_tests,
	stalled_tests,
	NULL
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, groups, switch_on);
}
