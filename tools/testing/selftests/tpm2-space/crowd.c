// SPDX-License-Identifier: GPL-2.0-only
/* Clients that have all the sessions there are. */
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

/* How many sessions the TPM can have, saved ones included. */
unsigned int nr_sessions_max(void)
{
	static unsigned int max;
	int fd;

	if (!max) {
		fd = tpm_managed();
		max = get_property(fd, PT_ACTIVE_SESSIONS_MAX);
		close(fd);
		expect(max >= 8 && max <= CROWD_MAX, "the TPM has %u sessions",
		       max);
	}
	return max;
}

void crowd_open(struct crowd *crowd)
{
	unsigned int i;

	crowd->nr = 0;
	for (i = 0; i < CROWD_FDS; i++)
		crowd->fds[i] = tpm_managed();
}

/* The kind of the n-th session, where they may be mixed. */
uint8_t kind_of(uint8_t kind, unsigned int n)
{
	static const uint8_t kinds[] = { SE_HMAC, SE_POLICY, SE_TRIAL };

	return kind == KIND_MIXED ? kinds[n % sizeof(kinds)] : kind;
}

/* Start sessions, one file after the other in turn. */
void crowd_add(struct crowd *crowd, unsigned int nr, uint8_t kind)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		unsigned int n = crowd->nr++;

		crowd->session[n].fd = crowd->fds[n % CROWD_FDS];
		crowd->session[n].kind = kind_of(kind, n);
		crowd->session[n].handle = new_session(crowd->session[n].fd,
						       crowd->session[n].kind);
	}
}

/* A crowd that leaves no session to anybody else. Nobody has been evicted. */
void crowd_take_all(struct crowd *crowd, uint8_t kind)
{
	unsigned int max = nr_sessions_max();
	long evictions = counter("evictions");

	crowd_open(crowd);
	crowd_add(crowd, max - counter("active"), kind);
	expect_number(counter("active"), max);
	expect_number(counter("evictions"), evictions);
}

/* End a session; the younger ones move up. */
void crowd_flush(struct crowd *crowd, unsigned int i)
{
	expect_ok(flush_context(crowd->session[i].fd,
				crowd->session[i].handle));
	crowd->nr--;
	for (; i < crowd->nr; i++)
		crowd->session[i] = crowd->session[i + 1];
}

uint32_t crowd_use(const struct crowd *crowd, unsigned int i)
{
	int fd = crowd->session[i].fd;
	uint32_t handle = crowd->session[i].handle;

	return crowd->session[i].kind == SE_HMAC ?
	       use_audit(fd, handle, SA_CONTINUE) : use_policy(fd, handle);
}

/* What crowd_use() gives for a session that was evicted. */
uint32_t gone(uint8_t kind)
{
	return kind == SE_HMAC ? RM_AUTH_GONE(0) : RM_HANDLE_GONE(0);
}

/* Those before @from have been evicted, the others have not. */
void crowd_check(const struct crowd *crowd, unsigned int from)
{
	unsigned int i;
	uint32_t code;

	for (i = 0; i < crowd->nr; i++) {
		code = i < from ? gone(crowd->session[i].kind) : 0;
		expect(crowd_use(crowd, i) == code,
		       "the session started as number %u, 0x%08x, %s", i,
		       crowd->session[i].handle,
		       i < from ? "was to be evicted, and was not" :
				  "was not to be evicted, and does not work");
	}
}

void crowd_close(struct crowd *crowd)
{
	unsigned int i;

	for (i = 0; i < CROWD_FDS; i++)
		close(crowd->fds[i]);
	crowd->nr = 0;
}
