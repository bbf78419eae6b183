/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters and limits in sysfs. */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdbool.h>

#define LEASE_ENDLESS	3600000	/* ms; the longest that can be set */

bool counters_present(void);
long counter(const char *name);
void set_limit(const char *name, long value);
void set_lease(long ms);
void await_counter(const char *name, long value);
void await_at_least(const char *name, long value);
long long now_ms(void);
void let_pass(long long until_ms);

#endif /* COUNTERS_H */
