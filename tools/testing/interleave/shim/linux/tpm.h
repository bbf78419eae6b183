/* SPDX-License-Identifier: GPL-2.0-only */
/* A chip, with a fake TPM behind it. */
#ifndef SHIM_TPM_H
#define SHIM_TPM_H

#include <linux/cdev.h>
#include <linux/mutex.h>
#include <linux/types.h>

#define TPM_CHIP_FLAG_TPM2	0

struct tpm_chip {
	struct device dev;
	struct device devs;
	struct cdev cdev;
	struct cdev cdevs;
	unsigned long is_open;
	int dev_num;
	u32 nr_commands;
	u32 *cc_attrs_tbl;
	struct mutex tpm_mutex;
	bool gone;
};

struct tpm_buf {
	u8 *data;
};

int tpm_try_get_ops(struct tpm_chip *chip);
void tpm_put_ops(struct tpm_chip *chip);
struct tpm_chip *tpm_default_chip(void);
ssize_t tpm_transmit_cmd(struct tpm_chip *chip, struct tpm_buf *buf,
			 size_t least, const char *what);

#endif /* SHIM_TPM_H */
