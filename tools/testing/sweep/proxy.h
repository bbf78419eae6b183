/* SPDX-License-Identifier: GPL-2.0-only */
/* The fake TPM as a chip of this machine. */
#ifndef PROXY_H
#define PROXY_H

#include <pthread.h>
#include <linux/types.h>
#include "fake-tpm.h"

/**
 * struct proxy - the chip
 * @tpm: its TPM
 * @lock: who has it may look at the TPM; the chip needs it to carry a command out
 * @number: as in /dev/tpmrmN
 * @fd: commands come from there, and responses go there
 * @thread: which does that
 * @mangled: responses that the driver could make nothing of
 * @late: a response came when the driver had given its command up
 */
struct proxy {
	struct fake_tpm tpm;
	pthread_mutex_t lock;
	int number;
	int fd;
	pthread_t thread;
	unsigned int mangled;
	bool late;
};

void proxy_begin(struct proxy *proxy, const struct fake_tpm_config *config);
void proxy_end(struct proxy *proxy);

#endif /* PROXY_H */
