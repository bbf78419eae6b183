// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace events of the extension, as they are read from tracefs.
 *
 * All of them are recorded from events_begin() to events_end(). Tracefs has to
 * be mounted where it belongs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "events.h"

#define TRACING		"/sys/kernel/tracing/"
#define SYSTEM		"tpm2_space"
#define RNG		"/sys/class/misc/hw_random/rng_current"

static void tell(const char *path, const char *what)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	expect(write(fd, what, strlen(what)) == (ssize_t)strlen(what),
	       "cannot write '%s' to %s: %s", what, path, strerror(errno));
	close(fd);
}

/**
 * events_begin() - record events from here on, and none from before
 *
 * Each processor has a buffer of its own; what orders their events must be one
 * clock for all. A kernel that uses sessions itself draws random numbers with one
 * now and then, and is not to do so here. One that does not know of "none" has no
 * such sessions either.
 */
void events_begin(void)
{
	int rng = open(RNG, O_WRONLY | O_CLOEXEC);

	if (rng >= 0) {
		if (write(rng, "none", 4) < 0)
			check_note("the kernel goes on drawing random numbers");
		close(rng);
	}
	tell(TRACING "trace_clock", "global");
	tell(TRACING "trace", "\n");
	tell(TRACING "events/" SYSTEM "/enable", "1");
}

/* "NAME: FIELD=VALUE FIELD=VALUE ...", where a value is a number. */
static void parse(const char *text, struct event *event)
{
	size_t len = strcspn(text, ":");
	unsigned int i;
	char *end;

	expect(len < EVENT_NAME_MAX && text[len], "an event says '%s'", text);
	memcpy(event->name, text, len);
	event->name[len] = 0;
	for (i = 0; i < EVENT_FIELDS; i++) {
		text = strchr(text, '=');
		expect(text, "a %s has %u fields", event->name, i);
		text++;
		event->field[i] = strtoull(text, &end, 0);
		expect(end != text && (*end == ' ' || *end == '\n'),
		       "field %u of a %s is '%s'", i, event->name, text);
	}
	expect(!strchr(text, '='), "a %s has more fields", event->name);
}

/**
 * events_end() - record no more
 * @events: receives those that have been
 */
void events_end(struct events *events)
{
	char line[400], *text;
	FILE *f;

	tell(TRACING "events/" SYSTEM "/enable", "0");
	f = fopen(TRACING "trace", "re");
	expect(f, "cannot open " TRACING "trace: %s", strerror(errno));
	events->nr = 0;
	while (fgets(line, sizeof(line), f)) {
		text = strstr(line, ": " SYSTEM "_");
		if (*line == '#' || !text)
			continue;
		expect(events->nr < EVENTS_MAX, "more than %u events",
		       events->nr);
		check_note("event %u: %.*s", events->nr,
			   (int)strcspn(text + 2, "\n"), text + 2);
		parse(text + strlen(": " SYSTEM "_"),
		      &events->event[events->nr++]);
	}
	fclose(f);
	tell(TRACING "trace", "\n");
}
