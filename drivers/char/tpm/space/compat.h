/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one kernel does differently from another, or a module from a driver
 * that is built with its kernel. All other files are the same for all of them.
 */
#ifndef __TPM2_SPACE_COMPAT_H
#define __TPM2_SPACE_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <crypto/utils.h>
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#include <crypto/algapi.h>
#endif

#include <linux/slab.h>

#ifndef kzalloc_obj
/* It came with 7.0, and to some stable kernels by way of a backport. */
#define kzalloc_obj(object, gfp)	kzalloc(sizeof(object), gfp)
#endif

#ifdef __KERNEL__

#include <linux/device.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/tpm.h>
#ifdef CONFIG_TCG_TPM2_SPACE_SESSIONS
#include "../tpm.h"
#elif defined(__LINUX_TPM_BUF_H__)
/*
 * <linux/tpm_buf.h> came with 7.3, and with it buffers that have their data
 * behind a head. sparse does not know how to ask for the file itself.
 */
#define TPM2_COMPAT_BUF_HAS_HEAD
#endif

#define TPM2_COMPAT_BUFSIZE	4096

/**
 * tpm2_compat_alloc_transfer() - memory that a transmission may need
 *
 * Where the kernel's own buffers have their data behind a head, a command has
 * to be copied into one.
 *
 * Return: the memory, to be freed by kfree_sensitive(); or NULL.
 */
static inline void *tpm2_compat_alloc_transfer(void)
{
#ifdef TPM2_COMPAT_BUF_HAS_HEAD
	return kzalloc(sizeof(struct tpm_buf) + TPM2_COMPAT_BUFSIZE, GFP_KERNEL);
#else
	return kzalloc(1, GFP_KERNEL);
#endif
}

/**
 * tpm2_compat_transmit() - send a command to the chip as it is
 * @chip: chip, held with tpm_try_get_ops()
 * @transfer: from tpm2_compat_alloc_transfer(); used by one at a time
 * @buf: command, replaced by the response; 4096 bytes
 *
 * To a module tpm_transmit() is not exported, but tpm_transmit_cmd() is. It does
 * the same, and leaves the response in the buffer whatever its response code.
 * It returns that code, too, which may be negative, but no errno: those have bits that
 * no response code has.
 *
 * Return: 0 or above when @buf holds a response, -errno otherwise.
 */
static inline ssize_t tpm2_compat_transmit(struct tpm_chip *chip,
					   void *transfer, u8 *buf)
{
#ifdef CONFIG_TCG_TPM2_SPACE_SESSIONS
	return tpm_transmit(chip, buf, TPM2_COMPAT_BUFSIZE);
#else
	ssize_t rc;
#ifdef TPM2_COMPAT_BUF_HAS_HEAD
	struct tpm_buf *tbuf = transfer;
	u16 length = get_unaligned_be32(buf + 2);

	memcpy(tbuf->data, buf, length);
	tbuf->length = length;
	tbuf->capacity = TPM2_COMPAT_BUFSIZE;
	rc = tpm_transmit_cmd(chip, tbuf, 0, NULL);
	if (!IS_ERR_VALUE(rc))
		memcpy(buf, tbuf->data, TPM2_COMPAT_BUFSIZE);
	memzero_explicit(tbuf->data, TPM2_COMPAT_BUFSIZE);
#else
	struct tpm_buf tbuf = { .data = buf };

	rc = tpm_transmit_cmd(chip, &tbuf, 0, NULL);
#endif
	return IS_ERR_VALUE(rc) ? rc : 0;
#endif
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
 * For trusted keys, the kernel names the policy session and the parent that a user
 * tells it to, of anybody. A module does not see the kernel's commands.
 */
#define TPM2_COMPAT_USERS_NAME_HANDLES	IS_ENABLED(CONFIG_TRUSTED_KEYS_TPM)

/*
 * The callbacks of a class_interface lost their second parameter, and
 * chip->devs.class became const, with the constification of classes.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev)	struct device *(dev)
#define TPM2_COMPAT_CLASS			const struct class
#else
#define TPM2_COMPAT_CLASS_INTERFACE_ARGS(dev)	struct device *(dev), \
						struct class_interface *intf
#define TPM2_COMPAT_CLASS			struct class
#endif

/**
 * tpm2_compat_rm_class() - the class of /dev/tpmrmN
 *
 * Return: the class, or NULL to a module, which has to ask a chip.
 */
static inline TPM2_COMPAT_CLASS *tpm2_compat_rm_class(void)
{
#ifndef CONFIG_TCG_TPM2_SPACE_SESSIONS
	return NULL;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return &tpmrm_class;
#else
	return tpmrm_class;
#endif
}

#endif /* __KERNEL__ */
#endif /* __TPM2_SPACE_COMPAT_H */
