/* SPDX-License-Identifier: GPL-2.0-only */
/* Where /proc, /sys and /dev are. */
#ifndef PATH_H
#define PATH_H

#include <limits.h>
#include <stdbool.h>

bool path_made_up(void);
void path_of(char path[PATH_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* PATH_H */
