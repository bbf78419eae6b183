/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ARRAY_SIZE_H
#define SHIM_ARRAY_SIZE_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif /* SHIM_ARRAY_SIZE_H */
