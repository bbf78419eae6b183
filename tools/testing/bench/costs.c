// SPDX-License-Identifier: GPL-2.0-only
/* What single things cost: an eviction, and an open file. */
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "flood.h"
#include "object.h"
#include "parts.h"
#include "print.h"
#include "session.h"
#include "tpm2-codes.h"

#define FILES	500

/* All sessions there are have owners, and the lease of all of them is over. */
static void eviction(void)
{
	struct crowd crowd;
	struct wire before, wire;
	long lease = counter("lease_ms");
	uint32_t session;
	int fd, i;

	route_take(ROUTE_OURS);
	crowd_open(&crowd);
	crowd_take_all(&crowd, SE_POLICY);
	fd = route_open();
	set_lease(0);
	/*
	 * That the TPM has no more of them is found out once, and then that it
	 * still has so many slots.
	 */
	for (i = 0; i < 2; i++)
		session = new_session(fd, SE_POLICY);

	wire_read(&before);
	expect_ok(start_session(fd, SE_POLICY, &session));
	wire_since(&before, &wire);
	print_begin("costs", "a start that evicts", ROUTE_OURS);
	print_wire(&wire);
	print_end();

	set_lease(lease);
	close(fd);
	crowd_close(&crowd);
}

static void nothing(int fd)
{
}

static void ask(int fd)
{
	get_random(fd);
}

static void make_key(int fd)
{
	struct object key;

	new_key(fd, 1, "", &key);
}

/*
 * What becomes of files that stay open. Closed in between, each would find what
 * the allocator has kept of those before it.
 */
static void memory(enum route route)
{
	static const struct {
		const char *name;
		void (*use)(int fd);
	} stages[] = {
		{ "an open file", nothing },
		{ "an open file that is used", ask },
		{ "an open file with a key", make_key },
	};
	long kb = unreclaimable_kb();
	unsigned int i, j;
	int fd[FILES];

	route_take(route);
	for (j = 0; j < FILES; j++)
		fd[j] = route_open();
	for (i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
		for (j = 0; j < FILES; j++)
			stages[i].use(fd[j]);
		print_begin("costs", stages[i].name, route);
		print_number("bytes", (unreclaimable_kb() - kb) * 1024. / FILES);
		print_end();
	}
	for (j = 0; j < FILES; j++)
		close(fd[j]);
}

void part_costs(const struct plan *plan)
{
	eviction();
	if (!plan->exact) {
		memory(ROUTE_UNPATCHED);
		memory(ROUTE_OURS);
	}
	route_leave();
}
