// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parser on sound, truncated and hostile bytes. Each buffer that is parsed
 * is allocated to its exact size, so that the address sanitizer sees a read of
 * one byte too many.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../compat.h"
#include "../wire.h"
#include "numbers.h"

#define HANDLES(n)	((u32)(n) << TPMA_CC_C_HANDLES_SHIFT)
/* In user space there is time for more. */
#ifdef __KERNEL__
#define RANDOM_ROUNDS	50000
#else
#define RANDOM_ROUNDS	1000000
#endif
#define SEED		0x7470326d

/* TPM2_Unseal of 0x80ffffff with a policy and an HMAC session, no parameters */
static const u8 two_auths[] = {
	0x80, 0x02, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x01, 0x5e,
	0x80, 0xff, 0xff, 0xff,
	0x00, 0x00, 0x00, 0x19,
	0x03, 0x00, 0x00, 0x05, 0x00, 0x02, 0xaa, 0xbb, 0x01, 0x00, 0x03,
	0x01, 0x02, 0x03,
	0x02, 0x00, 0x00, 0x07, 0x00, 0x00, 0x40, 0x00, 0x02, 0xcc, 0xdd,
};

static u8 *exact(const void *bytes, size_t size)
{
	u8 *copy = kzalloc(size ? size : 1, GFP_KERNEL);

	memcpy(copy, bytes, size);
	return copy;
}

static void set_size(u8 *command, u32 size)
{
	put_unaligned_be32(size, command + 2);
}

static void check_header(struct kunit *test)
{
	u8 command[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 1, 0x7b };
	u8 *copy;
	u32 size;
	size_t n;

	KUNIT_EXPECT_EQ(test, tpm2_wire_check_header(command, 12), 12);
	KUNIT_EXPECT_EQ(test, tpm2_wire_command_code(command), 0x17b);
	for (n = 0; n < 10; n++) {
		copy = exact(command, n);
		KUNIT_EXPECT_TRUE(test,
				  tpm2_wire_check_header(copy, n) == -EINVAL);
		kfree(copy);
	}
	KUNIT_EXPECT_TRUE(test, tpm2_wire_check_header(command, 11) == -EINVAL);
	for (size = 0; size < 10; size++) {
		set_size(command, size);
		KUNIT_EXPECT_TRUE(test, tpm2_wire_check_header(command, 12) ==
						-EINVAL);
	}
	set_size(command, 10);
	KUNIT_EXPECT_EQ(test, tpm2_wire_check_header(command, 12), 10);
	set_size(command, 13);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_check_header(command, 12) == -EINVAL);
	set_size(command, 0x80000000);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_check_header(command, 12) == -EINVAL);
	set_size(command, 0xffffffff);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_check_header(command, 12) == -EINVAL);
}

static void parse_sound_command(struct kunit *test)
{
	struct tpm2_wire_command cmd;

	tpm2_wire_parse_command(two_auths, HANDLES(1), &cmd);
	KUNIT_EXPECT_FALSE(test, cmd.malformed);
	KUNIT_EXPECT_EQ(test, cmd.tag, TPM_ST_SESSIONS);
	KUNIT_EXPECT_EQ(test, cmd.size, sizeof(two_auths));
	KUNIT_EXPECT_EQ(test, cmd.cc, 0x15e);
	KUNIT_EXPECT_EQ(test, cmd.attrs, HANDLES(1));
	KUNIT_EXPECT_EQ(test, cmd.nr_handles, 1);
	KUNIT_EXPECT_EQ(test, cmd.handles[0], 0x80ffffff);
	KUNIT_EXPECT_EQ(test, cmd.nr_auths, 2);
	KUNIT_EXPECT_EQ(test, cmd.auths[0].handle, 0x03000005);
	KUNIT_EXPECT_EQ(test, cmd.auths[0].attributes, 0x01);
	KUNIT_EXPECT_EQ(test, cmd.auths[1].handle, 0x02000007);
	KUNIT_EXPECT_EQ(test, cmd.auths[1].attributes, 0x40);
	KUNIT_EXPECT_EQ(test, cmd.params, sizeof(two_auths));
}

