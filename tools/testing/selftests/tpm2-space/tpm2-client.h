/* SPDX-License-Identifier: GPL-2.0-only */
/* A client of a TPM's device file. */
#ifndef TPM2_CLIENT_H
#define TPM2_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "message.h"

#define NO_CHIP		(-1)

int chip_number(void);
void chip_choose(int number);
int tpm_managed(void);
int tpm_managed_nonblock(void);
int tpm_try_managed(void);
int tpm_try_managed_nonblock(void);
int tpm_raw(void);
int tpm_try_raw(void);

ssize_t tpm_write(int fd, const struct message *command);
uint32_t tpm_read(int fd, struct message *response);

/* How often the driver may give a command up for late (ETIME), and how often it has. */
extern unsigned int tpm_patience;
extern unsigned int tpm_late;

uint32_t tpm_exchange(int fd, struct message *command,
		      struct message *response);

short tpm_poll(int fd);
bool tpm_answered(int fd, int timeout_ms);

#endif /* TPM2_CLIENT_H */
