// SPDX-License-Identifier: GPL-2.0-only
/* What a TPM says of itself. */
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

static void get_capability(int fd, uint32_t capability, uint32_t property,
			   uint32_t count, struct message *r, bool *more)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_GET_CAPABILITY);
	put32(&m, capability);
	put32(&m, property);
	put32(&m, count);
	expect_ok(tpm_exchange(fd, &m, r));
	*more = get8(r);
	expect_number(get32(r), capability);
}

/* One response of the TPM: handles from @first on, @count at most. */
void list_handles(int fd, uint32_t first, uint32_t count, struct handles *list)
{
	struct message r;
	unsigned int i;

	get_capability(fd, CAP_HANDLES, first, count, &r, &list->more);
	list->nr = get32(&r);
	expect(list->nr <= HANDLES_LISTED_MAX, "a list of %u handles",
	       list->nr);
	for (i = 0; i < list->nr; i++)
		list->handle[i] = get32(&r);
	expect_number(r.pos, r.len);
}

/* All handles of a type. */
void list_type(int fd, uint8_t type, struct handles *list)
{
	list_handles(fd, FIRST_OF(type), HANDLES_LISTED_MAX, list);
	expect(!list->more, "more than %u handles", HANDLES_LISTED_MAX);
}

/* Sessions go by their index: what their type says depends on the list. */
bool listed(const struct handles *list, uint32_t handle)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++) {
		if (HANDLE_INDEX(list->handle[i]) == HANDLE_INDEX(handle))
			return true;
	}
	return false;
}

uint32_t get_property(int fd, uint32_t property)
{
	struct message r;
	bool more;

	get_capability(fd, CAP_TPM_PROPERTIES, property, 1, &r, &more);
	expect_number(get32(&r), 1);
	expect_number(get32(&r), property);
	return get32(&r);
}

/* Some command that always works and names nothing. */
uint32_t get_random(int fd)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_GET_RANDOM);
	put16(&m, 8);
	return tpm_exchange(fd, &m, NULL);
}

void get_starts(struct starts *starts)
{
	struct message m, r;
	uint8_t clocks[16];
	int fd = tpm_managed();

	command_begin(&m, ST_NO_SESSIONS, CC_READ_CLOCK);
	expect_ok(tpm_exchange(fd, &m, &r));
	get(&r, clocks, sizeof(clocks));
	starts->resets = get32(&r);
	starts->restarts = get32(&r);
	close(fd);
}
