// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where /proc, /sys and /dev are.
 *
 * For tests, TPM_SESSIONS_ROOT in the environment is a folder that has made-up
 * ones. Character devices there are links to others that each machine has, such
 * as /dev/null; what is open twice is one file with two names.
 */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "path.h"
#include "status.h"

static const char *root(void)
{
	const char *made_up = getenv("TPM_SESSIONS_ROOT");

	return made_up ? made_up : "";
}

bool path_made_up(void)
{
	return *root();
}

/**
 * path_of() - the path of a file of the system
 * @path: the path
 * @format: what it is on a machine that is none of a test's; as for printf()
 */
void path_of(char path[PATH_MAX], const char *format, ...)
{
	int len = snprintf(path, PATH_MAX, "%s", root());
	va_list args;

	if (len >= 0 && len < PATH_MAX) {
		va_start(args, format);
		len += vsnprintf(path + len, PATH_MAX - len, format, args);
		va_end(args);
	}
	if (len < 0 || len >= PATH_MAX)
		errx(STATUS_FAILED, "TPM_SESSIONS_ROOT is too long");
}
