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
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include "chip.h"
#include "compat.h"
#include "file.h"
#include "intree.h"
#include "kernel.h"
#include "rm.h"
#include "sysfs.h"

/* The class has them, so they are there before others know of a device. */
const struct attribute_group *tpm2_space_groups[] = {
	&tpm2_space_sysfs_group,
	NULL
};

static struct tpm2_space_delivery delivery = {
	.lease_ms = TPM2_RM_LEASE_MS,
	.tenure_ms = TPM2_RM_TENURE_MS,
};

module_param_named(space_lease_ms, delivery.lease_ms, uint, 0444);
MODULE_PARM_DESC(space_lease_ms,
		 "How long a session that is not used is safe from eviction, in ms (default: 2000)");

module_param_named(space_tenure_ms, delivery.tenure_ms, uint, 0444);
MODULE_PARM_DESC(space_tenure_ms,
		 "How long a session that is used is safe from eviction, in ms (default: 60000)");

module_param_named(space_max_per_fd, delivery.max_per_fd, uint, 0444);
MODULE_PARM_DESC(space_max_per_fd,
		 "How many sessions an open file may have (default: a quarter of the TPM's)");

/* Protects what follows. */
static DEFINE_MUTEX(switch_mutex);
static bool space_sessions = true;
static bool running;

static int set_space_sessions(const char *val, const struct kernel_param *param)
{
	bool enable;
	int rc;

	rc = kstrtobool(val, &enable);
	if (rc)
		return rc;

	mutex_lock(&switch_mutex);
	if (running && enable != space_sessions)
		tpm2_space_chips_enable(enable);
	space_sessions = enable;
	mutex_unlock(&switch_mutex);
	return 0;
}

static const struct kernel_param_ops space_sessions_ops = {
	.set = set_space_sessions,
	.get = param_get_bool,
};

module_param_cb(space_sessions, &space_sessions_ops, &space_sessions, 0644);
__MODULE_PARM_TYPE(space_sessions, "bool");
MODULE_PARM_DESC(space_sessions,
		 "Share the sessions of a TPM 2.0 out among the clients of /dev/tpmrmN that open it from now on (default: Y)");

/**
 * tpm2_space_init() - get ready for the first chip
 *
 * Return: 0 or -errno.
 */
int tpm2_space_init(void)
{
	int rc;

	rc = tpm2_space_file_init();
	if (rc)
		return rc;

	mutex_lock(&switch_mutex);
	rc = tpm2_space_chip_init(&delivery, space_sessions);
	running = !rc;
	mutex_unlock(&switch_mutex);
	if (rc)
		tpm2_space_file_exit();
	return rc;
}

/**
 * tpm2_space_exit() - the opposite of tpm2_space_init()
 */
void tpm2_space_exit(void)
{
	mutex_lock(&switch_mutex);
	running = false;
	mutex_unlock(&switch_mutex);
	tpm2_space_chip_exit();
	tpm2_space_file_exit();
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
		tpm2_space_chip_close(rm, true);
	return rc;
}

/**
 * tpm2_space_manages() - are a chip's new files and the kernel's commands ours?
 * @chip: chip
 */
bool tpm2_space_manages(const struct tpm_chip *chip)
{
	return tpm2_space_chips_enabled() && chip->flags & TPM_CHIP_FLAG_TPM2;
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
