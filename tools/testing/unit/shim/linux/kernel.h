/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_KERNEL_H
#define SHIM_KERNEL_H

#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <stdarg.h>
#include <stdio.h>

/* Like snprintf(), but says how much was written. */
__printf(3, 4)
static inline int scnprintf(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(buf, size, format, args);
	va_end(args);
	return size ? min(length, (int)size - 1) : 0;
}

#endif /* SHIM_KERNEL_H */
