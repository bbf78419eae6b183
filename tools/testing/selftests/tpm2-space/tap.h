/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs tests, and reports in the Test Anything Protocol. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

#define TEST_SECONDS	900	/* who takes longer hangs */

/**
 * struct test - one test
 * @name: what it is called on the command line
 * @proves: what holds if it succeeds, beginning with the promise's number
 * @run: runs it; returns if it succeeds, ends the process if not
 * @seconds: the longest that it may take
 * @named_only: it takes long, and is run only if it is named
 */
struct test {
	const char *name;
	const char *proves;
	void (*run)(void);
	unsigned int seconds;
	bool named_only;
};

/* A group of tests has one subject, and ends with one without a name. */
int tap_main(int argc, char **argv, const struct test * const *groups,
	     void (*prepare)(void));

#endif /* TAP_H */
