/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_KSTRTOX_H
#define SHIM_KSTRTOX_H

#include <linux/errno.h>
#include <linux/types.h>
#include <string.h>

/* The first letter says it, as in the kernel; "on" and "off" need two. */
static inline int kstrtobool(const char *text, bool *value)
{
	char first = text[0], second = first ? text[1] : 0;

	if (first == 'o' || first == 'O')
		first = second == 'f' || second == 'F' ? 'n' :
			second == 'n' || second == 'N' ? 'y' : 0;
	if (first && strchr("yYtT1nNfF0", first)) {
		*value = !strchr("nNfF0", first);
		return 0;
	}
	return -EINVAL;
}

#endif /* SHIM_KSTRTOX_H */
