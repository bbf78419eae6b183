// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: of the driver's own, and what it asks for. What was freed is poisoned,
 * and not given out again in the same run. Each task has a region of its own, so
 * that what it is given does not depend on what others have been given before.
 */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "schedule.h"

#define REGION_SIZE	(256 * 1024)
#define REDZONE		64
#define MOST_PIECES	256

struct piece {
	char *memory;
	size_t size;
};

static PER_RUN size_t used[TASKS + 1];
static PER_RUN struct piece pieces[MOST_PIECES];
static PER_RUN unsigned int nr_pieces;

static char *arena;
static size_t most_used[TASKS + 1];

/* What each run begins with. */
static char *saved_arena;
static char *saved_variables, *saved_bss;

static char *region(int task)
{
	return arena + (size_t)task * REGION_SIZE;
}

void *hook_alloc(size_t size)
{
	size_t whole = (size + REDZONE + 15) & ~15UL;
	char *memory;

	if (!arena) {
		arena = mmap(NULL, (TASKS + 1) * REGION_SIZE,
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (arena == MAP_FAILED)
			abort();
		__asan_poison_memory_region(arena, (TASKS + 1) * REGION_SIZE);
	}
	if (used[current_task] + whole > REGION_SIZE)
		fail("too much memory");
	if (nr_pieces == MOST_PIECES)
		fail("too many pieces of memory");
	memory = region(current_task) + used[current_task];
	used[current_task] += whole;
	if (most_used[current_task] < used[current_task])
		most_used[current_task] = used[current_task];
	__asan_unpoison_memory_region(memory, size);
	memset(memory, 0, size);
	pieces[nr_pieces++] = (struct piece) { memory, size };
	return memory;
}

void hook_free(const void *memory)
{
	unsigned int i;

	if (!memory)
		return;
	for (i = 0; i < nr_pieces; i++) {
		if (pieces[i].memory == memory)
			break;
	}
	if (i == nr_pieces)
		fail("what is freed is not there");
	__asan_poison_memory_region(memory, pieces[i].size);
	pieces[i] = pieces[--nr_pieces];
}

/* How much was not freed. */
unsigned int memory_live(void)
{
	return nr_pieces;
}

/* Is this still there? */
bool memory_has(const void *memory)
{
	unsigned int i;

	for (i = 0; i < nr_pieces; i++) {
		if (pieces[i].memory == memory)
			return true;
	}
	return false;
}

static char *save(const char *from, size_t size)
{
	char *copy = malloc(size + 1);

	if (!copy)
		abort();
	/* with the gaps, which are not to be looked at otherwise */
	__asan_unpoison_memory_region(from, size);
	memcpy(copy, from, size);
	return copy;
}

/* Each run begins as it is now. */
void memory_save(void)
{
	saved_arena = save(region(MAIN_TASK), used[MAIN_TASK]);
	saved_variables = save(__start_per_run,
			       __stop_per_run - __start_per_run);
	saved_bss = save(__start_per_run_bss,
			 __stop_per_run_bss - __start_per_run_bss);
}

void memory_restore(void)
{
	unsigned int i;

	memcpy(__start_per_run, saved_variables,
	       __stop_per_run - __start_per_run);
	memcpy(__start_per_run_bss, saved_bss,
	       __stop_per_run_bss - __start_per_run_bss);
	for (i = MAIN_TASK; i <= TASKS; i++) {
		__asan_poison_memory_region(region(i), most_used[i]);
		most_used[i] = used[i];
	}
	for (i = 0; i < nr_pieces; i++) {
		__asan_unpoison_memory_region(pieces[i].memory, pieces[i].size);
		memcpy(pieces[i].memory,
		       saved_arena + (pieces[i].memory - region(MAIN_TASK)),
		       pieces[i].size);
	}
}
