// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep of the machine, which is put to sleep by it.
 *
 * Named tests are run, or all; --list lists them.
 */
#include <stddef.h>
#include "tests.h"

static const struct test * const groups[] = { sleep_tests, NULL };

int main(int argc, char **argv)
{
	return tap_main(argc, argv, groups, NULL);
}
