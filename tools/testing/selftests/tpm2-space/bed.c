// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state that each test begins with, and what it must leave behind.
 *
 * Both are seen past the resource manager, through /dev/tpm0: what the TPM
 * itself says that it has.
 */
#include <stddef.h>
#include <unistd.h>
#include "bed.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define LEASE_DEFAULT	2000
#define TENURE_DEFAULT	60000	/* ms */

static void flush_all(int raw, uint8_t type)
{
	struct handles list;
	unsigned int i;

	list_type(raw, type, &list);
	for (i = 0; i < list.nr; i++)
		expect_ok(flush_context(raw, list.handle[i]));
	list_type(raw, type, &list);
	expect_number(list.nr, 0);
}

/* Nothing in the TPM, and all limits as they come. */
void bed_make(void)
{
	int fd = tpm_raw();

	flush_all(fd, HT_HMAC_SESSION);
	flush_all(fd, HT_POLICY_SESSION);
	flush_all(fd, HT_TRANSIENT);
	close(fd);

	if (!counters_present())
		return;
	fd = tpm_managed();
	expect_ok(get_random(fd));
	set_limit("max_per_fd", get_property(fd, PT_ACTIVE_SESSIONS_MAX) / 4);
	close(fd);
	set_limit("lease_ms", LEASE_DEFAULT);
	set_limit("tenure_ms", TENURE_DEFAULT);
	set_limit("longest_wait_ms", 0);
	expect_number(counter("active"), 0);
	expect_number(counter("waiters"), 0);
}

/* All files are closed: has each session gone that was somebody's? */
void bed_check(void)
{
	struct handles loaded, saved, objects;
	long active = -1;
	int raw;

	if (counters_present()) {
		expect_number(counter("waiters"), 0);
		active = counter("active");
		expect(active == counter("detached"),
		       "%ld sessions are left, and %ld are nobody's", active,
		       counter("detached"));
	}

	raw = tpm_raw();
	list_type(raw, HT_HMAC_SESSION, &loaded);
	list_type(raw, HT_POLICY_SESSION, &saved);
	list_type(raw, HT_TRANSIENT, &objects);
	close(raw);
	expect(!objects.nr, "%u objects are left in the TPM", objects.nr);
	expect(active < 0 || loaded.nr + saved.nr == active,
	       "the TPM has %u sessions, the resource manager %ld",
	       loaded.nr + saved.nr, active);
}
