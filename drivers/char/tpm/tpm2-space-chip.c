// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chips of this machine and their resource managers.
 *
 * A resource manager comes when its /dev/tpmrmN does and goes when that goes,
 * as the class of these devices tells; open files may outlive it. It does not
 * go with the last open file: sessions that clients have saved themselves live
 * on in the TPM, and their ages with them.
 */
#include <linux/cdev.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>
#include "tpm2-context.h"
#include "tpm2-rm.h"
#include "tpm2-space-compat.h"
#include "tpm2-space-dev.h"

/**
 * struct managed_chip - a chip and its resource manager
 * @chip: the chip; a reference is held
 * @rm: its resource manager; the registry holds one reference
 * @files: open files that it serves
 */
struct managed_chip {
	struct tpm_chip *chip;
	struct tpm2_rm *rm;
	atomic_t files;
};

static unsigned int lease_ms = TPM2_RM_LEASE_MS;
module_param(lease_ms, uint, 0444);
MODULE_PARM_DESC(lease_ms,
		 "How long a session is safe from eviction, in ms (default: 2000)");

static unsigned int max_per_fd;
module_param(max_per_fd, uint, 0444);
MODULE_PARM_DESC(max_per_fd,
		 "How many sessions an open file may have (default: a quarter of the TPM's)");

/* By chip number. Changed and walked under the mutex. */
static DEFINE_XARRAY(chips);
static DEFINE_MUTEX(chips_mutex);

static bool (*chip_is_shared)(struct tpm_chip *chip, unsigned int files);

static int chip_get(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	return tpm_try_get_ops(managed->chip);
}

static void chip_put(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	tpm_put_ops(managed->chip);
}

/**
 * tpm2_space_chip_transmit() - send a command to a chip
 * @chip: chip, held with tpm_try_get_ops()
 * @buf: command, replaced by the response; TPM2_WIRE_BUFSIZE bytes
 *
 * Return: size of the response in bytes, or -errno.
 */
ssize_t tpm2_space_chip_transmit(struct tpm_chip *chip, u8 *buf)
{
	ssize_t rc;

	tpm2_compat_end_kernel_session(chip);
	rc = tpm2_compat_transmit(chip, buf);
	if (rc < 0)
		return rc;
	/* the core has checked that this is what the driver received */
	return get_unaligned_be32(buf + 2);
}

static ssize_t chip_transmit(struct tpm2_rm *rm, u8 *buf)
{
	struct managed_chip *managed = rm->priv;

	return tpm2_space_chip_transmit(managed->chip, buf);
}

static bool chip_attrs(struct tpm2_rm *rm, u32 cc, u32 *attrs)
{
	const u32 mask = TPMA_CC_VENDOR | TPMA_CC_COMMAND_INDEX;
	struct managed_chip *managed = rm->priv;
	struct tpm_chip *chip = managed->chip;
	u32 i;

	for (i = 0; i < chip->nr_commands; i++) {
		if ((chip->cc_attrs_tbl[i] & mask) != cc)
			continue;
		*attrs = chip->cc_attrs_tbl[i];
		return true;
	}
	return false;
}

static bool chip_shared(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	return chip_is_shared(managed->chip, atomic_read(&managed->files));
}

static u64 chip_now(struct tpm2_rm *rm)
{
	return ktime_get_boottime_ns();
}

static void chip_free(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	put_device(&managed->chip->dev);
	kfree(managed);
}

static const struct tpm2_rm_ops chip_ops = {
	.get = chip_get,
	.put = chip_put,
	.transmit = chip_transmit,
	.attrs = chip_attrs,
	.shared = chip_shared,
	.now = chip_now,
	.free = chip_free,
};

static int add_chip(TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev))
{
	struct tpm_chip *chip = container_of(dev, struct tpm_chip, devs);
	struct managed_chip *managed;
	int rc = -ENOMEM;

	managed = kzalloc(sizeof(*managed), GFP_KERNEL);
	if (!managed)
		return rc;
	managed->rm = tpm2_rm_create(&chip_ops, managed);
	if (!managed->rm) {
		kfree(managed);
		return rc;
	}
	managed->chip = chip;
	get_device(&chip->dev);
	tpm2_session_queue_set_lease(&managed->rm->queue,
				     (u64)min(lease_ms, TPM2_RM_LEASE_MS_MAX) *
				     NSEC_PER_MSEC);
	managed->rm->limits.max_per_fd = max_per_fd;
	if (IS_ENABLED(CONFIG_TRUSTED_KEYS_TPM) ||
	    IS_ENABLED(CONFIG_TCG_TPM2_HMAC)) {
		managed->rm->limits.reserve_objects = 2;
		managed->rm->limits.reserve_sessions = 1;
	}

	/* so that sysfs can tell; if it fails, the first command tries again */
	if (!tpm2_rm_hold(managed->rm)) {
		tpm2_rm_read_limits(managed->rm);
		managed->rm->stats.commands = 0;	/* not for a client */
		tpm2_rm_release(managed->rm);
	}

	mutex_lock(&chips_mutex);
	rc = xa_insert(&chips, chip->dev_num, managed, GFP_KERNEL);
	mutex_unlock(&chips_mutex);
	if (rc) {
		tpm2_rm_put(managed->rm);
		return rc;
	}

	if (device_add_group(dev, &tpm2_space_sysfs_group))
		dev_warn(dev, "no sysfs files for sessions\n");
	return 0;
}

