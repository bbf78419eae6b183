// SPDX-License-Identifier: GPL-2.0-only
/*
 * tpm2-wire on sound, truncated and hostile bytes. Each buffer that is parsed
 * is allocated to its exact size, so that the address sanitizer sees a read of
 * one byte too many.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tpm2-space-compat.h"
#include "tpm2-wire.h"
#include "unit.h"

#define HANDLES(n)	((uint32_t)(n) << TPMA_CC_C_HANDLES_SHIFT)
#define RANDOM_ROUNDS	1000000
#define SEED		0x7470326d

/* TPM2_Unseal of 0x80ffffff with a policy and an HMAC session, no parameters */
static const uint8_t two_auths[] = {
	0x80, 0x02, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x01, 0x5e,
	0x80, 0xff, 0xff, 0xff,
	0x00, 0x00, 0x00, 0x19,
	0x03, 0x00, 0x00, 0x05, 0x00, 0x02, 0xaa, 0xbb, 0x01, 0x00, 0x03,
	0x01, 0x02, 0x03,
	0x02, 0x00, 0x00, 0x07, 0x00, 0x00, 0x40, 0x00, 0x02, 0xcc, 0xdd,
};

static uint8_t *exact(const void *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	memcpy(copy, bytes, size);
	return copy;
}

static void set_size(uint8_t *command, uint32_t size)
{
	put_unaligned_be32(size, command + 2);
}

static void check_header(void)
{
	uint8_t command[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 1, 0x7b };
	uint8_t *copy;
	uint32_t size;
	size_t n;

	CHECK_EQ(tpm2_wire_check_header(command, 12), 12);
	CHECK_EQ(tpm2_wire_command_code(command), 0x17b);
	for (n = 0; n < 10; n++) {
		copy = exact(command, n);
		CHECK(tpm2_wire_check_header(copy, n) == -EINVAL);
		free(copy);
	}
	CHECK(tpm2_wire_check_header(command, 11) == -EINVAL);
	for (size = 0; size < 10; size++) {
		set_size(command, size);
		CHECK(tpm2_wire_check_header(command, 12) == -EINVAL);
	}
	set_size(command, 10);
	CHECK_EQ(tpm2_wire_check_header(command, 12), 10);
	set_size(command, 13);
	CHECK(tpm2_wire_check_header(command, 12) == -EINVAL);
	set_size(command, 0x80000000);
	CHECK(tpm2_wire_check_header(command, 12) == -EINVAL);
	set_size(command, 0xffffffff);
	CHECK(tpm2_wire_check_header(command, 12) == -EINVAL);
}

static void parse_sound_command(void)
{
	struct tpm2_wire_command cmd;

	tpm2_wire_parse_command(two_auths, HANDLES(1), &cmd);
	CHECK(!cmd.malformed);
	CHECK_EQ(cmd.tag, TPM_ST_SESSIONS);
	CHECK_EQ(cmd.size, sizeof(two_auths));
	CHECK_EQ(cmd.cc, 0x15e);
	CHECK_EQ(cmd.attrs, HANDLES(1));
	CHECK_EQ(cmd.nr_handles, 1);
	CHECK_EQ(cmd.handles[0], 0x80ffffff);
	CHECK_EQ(cmd.nr_auths, 2);
	CHECK_EQ(cmd.auths[0].handle, 0x03000005);
	CHECK_EQ(cmd.auths[0].attributes, 0x01);
	CHECK_EQ(cmd.auths[1].handle, 0x02000007);
	CHECK_EQ(cmd.auths[1].attributes, 0x40);
	CHECK_EQ(cmd.params, sizeof(two_auths));
}

/* Cut off at each length, with the header saying so. */
static void parse_truncated_command(void)
{
	struct tpm2_wire_command cmd;
	uint8_t *copy;
	uint32_t size;

	for (size = 10; size < sizeof(two_auths); size++) {
		copy = exact(two_auths, size);
		set_size(copy, size);
		tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
		CHECK(cmd.malformed);
		CHECK_EQ(cmd.nr_handles, size >= 14);
		/* the area says that it is longer than what is there */
		CHECK_EQ(cmd.nr_auths, 0);
		free(copy);
	}
}

