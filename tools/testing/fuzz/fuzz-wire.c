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

static void must(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tpm2_wire_response rsp;
	struct tpm2_wire_handles handles;
	struct tpm2_wire_command cmd;
	struct tpm2_wire_context ctx;
	uint32_t attrs, first, count, value;
	uint8_t *buf;
	int length;

	if (size < 4)
		return 0;
	attrs = get_unaligned_be32(data);
	data += 4;
	size -= 4;
	/* to its exact size, for the address sanitizer */
	buf = malloc(size ? size : 1);
	memcpy(buf, data, size);

	length = tpm2_wire_check_header(buf, size);
	if (length > 0) {
		must((size_t)length <= size);
		tpm2_wire_parse_command(buf, attrs, &cmd);
		must(cmd.nr_handles <= TPM2_WIRE_MAX_HANDLES);
		must(cmd.nr_auths <= TPM2_WIRE_MAX_AUTHS);
		must(cmd.malformed || cmd.params <= cmd.size);
		tpm2_wire_wants_handles(buf, &cmd, &first, &count);
	}
	if (!tpm2_wire_parse_response(buf, size, attrs, &rsp))
		must(rsp.params + rsp.params_size <= rsp.size &&
		     rsp.size <= size);
	length = tpm2_wire_parse_context(buf, size, &ctx);
	must(length < 0 || (size_t)length <= size);
	if (!tpm2_wire_parse_handles(buf, size, &handles))
		must(handles.list + 4ULL * handles.count <= size);
	tpm2_wire_find_property(buf, size, attrs, &value);

	free(buf);
	return 0;
}
