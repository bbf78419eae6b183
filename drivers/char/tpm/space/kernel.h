/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands of the kernel's own.
 */
#ifndef __TPM2_KERNEL_H
#define __TPM2_KERNEL_H

#include <linux/types.h>

struct tpm2_rm;

ssize_t tpm2_kernel_exec(struct tpm2_rm *rm, u8 *buf, size_t bufsiz);

#endif /* __TPM2_KERNEL_H */
