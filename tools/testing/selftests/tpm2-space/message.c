// SPDX-License-Identifier: GPL-2.0-only
/* A command or a response, byte by byte. All numbers are big-endian. */
#include <string.h>
#include "check.h"
#include "message.h"

void put(struct message *m, const void *data, size_t size)
{
	expect(size <= sizeof(m->data) - m->len, "a message of %zu bytes",
	       m->len + size);
	memcpy(m->data + m->len, data, size);
	m->len += size;
}

void put8(struct message *m, uint8_t value)
{
	put(m, &value, 1);
}

void put16(struct message *m, uint16_t value)
{
	put8(m, value >> 8);
	put8(m, value);
}

void put32(struct message *m, uint32_t value)
{
	put16(m, value >> 16);
	put16(m, value);
}

void put_sized(struct message *m, const void *data, size_t size)
{
	put16(m, size);
	put(m, data, size);
}

void put_blob(struct message *m, const struct blob *blob)
{
	put_sized(m, blob->data, blob->len);
}

void get(struct message *m, void *data, size_t size)
{
	expect(size <= m->len - m->pos,
	       "a response of %zu bytes has none at %zu", m->len,
	       m->pos + size);
	memcpy(data, m->data + m->pos, size);
	m->pos += size;
}

uint8_t get8(struct message *m)
{
	uint8_t value;

	get(m, &value, 1);
	return value;
}

uint16_t get16(struct message *m)
{
	uint16_t high = get8(m);

	return high << 8 | get8(m);
}

uint32_t get32(struct message *m)
{
	uint32_t high = get16(m);

	return high << 16 | get16(m);
}

void get_sized(struct message *m, struct blob *blob)
{
	blob->len = get16(m);
	expect(blob->len <= sizeof(blob->data), "a structure of %zu bytes",
	       blob->len);
	get(m, blob->data, blob->len);
}

void get_rest(struct message *m, struct blob *blob)
{
	blob->len = m->len - m->pos;
	expect(blob->len <= sizeof(blob->data), "a rest of %zu bytes",
	       blob->len);
	get(m, blob->data, blob->len);
}

uint32_t be32_at(const uint8_t *data)
{
	return (uint32_t)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

void store_be32(uint8_t *data, uint32_t value)
{
	data[0] = value >> 24;
	data[1] = value >> 16;
	data[2] = value >> 8;
	data[3] = value;
}

struct blob blob_of(const char *text)
{
	struct blob blob = { .len = strlen(text) };

	memcpy(blob.data, text, blob.len);
	return blob;
}

void command_begin(struct message *m, uint16_t tag, uint32_t code)
{
	m->len = 0;
	m->pos = 0;
	put16(m, tag);
	put32(m, 0);	/* command_end() knows */
	put32(m, code);
}

void command_end(struct message *m)
{
	store_be32(m->data + 2, m->len);
}
