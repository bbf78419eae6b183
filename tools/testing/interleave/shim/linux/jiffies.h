/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_INTERLEAVE_JIFFIES_H
#define SHIM_INTERLEAVE_JIFFIES_H

#include_next <linux/jiffies.h>
#include <hooks.h>

#define HZ			1000
#define NSEC_PER_SEC		1000000000L
#define jiffies			((unsigned long)(hook_now() / NSEC_PER_MSEC))
#define time_before(a, b)	((long)((a) - (b)) < 0)

#endif /* SHIM_INTERLEAVE_JIFFIES_H */
