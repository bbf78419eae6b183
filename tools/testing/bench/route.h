/* SPDX-License-Identifier: GPL-2.0-only */
/* The ways in which a client can reach the TPM. */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>
#include <stdint.h>
#include "message.h"

/**
 * enum route - a way to the TPM
 * @ROUTE_RAW: /dev/tpm0, which one client has to itself
 * @ROUTE_UNPATCHED: /dev/tpmrm0 as the kernel has it
 * @ROUTE_ABRMD: the resource manager in user space
 * @ROUTE_OURS: /dev/tpmrm0 with the extension
 * @NR_ROUTES: how many there are
 */
enum route {
	ROUTE_RAW,
	ROUTE_UNPATCHED,
	ROUTE_ABRMD,
	ROUTE_OURS,
	NR_ROUTES
};

/**
 * struct samples - what commands took
 * @nr: how many commands there were
 * @max: how many there is room for
 * @ns: what each took
 */
struct samples {
	unsigned long nr;
	unsigned long max;
	uint32_t ns[];
};

const char *route_name(enum route route);
bool route_find(const char *name, enum route *route);
void route_take(enum route route);
void route_leave(void);
const char *route_tcti(void);
int route_try_open(void);
int route_open(void);
void route_close(int fd);

void samples_begin(struct samples *samples);
void samples_add(unsigned long long ns);
void samples_end(void);
unsigned long long clock_ns(void);

/* What the linker makes of calls of tpm_exchange(), and that itself. */
uint32_t __wrap_tpm_exchange(int fd, struct message *command,
			     struct message *response);
uint32_t __real_tpm_exchange(int fd, struct message *command,
			     struct message *response);

#endif /* ROUTE_H */
