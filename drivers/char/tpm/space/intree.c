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
#include <linux/sched/mm.h>
#include <linux/workqueue.h>
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

/*
 * Some TPM drivers give a command up when the task that has sent it has a signal, is
 * to freeze or to end. That would be the kernel's affair if it were not for what goes
 * along with its command: a client's context that makes room for it would be lost.
 */
static struct workqueue_struct *kernel_wq;

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
	int rc;

	/* the TPM is told to save its state when everybody sleeps */
	kernel_wq = alloc_workqueue("tpm2_space_kernel", WQ_UNBOUND |
							 WQ_MEM_RECLAIM, 0);
	if (!kernel_wq)
		return -ENOMEM;
	rc = tpm2_space_start(&delivery);
	if (rc)
		destroy_workqueue(kernel_wq);
	return rc;
}

/**
 * tpm2_space_exit() - the opposite of tpm2_space_init()
 */
void tpm2_space_exit(void)
{
	tpm2_space_stop();
	destroy_workqueue(kernel_wq);
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
 * struct kernel_command - a command of the kernel's own, for a worker
 * @work: carries it out
 * @rm: resource manager of its TPM
 * @buf: the command, and then the response
 * @bufsiz: size of @buf in bytes
 * @size: of the response, or -errno
 */
struct kernel_command {
	struct work_struct work;
	struct tpm2_rm *rm;
	u8 *buf;
	size_t bufsiz;
	ssize_t size;
};

static void exec_work(struct work_struct *work)
{
	struct kernel_command *command = container_of(work,
						      struct kernel_command,
						      work);
	unsigned int flags;

	/* whoever waits for it may be about to write out what would be reclaimed */
	flags = memalloc_noio_save();
	command->size = tpm2_kernel_exec(command->rm, command->buf,
					 command->bufsiz);
	memalloc_noio_restore(flags);
}

/**
 * tpm2_space_kernel_transmit() - a command of the kernel's own
 * @chip: chip, held
 * @buf: command, replaced by the response
 * @bufsiz: size of @buf in bytes
 *
 * Stands in for tpm_transmit(), and does the same where the chip has no
 * resource manager, or not yet; or where new files are not ours, and what we
 * have is in no slot. Before that it might find none free, and some of the
 * kernel's users give the chip up for good then.
 *
 * Return: size of the response in bytes, or -errno.
 */
ssize_t tpm2_space_kernel_transmit(struct tpm_chip *chip, u8 *buf,
				   size_t bufsiz)
{
	struct kernel_command command = { .buf = buf, .bufsiz = bufsiz };

	command.rm = tpm2_space_chip_find_expected(chip);
	if (command.rm && !tpm2_space_manages(chip) &&
	    !tpm2_rm_has_slots(command.rm)) {
		tpm2_rm_put(command.rm);
		command.rm = NULL;
	}
	if (!command.rm)
		return tpm_transmit(chip, buf, bufsiz);
	INIT_WORK_ONSTACK(&command.work, exec_work);
	queue_work(kernel_wq, &command.work);
	flush_work(&command.work);
	destroy_work_on_stack(&command.work);
	tpm2_rm_put(command.rm);
	return command.size;
}