/* The area ends early instead: what stands before its end is found. */
static void parse_short_auth_area(void)
{
	struct tpm2_wire_command cmd;
	uint8_t *copy;
	uint32_t size;

	for (size = 0; size < 0x19; size++) {
		copy = exact(two_auths, 18 + size);
		set_size(copy, 18 + size);
		put_unaligned_be32(size, copy + 14);
		tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
		CHECK_EQ(cmd.nr_auths, size >= 14);
		CHECK_EQ(cmd.malformed, size != 14);
		if (size == 14)
			CHECK_EQ(cmd.params, 32);
		free(copy);
	}
}

static void parse_hostile_lengths(void)
{
	static const uint32_t areas[] = {
		0, 1, 8, 9, 0x18, 0x1a, 0xff, 0x7fffffff, 0x80000000,
		0xfffffffc, 0xffffffff,
	};
	static const uint16_t lengths[] = {
		0, 1, 3, 4, 0x10, 0x7fff, 0x8000, 0xfff7, 0xffff,
	};
	/* nonce and hmac of the first session, nonce and hmac of the second */
	static const unsigned int places[] = { 22, 27, 36, 39 };
	struct tpm2_wire_command cmd;
	unsigned int i, k;
	uint8_t *copy;

	for (i = 0; i < sizeof(areas) / sizeof(*areas); i++) {
		copy = exact(two_auths, sizeof(two_auths));
		put_unaligned_be32(areas[i], copy + 14);
		tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
		CHECK(cmd.malformed);
		free(copy);
	}
	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		for (k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
			copy = exact(two_auths, sizeof(two_auths));
			if (get_unaligned_be16(copy + places[i]) == lengths[k]) {
				free(copy);
				continue;
			}
			put_unaligned_be16(lengths[k], copy + places[i]);
			tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
			CHECK(cmd.malformed);
			/* the handle stands before the length that is wrong */
			CHECK(cmd.nr_auths <= 2);
			free(copy);
		}
	}
}

static void parse_number_of_auths(void)
{
	struct tpm2_wire_command cmd;
	uint8_t *command;
	uint32_t n, i;

	for (n = 0; n <= 5; n++) {
		command = calloc(1, 14 + 9 * n);
		put_unaligned_be16(TPM_ST_SESSIONS, command);
		set_size(command, 14 + 9 * n);
		put_unaligned_be32(9 * n, command + 10);
		for (i = 0; i < n; i++)
			put_unaligned_be32(0x02000000 + i, command + 14 + 9 * i);
		tpm2_wire_parse_command(command, 0, &cmd);
		CHECK_EQ(cmd.malformed, n < 1 || n > 3);
		CHECK_EQ(cmd.nr_auths, n > 3 ? 3 : n);
		for (i = 0; i < cmd.nr_auths; i++)
			CHECK_EQ(cmd.auths[i].handle, 0x02000000 + i);
		free(command);
	}
}

static void parse_all_handles(void)
{
	struct tpm2_wire_command cmd;
	uint8_t command[38] = { 0x80, 0x01, 0, 0, 0, 38 };
	uint32_t n, i;

	for (i = 0; i < 7; i++)
		put_unaligned_be32(0x80000000 + i, command + 10 + 4 * i);
	for (n = 0; n <= 7; n++) {
		tpm2_wire_parse_command(command, HANDLES(n), &cmd);
		CHECK_EQ(cmd.nr_handles, n);
		CHECK(!cmd.malformed);
		CHECK_EQ(cmd.params, 10 + 4 * n);
		for (i = 0; i < n; i++)
			CHECK_EQ(cmd.handles[i], 0x80000000 + i);
	}
}

