/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace events of the extension, as they are read from tracefs. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdint.h>

#define EVENTS_MAX	512
#define EVENT_NAME_MAX	16
#define EVENT_FIELDS	3

/**
 * struct event - one trace event
 * @name: without the system's name before it
 * @field: its fields, in the order of the event's format
 */
struct event {
	char name[EVENT_NAME_MAX];
	unsigned long long field[EVENT_FIELDS];
};

/**
 * struct events - events in the order in which things happened
 * @nr: how many
 * @event: the events
 */
struct events {
	unsigned int nr;
	struct event event[EVENTS_MAX];
};

void events_begin(void);
void events_end(struct events *events);

#endif /* EVENTS_H */
