// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-256, and HMACs with it. Of OpenSSL's interfaces the older one, which
 * does not bring megabytes of providers into a static program.
 */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>
#include <string.h>
#include "check.h"
#include "hash.h"

#define BLOCK_SIZE	64

void sha256(const struct message *text, uint8_t digest[SHA256_SIZE])
{
	SHA256_CTX sha;

	SHA256_Init(&sha);
	SHA256_Update(&sha, text->data, text->len);
	SHA256_Final(digest, &sha);
}

void hmac_sha256(const struct blob *key, const struct message *text,
		 uint8_t digest[SHA256_SIZE])
{
	uint8_t pad[BLOCK_SIZE];
	SHA256_CTX sha;
	size_t i;

	expect(key->len <= sizeof(pad), "a key of %zu bytes", key->len);
	memset(pad, 0x36, sizeof(pad));
	for (i = 0; i < key->len; i++)
		pad[i] ^= key->data[i];
	SHA256_Init(&sha);
	SHA256_Update(&sha, pad, sizeof(pad));
	SHA256_Update(&sha, text->data, text->len);
	SHA256_Final(digest, &sha);

	for (i = 0; i < sizeof(pad); i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA256_Init(&sha);
	SHA256_Update(&sha, pad, sizeof(pad));
	SHA256_Update(&sha, digest, SHA256_SIZE);
	SHA256_Final(digest, &sha);
}
