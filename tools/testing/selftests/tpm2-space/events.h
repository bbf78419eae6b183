/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace events of the extension, as they are read from tracefs. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>

#define EVENTS_MAX	512
#define EVENT_NAME_MAX	16
#define EVENT_TEXT_MAX	240

/**
 * struct event - one trace event
 * @name: without the system's name before it
 * @text: its fields, each as " KEY=VALUE"
 */
struct event {
	char name[EVENT_NAME_MAX];
	char text[EVENT_TEXT_MAX];
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
unsigned long long event_number(const struct event *event, const char *key);
bool event_says(const struct event *event, const char *key, const char *value);

#endif /* EVENTS_H */
