/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LIMITS_H
#define SHIM_LIMITS_H

#include <limits.h>

#define S32_MAX		INT_MAX
#define U32_MAX		UINT32_MAX

#endif /* SHIM_LIMITS_H */
