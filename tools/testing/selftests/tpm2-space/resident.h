/* SPDX-License-Identifier: GPL-2.0-only */
/* Clients of all kinds, that come to no end of their own. */
#ifndef RESIDENT_H
#define RESIDENT_H

#include <stdbool.h>

/**
 * struct resident_kind - what a client does, again and again
 * @name: what it is called
 * @run: does it
 * @raw: it uses the bare TPM, which only one client has at a time
 */
struct resident_kind {
	const char *name;
	void (*run)(void *seed);
	bool raw;
};

extern const struct resident_kind resident_kinds[];

/* of the kernel itself, where it has all three of its uses for the TPM */
extern const struct resident_kind resident_kernel;

#endif /* RESIDENT_H */
