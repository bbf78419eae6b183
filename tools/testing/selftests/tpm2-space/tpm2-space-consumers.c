// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own uses of the TPM, with the extension or without it, or beside a module
 * that does not see them.
 *
 * Named tests are run, or all; --list lists them.
 */
#include <stdio.h>
#include <string.h>
#include "check.h"
#include "consumer.h"
#include "switch.h"
#include "tests.h"

int main(int argc, char **argv)
{
	const struct test *groups[] = { NULL, NULL };

	if (argc >= 2 && !strcmp(argv[1], "with"))
		groups[0] = consumer_tests;
	else if (argc >= 2 && !strcmp(argv[1], "without"))
		groups[0] = no_consumer_tests;
	else if (argc >= 2 && !strcmp(argv[1], "beside"))
		groups[0] = beside_consumer_tests;
	if (!groups[0]) {
		fprintf(stderr, "usage: %s with|without|beside [--list | TEST ...]\n",
			argv[0]);
		return 2;
	}
	/* it may be there, and switched off */
	expect(switch_is_on() == (groups[0] != no_consumer_tests),
	       "this is not a kernel %s the extension", argv[1]);
	consumer_setup();
	return tap_main(argc - 1, argv + 1, groups, NULL);
}
