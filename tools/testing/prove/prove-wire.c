// SPDX-License-Identifier: GPL-2.0-only
/*
 * For cbmc: whatever bytes come in, and however many of them, the parser looks at
 * none outside of them, and says of nothing that it is where it is not; and what is
 * built fits in the bytes that are said to be needed.
 *
 * Each function is one proof. The input is memory of any length up to MOST_BYTES,
 * which ends where the input does. What is in it is left open: each time that the
 * parser reads a number, it may be any. That includes all inputs there are, and those
 * that would change under the parser's eyes; and it is why a proof for 4096 bytes
 * takes no longer than one for 40. Only the size in a header is the same whenever it
 * is read: it is believed once it was checked.
 */
#include <linux/string.h>
#include <linux/unaligned.h>
#include <stdlib.h>
#include "compat.h"
#include "nondet.h"
#include "wire.h"

#define MOST_HANDLES	254	/* MAX_CAP_HANDLES, Part 2, annex */

static u8 *input;
static size_t length;
static u32 header_size;

static void set_input(size_t bytes)
{
	length = bytes;
	input = malloc(length);
	__CPROVER_assume(input);
	header_size = nondet_u32();
}

static void any_input(void)
{
	size_t bytes = nondet_u32();

	__CPROVER_assume(bytes <= MOST_BYTES);
	set_input(bytes);
}

static u64 any_read(const void *p, unsigned int width)
{
	__CPROVER_assert(__CPROVER_r_ok(p, width), "a number is read inside");
	return p == input + 2 && width == 4 ? header_size : nondet_u64();
}

static void any_write(u64 value, void *p, unsigned int width)
{
	__CPROVER_assert(__CPROVER_w_ok(p, width), "a number is written inside");
}

static void *any_move(void *to, const void *from, size_t size)
{
	__CPROVER_assert(__CPROVER_r_ok(from, size), "bytes are read inside");
	__CPROVER_assert(__CPROVER_w_ok(to, size), "bytes are written inside");
	return to;
}

#define get_unaligned_be16(p)	((u16)any_read(p, 2))
#define get_unaligned_be32(p)	((u32)any_read(p, 4))
#define get_unaligned_be64(p)	any_read(p, 8)
#define put_unaligned_be16(value, p)	any_write(value, p, 2)
#define put_unaligned_be32(value, p)	any_write(value, p, 4)
#define memcpy(to, from, size)	any_move(to, from, size)

#include "wire.c"

/* A session in the authorization area of a command: @length is what is left of it. */
void prove_auth(void)
{
	struct tpm2_wire_auth auth;

	any_input();
	__CPROVER_assert(parse_auth(input, length, &auth) <= length,
			 "the session is inside");
}

/* In its place, where it is called: what was proved of it, and no more. */
u32 auth_as_proved(const u8 *buf, u32 left, struct tpm2_wire_auth *auth)
{
	u32 used = nondet_u32();

	__CPROVER_assert(__CPROVER_r_ok(buf, left), "what is left is inside");
	auth->handle = nondet_u32();
	auth->attributes = nondet_u32();
	__CPROVER_assume(used <= left);
	return used;
}

/* What a client has written. */
void prove_command(void)
{
	struct tpm2_wire_command cmd;
	int size;

	any_input();
	size = tpm2_wire_check_header(input, length);
	if (size < 0)
		return;
	__CPROVER_assert(size >= TPM2_WIRE_HEADER_SIZE && size <= length,
			 "the size is right");
	tpm2_wire_parse_command(input, nondet_u32(), &cmd);
	__CPROVER_assert(cmd.size == size, "it is as long as was checked");
	__CPROVER_assert(cmd.nr_handles <= TPM2_WIRE_MAX_HANDLES,
			 "no more handles than there is room for");
	__CPROVER_assert(TPM2_WIRE_HEADER_SIZE + 4 * cmd.nr_handles <= size,
			 "the handles are inside");
	__CPROVER_assert(cmd.nr_auths <= TPM2_WIRE_MAX_AUTHS,
			 "no more sessions than there is room for");
	__CPROVER_assert(cmd.malformed || cmd.params <= size,
			 "the parameters are inside");
}

