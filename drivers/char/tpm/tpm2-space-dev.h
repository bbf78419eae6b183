/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Open files of /dev/tpmrmN, and the resource managers behind them.
 */
#ifndef __TPM2_SPACE_DEV_H
#define __TPM2_SPACE_DEV_H

#include <linux/types.h>

struct attribute_group;
struct file;
struct inode;
struct poll_table_struct;
struct tpm2_rm;
struct tpm_chip;

/* tpm2-space-dev.c */
int tpm2_space_dev_init(void);
void tpm2_space_dev_exit(void);
int tpm2_space_open(struct file *file, struct tpm_chip *chip, bool raw);
int tpm2_space_close(struct inode *inode, struct file *file);
struct tpm_chip *tpm2_space_file_chip(struct file *file);
ssize_t tpm2_space_read(struct file *file, char __user *buf, size_t size,
			loff_t *off);
ssize_t tpm2_space_write(struct file *file, const char __user *buf,
			 size_t size, loff_t *off);
__poll_t tpm2_space_poll(struct file *file, struct poll_table_struct *wait);

/* tpm2-space-chip.c */
int tpm2_space_chip_init(bool (*shared)(struct tpm_chip *chip,
					unsigned int files));
void tpm2_space_chip_exit(void);
struct tpm2_rm *tpm2_space_chip_open(struct tpm_chip *chip);
void tpm2_space_chip_close(struct tpm2_rm *rm);
struct tpm2_rm *tpm2_space_chip_find(struct tpm_chip *chip);
ssize_t tpm2_space_chip_transmit(struct tpm_chip *chip, u8 *buf);
void tpm2_space_chip_spill(void);

/* tpm2-space-sysfs.c */
extern const struct attribute_group tpm2_space_sysfs_group;

#endif /* __TPM2_SPACE_DEV_H */
