// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters and limits: /sys/class/tpmrm/tpmrmN/sessions/, one value a file.
 *
 * Here is what an administrator sets and watches. None of them takes the chip, so
 * none waits for a TPM that is generating a key.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/sysfs.h>
#include "chip.h"
#include "compat.h"
#include "rm.h"
#include "sysfs.h"

static struct tpm2_rm *get_rm(struct device *dev)
{
	return tpm2_space_chip_find(container_of(dev, struct tpm_chip, devs));
}

/* What was written, and the resource manager that it is for. */
static struct tpm2_rm *parse(struct device *dev, const char *buf,
			     unsigned int *value)
{
	struct tpm2_rm *rm;
	int rc;

	rc = kstrtouint(buf, 0, value);
	if (rc)
		return ERR_PTR(rc);
	rm = get_rm(dev);
	return rm ? rm : ERR_PTR(-ENODEV);
}

/* A read-only file that shows an expression of rm. */
#define SESSIONS_ATTR_RO(_name, _expr)					\
static ssize_t _name##_show(struct device *dev,				\
			    struct device_attribute *attr, char *buf)	\
{									\
	struct tpm2_rm *rm = get_rm(dev);				\
	unsigned long value;						\
									\
	if (!rm)							\
		return -ENODEV;						\
	value = (_expr);						\
	tpm2_rm_put(rm);						\
	return sysfs_emit(buf, "%lu\n", value);				\
}									\
static DEVICE_ATTR_RO(_name)

SESSIONS_ATTR_RO(active, READ_ONCE(rm->sessions.nr));
SESSIONS_ATTR_RO(detached, READ_ONCE(rm->sessions.nr_unowned));
SESSIONS_ATTR_RO(waiters, READ_ONCE(rm->queue.nr));
SESSIONS_ATTR_RO(evictions, READ_ONCE(rm->stats.evictions));
SESSIONS_ATTR_RO(premature_evictions, READ_ONCE(rm->stats.premature));

/* The times that leases are made of. */
static ssize_t show_time(struct device *dev, char *buf, bool tenure)
{
	struct tpm2_rm *rm = get_rm(dev);
	u64 time;

	if (!rm)
		return -ENODEV;
	spin_lock(&rm->lock);
	time = tenure ? rm->lease.tenure : rm->lease.length;
	spin_unlock(&rm->lock);
	tpm2_rm_put(rm);
	return sysfs_emit(buf, "%llu\n", div_u64(time, NSEC_PER_MSEC));
}

static ssize_t store_time(struct device *dev, const char *buf, size_t count,
			  bool tenure)
{
	struct tpm2_lease *lease;
	struct tpm2_rm *rm;
	unsigned int ms;
	u64 time;

	rm = parse(dev, buf, &ms);
	if (IS_ERR(rm))
		return PTR_ERR(rm);
	if (ms <= TPM2_RM_LEASE_MS_MAX) {
		time = (u64)ms * NSEC_PER_MSEC;
		lease = &rm->lease;
		spin_lock(&rm->lock);
		tpm2_lease_set(lease, tenure ? lease->length : time,
			       tenure ? time : lease->tenure);
		spin_unlock(&rm->lock);
		/* who waits finds out at once */
		tpm2_session_queue_kick(&rm->queue);
	}
	tpm2_rm_put(rm);
	return ms <= TPM2_RM_LEASE_MS_MAX ? count : -ERANGE;
}

static ssize_t lease_ms_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return show_time(dev, buf, false);
}

static ssize_t lease_ms_store(struct device *dev, struct device_attribute *attr,
			      const char *buf, size_t count)
{
	return store_time(dev, buf, count, false);
}
static DEVICE_ATTR_RW(lease_ms);

static ssize_t tenure_ms_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	return show_time(dev, buf, true);
}

static ssize_t tenure_ms_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	return store_time(dev, buf, count, true);
}
static DEVICE_ATTR_RW(tenure_ms);

static ssize_t max_per_fd_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	struct tpm2_rm *rm = get_rm(dev);
	u32 max;

	if (!rm)
		return -ENODEV;
	max = READ_ONCE(rm->limits.max_per_fd);
	tpm2_rm_put(rm);
	return sysfs_emit(buf, "%u\n", max);
}

static ssize_t max_per_fd_store(struct device *dev,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	struct tpm2_rm *rm;
	unsigned int max;

	rm = parse(dev, buf, &max);
	if (IS_ERR(rm))
		return PTR_ERR(rm);
	if (max)
		WRITE_ONCE(rm->limits.max_per_fd, max);
	tpm2_rm_put(rm);
	return max ? count : -ERANGE;
}
static DEVICE_ATTR_RW(max_per_fd);

static ssize_t longest_wait_ms_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	struct tpm2_rm *rm = get_rm(dev);
	u64 longest;

	if (!rm)
		return -ENODEV;
	longest = tpm2_session_queue_longest(&rm->queue, false);
	tpm2_rm_put(rm);
	return sysfs_emit(buf, "%llu\n", div_u64(longest, NSEC_PER_MSEC));
}

static ssize_t longest_wait_ms_store(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	struct tpm2_rm *rm;
	unsigned int ms;

	rm = parse(dev, buf, &ms);
	if (IS_ERR(rm))
		return PTR_ERR(rm);
	if (!ms)
		tpm2_session_queue_longest(&rm->queue, true);
	tpm2_rm_put(rm);
	return ms ? -EINVAL : count;
}
static DEVICE_ATTR_RW(longest_wait_ms);

static struct attribute *sessions_attrs[] = {
	&dev_attr_active.attr,
	&dev_attr_detached.attr,
	&dev_attr_evictions.attr,
	&dev_attr_lease_ms.attr,
	&dev_attr_longest_wait_ms.attr,
	&dev_attr_max_per_fd.attr,
	&dev_attr_premature_evictions.attr,
	&dev_attr_tenure_ms.attr,
	&dev_attr_waiters.attr,
	NULL
};

const struct attribute_group tpm2_space_sysfs_group = {
	.name = "sessions",
	.attrs = sessions_attrs,
};
