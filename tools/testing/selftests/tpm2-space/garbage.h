/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands that a TPM would refuse. */
#ifndef GARBAGE_H
#define GARBAGE_H

#include <stdint.h>
#include "message.h"

#define CODES_MAX	256

/**
 * struct codes - commands that garbage is made of
 * @nr: how many
 * @code: their codes
 */
struct codes {
	unsigned int nr;
	uint16_t code[CODES_MAX];
};

void list_codes(int fd, struct codes *codes);
void make_garbage(struct message *m, const struct codes *codes,
		  const uint32_t *known, unsigned int nr);
void spoil(struct message *m);

#endif /* GARBAGE_H */
