// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include "unit.h"

#define MOST_COMPLAINTS	10	/* a loop that fails need not say so a million times */

static unsigned int complaints;

/**
 * unit_fail() - the test that is running has failed
 * @file: where the check stands
 * @line: where in @file
 * @format: what is wrong
 */
void unit_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	if (complaints++ >= MOST_COMPLAINTS)
		return;
	printf("# %s:%d: ", file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/**
 * unit_failed() - has the test that is running failed?
 */
bool unit_failed(void)
{
	return complaints;
}

/**
 * unit_random() - a number
 * @random: where they come from
 * @below: it is smaller than this
 */
uint32_t unit_random(struct unit_random *random, uint32_t below)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (random->state >> 16) % below;
}

/**
 * unit_main() - run tests
 * @tests: the tests
 * @count: how many
 *
 * Return: exit status.
 */
int unit_main(const struct unit_test *tests, size_t count)
{
	unsigned int failed = 0;
	size_t i;

	printf("TAP version 13\n1..%zu\n", count);
	for (i = 0; i < count; i++) {
		complaints = 0;
		tests[i].run();
		failed += unit_failed();
		printf("%sok %zu - %s\n", unit_failed() ? "not " : "", i + 1,
		       tests[i].name);
		fflush(stdout);
	}
	return failed != 0;
}