/* Cut off at each length, with the header saying so. */
static void parse_truncated_command(struct kunit *test)
{
	struct tpm2_wire_command cmd;
	u8 *copy;
	u32 size;

	for (size = 10; size < sizeof(two_auths); size++) {
		copy = exact(two_auths, size);
		set_size(copy, size);
		tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
		KUNIT_EXPECT_TRUE(test, cmd.malformed);
		KUNIT_EXPECT_EQ(test, cmd.nr_handles, size >= 14);
		/* the area says that it is longer than what is there */
		KUNIT_EXPECT_EQ(test, cmd.nr_auths, 0);
		kfree(copy);
	}
}

/* The area ends early instead: what stands before its end is found. */
static void parse_short_auth_area(struct kunit *test)
{
	struct tpm2_wire_command cmd;
	u8 *copy;
	u32 size;

	for (size = 0; size < 0x19; size++) {
		copy = exact(two_auths, 18 + size);
		set_size(copy, 18 + size);
		put_unaligned_be32(size, copy + 14);
		tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
		KUNIT_EXPECT_EQ(test, cmd.nr_auths, size >= 14);
		KUNIT_EXPECT_EQ(test, cmd.malformed, size != 14);
		if (size == 14)
			KUNIT_EXPECT_EQ(test, cmd.params, 32);
		kfree(copy);
	}
}

static void parse_hostile_lengths(struct kunit *test)
{
	static const u32 areas[] = {
		0, 1, 8, 9, 0x18, 0x1a, 0xff, 0x7fffffff, 0x80000000,
		0xfffffffc, 0xffffffff,
	};
	static const u16 lengths[] = {
		0, 1, 3, 4, 0x10, 0x7fff, 0x8000, 0xfff7, 0xffff,
	};
	/* nonce and hmac of the first session, nonce and hmac of the second */
	static const unsigned int places[] = { 22, 27, 36, 39 };
	struct tpm2_wire_command cmd;
	unsigned int i, k;
	u8 *copy;

	for (i = 0; i < sizeof(areas) / sizeof(*areas); i++) {
		copy = exact(two_auths, sizeof(two_auths));
		put_unaligned_be32(areas[i], copy + 14);
		tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
		KUNIT_EXPECT_TRUE(test, cmd.malformed);
		kfree(copy);
	}
	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		for (k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
			copy = exact(two_auths, sizeof(two_auths));
			if (get_unaligned_be16(copy + places[i]) ==
			    lengths[k]) {
				kfree(copy);
				continue;
			}
			put_unaligned_be16(lengths[k], copy + places[i]);
			tpm2_wire_parse_command(copy, HANDLES(1), &cmd);
			KUNIT_EXPECT_TRUE(test, cmd.malformed);
			/* the handle stands before the length that is wrong */
			KUNIT_EXPECT_TRUE(test, cmd.nr_auths <= 2);
			kfree(copy);
		}
	}
}

static void parse_number_of_auths(struct kunit *test)
{
	struct tpm2_wire_command cmd;
	u8 *command;
	u32 n, i;

	for (n = 0; n <= 5; n++) {
		command = kzalloc(14 + 9 * n, GFP_KERNEL);
		put_unaligned_be16(TPM_ST_SESSIONS, command);
		set_size(command, 14 + 9 * n);
		put_unaligned_be32(9 * n, command + 10);
		for (i = 0; i < n; i++)
			put_unaligned_be32(0x02000000 + i,
					   command + 14 + 9 * i);
		tpm2_wire_parse_command(command, 0, &cmd);
		KUNIT_EXPECT_EQ(test, cmd.malformed, n < 1 || n > 3);
		KUNIT_EXPECT_EQ(test, cmd.nr_auths, n > 3 ? 3 : n);
		for (i = 0; i < cmd.nr_auths; i++)
			KUNIT_EXPECT_EQ(test, cmd.auths[i].handle,
					0x02000000 + i);
		kfree(command);
	}
}

