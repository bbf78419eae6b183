/* SPDX-License-Identifier: GPL-2.0-only */
/* A command or a response, byte by byte. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#define MESSAGE_MAX	4096
#define HEADER_SIZE	10

/**
 * struct message - bytes that are written at the end and read from the front
 * @len: how many there are
 * @pos: how many have been read
 * @data: the bytes
 */
struct message {
	size_t len;
	size_t pos;
	uint8_t data[MESSAGE_MAX];
};

/**
 * struct blob - a few bytes with their number: a name, a nonce, a context
 * @len: how many there are
 * @data: the bytes
 */
struct blob {
	size_t len;
	uint8_t data[1536];
};

void put(struct message *m, const void *data, size_t size);
void put8(struct message *m, uint8_t value);
void put16(struct message *m, uint16_t value);
void put32(struct message *m, uint32_t value);
void put_sized(struct message *m, const void *data, size_t size);
void put_blob(struct message *m, const struct blob *blob);

void get(struct message *m, void *data, size_t size);
uint8_t get8(struct message *m);
uint16_t get16(struct message *m);
uint32_t get32(struct message *m);
void get_sized(struct message *m, struct blob *blob);
void get_rest(struct message *m, struct blob *blob);

uint32_t be32_at(const uint8_t *data);
void store_be32(uint8_t *data, uint32_t value);
struct blob blob_of(const char *text);

void command_begin(struct message *m, uint16_t tag, uint32_t code);
void command_end(struct message *m);

#endif /* MESSAGE_H */
