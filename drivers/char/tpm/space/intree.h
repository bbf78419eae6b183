/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rest of the TPM driver calls. Without the extension all of it comes
 * to nothing.
 */
#ifndef __TPM2_INTREE_H
#define __TPM2_INTREE_H

#include <linux/errno.h>
#include <linux/types.h>
#include "../tpm.h"

struct attribute_group;
struct file;

#ifdef CONFIG_TCG_TPM2_SPACE_SESSIONS

extern const struct attribute_group *tpm2_space_groups[];

int tpm2_space_init(void);
void tpm2_space_exit(void);
int tpm2_space_devs_add(struct tpm_chip *chip);
bool tpm2_space_manages(const struct tpm_chip *chip);
int tpm2_space_open_rm(struct file *file, struct tpm_chip *chip);
int tpm2_space_open_raw(struct file *file, struct tpm_chip *chip);
ssize_t tpm2_space_kernel_transmit(struct tpm_chip *chip, u8 *buf,
				   size_t bufsiz);

#else

#define tpm2_space_groups NULL

static inline int tpm2_space_init(void)
{
	return 0;
}

static inline void tpm2_space_exit(void)
{
}

static inline int tpm2_space_devs_add(struct tpm_chip *chip)
{
	return tpm_devs_add(chip);
}

static inline bool tpm2_space_manages(const struct tpm_chip *chip)
{
	return false;
}

static inline int tpm2_space_open_rm(struct file *file, struct tpm_chip *chip)
{
	return -ENODEV;
}

static inline int tpm2_space_open_raw(struct file *file, struct tpm_chip *chip)
{
	return -ENODEV;
}

static inline ssize_t tpm2_space_kernel_transmit(struct tpm_chip *chip,
						 u8 *buf, size_t bufsiz)
{
	return tpm_transmit(chip, buf, bufsiz);
}

#endif /* CONFIG_TCG_TPM2_SPACE_SESSIONS */
#endif /* __TPM2_INTREE_H */
