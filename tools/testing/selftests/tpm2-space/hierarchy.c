// SPDX-License-Identifier: GPL-2.0-only
/* Commands that end a hierarchy, and what becomes of their clients' objects. */
#include <errno.h>
#include "capability.h"
#include "check.h"
#include "hierarchy.h"
#include "object.h"
#include "session.h"
#include "tpm2-client.h"

#define SLOTS	3	/* for objects */
#define ROUNDS	70	/* more than there are virtual handles for a file */

/* The only one that anybody can send who does not own the platform. */
const struct ending ending_by_clear = { CC_CLEAR, RH_LOCKOUT, RH_OWNER };

static void control(int fd, const struct ending *ending, uint8_t state,
		    struct authorization *audit)
{
	struct call call = {
		.code = ending->code,
		.handles = { ending->authority },
		.nr_handles = 1,
	};
	struct authorization auths[2] = { password("") };
	struct message r;

	if (call.code == CC_HIERARCHY_CONTROL) {
		put32(&call.params, ending->hierarchy);
		put8(&call.params, state);
	}
	if (audit)
		auths[1] = *audit;
	expect_ok(authorized(fd, &call, auths, audit ? 2 : 1, &r));
	if (audit)
		*audit = auths[1];
}

/**
 * end_hierarchy() - end it
 * @fd: device file
 * @ending: how
 * @audit: the session that audits the command, or NULL
 *
 * Afterwards there may be new objects in it.
 */
void end_hierarchy(int fd, const struct ending *ending,
		   struct authorization *audit)
{
	control(fd, ending, 0, audit);
	if (ending->code == CC_HIERARCHY_CONTROL)
		control(fd, ending, 1, audit);
}

static void check_unknown(int fd, uint32_t handle)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_READ_PUBLIC);
	put32(&m, handle);
	command_end(&m);
	expect_errno(tpm_write(fd, &m), EINVAL);
}

/**
 * check_ending() - what goes with a hierarchy, goes at once, and nothing else does
 * @ending: how it ends
 *
 * Loaded objects and those that are out of the TPM are listed no more, and their
 * virtual handles are free again.
 */
void check_ending(const struct ending *ending)
{
	int fd = tpm_managed(), other = tpm_managed();
	uint32_t session = new_session(other, SE_POLICY), sequence;
	struct blob data = blob_of("data"), digest;
	struct object keys[SLOTS + 2], kept, key;
	struct handles list;
	unsigned int i;

	for (i = 0; i < SLOTS + 2; i++)
		new_key_in(fd, ending->hierarchy, i, &keys[i]);
	new_key_in(other, RH_NULL, i, &kept);
	/* of no hierarchy */
	expect_ok(sequence_start(other, &sequence));
	expect_ok(sequence_update(other, sequence, &data));
	end_hierarchy(other, ending, NULL);

	list_type(fd, HT_TRANSIENT, &list);
	expect_number(list.nr, 0);
	for (i = 0; i < SLOTS + 2; i++)
		check_unknown(fd, keys[i].handle);
	check_object(other, &kept);
	expect_ok(sequence_complete(other, sequence, &digest));
	expect_ok(use_policy(other, session));

	for (i = 0; i < ROUNDS; i++) {
		new_key_in(fd, ending->hierarchy, i, &key);
		expect_number(key.handle, VIRTUAL_FIRST);
		end_hierarchy(fd, ending, NULL);
	}
}
