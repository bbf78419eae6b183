/* SPDX-License-Identifier: GPL-2.0-only */
/* What has happened from one look to the next. */
#ifndef EVENTS_H
#define EVENTS_H

#include "snapshot.h"

#define EVENTS_KEPT	10

/**
 * struct events - the last ones
 * @text: a line for each, the oldest first; of them @nr are used
 * @nr: how many
 */
struct events {
	char text[EVENTS_KEPT][96];
	size_t nr;
};

void events_find(struct events *events, const struct snapshot *before,
		 const struct snapshot *now);

#endif /* EVENTS_H */
