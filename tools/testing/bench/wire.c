// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes over the wire to the TPM, whoever sends it.
 *
 * All commands, those of /dev/tpm0, of resource managers and of the kernel
 * itself, go through one function of the kernel's. A probe at its beginning
 * counts them by their codes, where nothing is lost and nobody has to be asked.
 * But what it shows is not of one moment if it counts meanwhile.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "wire.h"

#define TRACING		"/sys/kernel/tracing/"
#define EVENT		TRACING "events/tpm2_bench/transmit/"

/* the command is its second argument, the code six bytes into that */
#define PROBE		"p:tpm2_bench/transmit tpm_transmit code=+6($arg2):u32"
#define COUNT		"hist:keys=code"

static void tell(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t size = strlen(text);

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	expect(write(fd, text, size) == size, "%s does not take '%s': %s", path,
	       text, strerror(errno));
	close(fd);
}

void wire_watch(void)
{
	if (access(EVENT, F_OK)) {
		tell(TRACING "kprobe_events", PROBE);
		tell(EVENT "trigger", COUNT);
	}
}

/* Returns the sum that the kernel has for it. */
static unsigned long read_once(struct wire *wire)
{
	FILE *file = fopen(EVENT "hist", "re");
	unsigned long nr, hits = 0, dropped = 1;
	unsigned int code;
	char line[200];

	expect(file, "cannot open " EVENT "hist: %s", strerror(errno));
	memset(wire, 0, sizeof(*wire));
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, " Hits: %lu", &hits) == 1)
			continue;
		if (sscanf(line, " Dropped: %lu", &dropped) == 1)
			continue;
		if (sscanf(line, "{ code: %u } hitcount: %lu", &code, &nr) != 2)
			continue;
		expect(wire->nr < WIRE_CODES_MAX, "more than %u commands",
		       WIRE_CODES_MAX);
		wire->command[wire->nr].code = ntohl(code);
		wire->command[wire->nr++].nr = nr;
		wire->total += nr;
	}
	fclose(file);
	expect_number(dropped, 0);
	return hits;
}

/* Those before it were all counted, and none came while it was read. */
static bool agree(const struct wire *one, const struct wire *other,
		  unsigned long hits)
{
	return one->total == hits && other->total == hits &&
	       one->nr == other->nr;
}

/* What was sent until a moment at which nothing was. */
void wire_read(struct wire *wire)
{
	long long begin = now_ms();
	struct wire before;
	unsigned long hits;

	read_once(wire);
	do {
		expect(now_ms() - begin < HANG_MS,
		       "commands are sent without end");
		before = *wire;
		hits = read_once(wire);
	} while (!agree(&before, wire, hits));
}

static unsigned long count_of(const struct wire *wire, uint32_t code)
{
	unsigned int i;

	for (i = 0; i < wire->nr; i++) {
		if (wire->command[i].code == code)
			return wire->command[i].nr;
	}
	return 0;
}

/* What was sent after @before was read. */
void wire_since(const struct wire *before, struct wire *wire)
{
	unsigned int i, kept = 0;
	struct wire now;

	wire_read(&now);
	memset(wire, 0, sizeof(*wire));
	for (i = 0; i < now.nr; i++) {
		unsigned long nr = now.command[i].nr -
				   count_of(before, now.command[i].code);

		if (!nr)
			continue;
		wire->command[kept] = now.command[i];
		wire->command[kept++].nr = nr;
		wire->total += nr;
	}
	wire->nr = kept;
}
