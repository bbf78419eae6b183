/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is left of a fuzzer's input. When there is nothing left, zeros come.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <linux/string.h>
#include <linux/types.h>

struct fuzz_input {
	const u8 *data;
	size_t size;
};

static inline u8 fuzz_byte(struct fuzz_input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

static inline u32 fuzz_word(struct fuzz_input *in)
{
	u32 word = 0;
	unsigned int i;

	for (i = 0; i < 4; i++)
		word = word << 8 | fuzz_byte(in);
	return word;
}

/* As many bytes as there are, up to @size; how many there were. */
static inline u32 fuzz_bytes(struct fuzz_input *in, u8 *bytes, u32 size)
{
	if (size > in->size)
		size = in->size;
	memcpy(bytes, in->data, size);
	in->data += size;
	in->size -= size;
	return size;
}

#endif /* FUZZ_INPUT_H */