static void parse_all_handles(struct kunit *test)
{
	struct tpm2_wire_command cmd;
	u8 command[38] = { 0x80, 0x01, 0, 0, 0, 38 };
	u32 n, i;

	for (i = 0; i < 7; i++)
		put_unaligned_be32(0x80000000 + i, command + 10 + 4 * i);
	for (n = 0; n <= 7; n++) {
		tpm2_wire_parse_command(command, HANDLES(n), &cmd);
		KUNIT_EXPECT_EQ(test, cmd.nr_handles, n);
		KUNIT_EXPECT_FALSE(test, cmd.malformed);
		KUNIT_EXPECT_EQ(test, cmd.params, 10 + 4 * n);
		for (i = 0; i < n; i++)
			KUNIT_EXPECT_EQ(test, cmd.handles[i], 0x80000000 + i);
	}
}

static void parse_random_commands(struct kunit *test)
{
	struct numbers numbers = { SEED };
	struct tpm2_wire_command cmd;
	u8 *command;
	u32 size, i;
	unsigned int n;

	for (n = 0; n < RANDOM_ROUNDS && test->status != KUNIT_FAILURE; n++) {
		size = 10 + numbers_next(&numbers, 60);
		command = kzalloc(size, GFP_KERNEL);
		for (i = 0; i < size; i++)
			command[i] = numbers_next(&numbers, 4) ? 0 :
				     numbers_next(&numbers, 256);
		put_unaligned_be16(TPM_ST_SESSIONS, command);
		set_size(command, size);
		tpm2_wire_parse_command(command, numbers_next(&numbers, ~0u),
					&cmd);
		KUNIT_EXPECT_TRUE(test,
				  cmd.nr_handles <= TPM2_WIRE_MAX_HANDLES);
		KUNIT_EXPECT_TRUE(test, cmd.nr_auths <= TPM2_WIRE_MAX_AUTHS);
		KUNIT_EXPECT_TRUE(test, cmd.malformed || cmd.params <= size);
		kfree(command);
	}
}

static void parse_responses(struct kunit *test)
{
	/* a response with a handle, a parameter of two bytes and a session */
	static const u8 sound[] = {
		0x80, 0x02, 0x00, 0x00, 0x00, 0x19, 0x00, 0x00, 0x00, 0x00,
		0x80, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x11, 0x22,
		0x00, 0x00, 0x01, 0x00, 0x00,
	};
	struct tpm2_wire_response rsp;
	u8 *copy;
	u32 size;

	KUNIT_EXPECT_FALSE(test,
			   tpm2_wire_parse_response(sound, sizeof(sound),
						    TPMA_CC_R_HANDLE, &rsp));
	KUNIT_EXPECT_EQ(test, rsp.handle, 0x80000001);
	KUNIT_EXPECT_EQ(test, rsp.params, 18);
	KUNIT_EXPECT_EQ(test, rsp.params_size, 2);
	KUNIT_EXPECT_EQ(test, rsp.size, sizeof(sound));

	for (size = 0; size < 20; size++) {
		copy = exact(sound, size);
		if (size >= 6)
			set_size(copy, size);
		KUNIT_EXPECT_EQ(test, -EINVAL,
				tpm2_wire_parse_response(copy, size,
							 TPMA_CC_R_HANDLE,
							 &rsp));
		kfree(copy);
	}
	/* the header claims more, or less than a header */
	copy = exact(sound, sizeof(sound));
	set_size(copy, sizeof(sound) + 1);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_parse_response(copy, sizeof(sound), 0,
							 &rsp));
	set_size(copy, 9);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_parse_response(copy, sizeof(sound), 0,
							 &rsp));
	set_size(copy, sizeof(sound));
	put_unaligned_be32(0xffffffff, copy + 14);
	KUNIT_EXPECT_TRUE(test,
			  tpm2_wire_parse_response(copy, sizeof(sound),
						   TPMA_CC_R_HANDLE, &rsp));
	/* an error has nothing but a header, whatever the command returns */
	put_unaligned_be32(0x905, copy + 6);
	set_size(copy, 10);
	KUNIT_EXPECT_FALSE(test, tpm2_wire_parse_response(copy, 10, TPMA_CC_R_HANDLE, &rsp));
	KUNIT_EXPECT_EQ(test, rsp.rc, TPM_RC_SESSION_HANDLES);
	KUNIT_EXPECT_EQ(test, rsp.handle, 0);
	kfree(copy);
}

