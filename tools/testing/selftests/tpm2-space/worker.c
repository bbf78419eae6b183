// SPDX-License-Identifier: GPL-2.0-only
/* A client that pauses while it works with a session. */
#include <time.h>
#include "check.h"
#include "counters.h"
#include "session.h"
#include "tpm2-codes.h"
#include "worker.h"

/**
 * work() - use a policy session again and again, which must not get lost
 * @fd: device file
 * @session: the session
 * @uses: how often it is used
 * @pause_ms: how long to pause before each; less than a lease
 *
 * A machine that is busy with something else may make a pause longer than it was
 * meant to be. If it was as long as a lease, the session may be lost. What the
 * TPM, or the line in front of it, takes is no part of a pause.
 *
 * Return: true if it was used to the end, false if it was lost that way.
 */
bool work(int fd, uint32_t session, unsigned int uses, long pause_ms)
{
	const struct timespec pause = {
		.tv_sec = pause_ms / 1000,
		.tv_nsec = pause_ms % 1000 * 1000000,
	};
	long long begin, paused;
	unsigned int i;
	uint32_t code;

	for (i = 0; i < uses; i++) {
		begin = now_ms();
		nanosleep(&pause, NULL);
		paused = now_ms() - begin;
		code = use_policy(fd, session);
		if (code == RM_HANDLE_GONE(0) && paused >= WORKER_LEASE_MS) {
			check_note("lost after a pause of %lld ms", paused);
			return false;
		}
		expect(!code, "0x%08x in use number %u, after a pause of %lld ms",
		       code, i + 1, paused);
	}
	return true;
}
