/* SPDX-License-Identifier: GPL-2.0-only */
/* A client that pauses while it works with a session. */
#ifndef WORKER_H
#define WORKER_H

#include <stdbool.h>
#include <stdint.h>

#define WORKER_LEASE_MS	2000	/* as it comes */

bool work(int fd, uint32_t session, unsigned int uses, long pause_ms);

#endif /* WORKER_H */
