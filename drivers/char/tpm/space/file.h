/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Open files of /dev/tpmrmN and /dev/tpmN.
 */
#ifndef __TPM2_FILE_H
#define __TPM2_FILE_H

#include <linux/types.h>

struct file;
struct tpm_chip;

int tpm2_space_file_init(void);
void tpm2_space_file_exit(void);
int tpm2_space_open(struct file *file, struct tpm_chip *chip, bool raw);

#endif /* __TPM2_FILE_H */
