// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a part of the TPM driver: serves each file of /dev/tpmrmN
 * and of /dev/tpmN from the start, and knows of each command of the kernel's
 * own.
 *
 * So there is nobody who uses the TPM past us but the client of /dev/tpmN, and
 * what is loaded stays loaded while there is none.
 */
#include <linux/err.h>
#include <linux/sched/signal.h>
#include "chip.h"
#include "compat.h"
#include "file.h"
#include "intree.h"
#include "kernel.h"
#include "rm.h"
#include "settings.h"
#include "sysfs.h"

/* The class has them, so they are there before others know of a device. */
const struct attribute_group *tpm2_space_groups[] = {
	&tpm2_space_sysfs_group,
	NULL
};

static const struct tpm2_space_delivery delivery = {};

module_param_cb(space_sessions, &tpm2_space_switch_ops,
		&tpm2_space_settings.enabled, 0644);
__MODULE_PARM_TYPE(space_sessions, "bool");
MODULE_PARM_DESC(space_sessions, TPM2_SPACE_SWITCH_DESC);

module_param_named(space_lease_ms, tpm2_space_settings.lease_ms, uint, 0444);
MODULE_PARM_DESC(space_lease_ms, TPM2_SPACE_LEASE_DESC);

module_param_named(space_tenure_ms, tpm2_space_settings.tenure_ms, uint, 0444);
MODULE_PARM_DESC(space_tenure_ms, TPM2_SPACE_TENURE_DESC);

module_param_named(space_max_per_fd, tpm2_space_settings.max_per_fd, uint,
		   0444);
MODULE_PARM_DESC(space_max_per_fd, TPM2_SPACE_MAX_DESC);

/**
 * tpm2_space_init() - get ready for the first chip
 *
 * Return: 0 or -errno.
 */
int tpm2_space_init(void)
{
	return tpm2_space_start(&delivery);
}

/**
 * tpm2_space_exit() - the opposite of tpm2_space_init()
 */
void tpm2_space_exit(void)
{
	tpm2_space_stop();
}

/**
 * tpm2_space_devs_add() - add a chip's /dev/tpmrmN
 * @chip: chip
 *
 * Return: as tpm_devs_add().
 */
int tpm2_space_devs_add(struct tpm_chip *chip)
{
	struct tpm2_rm *rm = tpm2_space_chip_expect(chip);
	int rc;

	rc = tpm_devs_add(chip);
	if (!IS_ERR(rm))
		tpm2_space_chip_arrived(rm, !rc);
	return rc;
}

/**
 * tpm2_space_manages() - are a chip's new files and the kernel's commands ours?
 * @chip: chip
 *
 * One that waits for its new firmware understands little, and has no
 * /dev/tpmrmN.
 */
bool tpm2_space_manages(const struct tpm_chip *chip)
{
	unsigned long flags = TPM_CHIP_FLAG_TPM2 |
			      TPM_CHIP_FLAG_FIRMWARE_UPGRADE;

	return tpm2_space_chips_enabled() &&
	       (chip->flags & flags) == TPM_CHIP_FLAG_TPM2;
}

/**
 * tpm2_space_open_rm() - a file of /dev/tpmrmN is opened
 * @file: the file
 * @chip: its chip, which tpm2_space_manages()
 *
 * Return: 0 or -errno.
 */
int tpm2_space_open_rm(struct file *file, struct tpm_chip *chip)
{
	return tpm2_space_open(file, chip, false);
}

/**
 * tpm2_space_open_raw() - a file of /dev/tpmN is opened
 * @file: the file
 * @chip: its chip, which tpm2_space_manages(), and whose is_open is set; it is
 *	cleared on failure
 *
 * Return: 0 or -errno.
 */
int tpm2_space_open_raw(struct file *file, struct tpm_chip *chip)
{
	return tpm2_space_open(file, chip, true);
}

/**
 * tpm2_space_kernel_transmit() - a command of the kernel's own
 * @chip: chip, held
 * @buf: command, replaced by the response
 * @bufsiz: size of @buf in bytes
 *
 * Stands in for tpm_transmit(), and does the same where the chip has no
 * resource manager, or not yet.
 *
 * Return: size of the response in bytes, or -errno.
 */
ssize_t tpm2_space_kernel_transmit(struct tpm_chip *chip, u8 *buf,
				   size_t bufsiz)
{
	struct tpm2_rm *rm = NULL;
	sigset_t all, before;
	ssize_t size;

	if (tpm2_space_manages(chip))
		rm = tpm2_space_chip_find_expected(chip);
	if (!rm)
		return tpm_transmit(chip, buf, bufsiz);
	/* some drivers give up for one, and a client's context would be lost */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	size = tpm2_kernel_exec(rm, buf, bufsiz);
	sigprocmask(SIG_SETMASK, &before, NULL);
	tpm2_rm_put(rm);
	return size;
}
