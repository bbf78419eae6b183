/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_JIFFIES_H
#define SHIM_JIFFIES_H

#include <linux/types.h>

#define NSEC_PER_MSEC	1000000L

/* A jiffy is a millisecond. */
static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	return ms;
}

static inline unsigned long nsecs_to_jiffies(u64 ns)
{
	return ns / NSEC_PER_MSEC;
}

#endif /* SHIM_JIFFIES_H */
