// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's memory, caches set aside: those that can be dropped are dropped, and
 * the allocator gives back what it keeps for each processor, which it would count
 * as in use.
 */
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "kernel-memory.h"
#include "knob.h"

static void give_back(void)
{
	glob_t found;
	size_t i;

	expect(!glob("/sys/kernel/slab/kmalloc-*/shrink", 0, NULL, &found),
	       "there is no /sys/kernel/slab");
	for (i = 0; i < found.gl_pathc; i++)
		knob_set(found.gl_pathv[i], "1");
	globfree(&found);
}

static long long allocated(void)
{
	FILE *f = fopen("/proc/slabinfo", "re");
	unsigned long objects, all, size;
	long long sum = 0;
	char line[400];

	expect(f, "cannot open /proc/slabinfo: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "kmalloc-%*s %lu %lu %lu", &objects, &all,
			   &size) == 3)
			sum += (long long)objects * size;
	}
	fclose(f);
	expect(sum, "/proc/slabinfo has nothing of kmalloc()");
	return sum;
}

static long long in_meminfo(const char *name)
{
	FILE *f = fopen("/proc/meminfo", "re");
	long long value = -1;
	char line[200];
	size_t len = strlen(name);

	expect(f, "cannot open /proc/meminfo: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, name, len) && line[len] == ':')
			sscanf(line + len + 1, "%lld", &value);
	}
	fclose(f);
	expect(value >= 0, "/proc/meminfo has no %s", name);
	return value * 1024;
}

/* Free pages that the page allocator has in store for each processor count as used. */
static long long in_store(void)
{
	FILE *f = fopen("/proc/zoneinfo", "re");
	long long pages, sum = 0;
	bool found = false;
	char line[200];

	expect(f, "cannot open /proc/zoneinfo: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " count: %lld", &pages) == 1) {
			sum += pages;
			found = true;
		}
	}
	fclose(f);
	expect(found, "/proc/zoneinfo has nothing of each processor");
	return sum * sysconf(_SC_PAGESIZE);
}

void kernel_memory_read(struct kernel_memory *memory)
{
	knob_set("/proc/sys/vm/drop_caches", "3");
	give_back();
	memory->allocated = allocated();
	memory->mapped = in_meminfo("VmallocUsed");
	memory->available = in_meminfo("MemAvailable") + in_store();
}
