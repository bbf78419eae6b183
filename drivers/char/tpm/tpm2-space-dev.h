/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Open files of /dev/tpmrmN, and the resource managers behind them.
 */
#ifndef __TPM2_SPACE_DEV_H
#define __TPM2_SPACE_DEV_H

#include <linux/types.h>

struct attribute_group;
struct file;
struct tpm2_rm;
struct tpm_chip;

/**
 * struct tpm2_space_delivery - what depends on how the extension was delivered
 * @shared: does anybody use the chip past the resource manager, seeing that
 *	it serves so many open files? Called with or without the chip held.
 * @unseen: the kernel's own users send commands that we do not see, so some of
 *	the TPM's slots have to be left to them
 * @lease_ms: how long a session is safe from eviction, in ms
 * @max_per_fd: sessions that an open file may have; 0 for a quarter of the
 *	TPM's
 */
struct tpm2_space_delivery {
	bool (*shared)(struct tpm_chip *chip, unsigned int files);
	bool unseen;
	unsigned int lease_ms;
	unsigned int max_per_fd;
};

/* tpm2-space-dev.c */
int tpm2_space_dev_init(void);
void tpm2_space_dev_exit(void);
int tpm2_space_open(struct file *file, struct tpm_chip *chip, bool raw);

/* tpm2-space-chip.c */
int tpm2_space_chip_init(const struct tpm2_space_delivery *delivery);
void tpm2_space_chip_exit(void);
struct tpm2_rm *tpm2_space_chip_open(struct tpm_chip *chip);
void tpm2_space_chip_close(struct tpm2_rm *rm);
struct tpm2_rm *tpm2_space_chip_find(struct tpm_chip *chip);
ssize_t tpm2_space_chip_transmit(struct tpm_chip *chip, u8 *buf);
void tpm2_space_chip_spill(void);

/* tpm2-space-sysfs.c */
extern const struct attribute_group tpm2_space_sysfs_group;

#endif /* __TPM2_SPACE_DEV_H */