/* What is asked about a command of which that is known. */
void prove_questions(void)
{
	u32 first, count, hierarchies[TPM2_WIRE_MAX_ENDED];
	struct tpm2_wire_command cmd;

	any_input();
	__CPROVER_assume(cmd.size <= length);
	__CPROVER_assume(cmd.malformed || cmd.params <= cmd.size);
	switch (nondet_u32() % 3) {
	case 0:
		tpm2_wire_wants_handles(input, &cmd, &first, &count);
		break;
	case 1:
		__CPROVER_assert(tpm2_wire_ends_hierarchies(input, &cmd,
							    hierarchies) <=
				 TPM2_WIRE_MAX_ENDED,
				 "no more hierarchies than there is room for");
		break;
	default:
		tpm2_wire_starts_trial(input, &cmd);
	}
}

/* What a TPM has answered. */
void prove_response(void)
{
	struct tpm2_wire_response rsp;

	any_input();
	if (tpm2_wire_parse_response(input, length, nondet_u32(), &rsp))
		return;
	__CPROVER_assert(rsp.size >= TPM2_WIRE_HEADER_SIZE && rsp.size <= length,
			 "the size is right");
	__CPROVER_assert((u64)rsp.params + rsp.params_size <= rsp.size,
			 "the parameters are inside");
}

/* A context that a client or a TPM has handed over. */
void prove_context(void)
{
	struct tpm2_wire_context context;
	int size;

	any_input();
	size = tpm2_wire_parse_context(input, length, &context);
	__CPROVER_assert(size < 0 || size <= length, "the context is inside");
}

/* A list of handles in a response. */
void prove_handles(void)
{
	struct tpm2_wire_handles handles;
	u32 i = nondet_u32();

	any_input();
	if (tpm2_wire_parse_handles(input, length, &handles))
		return;
	__CPROVER_assert(handles.list + 4ULL * handles.count <= length,
			 "the handles are inside");
	if (i < handles.count)
		tpm2_wire_get_handle(input, handles.list + i * 4);
}

/* A TPM's counters of resets. */
void prove_clock(void)
{
	struct tpm2_wire_clock clock;

	any_input();
	tpm2_wire_parse_clock(input, length, &clock);
}

/* A list of properties, of which one is read or changed. */
void prove_properties(void)
{
	u32 offset;

	any_input();
	offset = locate_property(input, length, nondet_u32());
	__CPROVER_assert(!offset || offset + 4 <= length,
			 "the value is inside");
}

/* Commands of our own, each in as much memory as it says that it takes. */
void prove_commands_built(void)
{
	switch (nondet_u32() % 6) {
	case 0:
		set_input(TPM2_WIRE_HEADER_SIZE);
		tpm2_wire_build_response(input, nondet_u32());
		break;
	case 1:
		set_input(14);
		tpm2_wire_build_flush_context(input, nondet_u32());
		break;
	case 2:
		set_input(14);
		tpm2_wire_build_context_save(input, nondet_u32());
		break;
	case 3:
		set_input(43);
		tpm2_wire_build_start_auth_session(input);
		break;
	case 4:
		set_input(TPM2_WIRE_HEADER_SIZE);
		tpm2_wire_build_read_clock(input);
		break;
	default:
		set_input(22);
		tpm2_wire_build_get_capability(input, nondet_u32(), nondet_u32(),
					       nondet_u32());
	}
}

/* A context that came in a response fits in a command. */
void prove_context_built(void)
{
	u8 *command = malloc(TPM2_WIRE_BUFSIZE);

	__CPROVER_assume(command);
	any_input();
	if (length >= TPM2_WIRE_HEADER_SIZE)
		tpm2_wire_build_context_load(command,
					     input + TPM2_WIRE_HEADER_SIZE,
					     length - TPM2_WIRE_HEADER_SIZE);
}

/* A list of handles: as many as a TPM lists at most, in one response. */
void prove_handles_built(void)
{
	u32 *handles, count = nondet_u32();

	__CPROVER_assume(count <= MOST_HANDLES);
	handles = malloc(count * 4);
	__CPROVER_assume(handles);
	set_input(TPM2_WIRE_HEADER_SIZE + CAPABILITY_HEAD_SIZE + 4 * count);
	tpm2_wire_build_handles(input, handles, count, nondet_bool());
}
