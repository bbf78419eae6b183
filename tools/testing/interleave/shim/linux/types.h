/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_INTERLEAVE_TYPES_H
#define SHIM_INTERLEAVE_TYPES_H

#include_next <linux/types.h>

typedef int32_t s32;
typedef unsigned int __poll_t;

#endif /* SHIM_INTERLEAVE_TYPES_H */
