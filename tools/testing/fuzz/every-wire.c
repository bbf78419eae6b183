// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every input of the parser up to a length, as far as it matters to it.
 *
 * Of an input, the parser looks at a few numbers only; all others could be
 * anything. So numbers are chosen when they are looked at, and each way to choose
 * them is gone once: a walk through a tree whose nodes are reads. Where a number
 * is a size or a count, it is compared with what is left of the input. So those
 * that can make a difference are all up to the length and one more, and some that
 * are larger or overflow when something is added or multiplied. Elsewhere it is
 * some constant or is not; handles are only passed on.
 *
 * No read may be outside of the input, nor what the parser says is where.
 */
#include <linux/array_size.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "compat.h"
#include "every-read.h"
#include "wire.h"

#define MOST_BYTES	44	/* header, handles, and three sessions */
#define ONE_TOO_MANY	(10 + 4 + (TPM2_WIRE_MAX_AUTHS + 1) * 9)
#define MOST_READS	64

/**
 * struct choice - a number that the parser looks at
 * @value: which of the values it has, counted from 0
 * @nr: how many it could have
 */
struct choice {
	unsigned int value;
	unsigned int nr;
};

/* What a number may be beside a length. */
static const u32 others[] = {
	0x7fff, 0x8000, 0xfff7, 0xffff, 0x10000, 0x1fffffff, 0x20000000,
	0x20000001, 0x3fffffff, 0x40000000, 0x40000001, 0x7fffffff, 0x80000000,
	0xfffffff0, 0xfffffff5, 0xfffffff6, 0xfffffff7, 0xfffffffb, 0xfffffffc,
	0xfffffffe, 0xffffffff,
};

static const u32 tags[] = { TPM_ST_NO_SESSIONS, TPM_ST_SESSIONS, 0 };

static const u32 codes[] = {
	TPM_RC_SUCCESS, TPM_CC_START_AUTH_SESSION, TPM_CC_GET_CAPABILITY,
	TPM_CC_HIERARCHY_CONTROL, TPM_CC_CLEAR,
};

/* It ends where its memory does: the address sanitizer sees single bytes. */
static u8 *input;
static unsigned int length;
static struct choice path[MOST_READS];
static unsigned int depth, chosen;
static bool known[ONE_TOO_MANY];
static bool has_header;
static u32 size_at;
static unsigned long inputs;

static void must(bool condition, const char *what)
{
	unsigned int i;

	if (condition)
		return;
	printf("# %s, in the first %u bytes of", what, length);
	for (i = 0; i < length; i++)
		printf(" %02x", input[i]);
	printf("\nnot ok 1 - every input of the parser\n");
	exit(1);
}

static void check_place(const u8 *p, unsigned int width)
{
	must(p >= input && width <= length && p <= input + length - width,
	     "looks beyond the end");
}

/* Any size. */
static unsigned int sizes(unsigned int width, unsigned int i, u32 *value)
{
	unsigned int nr = 0;

	while (nr < ARRAY_SIZE(others) && (width > 2 || others[nr] <= 0xffff))
		nr++;
	*value = i < length + 2 ? i : others[(i - length - 2) % nr];
	return length + 2 + nr;
}

/* One of these. */
static unsigned int one_of(const u32 *these, unsigned int nr, unsigned int i,
			   u32 *value)
{
	*value = these[i];
	return nr;
}

/* How many values can a number have, and which is this one of them? */
static unsigned int values(u32 offset, unsigned int width, unsigned int i,
			   u32 *value)
{
	/* an input that is longer than it says is as one of that length */
	const u32 headers[] = { 9, length, length + 1, 0xffffffff };
	static const u32 constants[] = { 0, TPM_CAP_HANDLES,
					 TPM_CAP_TPM_PROPERTIES };
	static const u32 handles[] = { 0 };

	if (has_header && !offset)
		return one_of(tags, ARRAY_SIZE(tags), i, value);
	if (has_header && offset == 2)
		return one_of(headers, ARRAY_SIZE(headers), i, value);
	if (has_header && offset == 6)
		return one_of(codes, ARRAY_SIZE(codes), i, value);
	if (width == 2 || offset == size_at)
		return sizes(width, i, value);
	if (has_header)
		return one_of(handles, ARRAY_SIZE(handles), i, value);
	return one_of(constants, ARRAY_SIZE(constants), i, value);
}

/*
 * What the parser has looked at stays as it is; all else is chosen now. Numbers of
 * eight bytes are not compared with anything.
 */
