/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_INTERLEAVE_KREF_H
#define SHIM_INTERLEAVE_KREF_H

#include_next <linux/kref.h>

#define kref_read(ref)	((ref)->count)

#endif /* SHIM_INTERLEAVE_KREF_H */
