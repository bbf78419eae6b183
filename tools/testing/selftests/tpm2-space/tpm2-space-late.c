// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chips that come when the extension is at work, and go again. They are
 * emulators that are started here.
 *
 * Named tests are run, or all; --list lists them.
 */
#include <stddef.h>
#include "switch.h"
#include "tests.h"

int main(int argc, char **argv)
{
	static const struct test * const groups[] = { late_tests, NULL };

	return tap_main(argc, argv, groups, switch_on);
}
