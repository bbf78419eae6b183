// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a part of the TPM driver: serves each file of /dev/tpmrmN
 * and of /dev/tpmN from the start, and knows of each command of the kernel's
 * own.
 *
 * So there is nobody who uses the TPM past us but the client of /dev/tpmN, and
 * what is loaded stays loaded while there is none.
 */
#include <linux/moduleparam.h>
#include "tpm2-kernel.h"
#include "tpm2-rm.h"
#include "tpm2-space-compat.h"
#include "tpm2-space-dev.h"
#include "tpm2-space-hooks.h"

static bool space_sessions = true;
module_param(space_sessions, bool, 0444);
MODULE_PARM_DESC(space_sessions,
		 "Share the sessions of a TPM 2.0 out among the clients of /dev/tpmrmN (default: Y)");

static bool is_shared(struct tpm_chip *chip, unsigned int files)
{
	return test_bit(0, &chip->is_open);
}

static struct tpm2_space_delivery delivery = {
	.shared = is_shared,
	.lease_ms = TPM2_RM_LEASE_MS,
};

module_param_named(space_lease_ms, delivery.lease_ms, uint, 0444);
MODULE_PARM_DESC(space_lease_ms,
		 "How long a session is safe from eviction, in ms (default: 2000)");

module_param_named(space_max_per_fd, delivery.max_per_fd, uint, 0444);
MODULE_PARM_DESC(space_max_per_fd,
		 "How many sessions an open file may have (default: a quarter of the TPM's)");

/**
 * tpm2_space_init() - get ready for the first chip
 *
 * Return: 0 or -errno.
 */
int tpm2_space_init(void)
{
	int rc;

	if (!space_sessions)
		return 0;
	rc = tpm2_space_dev_init();
	if (rc)
		return rc;
	rc = tpm2_space_chip_init(&delivery);
	if (rc)
		tpm2_space_dev_exit();
	return rc;
}

/**
 * tpm2_space_exit() - the opposite of tpm2_space_init()
 */
void tpm2_space_exit(void)
{
	if (!space_sessions)
		return;
	tpm2_space_chip_exit();
	tpm2_space_dev_exit();
}

/**
 * tpm2_space_manages() - are a chip's files and commands ours?
 * @chip: chip
 */
bool tpm2_space_manages(const struct tpm_chip *chip)
{
	return space_sessions && chip->flags & TPM_CHIP_FLAG_TPM2;
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
	ssize_t size;

	if (tpm2_space_manages(chip))
		rm = tpm2_space_chip_find(chip);
	if (!rm)
		return tpm_transmit(chip, buf, bufsiz);
	size = tpm2_kernel_exec(rm, buf, bufsiz);
	tpm2_rm_put(rm);
	return size;
}