static void parse_random_commands(void)
{
	struct unit_random random = { SEED };
	struct tpm2_wire_command cmd;
	uint8_t *command;
	uint32_t size, i;
	unsigned int n;

	for (n = 0; n < RANDOM_ROUNDS && !unit_failed(); n++) {
		size = 10 + unit_random(&random, 60);
		command = malloc(size);
		for (i = 0; i < size; i++)
			command[i] = unit_random(&random, 4) ? 0 :
				     unit_random(&random, 256);
		put_unaligned_be16(TPM_ST_SESSIONS, command);
		set_size(command, size);
		tpm2_wire_parse_command(command, unit_random(&random, ~0u),
					&cmd);
		CHECK(cmd.nr_handles <= TPM2_WIRE_MAX_HANDLES);
		CHECK(cmd.nr_auths <= TPM2_WIRE_MAX_AUTHS);
		CHECK(cmd.malformed || cmd.params <= size);
		free(command);
	}
}

static void parse_responses(void)
{
	/* a response with a handle, a parameter of two bytes and a session */
	static const uint8_t sound[] = {
		0x80, 0x02, 0x00, 0x00, 0x00, 0x19, 0x00, 0x00, 0x00, 0x00,
		0x80, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x11, 0x22,
		0x00, 0x00, 0x01, 0x00, 0x00,
	};
	struct tpm2_wire_response rsp;
	uint8_t *copy;
	uint32_t size;

	CHECK(!tpm2_wire_parse_response(sound, sizeof(sound), TPMA_CC_R_HANDLE,
					&rsp));
	CHECK_EQ(rsp.handle, 0x80000001);
	CHECK_EQ(rsp.params, 18);
	CHECK_EQ(rsp.params_size, 2);
	CHECK_EQ(rsp.size, sizeof(sound));

	for (size = 0; size < 20; size++) {
		copy = exact(sound, size);
		if (size >= 6)
			set_size(copy, size);
		CHECK(tpm2_wire_parse_response(copy, size, TPMA_CC_R_HANDLE,
					       &rsp) == -EINVAL);
		free(copy);
	}
	/* the header claims more, or less than a header */
	copy = exact(sound, sizeof(sound));
	set_size(copy, sizeof(sound) + 1);
	CHECK(tpm2_wire_parse_response(copy, sizeof(sound), 0, &rsp));
	set_size(copy, 9);
	CHECK(tpm2_wire_parse_response(copy, sizeof(sound), 0, &rsp));
	set_size(copy, sizeof(sound));
	put_unaligned_be32(0xffffffff, copy + 14);
	CHECK(tpm2_wire_parse_response(copy, sizeof(sound), TPMA_CC_R_HANDLE,
				       &rsp));
	/* an error has nothing but a header, whatever the command returns */
	put_unaligned_be32(0x905, copy + 6);
	set_size(copy, 10);
	CHECK(!tpm2_wire_parse_response(copy, 10, TPMA_CC_R_HANDLE, &rsp));
	CHECK_EQ(rsp.rc, TPM_RC_SESSION_HANDLES);
	CHECK_EQ(rsp.handle, 0);
	free(copy);
}

static void parse_contexts(void)
{
	uint8_t context[20] = {
		0, 0, 0, 0, 0, 0, 1, 2, 0x03, 0, 0, 9, 0x40, 0, 0, 7, 0, 2,
		0xee, 0xff,
	};
	struct tpm2_wire_context head;
	uint8_t *copy;
	size_t n;

	CHECK_EQ(tpm2_wire_parse_context(context, sizeof(context), &head), 20);
	CHECK_EQ(head.sequence, 0x102);
	CHECK_EQ(head.saved_handle, 0x03000009);
	for (n = 0; n < sizeof(context); n++) {
		copy = exact(context, n);
		CHECK(tpm2_wire_parse_context(copy, n, &head) == -EINVAL);
		free(copy);
	}
	put_unaligned_be16(0xffff, context + 16);
	CHECK(tpm2_wire_parse_context(context, 20, &head) == -EINVAL);
	put_unaligned_be16(1, context + 16);
	CHECK_EQ(tpm2_wire_parse_context(context, 20, &head), 19);
}

