/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands that a TPM would carry out, as far as a client can know. */
#ifndef GRAMMAR_H
#define GRAMMAR_H

#include <stdint.h>
#include "garbage.h"
#include "message.h"

#define GRAMMAR_HANDLES		12
#define GRAMMAR_CONTEXTS	4

/**
 * struct grammar - what a client has heard of, be it its own or not
 * @codes: commands of this TPM
 * @handles: sessions and objects
 * @contexts: what was saved
 */
struct grammar {
	struct codes codes;
	uint32_t handles[GRAMMAR_HANDLES];
	struct blob contexts[GRAMMAR_CONTEXTS];
};

void grammar_begin(struct grammar *grammar, const struct codes *codes);
void grammar_make(const struct grammar *grammar, struct message *m);
void grammar_learn(struct grammar *grammar, uint32_t code, struct message *r);

#endif /* GRAMMAR_H */