static void parse_contexts(struct kunit *test)
{
	u8 context[20] = {
		0, 0, 0, 0, 0, 0, 1, 2, 0x03, 0, 0, 9, 0x40, 0, 0, 7, 0, 2,
		0xee, 0xff,
	};
	struct tpm2_wire_context head;
	u8 *copy;
	size_t n;

	KUNIT_EXPECT_EQ(test, 20,
			tpm2_wire_parse_context(context, sizeof(context),
						&head));
	KUNIT_EXPECT_EQ(test, head.sequence, 0x102);
	KUNIT_EXPECT_EQ(test, head.saved_handle, 0x03000009);
	for (n = 0; n < sizeof(context); n++) {
		copy = exact(context, n);
		KUNIT_EXPECT_TRUE(test, tpm2_wire_parse_context(copy, n, &head) == -EINVAL);
		kfree(copy);
	}
	put_unaligned_be16(0xffff, context + 16);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_parse_context(context, 20, &head) ==
					-EINVAL);
	put_unaligned_be16(1, context + 16);
	KUNIT_EXPECT_EQ(test, tpm2_wire_parse_context(context, 20, &head), 19);
}

static void parse_capabilities(struct kunit *test)
{
	static const u32 list[] = { 0x02000000, 0x03000001, 0x02000004 };
	struct tpm2_wire_handles handles;
	u8 rsp[32], buf[32], *copy;
	u32 size, value = 1;

	size = tpm2_wire_build_handles(rsp, list, 3, true);
	KUNIT_EXPECT_EQ(test, size, 31);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(rsp + 2), 31);
	KUNIT_EXPECT_EQ(test, tpm2_wire_response_code(rsp), TPM_RC_SUCCESS);
	size -= TPM2_WIRE_HEADER_SIZE;
	memcpy(buf, rsp + TPM2_WIRE_HEADER_SIZE, size);
	KUNIT_EXPECT_FALSE(test, tpm2_wire_parse_handles(buf, size, &handles));
	KUNIT_EXPECT_TRUE(test, handles.more);
	KUNIT_EXPECT_EQ(test, handles.count, 3);
	KUNIT_EXPECT_EQ(test, tpm2_wire_get_handle(buf, handles.list + 8),
			0x02000004);
	while (size--) {
		copy = exact(buf, size);
		KUNIT_EXPECT_TRUE(test,
				  tpm2_wire_parse_handles(copy, size,
							  &handles) == -EINVAL);
		kfree(copy);
	}
	put_unaligned_be32(0xffffffff, buf + 5);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_parse_handles(buf, 21, &handles) ==
					-EINVAL);
	put_unaligned_be32(0x40000003, buf + 5);	/* times four is 12 */
	KUNIT_EXPECT_TRUE(test, tpm2_wire_parse_handles(buf, 21, &handles) ==
					-EINVAL);

	/* two properties */
	memset(buf, 0, sizeof(buf));
	put_unaligned_be32(TPM_CAP_TPM_PROPERTIES, buf + 1);
	put_unaligned_be32(2, buf + 5);
	put_unaligned_be32(TPM_PT_HR_LOADED_MIN, buf + 9);
	put_unaligned_be32(5, buf + 13);
	put_unaligned_be32(TPM_PT_ACTIVE_SESSIONS_MAX, buf + 17);
	put_unaligned_be32(64, buf + 21);
	KUNIT_EXPECT_TRUE(test, tpm2_wire_find_property(buf, 25, TPM_PT_HR_LOADED_MIN, &value));
	KUNIT_EXPECT_EQ(test, value, 5);
	KUNIT_EXPECT_TRUE(test,
			  tpm2_wire_find_property(buf, 25, TPM_PT_ACTIVE_SESSIONS_MAX, &value));
	KUNIT_EXPECT_EQ(test, value, 64);
	KUNIT_EXPECT_FALSE(test, tpm2_wire_find_property(buf, 25,
							 TPM_PT_CONTEXT_GAP_MAX,
							 &value));
	KUNIT_EXPECT_EQ(test, value, 64);
	tpm2_wire_set_property(buf, 25, TPM_PT_ACTIVE_SESSIONS_MAX, 7);
	KUNIT_EXPECT_TRUE(test,
			  tpm2_wire_find_property(buf, 25, TPM_PT_ACTIVE_SESSIONS_MAX, &value));
	KUNIT_EXPECT_EQ(test, value, 7);
	tpm2_wire_set_property(buf, 25, TPM_PT_CONTEXT_GAP_MAX, 8);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(buf + 13), 5);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(buf + 21), 7);
	for (size = 0; size < 25; size++) {
		copy = exact(buf, size);
		tpm2_wire_set_property(copy, size, TPM_PT_HR_LOADED_MIN, 1);
		KUNIT_EXPECT_FALSE(test,
				   tpm2_wire_find_property(copy, size,
							   TPM_PT_HR_LOADED_MIN,
							   &value));
		kfree(copy);
	}
	put_unaligned_be32(0x20000002, buf + 5);	/* times eight is 16 */
	KUNIT_EXPECT_FALSE(test, tpm2_wire_find_property(buf, 25,
							 TPM_PT_HR_LOADED_MIN,
							 &value));
}

