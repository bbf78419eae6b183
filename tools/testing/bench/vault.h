/* SPDX-License-Identifier: GPL-2.0-only */
/* A secret that is in the TPM, and can be had while a PCR is what it is. */
#ifndef VAULT_H
#define VAULT_H

#include <stdint.h>

#define VAULT_HANDLE	0x81000100

void vault_make(int fd);
uint32_t vault_open(int fd, uint32_t session);

#endif /* VAULT_H */
