// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a test expects, and how it says that it saw something else.
 *
 * Each message is written at once, so that those of several processes do not
 * run into each other.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "check.h"

static void say(const char *file, int line, const char *format, va_list args)
{
	char text[600] = "# ";
	size_t len = 2;

	if (file)
		len += snprintf(text + len, sizeof(text) - len, "%s:%d: ",
				file, line);
	vsnprintf(text + len, sizeof(text) - len - 1, format, args);
	len = strlen(text);
	text[len++] = '\n';
	if (write(STDOUT_FILENO, text, len) != (ssize_t)len)
		_exit(CHECK_FAILED);
}

/* A line for whoever reads the log. */
void check_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(NULL, 0, format, args);
	va_end(args);
}

void check_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(file, line, format, args);
	va_end(args);
	_exit(CHECK_FAILED);
}

void check_code(const char *file, int line, const char *what, uint32_t seen,
		uint32_t wanted)
{
	if (seen != wanted)
		check_fail(file, line, "%s: response 0x%08x where 0x%08x was due",
			   what, seen, wanted);
}

void check_number(const char *file, int line, const char *what, long long seen,
		  long long wanted)
{
	if (seen != wanted)
		check_fail(file, line, "%s: %lld where %lld was due", what,
			   seen, wanted);
}

void check_errno(const char *file, int line, const char *what, ssize_t seen,
		 int error, int wanted)
{
	if (seen >= 0)
		check_fail(file, line, "%s: %zd where it was to fail with %s",
			   what, seen, strerror(wanted));
	if (error != wanted)
		check_fail(file, line, "%s: %s where it was to be %s", what,
			   strerror(error), strerror(wanted));
}

void check_same(const char *file, int line, const char *what, const void *seen,
		const void *wanted, size_t size)
{
	const unsigned char *a = seen, *b = wanted;
	size_t i;

	for (i = 0; i < size; i++) {
		if (a[i] != b[i])
			check_fail(file, line,
				   "%s: byte %zu of %zu is 0x%02x where 0x%02x was due",
				   what, i, size, a[i], b[i]);
	}
}
