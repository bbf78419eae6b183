// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets of the TPM, which is an emulator that does so when it is told to; and what
 * is up to the owner of the platform, since no firmware keeps that from us there.
 *
 * Named tests are run, or all; --list lists them.
 */
#include <stddef.h>
#include <stdio.h>
#include "emulator.h"
#include "tests.h"

int main(int argc, char **argv)
{
	static const struct test * const groups[] = {
		platform_tests, reset_tests, NULL
	};

	if (argc < 2) {
		fprintf(stderr, "usage: %s CONTROL_SOCKET [--list | TEST ...]\n",
			argv[0]);
		return 2;
	}
	emulator_find(argv[1]);
	return tap_main(argc - 1, argv + 1, groups, NULL);
}
