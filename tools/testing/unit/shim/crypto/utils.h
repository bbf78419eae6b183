/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_CRYPTO_UTILS_H
#define SHIM_CRYPTO_UTILS_H

#include <string.h>

#define crypto_memneq(a, b, size)	(memcmp(a, b, size) != 0)

#endif /* SHIM_CRYPTO_UTILS_H */
