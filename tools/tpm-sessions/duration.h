/* SPDX-License-Identifier: GPL-2.0-only */
/* Durations as people write and read them. */
#ifndef DURATION_H
#define DURATION_H

#include <stdbool.h>
#include <stddef.h>

#define DURATION_TEXT	24

void duration_print(long long ms, char text[DURATION_TEXT]);
bool duration_parse(const char *text, long long *ms);

#endif /* DURATION_H */
