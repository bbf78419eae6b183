/* SPDX-License-Identifier: GPL-2.0-only */
/* SHA-256, and HMACs with it. */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>
#include "message.h"
#include "tpm2-codes.h"

void sha256(const struct message *text, uint8_t digest[SHA256_SIZE]);
void hmac_sha256(const struct blob *key, const struct message *text,
		 uint8_t digest[SHA256_SIZE]);

#endif /* HASH_H */
