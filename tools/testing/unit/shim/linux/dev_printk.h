/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_DEV_PRINTK_H
#define SHIM_DEV_PRINTK_H

#include <stdio.h>

/* What goes to the kernel's log is of no interest, but it has to be sound. */
#define dev_notice(dev, ...)						\
	do {								\
		char text_[200];					\
									\
		(void)(dev);						\
		snprintf(text_, sizeof(text_), __VA_ARGS__);		\
	} while (0)
#define dev_warn(dev, ...)	dev_notice(dev, __VA_ARGS__)
#define dev_notice_once(dev, ...)	dev_notice(dev, __VA_ARGS__)

#endif /* SHIM_DEV_PRINTK_H */
