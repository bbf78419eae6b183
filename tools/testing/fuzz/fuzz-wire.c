// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer: the first four bytes are TPMA_CC, the rest is what a client
 * wrote, or what a TPM answered.
 */
#include <stdlib.h>
#include <string.h>
#include "compat.h"
#include "fuzz.h"
#include "wire.h"

#define HEADER	10
#define LIST	9	/* moreData, capability, count */

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* What the driver makes of a list of handles is read as the same list. */
static void list_again(const uint8_t *buf, const struct tpm2_wire_handles *was)
{
	struct tpm2_wire_handles is;
	struct tpm2_wire_response rsp;
	uint32_t *list, i, size = HEADER + LIST + 4 * was->count;
	uint8_t *made;

	list = malloc(4 * was->count + 1);
	for (i = 0; i < was->count; i++)
		list[i] = tpm2_wire_get_handle(buf, was->list + 4 * i);
	/* to its exact size, too */
	made = malloc(size);
	must(tpm2_wire_build_handles(made, list, was->count, was->more) ==
	     size);
	must(!tpm2_wire_parse_response(made, size, 0, &rsp));
	must(!tpm2_wire_parse_handles(made + rsp.params, rsp.params_size, &is));
	must(is.count == was->count && is.more == was->more);
	for (i = 0; i < was->count; i++)
		must(tpm2_wire_get_handle(made + rsp.params, is.list + 4 * i) ==
		     list[i]);
	free(made);
	free(list);
}

/* What a context is loaded with is that context. */
static void load_again(const uint8_t *buf, uint32_t size)
{
	uint8_t *made = malloc(HEADER + size);

	must(tpm2_wire_build_context_load(made, buf, size) == HEADER + size);
	must(tpm2_wire_check_header(made, HEADER + size) ==
	     (int)(HEADER + size));
	must(!memcmp(made + HEADER, buf, size));
	free(made);
}

static void read_command(uint8_t *buf, size_t size, uint32_t attrs)
{
	uint32_t first, count, ended[TPM2_WIRE_MAX_ENDED];
	struct tpm2_wire_command cmd;
	unsigned int i;
	int length;

	length = tpm2_wire_check_header(buf, size);
	if (length <= 0)
		return;
	must((size_t)length <= size);
	tpm2_wire_parse_command(buf, attrs, &cmd);
	must(cmd.nr_handles <= TPM2_WIRE_MAX_HANDLES);
	must(cmd.nr_auths <= TPM2_WIRE_MAX_AUTHS);
	must(cmd.malformed || cmd.params <= cmd.size);
	tpm2_wire_wants_handles(buf, &cmd, &first, &count);
	must(tpm2_wire_ends_hierarchies(buf, &cmd, ended) <=
	     TPM2_WIRE_MAX_ENDED);
	tpm2_wire_starts_trial(buf, &cmd);
	for (i = 0; i < cmd.nr_handles; i++) {
		tpm2_wire_hierarchy(cmd.handles[i]);
		tpm2_wire_set_handle(buf, i, ~cmd.handles[i]);
	}
}

static void read_response(uint8_t *buf, size_t size, uint32_t attrs)
{
	struct tpm2_wire_handles handles;
	struct tpm2_wire_response rsp;
	struct tpm2_wire_context ctx;
	struct tpm2_wire_clock clock;
	uint32_t value;
	int length;

	if (!tpm2_wire_parse_response(buf, size, attrs, &rsp))
		must(rsp.params + rsp.params_size <= rsp.size &&
		     rsp.size <= size);
	length = tpm2_wire_parse_context(buf, size, &ctx);
	must(length < 0 || (size_t)length <= size);
	if (length > 0)
		load_again(buf, length);
	if (!tpm2_wire_parse_handles(buf, size, &handles)) {
		must(handles.list + 4ULL * handles.count <= size);
		list_again(buf, &handles);
	}
	tpm2_wire_parse_clock(buf, size, &clock);
	if (!tpm2_wire_find_property(buf, size, attrs, &value))
		return;
	tpm2_wire_set_property(buf, size, attrs, ~value);
	must(tpm2_wire_find_property(buf, size, attrs, &attrs) &&
	     attrs == ~value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t attrs;
	uint8_t *buf;

	if (size < 4)
		return 0;
	attrs = get_unaligned_be32(data);
	data += 4;
	size -= 4;
	/* to its exact size, for the address sanitizer */
	buf = malloc(size ? size : 1);
	memcpy(buf, data, size);
	/* what is read may be changed after that, so the responses are first */
	read_response(buf, size, attrs);
	memcpy(buf, data, size);
	read_command(buf, size, attrs);
	free(buf);
	return 0;
}
