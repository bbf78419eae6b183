/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only file that knows kernel versions. Everything else in this
 * directory is written for one kernel, the newest, and finds here what an
 * older one calls differently.
 */
#ifndef __TPM2_SPACE_COMPAT_H
#define __TPM2_SPACE_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#ifdef __KERNEL__

#include <linux/device.h>
#include <linux/tpm.h>

/**
 * tpm2_compat_transmit() - send a command to the chip as it is
 * @chip: chip, held with tpm_try_get_ops()
 * @buf: command, replaced by the response; 4096 bytes
 *
 * tpm_transmit() itself is not exported. tpm_transmit_cmd() does what it
 * does and leaves the response in the buffer, whatever its response code.
 *
 * Return: 0 or above when @buf holds a response, -errno otherwise.
 */
static inline ssize_t tpm2_compat_transmit(struct tpm_chip *chip, u8 *buf)
{
	struct tpm_buf tbuf = { .data = buf };

	return tpm_transmit_cmd(chip, &tbuf, 0, NULL);
}

/**
 * tpm2_compat_end_kernel_session() - end the kernel's own HMAC session
 * @chip: chip, held with tpm_try_get_ops()
 *
 * Kernels with CONFIG_TCG_TPM2_HMAC keep one loaded between their own
 * commands; it has to go before a client's command is sent.
 */
static inline void tpm2_compat_end_kernel_session(struct tpm_chip *chip)
{
#if IS_ENABLED(CONFIG_TCG_TPM2_HMAC)
	if (chip->flags & TPM_CHIP_FLAG_TPM2)
		tpm2_end_auth_session(chip);
#endif
}

/*
 * The callbacks of a class_interface lost their second parameter, and
 * chip->devs.class became const, with the constification of classes.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev)	struct device *(dev)
#else
#define TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev)	struct device *(dev), \
						struct class_interface *intf
#endif

#endif /* __KERNEL__ */
#endif /* __TPM2_SPACE_COMPAT_H */
