/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_STRING_H
#define SHIM_STRING_H

#include <stdio.h>
#include <string.h>

#define memzero_explicit(start, size)	memset(start, 0, size)

#define strscpy(to, from, size)	snprintf(to, size, "%s", from)

#endif /* SHIM_STRING_H */
