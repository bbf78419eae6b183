// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the TPM itself says, past any resource manager: one value a line.
 *
 * Without an argument all of them are printed, else the one that is named.
 */
#include <stdio.h>
#include <string.h>
#include "capability.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

static unsigned int count(int fd, uint8_t type)
{
	struct handles list;

	list_type(fd, type, &list);
	return list.nr;
}

int main(int argc, char **argv)
{
	struct {
		const char *name;
		unsigned int value;
	} state[] = {
		{ "sessions" },	/* loaded and saved ones */
		{ "objects" },	/* loaded transient ones */
		{ "orderly" },	/* was it shut down before it last started? */
	};
	size_t i, nr = sizeof(state) / sizeof(*state);
	int fd = tpm_raw(), found = 0;

	state[0].value = count(fd, HT_HMAC_SESSION) +
			 count(fd, HT_POLICY_SESSION);
	state[1].value = count(fd, HT_TRANSIENT);
	state[2].value = get_property(fd, PT_STARTUP_CLEAR) >> 31;

	for (i = 0; i < nr; i++) {
		if (argc == 1)
			printf("%s: %u\n", state[i].name, state[i].value);
		else if (!strcmp(argv[1], state[i].name))
			found = printf("%u\n", state[i].value);
	}
	if (argc > 1 && !found) {
		fprintf(stderr, "%s: there is no %s\n", argv[0], argv[1]);
		return 2;
	}
	return 0;
}
