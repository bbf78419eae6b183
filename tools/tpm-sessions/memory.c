// SPDX-License-Identifier: GPL-2.0-only
/* Memory that is there, or the program ends. */
#define _GNU_SOURCE
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "status.h"

/**
 * grown() - room for one element more
 * @array: what was returned for one element less, or NULL
 * @nr: how many elements it has
 * @size: of an element
 *
 * Return: the array, with nothing but zeros in element @nr.
 */
void *grown(void *array, size_t nr, size_t size)
{
	/* it has room for the next power of two */
	if (!(nr & (nr - 1))) {
		array = reallocarray(array, nr ? 2 * nr : 1, size);
		if (!array)
			err(STATUS_FAILED, "memory");
	}
	memset((char *)array + nr * size, 0, size);
	return array;
}

/**
 * format() - a text of its own
 * @format: as for printf()
 *
 * Return: the text, to be freed.
 */
char *format(const char *format, ...)
{
	char *text;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		err(STATUS_FAILED, "memory");
	return text;
}
