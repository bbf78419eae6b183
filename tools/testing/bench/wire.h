/* SPDX-License-Identifier: GPL-2.0-only */
/* What goes over the wire to the TPM, whoever sends it. */
#ifndef WIRE_H
#define WIRE_H

#include <stdint.h>

#define WIRE_CODES_MAX	64

/**
 * struct wire - commands that the TPM was sent
 * @total: how many
 * @nr: how many different ones
 * @command: each with its code, and how many of it
 */
struct wire {
	unsigned long total;
	unsigned int nr;
	struct {
		uint32_t code;
		unsigned long nr;
	} command[WIRE_CODES_MAX];
};

void wire_watch(void);
void wire_read(struct wire *wire);
void wire_since(const struct wire *before, struct wire *wire);

#endif /* WIRE_H */
