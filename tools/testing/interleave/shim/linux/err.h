/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ERR_H
#define SHIM_ERR_H

#include <stdint.h>

#define ERR_PTR(error)	((void *)(intptr_t)(error))
#define PTR_ERR(ptr)	((long)(intptr_t)(ptr))
#define IS_ERR_VALUE(value)	((uintptr_t)(value) >= (uintptr_t)-4095)
#define IS_ERR(ptr)		IS_ERR_VALUE(ptr)

#endif /* SHIM_ERR_H */