u64 every_read(const void *p, unsigned int width)
{
	u32 offset = (const u8 *)p - input, value = 0;
	unsigned int i, nr;

	check_place(p, width);
	if (width == 8)
		return 0;
	for (i = 0; i < width && known[offset + i]; i++)
		value = value << 8 | input[offset + i];
	if (i == width)
		return value;
	must(!i, "looks at parts of a number");

	must(depth < MOST_READS, "looks at too many numbers");
	if (depth == chosen)
		path[chosen++] = (struct choice){};
	nr = values(offset, width, path[depth].value, &value);
	path[depth++].nr = nr;
	for (i = width; i--; value >>= 8) {
		input[offset + i] = value;
		known[offset + i] = true;
	}
	return every_read(p, width);
}

void every_write(u64 value, const void *p, unsigned int width)
{
	/* what it writes, it need not read again */
	(void)value;
	check_place(p, width);
}

/* On to the next input; false if there is none that has not been. */
static bool advance(void)
{
	inputs++;
	chosen = depth;
	while (chosen && path[chosen - 1].value + 1 == path[chosen - 1].nr)
		chosen--;
	if (chosen)
		path[chosen - 1].value++;
	depth = 0;
	memset(known, 0, sizeof(known));
	memset(input, 0, length);
	return chosen;
}

static void try_command(u32 attrs)
{
	u32 first, count, hierarchies[TPM2_WIRE_MAX_ENDED];
	struct tpm2_wire_command cmd;
	int size;

	size = tpm2_wire_check_header(input, length);
	if (size < 0)
		return;
	must(size >= TPM2_WIRE_HEADER_SIZE && size <= length,
	     "believes a wrong size");
	tpm2_wire_parse_command(input, attrs, &cmd);
	must(cmd.nr_handles <= TPM2_WIRE_MAX_HANDLES, "finds too many handles");
	must(cmd.nr_auths <= TPM2_WIRE_MAX_AUTHS, "finds too many sessions");
	must(cmd.malformed || cmd.params <= cmd.size,
	     "finds parameters outside");
	tpm2_wire_wants_handles(input, &cmd, &first, &count);
	must(tpm2_wire_ends_hierarchies(input, &cmd, hierarchies) <=
	     TPM2_WIRE_MAX_ENDED, "finds too many hierarchies");
	tpm2_wire_starts_trial(input, &cmd);
}

static void try_response(u32 attrs)
{
	struct tpm2_wire_response rsp;

	if (tpm2_wire_parse_response(input, length, attrs, &rsp))
		return;
	must(rsp.size <= length, "believes a wrong size");
	must((u64)rsp.params + rsp.params_size <= rsp.size,
	     "finds parameters outside");
}

static void try_context(u32 unused)
{
	struct tpm2_wire_context context;
	int size = tpm2_wire_parse_context(input, length, &context);

	must(size < 0 || (unsigned int)size <= length,
	     "finds a context that is too long");
}

static void try_handles(u32 unused)
{
	struct tpm2_wire_handles handles;
	u32 i;

	if (tpm2_wire_parse_handles(input, length, &handles))
		return;
	must(handles.list + 4ULL * handles.count <= length,
	     "finds handles outside");
	for (i = 0; i < handles.count; i++)
		tpm2_wire_get_handle(input, handles.list + i * 4);
}

static void try_clock(u32 unused)
{
	struct tpm2_wire_clock clock;

	tpm2_wire_parse_clock(input, length, &clock);
}

static void try_properties(u32 property)
{
	u32 value;

	tpm2_wire_find_property(input, length, property, &value);
	tpm2_wire_set_property(input, length, property, 0);
}

/* All inputs of a length; where there is a size of four bytes in them. */
static void try_length(void (*try)(u32 arg), u32 arg, bool header, u32 offset)
{
	has_header = header;
	size_at = offset;
	input = calloc(1, length ? length : 1);
	do {
		try(arg);
	} while (advance());
	free(input);
}

static void try_all(void (*try)(u32 arg), u32 arg, bool header, u32 offset)
{
	for (length = 0; length <= MOST_BYTES; length++)
		try_length(try, arg, header, offset);
}

int main(void)
{
	u32 handles;

	for (handles = 0; handles <= TPMA_CC_C_HANDLES_MASK; handles++)
		try_all(try_command, handles << TPMA_CC_C_HANDLES_SHIFT, true,
			TPM2_WIRE_HEADER_SIZE + 4 * handles);
	/* and the shortest command that has a session too many */
	length = ONE_TOO_MANY;
	try_length(try_command, 0, true, TPM2_WIRE_HEADER_SIZE);
	try_all(try_response, 0, true, TPM2_WIRE_HEADER_SIZE);
	try_all(try_response, TPMA_CC_R_HANDLE, true, TPM2_WIRE_HEADER_SIZE + 4);
	try_all(try_context, 0, false, 0);
	try_all(try_handles, 0, false, 5);
	try_all(try_clock, 0, false, 0);
	try_all(try_properties, 1, false, 5);
	printf("ok 1 - every input of the parser up to %u bytes: %lu that differ to it\n",
	       MOST_BYTES, inputs);
	return 0;
}
