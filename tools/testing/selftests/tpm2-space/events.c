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
#include "knob.h"

#define TRACING		"/sys/kernel/tracing/"
#define SYSTEM		"tpm2_space"
#define RNG		"/sys/class/misc/hw_random/rng_current"

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
	knob_set(TRACING "trace_clock", "global");
	knob_set(TRACING "trace", "\n");
	knob_set(TRACING "events/" SYSTEM "/enable", "1");
}

/* "NAME: KEY=VALUE KEY=VALUE ..." */
static void parse(const char *text, struct event *event)
{
	size_t len = strcspn(text, ":"), rest;

	expect(len < EVENT_NAME_MAX && text[len], "an event says '%s'", text);
	memcpy(event->name, text, len);
	event->name[len] = 0;
	text += len + 1;
	rest = strcspn(text, "\n");
	expect(rest < EVENT_TEXT_MAX && *text == ' ', "a %s says '%s'",
	       event->name, text);
	memcpy(event->text, text, rest);
	event->text[rest] = 0;
}

/* The value of a field; the event's format has it but once. */
static const char *find(const struct event *event, const char *key)
{
	char wanted[EVENT_NAME_MAX + 2];
	const char *at;

	snprintf(wanted, sizeof(wanted), " %s=", key);
	at = strstr(event->text, wanted);
	expect(at, "a %s has no %s:%s", event->name, key, event->text);
	return at + strlen(wanted);
}

unsigned long long event_number(const struct event *event, const char *key)
{
	const char *text = find(event, key);
	unsigned long long value;
	char *end;

	value = strtoull(text, &end, 0);
	if (*text == '-')
		value = strtoll(text, &end, 0);
	expect(end != text && (*end == ' ' || !*end), "%s of a %s is '%s'", key,
	       event->name, text);
	return value;
}

/* Is this what a field says in words? */
bool event_says(const struct event *event, const char *key, const char *value)
{
	const char *text = find(event, key);

	return strcspn(text, " ") == strlen(value) &&
	       !strncmp(text, value, strlen(value));
}

/**
 * events_end() - record no more
 * @events: receives those that have been
 */
void events_end(struct events *events)
{
	char line[400], *text;
	FILE *f;

	knob_set(TRACING "events/" SYSTEM "/enable", "0");
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
	knob_set(TRACING "trace", "\n");
}