static void questions_for_handles(struct kunit *test)
{
	struct tpm2_wire_command cmd;
	u32 first, count;
	u8 buf[23] = {};

	KUNIT_EXPECT_EQ(test,
			tpm2_wire_build_get_capability(buf, TPM_CAP_HANDLES,
						       0x80000000, 7),
			22);
	tpm2_wire_parse_command(buf, 0, &cmd);
	KUNIT_EXPECT_TRUE(test,
			  tpm2_wire_wants_handles(buf, &cmd, &first, &count));
	KUNIT_EXPECT_EQ(test, first, 0x80000000);
	KUNIT_EXPECT_EQ(test, count, 7);

	put_unaligned_be32(TPM_CAP_TPM_PROPERTIES, buf + 10);
	KUNIT_EXPECT_FALSE(test,
			   tpm2_wire_wants_handles(buf, &cmd, &first, &count));

	/* one byte too few, one too many: for the TPM to refuse */
	tpm2_wire_build_get_capability(buf, TPM_CAP_HANDLES, 0, 1);
	set_size(buf, 21);
	tpm2_wire_parse_command(buf, 0, &cmd);
	KUNIT_EXPECT_FALSE(test,
			   tpm2_wire_wants_handles(buf, &cmd, &first, &count));
	set_size(buf, 23);
	tpm2_wire_parse_command(buf, 0, &cmd);
	KUNIT_EXPECT_FALSE(test,
			   tpm2_wire_wants_handles(buf, &cmd, &first, &count));
}

static void expect_bytes(struct kunit *test, const u8 *is, const u8 *should,
			 size_t size)
{
	KUNIT_EXPECT_EQ(test, memcmp(is, should, size), 0);
}

