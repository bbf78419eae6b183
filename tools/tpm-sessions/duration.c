// SPDX-License-Identifier: GPL-2.0-only
/* Durations as people write and read them. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "duration.h"

#define SECOND	1000LL
#define MINUTE	(60 * SECOND)
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

/**
 * duration_print() - at most six characters below a hundred days
 * @ms: the duration in milliseconds
 * @text: what it is for people
 */
void duration_print(long long ms, char text[DURATION_TEXT])
{
	if (ms < 10 * SECOND)
		snprintf(text, DURATION_TEXT, "%lld.%llds", ms / SECOND,
			 ms % SECOND / 100);
	else if (ms < MINUTE)
		snprintf(text, DURATION_TEXT, "%llds", ms / SECOND);
	else if (ms < HOUR)
		snprintf(text, DURATION_TEXT, "%lldm%02llds", ms / MINUTE,
			 ms % MINUTE / SECOND);
	else if (ms < DAY)
		snprintf(text, DURATION_TEXT, "%lldh%02lldm", ms / HOUR,
			 ms % HOUR / MINUTE);
	else
		snprintf(text, DURATION_TEXT, "%lldd%02lldh", ms / DAY,
			 ms % DAY / HOUR);
}

/**
 * duration_parse() - a number and a unit: ms, s, m, h or d
 * @text: what somebody has written; without a unit, it is seconds
 * @ms: the duration in milliseconds
 *
 * Return: whether that is one.
 */
bool duration_parse(const char *text, long long *ms)
{
	static const struct {
		const char *name;
		long long ms;
	} units[] = {
		{ "", SECOND }, { "ms", 1 }, { "s", SECOND },
		{ "m", MINUTE }, { "h", HOUR }, { "d", DAY },
	};
	long long value;
	size_t i;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno)
		return false;
	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(end, units[i].name))
			continue;
		if (value > LLONG_MAX / units[i].ms)
			return false;
		*ms = value * units[i].ms;
		return true;
	}
	return false;
}
