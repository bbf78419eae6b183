/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_CDEV_H
#define SHIM_CDEV_H

#include <linux/device.h>

struct cdev {
	struct kobject kobj;
};

#endif /* SHIM_CDEV_H */
