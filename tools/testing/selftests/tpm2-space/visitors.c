// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients that come and go all the time, whatever becomes of the machine: each
 * opens the device, makes a key, starts a session, uses both, and closes.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "object.h"
#include "process.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"
#include "visitors.h"

#define VISITS	16	/* that are waited for */

/* Is the chip gone, and may it be? Any other answer has to be good. */
static bool is_gone(const struct visitors *visitors, ssize_t result)
{
	if (result >= 0)
		return false;
	expect(visitors->may_go && errno == EPIPE, "a visitor is told: %s",
	       strerror(errno));
	return true;
}

static bool exchange(const struct visitors *visitors, int fd, struct message *m)
{
	ssize_t n;

	if (is_gone(visitors, tpm_write(fd, m)))
		return false;
	n = read(fd, m->data, sizeof(m->data));
	if (is_gone(visitors, n))
		return false;
	expect(n >= HEADER_SIZE, "a response of %zd bytes", n);
	m->len = n;
	m->pos = HEADER_SIZE;
	expect_ok(be32_at(m->data + 6));
	return true;
}

static bool visit(const struct visitors *visitors, int fd)
{
	struct message m = new_key_command(1);
	uint32_t key, session;

	if (!exchange(visitors, fd, &m))
		return false;
	key = get32(&m);
	m = start_command(SE_POLICY);
	if (!exchange(visitors, fd, &m))
		return false;
	session = get32(&m);
	command_begin(&m, ST_NO_SESSIONS, CC_POLICY_GET_DIGEST);
	put32(&m, session);
	command_end(&m);
	if (!exchange(visitors, fd, &m))
		return false;
	command_begin(&m, ST_NO_SESSIONS, CC_READ_PUBLIC);
	put32(&m, key);
	command_end(&m);
	return exchange(visitors, fd, &m);
}

/* What open() says of a chip that goes at that moment, or has gone. */
static bool is_no_chip(int error)
{
	return error == ENOENT || error == ENODEV || error == ENXIO ||
	       error == EPIPE;
}

static void come_and_go(void *argument)
{
	struct visitors *visitors = argument;
	int fd;

	while (!visitors->stop) {
		fd = tpm_try_managed();
		if (fd < 0) {
			expect(visitors->may_go && is_no_chip(errno),
			       "open(): %s", strerror(errno));
			continue;
		}
		__atomic_fetch_add(visit(visitors, fd) ? &visitors->served :
							 &visitors->gone,
				   1, __ATOMIC_RELAXED);
		close(fd);
	}
}

/**
 * visitors_begin() - let there be such clients
 * @may_go: their chip may go away at any moment
 */
struct visitors *visitors_begin(bool may_go)
{
	struct visitors *visitors;
	int i;

	visitors = mmap(NULL, sizeof(*visitors), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(visitors != MAP_FAILED, "mmap(): %s", strerror(errno));
	visitors->may_go = may_go;
	for (i = 0; i < VISITORS; i++)
		visitors->pid[i] = spawn(come_and_go, visitors);
	return visitors;
}

/**
 * visitors_await() - some more of them come and go
 * @visitors: the clients
 */
void visitors_await(const struct visitors *visitors)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	unsigned int seen = __atomic_load_n(&visitors->served, __ATOMIC_RELAXED);
	long long deadline = now_ms() + HANG_MS;

	while (__atomic_load_n(&visitors->served, __ATOMIC_RELAXED) - seen <
	       VISITS) {
		expect(now_ms() < deadline, "nobody is served any more");
		nanosleep(&pause, NULL);
	}
}

/**
 * visitors_end() - none of them was told anything but what is so
 * @visitors: the clients
 */
void visitors_end(struct visitors *visitors)
{
	int i;

	visitors->stop = true;
	for (i = 0; i < VISITORS; i++)
		await_success(visitors->pid[i]);
	check_note("%u visits, %u to a chip that went", visitors->served,
		   visitors->gone);
}
