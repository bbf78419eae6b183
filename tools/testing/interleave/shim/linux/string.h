/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_INTERLEAVE_STRING_H
#define SHIM_INTERLEAVE_STRING_H

#include_next <linux/string.h>

#define memzero_explicit(memory, size)	memset(memory, 0, size)

#endif /* SHIM_INTERLEAVE_STRING_H */
