/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices, as far as chips and their classes go. */
#ifndef SHIM_DEVICE_H
#define SHIM_DEVICE_H

#include <linux/atomic.h>
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/kref.h>

struct attribute_group;
struct class;
struct class_interface;

struct kobject {
	struct kref kref;
};

struct device {
	struct kobject kobj;
	const struct class *class;
};

struct class_interface {
	const struct class *class;
	int (*add_dev)(struct device *dev);
	void (*remove_dev)(struct device *dev);
};

struct class {
	struct device *dev;
	struct class_interface *interface;
};

static inline void get_device(struct device *dev)
{
	kref_get(&dev->kobj.kref);
}

/* Devices here are not freed; their references are counted all the same. */
static inline void put_device(struct device *dev)
{
	WARN_ON_ONCE(!dev->kobj.kref.count);
	dev->kobj.kref.count--;
}

#define device_add_group(dev, group)	((void)(dev), (void)(group), 0)
#define kobject_uevent(kobj, action)	((void)(kobj))
#define device_remove_group(dev, group)	((void)(dev), (void)(group))

int class_interface_register(struct class_interface *interface);
void class_interface_unregister(struct class_interface *interface);

#endif /* SHIM_DEVICE_H */