static void parse_capabilities(void)
{
	static const uint32_t list[] = { 0x02000000, 0x03000001, 0x02000004 };
	struct tpm2_wire_handles handles;
	uint8_t buf[32], *copy;
	uint32_t size, value = 1;

	size = tpm2_wire_build_handles(buf, list, 3, true);
	CHECK_EQ(size, 21);
	CHECK(!tpm2_wire_parse_handles(buf, size, &handles));
	CHECK(handles.more);
	CHECK_EQ(handles.count, 3);
	CHECK_EQ(tpm2_wire_get_handle(buf, handles.list + 8), 0x02000004);
	while (size--) {
		copy = exact(buf, size);
		CHECK(tpm2_wire_parse_handles(copy, size, &handles) == -EINVAL);
		free(copy);
	}
	put_unaligned_be32(0xffffffff, buf + 5);
	CHECK(tpm2_wire_parse_handles(buf, 21, &handles) == -EINVAL);
	put_unaligned_be32(0x40000003, buf + 5);	/* times four is 12 */
	CHECK(tpm2_wire_parse_handles(buf, 21, &handles) == -EINVAL);

	/* two properties */
	memset(buf, 0, sizeof(buf));
	put_unaligned_be32(TPM_CAP_TPM_PROPERTIES, buf + 1);
	put_unaligned_be32(2, buf + 5);
	put_unaligned_be32(TPM_PT_HR_LOADED_MIN, buf + 9);
	put_unaligned_be32(5, buf + 13);
	put_unaligned_be32(TPM_PT_ACTIVE_SESSIONS_MAX, buf + 17);
	put_unaligned_be32(64, buf + 21);
	CHECK(tpm2_wire_find_property(buf, 25, TPM_PT_HR_LOADED_MIN, &value));
	CHECK_EQ(value, 5);
	CHECK(tpm2_wire_find_property(buf, 25, TPM_PT_ACTIVE_SESSIONS_MAX,
				      &value));
	CHECK_EQ(value, 64);
	CHECK(!tpm2_wire_find_property(buf, 25, TPM_PT_CONTEXT_GAP_MAX, &value));
	CHECK_EQ(value, 64);
	for (size = 0; size < 25; size++) {
		copy = exact(buf, size);
		CHECK(!tpm2_wire_find_property(copy, size, TPM_PT_HR_LOADED_MIN,
					       &value));
		free(copy);
	}
	put_unaligned_be32(0x20000002, buf + 5);	/* times eight is 16 */
	CHECK(!tpm2_wire_find_property(buf, 25, TPM_PT_HR_LOADED_MIN, &value));
}

static void questions_for_handles(void)
{
	struct tpm2_wire_command cmd;
	uint32_t first, count;
	uint8_t buf[23] = {};

	CHECK_EQ(tpm2_wire_build_get_capability(buf, TPM_CAP_HANDLES,
						0x80000000, 7), 22);
	tpm2_wire_parse_command(buf, 0, &cmd);
	CHECK(tpm2_wire_wants_handles(buf, &cmd, &first, &count));
	CHECK_EQ(first, 0x80000000);
	CHECK_EQ(count, 7);

	put_unaligned_be32(TPM_CAP_TPM_PROPERTIES, buf + 10);
	CHECK(!tpm2_wire_wants_handles(buf, &cmd, &first, &count));

	/* one byte too few, one too many: for the TPM to refuse */
	tpm2_wire_build_get_capability(buf, TPM_CAP_HANDLES, 0, 1);
	set_size(buf, 21);
	tpm2_wire_parse_command(buf, 0, &cmd);
	CHECK(!tpm2_wire_wants_handles(buf, &cmd, &first, &count));
	set_size(buf, 23);
	tpm2_wire_parse_command(buf, 0, &cmd);
	CHECK(!tpm2_wire_wants_handles(buf, &cmd, &first, &count));
}

static void expect_bytes(const uint8_t *is, const uint8_t *should, size_t size)
{
	CHECK(!memcmp(is, should, size));
}