static void remove_chip(TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev))
{
	struct tpm_chip *chip = container_of(dev, struct tpm_chip, devs);
	struct managed_chip *managed;

	mutex_lock(&chips_mutex);
	managed = xa_erase(&chips, chip->dev_num);
	mutex_unlock(&chips_mutex);
	if (!managed)
		return;

	device_remove_group(dev, &tpm2_space_sysfs_group);
	tpm2_rm_close(managed->rm);
	tpm2_rm_put(managed->rm);
}

static struct class_interface chip_interface = {
	.add_dev = add_chip,
	.remove_dev = remove_chip,
};

/* Watch /dev/tpmrmN come and go, from the first one on that we meet. */
static int watch_class(struct tpm_chip *chip)
{
	static DEFINE_MUTEX(watch_mutex);
	int rc = 0;

	mutex_lock(&watch_mutex);
	if (!chip_interface.class) {
		chip_interface.class = chip->devs.class;
		rc = class_interface_register(&chip_interface);
		if (rc)
			chip_interface.class = NULL;
	}
	mutex_unlock(&watch_mutex);
	return rc;
}

/**
 * tpm2_space_chip_find() - the resource manager of a chip
 * @chip: chip
 *
 * Return: the resource manager with a reference for the caller, or NULL.
 */
struct tpm2_rm *tpm2_space_chip_find(struct tpm_chip *chip)
{
	struct managed_chip *managed;
	struct tpm2_rm *rm = NULL;

	mutex_lock(&chips_mutex);
	managed = xa_load(&chips, chip->dev_num);
	if (managed && managed->chip == chip) {
		rm = managed->rm;
		kref_get(&rm->ref);
	}
	mutex_unlock(&chips_mutex);
	return rm;
}

/**
 * tpm2_space_chip_open() - a file of /dev/tpmrmN is opened
 * @chip: its chip
 *
 * Return: the resource manager with a reference for the file, or an ERR_PTR().
 */
struct tpm2_rm *tpm2_space_chip_open(struct tpm_chip *chip)
{
	struct managed_chip *managed;
	struct tpm2_rm *rm;
	int rc;

	rc = watch_class(chip);
	if (rc)
		return ERR_PTR(rc);
	rm = tpm2_space_chip_find(chip);
	if (!rm)
		return ERR_PTR(-ENODEV);
	managed = rm->priv;
	atomic_inc(&managed->files);
	return rm;
}

/**
 * tpm2_space_chip_close() - a file of /dev/tpmrmN is closed
 * @rm: what tpm2_space_chip_open() returned
 */
void tpm2_space_chip_close(struct tpm2_rm *rm)
{
	struct managed_chip *managed = rm->priv;

	atomic_dec(&managed->files);
	tpm2_rm_put(rm);
}

/*
 * Take the chips one after the other, which empties the slots of those where
 * nothing may stay loaded.
 */
static void settle_all(bool quiesced)
{
	struct managed_chip *managed;
	unsigned long i;

	mutex_lock(&chips_mutex);
	xa_for_each(&chips, i, managed) {
		WRITE_ONCE(managed->rm->quiesced, quiesced);
		if (!tpm2_rm_hold(managed->rm))
			tpm2_rm_release(managed->rm);
	}
	mutex_unlock(&chips_mutex);
}

/**
 * tpm2_space_chip_spill() - empty the slots where others need them
 *
 * To be called when the answer of the shared callback has become true.
 */
void tpm2_space_chip_spill(void)
{
	settle_all(false);
}

/*
 * What is loaded does not survive when the TPM loses power; saved contexts do.
 */
static int pm_event(struct notifier_block *nb, unsigned long event, void *data)
{
	switch (event) {
	case PM_HIBERNATION_PREPARE:
	case PM_SUSPEND_PREPARE:
		settle_all(true);
		break;
	case PM_POST_HIBERNATION:
	case PM_POST_SUSPEND:
		settle_all(false);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block pm_notifier = {
	.notifier_call = pm_event,
};

/**
 * tpm2_space_chip_init() - manage the chips of this machine
 * @shared: does anybody use the chip past the resource manager, seeing that
 *	it serves so many open files?
 *
 * Return: 0 or -errno.
 */
int tpm2_space_chip_init(bool (*shared)(struct tpm_chip *chip,
					unsigned int files))
{
	struct tpm_chip *chip;
	int rc;

	chip_is_shared = shared;
	rc = register_pm_notifier(&pm_notifier);
	if (rc)
		return rc;

	chip = tpm_default_chip();
	if (!chip)
		return 0;	/* one may come */
	if (chip->devs.class)
		rc = watch_class(chip);
	put_device(&chip->dev);
	if (rc)
		unregister_pm_notifier(&pm_notifier);
	return rc;
}

/**
 * tpm2_space_chip_exit() - the opposite of tpm2_space_chip_init()
 */
void tpm2_space_chip_exit(void)
{
	if (chip_interface.class)
		class_interface_unregister(&chip_interface);
	unregister_pm_notifier(&pm_notifier);
}
