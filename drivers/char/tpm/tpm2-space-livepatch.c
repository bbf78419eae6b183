// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a module for a kernel that does not know of it: diverts
 * the open() of /dev/tpmrmN and of /dev/tpmN.
 *
 * A newly opened file of /dev/tpmrmN gets our file operations. Files that were
 * open before keep the kernel's, and go on working: the module counts them,
 * and leaves nothing loaded in the TPM while there are any.
 *
 * /dev/tpmN stays what it is, the bare TPM for one client at a time. But its
 * client must find the TPM's slots empty, as it does where nothing stays
 * loaded between commands; so its commands pass through here too.
 *
 * The kernel's own consumers, and a file of /dev/tpmN that was open before,
 * cannot be diverted: they take and leave the chip's lock as ever.
 *
 * Once the livepatch is disabled, new files are the kernel's again. The module
 * can be removed when the last of its files is closed.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include "tpm2-rm.h"
#include "tpm2-space-compat.h"
#include "tpm2-space-dev.h"

static bool leaving;

/*
 * Does anybody use the chip whom we do not serve? A client of /dev/tpmN; or
 * one of /dev/tpmrmN with a file that is the kernel's: each open file holds a
 * reference to the cdev, which has one more of its own.
 */
static bool is_shared(struct tpm_chip *chip, unsigned int files)
{
	return READ_ONCE(leaving) || test_bit(0, &chip->is_open) ||
	       kref_read(&chip->cdevs.kobj.kref) > files + 1;
}

static struct tpm2_space_delivery delivery = {
	.shared = is_shared,
	.unseen = IS_ENABLED(CONFIG_TRUSTED_KEYS_TPM) ||
		  IS_ENABLED(CONFIG_TCG_TPM2_HMAC),
	.lease_ms = TPM2_RM_LEASE_MS,
};

module_param_named(lease_ms, delivery.lease_ms, uint, 0444);
MODULE_PARM_DESC(lease_ms,
		 "How long a session is safe from eviction, in ms (default: 2000)");

module_param_named(max_per_fd, delivery.max_per_fd, uint, 0444);
MODULE_PARM_DESC(max_per_fd,
		 "How many sessions an open file may have (default: a quarter of the TPM's)");

/* Stands in for tpmrm_open(). */
static int diverted_tpmrm_open(struct inode *inode, struct file *file)
{
	return tpm2_space_open(file, container_of(inode->i_cdev,
						  struct tpm_chip, cdevs),
			       false);
}

/* Stands in for tpm_open(). */
static int diverted_tpm_open(struct inode *inode, struct file *file)
{
	struct tpm_chip *chip = container_of(inode->i_cdev, struct tpm_chip,
					     cdev);

	if (test_and_set_bit(0, &chip->is_open))
		return -EBUSY;
	return tpm2_space_open(file, chip, true);
}

/* From here on new files are the kernel's, and we do not hear of them. */
static void pre_unpatch(struct klp_object *obj)
{
	WRITE_ONCE(leaving, true);
	tpm2_space_chip_spill();
}

static struct klp_func funcs[] = {
	{
		.old_name = "tpmrm_open",
		.new_func = diverted_tpmrm_open,
	}, {
		.old_name = "tpm_open",
		.new_func = diverted_tpm_open,
	}, { }
};

static struct klp_object objs[] = {
	{
		/* no name: in vmlinux */
		.funcs = funcs,
		.callbacks.pre_unpatch = pre_unpatch,
	}, { }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init tpm2_space_init(void)
{
	int rc;

	rc = tpm2_space_dev_init();
	if (rc)
		return rc;
	rc = tpm2_space_chip_init(&delivery);
	if (rc)
		goto exit_dev;
	rc = klp_enable_patch(&patch);
	if (rc)
		goto exit_chip;
	return 0;

exit_chip:
	tpm2_space_chip_exit();
exit_dev:
	tpm2_space_dev_exit();
	return rc;
}

static void __exit tpm2_space_exit(void)
{
	tpm2_space_chip_exit();
	tpm2_space_dev_exit();
}

module_init(tpm2_space_init);
module_exit(tpm2_space_exit);
MODULE_DESCRIPTION("TPM 2.0 sessions that do not run out");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