/* Against what the tables of Part 3 say. */
static void build_commands(void)
{
	static const uint8_t rc[] = {
		0x80, 1, 0, 0, 0, 10, 0, 0x0b, 0x09, 0x10,
	};
	static const uint8_t flush[] = {
		0x80, 1, 0, 0, 0, 14, 0, 0, 0x01, 0x65, 0x02, 0, 0, 3,
	};
	static const uint8_t save[] = {
		0x80, 1, 0, 0, 0, 14, 0, 0, 0x01, 0x62, 0x80, 0, 0, 1,
	};
	static const uint8_t load[] = {
		0x80, 1, 0, 0, 0, 13, 0, 0, 0x01, 0x61, 0xa, 0xb, 0xc,
	};
	static const uint8_t clock[] = {
		0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x81,
	};
	static const uint8_t caps[] = {
		0x80, 1, 0, 0, 0, 22, 0, 0, 0x01, 0x7a, 0, 0, 0, 1, 2, 0, 0, 0,
		0, 0, 0, 0x80,
	};
	static const uint8_t start[] = {
		0x80, 1, 0, 0, 0, 43, 0, 0, 0x01, 0x76, 0x40, 0, 0, 7,
		0x40, 0, 0, 7, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0x10, 0, 0x0b,
	};
	static uint8_t buf[TPM2_WIRE_BUFSIZE];

	CHECK_EQ(tpm2_wire_build_response(buf, 0xb0910), sizeof(rc));
	expect_bytes(buf, rc, sizeof(rc));
	CHECK_EQ(tpm2_wire_build_flush_context(buf, 0x02000003), sizeof(flush));
	expect_bytes(buf, flush, sizeof(flush));
	CHECK_EQ(tpm2_wire_build_context_save(buf, 0x80000001), sizeof(save));
	expect_bytes(buf, save, sizeof(save));
	CHECK_EQ(tpm2_wire_build_context_load(buf, load + 10, 3), sizeof(load));
	expect_bytes(buf, load, sizeof(load));
	CHECK_EQ(tpm2_wire_build_get_capability(buf, 1, 0x02000000, 128),
		 sizeof(caps));
	expect_bytes(buf, caps, sizeof(caps));
	memset(buf, 0xff, 64);
	CHECK_EQ(tpm2_wire_build_read_clock(buf), sizeof(clock));
	expect_bytes(buf, clock, sizeof(clock));
	memset(buf, 0xff, 64);
	CHECK_EQ(tpm2_wire_build_start_auth_session(buf), sizeof(start));
	expect_bytes(buf, start, sizeof(start));
}

/* TPMS_TIME_INFO, sound and cut off at each length. */
static void parse_clocks(void)
{
	static const uint8_t info[25] = {
		[16] = 0x01, 0x02, 0x03, 0x04, 0xf1, 0xf2, 0xf3, 0xf4, 1,
	};
	struct tpm2_wire_clock clock = {};
	uint8_t *exact;
	size_t size;

	for (size = 0; size < sizeof(info); size++) {
		exact = malloc(size + !size);
		memcpy(exact, info, size);
		CHECK(tpm2_wire_parse_clock(exact, size, &clock) < 0);
		free(exact);
	}
	CHECK_EQ(tpm2_wire_parse_clock(info, sizeof(info), &clock), 0);
	CHECK_EQ(clock.reset_count, 0x01020304);
	CHECK_EQ(clock.restart_count, 0xf1f2f3f4);
}

/* What TPM2_ContextSave has left in a buffer is loaded from there. */
static void load_in_place(void)
{
	uint8_t buf[14] = { [10] = 1, 2, 3, 4 };
	static const uint8_t ctx[] = { 1, 2, 3, 4 };

	CHECK_EQ(tpm2_wire_build_context_load(buf, buf + 10, 4), 14);
	expect_bytes(buf + 10, ctx, 4);
	CHECK_EQ(tpm2_wire_command_code(buf), TPM_CC_CONTEXT_LOAD);
}