/* Against what the tables of Part 3 say. */
static void build_commands(struct kunit *test)
{
	static const u8 rc[] = {
		0x80, 1, 0, 0, 0, 10, 0, 0x0b, 0x09, 0x10,
	};
	static const u8 flush[] = {
		0x80, 1, 0, 0, 0, 14, 0, 0, 0x01, 0x65, 0x02, 0, 0, 3,
	};
	static const u8 save[] = {
		0x80, 1, 0, 0, 0, 14, 0, 0, 0x01, 0x62, 0x80, 0, 0, 1,
	};
	static const u8 load[] = {
		0x80, 1, 0, 0, 0, 13, 0, 0, 0x01, 0x61, 0xa, 0xb, 0xc,
	};
	static const u8 clock[] = {
		0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x81,
	};
	static const u8 caps[] = {
		0x80, 1, 0, 0, 0, 22, 0, 0, 0x01, 0x7a, 0, 0, 0, 1, 2, 0, 0, 0,
		0, 0, 0, 0x80,
	};
	static const u8 start[] = {
		0x80, 1, 0, 0, 0, 43, 0, 0, 0x01, 0x76, 0x40, 0, 0, 7,
		0x40, 0, 0, 7, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0x10, 0, 0x0b,
	};
	static u8 buf[TPM2_WIRE_BUFSIZE];

	KUNIT_EXPECT_EQ(test, tpm2_wire_build_response(buf, 0xb0910),
			sizeof(rc));
	expect_bytes(test, buf, rc, sizeof(rc));
	KUNIT_EXPECT_EQ(test, tpm2_wire_build_flush_context(buf, 0x02000003),
			sizeof(flush));
	expect_bytes(test, buf, flush, sizeof(flush));
	KUNIT_EXPECT_EQ(test, tpm2_wire_build_context_save(buf, 0x80000001),
			sizeof(save));
	expect_bytes(test, buf, save, sizeof(save));
	KUNIT_EXPECT_EQ(test, tpm2_wire_build_context_load(buf, load + 10, 3),
			sizeof(load));
	expect_bytes(test, buf, load, sizeof(load));
	KUNIT_EXPECT_EQ(test,
			tpm2_wire_build_get_capability(buf, 1, 0x02000000, 128),
			sizeof(caps));
	expect_bytes(test, buf, caps, sizeof(caps));
	memset(buf, 0xff, 64);
	KUNIT_EXPECT_EQ(test, tpm2_wire_build_read_clock(buf), sizeof(clock));
	expect_bytes(test, buf, clock, sizeof(clock));
	memset(buf, 0xff, 64);
	KUNIT_EXPECT_EQ(test, tpm2_wire_build_start_auth_session(buf),
			sizeof(start));
	expect_bytes(test, buf, start, sizeof(start));
}

/* TPMS_TIME_INFO, sound and cut off at each length. */
static void parse_clocks(struct kunit *test)
{
	static const u8 info[25] = {
		[16] = 0x01, 0x02, 0x03, 0x04, 0xf1, 0xf2, 0xf3, 0xf4, 1,
	};
	struct tpm2_wire_clock clock = {};
	u8 *exact;
	size_t size;

	for (size = 0; size < sizeof(info); size++) {
		exact = kzalloc(size + !size, GFP_KERNEL);
		memcpy(exact, info, size);
		KUNIT_EXPECT_TRUE(test, tpm2_wire_parse_clock(exact, size,
							      &clock) < 0);
		kfree(exact);
	}
	KUNIT_EXPECT_EQ(test, tpm2_wire_parse_clock(info, sizeof(info), &clock),
			0);
	KUNIT_EXPECT_EQ(test, clock.reset_count, 0x01020304);
	KUNIT_EXPECT_EQ(test, clock.restart_count, 0xf1f2f3f4);
}

