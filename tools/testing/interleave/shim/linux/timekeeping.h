/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_TIMEKEEPING_H
#define SHIM_TIMEKEEPING_H

#include <linux/jiffies.h>

#define ktime_get_ns()	hook_now()

#endif /* SHIM_TIMEKEEPING_H */
