// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a module for a kernel that does not know of it: has the
 * files of /dev/tpmrmN and of /dev/tpmN opened by us.
 *
 * The character devices of a chip carry their file operations in a place that
 * is open to everybody: open() looks for them there each time. So ours are put
 * there, chip by chip, and the kernel's are put back when the module is
 * switched off. Files that are open then keep what they were opened with.
 *
 * /dev/tpmN stays what it is, the bare TPM for one client at a time. But its
 * client must find the TPM's slots empty, as it does where nothing stays
 * loaded between commands; so its commands pass through here too.
 *
 * The kernel's own consumers, and a file of /dev/tpmN that was open before,
 * cannot be diverted: they take and leave the chip's lock as ever.
 *
 * While the module is switched on it holds a reference to itself. Otherwise it
 * could begin to go between an open()'s reading of our file operations and its
 * taking a reference to the module, and that open() would fail.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_wait.h>
#include "chip.h"
#include "compat.h"
#include "file.h"
#include "rm.h"
#include "sysfs.h"

/* The kernel's own: the same for every chip. */
static const struct file_operations *kernel_rm_fops;
static const struct file_operations *kernel_raw_fops;

static int open_rm(struct inode *inode, struct file *file)
{
	return tpm2_space_open(file, container_of(inode->i_cdev,
						  struct tpm_chip, cdevs),
			       false);
}

static int open_raw(struct inode *inode, struct file *file)
{
	struct tpm_chip *chip = container_of(inode->i_cdev, struct tpm_chip,
					     cdev);

	if (test_and_set_bit(0, &chip->is_open))
		return -EBUSY;
	return tpm2_space_open(file, chip, true);
}

static const struct file_operations rm_fops = {
	.owner = THIS_MODULE,
	.open = open_rm,
};

static const struct file_operations raw_fops = {
	.owner = THIS_MODULE,
	.open = open_raw,
};

static void divert(struct tpm_chip *chip, bool to_us)
{
	bool ours = chip->cdevs.ops == &rm_fops;

	if (to_us == ours)
		return;
	if (to_us) {
		kernel_rm_fops = chip->cdevs.ops;
		kernel_raw_fops = chip->cdev.ops;
	}
	WRITE_ONCE(chip->cdevs.ops, to_us ? &rm_fops : kernel_rm_fops);
	WRITE_ONCE(chip->cdev.ops, to_us ? &raw_fops : kernel_raw_fops);
}

static struct tpm2_space_delivery delivery = {
	.attributes = &tpm2_space_sysfs_group,
	.late = true,
	.unseen = IS_ENABLED(CONFIG_TRUSTED_KEYS_TPM) ||
		  IS_ENABLED(CONFIG_TCG_TPM2_HMAC),
	.lease_ms = TPM2_RM_LEASE_MS,
	.tenure_ms = TPM2_RM_TENURE_MS,
	.divert = divert,
};

module_param_named(lease_ms, delivery.lease_ms, uint, 0444);
MODULE_PARM_DESC(lease_ms,
		 "How long a session that is not used is safe from eviction, in ms (default: 2000)");

module_param_named(tenure_ms, delivery.tenure_ms, uint, 0444);
MODULE_PARM_DESC(tenure_ms,
		 "How long a session that is used is safe from eviction, in ms (default: 60000)");

module_param_named(max_per_fd, delivery.max_per_fd, uint, 0444);
MODULE_PARM_DESC(max_per_fd,
		 "How many sessions an open file may have (default: a quarter of the TPM's)");

/* Protects what follows. */
static DEFINE_MUTEX(switch_mutex);
static bool enabled = true;
static bool running;

/*
 * Nobody sleeps between reading a chip's file operations and taking a reference
 * to the module that they belong to. When all tasks have slept once, nobody is
 * there any more, and the module may go.
 */
static void switch_off(void)
{
	tpm2_space_chips_enable(false);
	synchronize_rcu_tasks();
	module_put(THIS_MODULE);
}

static int set_enabled(const char *val, const struct kernel_param *param)
{
	bool enable;
	int rc;

	rc = kstrtobool(val, &enable);
	if (rc)
		return rc;

	mutex_lock(&switch_mutex);
	if (running && enable && !enabled) {
		/* not if the module is about to go */
		if (try_module_get(THIS_MODULE))
			tpm2_space_chips_enable(true);
		else
			rc = -ENODEV;
	} else if (running && !enable && enabled) {
		switch_off();
	}
	if (!rc)
		enabled = enable;
	mutex_unlock(&switch_mutex);
	return rc;
}

static const struct kernel_param_ops enabled_ops = {
	.set = set_enabled,
	.get = param_get_bool,
};

module_param_cb(enabled, &enabled_ops, &enabled, 0644);
__MODULE_PARM_TYPE(enabled, "bool");
MODULE_PARM_DESC(enabled,
		 "Serve files of /dev/tpmrmN that are opened from now on (default: Y)");

static int start(void)
{
	int rc;

	lockdep_assert_held(&switch_mutex);

	rc = tpm2_space_file_init();
	if (rc)
		return rc;
	if (enabled)
		__module_get(THIS_MODULE);
	rc = tpm2_space_chip_init(&delivery, enabled);
	if (rc)
		goto exit_file;
	running = true;
	return 0;

exit_file:
	if (enabled)
		module_put(THIS_MODULE);
	tpm2_space_file_exit();
	return rc;
}

static int __init tpm2_space_init(void)
{
	int rc;

	mutex_lock(&switch_mutex);
	rc = start();
	mutex_unlock(&switch_mutex);
	if (rc == -ENODEV)
		pr_notice("there is no TPM; load this module when there is one\n");
	return rc;
}

static void __exit tpm2_space_exit(void)
{
	mutex_lock(&switch_mutex);
	running = false;
	mutex_unlock(&switch_mutex);
	tpm2_space_chip_exit();
	tpm2_space_file_exit();
}

module_init(tpm2_space_init);
module_exit(tpm2_space_exit);
MODULE_DESCRIPTION("TPM 2.0 sessions that do not run out");
MODULE_LICENSE("GPL");