static void replace_params(void)
{
	static const uint8_t sound[] = {
		0x80, 0x02, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x02, 0x11, 0x22, 0xa0, 0xa1, 0xa2, 0xa3,
	};
	static const uint8_t params[] = { 1, 2, 3, 4, 5 };
	uint8_t *buf = calloc(1, TPM2_WIRE_BUFSIZE);
	uint8_t *big = calloc(1, TPM2_WIRE_BUFSIZE);
	struct tpm2_wire_response rsp;

	memcpy(buf, sound, sizeof(sound));
	CHECK(!tpm2_wire_parse_response(buf, sizeof(sound), 0, &rsp));
	CHECK_EQ(tpm2_wire_replace_params(buf, &rsp, params, 5), 23);
	CHECK_EQ(get_unaligned_be32(buf + 2), 23);
	CHECK_EQ(get_unaligned_be32(buf + 10), 5);
	expect_bytes(buf + 14, params, 5);
	expect_bytes(buf + 19, sound + 16, 4);

	/* down to nothing */
	CHECK(!tpm2_wire_parse_response(buf, 23, 0, &rsp));
	CHECK_EQ(tpm2_wire_replace_params(buf, &rsp, params, 0), 18);
	expect_bytes(buf + 14, sound + 16, 4);

	/* the most that fits, and one more */
	CHECK(!tpm2_wire_parse_response(buf, 18, 0, &rsp));
	CHECK_EQ(tpm2_wire_replace_params(buf, &rsp, big, 4079), 0);
	CHECK_EQ(tpm2_wire_replace_params(buf, &rsp, big, ~0u), 0);
	CHECK_EQ(tpm2_wire_replace_params(buf, &rsp, big, 4078), 4096);
	expect_bytes(buf + 4092, sound + 16, 4);
	free(big);
	free(buf);
}

static void codes_of_what_is_lost(void)
{
	static const uint32_t lost[] = { 0x910, 0x8b, 0x18b, 0x1cb, 0x1df };
	static const uint32_t kept[] = {
		0x000, 0x901, 0x902, 0x903, 0x905, 0x922, 0x101, 0x911, 0x918,
	};
	unsigned int i;

	for (i = 0; i < sizeof(lost) / sizeof(*lost); i++)
		CHECK(tpm2_wire_rc_lost(lost[i]));
	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		CHECK(!tpm2_wire_rc_lost(kept[i]));
}

static void kinds_of_handles(void)
{
	CHECK(tpm2_wire_is_session(0x02000000));
	CHECK(tpm2_wire_is_session(0x03ffffff));
	CHECK(!tpm2_wire_is_session(0x01ffffff));
	CHECK(!tpm2_wire_is_session(0x40000009));
	CHECK(tpm2_wire_is_transient(0x80000000));
	CHECK(tpm2_wire_is_transient(0x80ffffff));
	CHECK(!tpm2_wire_is_transient(0x81000000));
}

static const struct unit_test tests[] = {
	{ "header: no size that a TPM would wait for", check_header },
	{ "command: handles, sessions, parameters", parse_sound_command },
	{ "command: cut off at each length", parse_truncated_command },
	{ "command: authorization area of each length", parse_short_auth_area },
	{ "command: hostile lengths", parse_hostile_lengths },
	{ "command: none to five sessions", parse_number_of_auths },
	{ "command: none to seven handles", parse_all_handles },
	{ "command: random bytes", parse_random_commands },
	{ "response: sound, cut off, wrong sizes", parse_responses },
	{ "context: sound, cut off, wrong sizes", parse_contexts },
	{ "capabilities: handles and properties", parse_capabilities },
	{ "capabilities: who asks for handles", questions_for_handles },
	{ "clock: sound and cut off", parse_clocks },
	{ "build: byte by byte", build_commands },
	{ "build: a context where it stands", load_in_place },
	{ "response: other parameters in place", replace_params },
	{ "codes: what is lost and what is not", codes_of_what_is_lost },
	{ "handles: kinds", kinds_of_handles },
};

int main(void)
{
	return unit_main(tests, sizeof(tests) / sizeof(*tests));
}
