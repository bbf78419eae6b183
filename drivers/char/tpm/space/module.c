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
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_wait.h>
#include "chip.h"
#include "compat.h"
#include "file.h"
#include "settings.h"
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

/*
 * They have the owner of those that they stand in for: some kernels look twice for a
 * device's file operations, take a reference to the first ones' owner, and use the
 * second ones. What takes a reference to this module is tpm2_space_open().
 */
static struct file_operations rm_fops = {
	.open = open_rm,
};

static struct file_operations raw_fops = {
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
		rm_fops.owner = kernel_rm_fops->owner;
		raw_fops.owner = kernel_raw_fops->owner;
	}
	/* who sees them sees their owner */
	smp_store_release(&chip->cdevs.ops, to_us ? &rm_fops : kernel_rm_fops);
	/* likewise */
	smp_store_release(&chip->cdev.ops, to_us ? &raw_fops : kernel_raw_fops);
}

static bool hold(void)
{
	return try_module_get(THIS_MODULE);
}

/*
 * Nobody sleeps between reading a chip's file operations and taking a reference
 * to the module that they belong to. When all tasks have slept once, nobody is
 * there any more, and the module may go. Where tasks can be preempted there, and the
 * kernel does not tell when all have slept, it stays.
 */
static void let_go(void)
{
	if (IS_ENABLED(CONFIG_PREEMPTION) && !IS_ENABLED(CONFIG_TASKS_RCU)) {
		pr_notice("this kernel cannot tell when nobody needs the module any more; it stays\n");
		return;
	}
	synchronize_rcu_tasks();
	module_put(THIS_MODULE);
}

static const struct tpm2_space_delivery delivery = {
	.attributes = &tpm2_space_sysfs_group,
	.late = true,
	.unseen = IS_ENABLED(CONFIG_TRUSTED_KEYS_TPM) ||
		  IS_ENABLED(CONFIG_TCG_TPM2_HMAC),
	.divert = divert,
	.hold = hold,
	.let_go = let_go,
};

module_param_cb(enabled, &tpm2_space_switch_ops,
		&tpm2_space_settings.enabled, 0644);
__MODULE_PARM_TYPE(enabled, "bool");
MODULE_PARM_DESC(enabled, TPM2_SPACE_SWITCH_DESC);

module_param_named(lease_ms, tpm2_space_settings.lease_ms, uint, 0444);
MODULE_PARM_DESC(lease_ms, TPM2_SPACE_LEASE_DESC);

module_param_named(tenure_ms, tpm2_space_settings.tenure_ms, uint, 0444);
MODULE_PARM_DESC(tenure_ms, TPM2_SPACE_TENURE_DESC);

module_param_named(max_per_fd, tpm2_space_settings.max_per_fd, uint, 0444);
MODULE_PARM_DESC(max_per_fd, TPM2_SPACE_MAX_DESC);

static int __init tpm2_space_init(void)
{
	int rc = tpm2_space_start(&delivery);

	if (rc == -ENODEV)
		pr_notice("there is no TPM; load this module when there is one\n");
	return rc;
}

static void __exit tpm2_space_exit(void)
{
	tpm2_space_stop();
}

module_init(tpm2_space_init);
module_exit(tpm2_space_exit);
MODULE_DESCRIPTION("TPM 2.0 sessions that do not run out");
MODULE_LICENSE("GPL");