/* What TPM2_ContextSave has left in a buffer is loaded from there. */
static void load_in_place(struct kunit *test)
{
	u8 buf[14] = { [10] = 1, 2, 3, 4 };
	static const u8 ctx[] = { 1, 2, 3, 4 };

	KUNIT_EXPECT_EQ(test, tpm2_wire_build_context_load(buf, buf + 10, 4),
			14);
	expect_bytes(test, buf + 10, ctx, 4);
	KUNIT_EXPECT_EQ(test, tpm2_wire_command_code(buf), TPM_CC_CONTEXT_LOAD);
}

static void codes_of_what_is_lost(struct kunit *test)
{
	static const u32 lost[] = { 0x910, 0x8b, 0x18b, 0x1cb, 0x1df };
	static const u32 kept[] = {
		0x000, 0x901, 0x902, 0x903, 0x905, 0x922, 0x101, 0x911, 0x918,
	};
	unsigned int i;

	for (i = 0; i < sizeof(lost) / sizeof(*lost); i++)
		KUNIT_EXPECT_TRUE(test, tpm2_wire_rc_lost(lost[i]));
	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		KUNIT_EXPECT_FALSE(test, tpm2_wire_rc_lost(kept[i]));
}

static void kinds_of_handles(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, tpm2_wire_is_session(0x02000000));
	KUNIT_EXPECT_TRUE(test, tpm2_wire_is_session(0x03ffffff));
	KUNIT_EXPECT_FALSE(test, tpm2_wire_is_session(0x01ffffff));
	KUNIT_EXPECT_FALSE(test, tpm2_wire_is_session(0x40000009));
	KUNIT_EXPECT_TRUE(test, tpm2_wire_is_transient(0x80000000));
	KUNIT_EXPECT_TRUE(test, tpm2_wire_is_transient(0x80ffffff));
	KUNIT_EXPECT_FALSE(test, tpm2_wire_is_transient(0x81000000));
}

/* Who asks for a session says whether it only computes a policy. */
static void kinds_of_sessions(struct kunit *test)
{
	/* a nonce of two bytes, a salt of one, TPM_SE_TRIAL, and the rest */
	static const u8 trial[] = {
		0x80, 0x01, 0x00, 0x00, 0x00, 0x1e, 0x00, 0x00, 0x01, 0x76,
		0x40, 0x00, 0x00, 0x07, 0x40, 0x00, 0x00, 0x07,
		0x00, 0x02, 0xaa, 0xbb, 0x00, 0x01, 0xcc,
		0x03, 0x00, 0x10, 0x00, 0x0b,
	};
	const u32 type = 25;
	struct tpm2_wire_command cmd;
	u32 size;
	u8 *copy;

	/* it may end anywhere */
	for (size = TPM2_WIRE_HEADER_SIZE; size <= sizeof(trial); size++) {
		copy = exact(trial, size);
		set_size(copy, size);
		tpm2_wire_parse_command(copy, HANDLES(2), &cmd);
		KUNIT_EXPECT_EQ(test, tpm2_wire_starts_trial(copy, &cmd),
				size > type);
		kfree(copy);
	}

	copy = exact(trial, sizeof(trial));
	set_size(copy, sizeof(trial));
	tpm2_wire_parse_command(copy, HANDLES(2), &cmd);
	copy[type] = 1;
	KUNIT_EXPECT_FALSE(test, tpm2_wire_starts_trial(copy, &cmd));
	copy[type] = 3;
	/* a nonce and a salt that are larger than the command */
	copy[18] = 0xff;
	KUNIT_EXPECT_FALSE(test, tpm2_wire_starts_trial(copy, &cmd));
	copy[18] = 0;
	copy[22] = 0xff;
	KUNIT_EXPECT_FALSE(test, tpm2_wire_starts_trial(copy, &cmd));
	kfree(copy);

	/* the same bytes mean something else to another command */
	copy = exact(trial, sizeof(trial));
	set_size(copy, sizeof(trial));
	copy[9] = 0x7b;
	tpm2_wire_parse_command(copy, HANDLES(2), &cmd);
	KUNIT_EXPECT_FALSE(test, tpm2_wire_starts_trial(copy, &cmd));
	kfree(copy);
}

static unsigned int ended(u32 cc, u32 size, u32 enable, u8 state,
			  u32 hierarchies[TPM2_WIRE_MAX_ENDED])
{
	struct tpm2_wire_command cmd = { .cc = cc, .size = size, .params = 10 };
	u8 buf[15] = {};

	put_unaligned_be32(enable, buf + 10);
	buf[14] = state;
	return tpm2_wire_ends_hierarchies(buf, &cmd, hierarchies);
}

static void ends_hierarchies(struct kunit *test)
{
	struct tpm2_wire_command cut = {
		.cc = TPM_CC_CLEAR, .malformed = true,
	};
	u32 ends[TPM2_WIRE_MAX_ENDED];

	KUNIT_EXPECT_EQ(test, ended(TPM_CC_CLEAR, 10, 0, 0, ends), 2);
	KUNIT_EXPECT_EQ(test, ends[0], TPM2_WIRE_RH_OWNER);
	KUNIT_EXPECT_EQ(test, ends[1], TPM2_WIRE_RH_ENDORSEMENT);
	KUNIT_EXPECT_EQ(test, ended(TPM_CC_CHANGE_EPS, 10, 0, 0, ends), 1);
	KUNIT_EXPECT_EQ(test, ends[0], TPM2_WIRE_RH_ENDORSEMENT);
	KUNIT_EXPECT_EQ(test, ended(TPM_CC_CHANGE_PPS, 10, 0, 0, ends), 1);
	KUNIT_EXPECT_EQ(test, ends[0], TPM2_WIRE_RH_PLATFORM);
	KUNIT_EXPECT_EQ(test, ended(TPM_CC_HIERARCHY_CONTROL, 15,
				    TPM2_WIRE_RH_OWNER, 0, ends), 1);
	KUNIT_EXPECT_EQ(test, ends[0], TPM2_WIRE_RH_OWNER);

	/* it is to be there; parameters are missing; it ends nothing */
	KUNIT_EXPECT_EQ(test, ended(TPM_CC_HIERARCHY_CONTROL, 15,
				    TPM2_WIRE_RH_OWNER, 1, ends), 0);
	KUNIT_EXPECT_EQ(test, ended(TPM_CC_HIERARCHY_CONTROL, 14,
				    TPM2_WIRE_RH_OWNER, 0, ends), 0);
	KUNIT_EXPECT_EQ(test, ended(TPM_CC_GET_CAPABILITY, 10, 0, 0, ends), 0);
	KUNIT_EXPECT_EQ(test, tpm2_wire_ends_hierarchies(NULL, &cut, ends), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(check_header),
	KUNIT_CASE(ends_hierarchies),
	KUNIT_CASE(parse_sound_command),
	KUNIT_CASE(parse_truncated_command),
	KUNIT_CASE(parse_short_auth_area),
	KUNIT_CASE(parse_hostile_lengths),
	KUNIT_CASE(parse_number_of_auths),
	KUNIT_CASE(parse_all_handles),
	KUNIT_CASE(parse_random_commands),
	KUNIT_CASE(parse_responses),
	KUNIT_CASE(parse_contexts),
	KUNIT_CASE(parse_capabilities),
	KUNIT_CASE(questions_for_handles),
	KUNIT_CASE(parse_clocks),
	KUNIT_CASE(build_commands),
	KUNIT_CASE(load_in_place),
	KUNIT_CASE(codes_of_what_is_lost),
	KUNIT_CASE(kinds_of_handles),
	KUNIT_CASE(kinds_of_sessions),
	{}
};

static struct kunit_suite wire_suite = {
	.name = "tpm2_space_wire",
	.test_cases = cases,
};

kunit_test_suite(wire_suite);
