/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

/* Memory, of which there is none when a test says so. */
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define GFP_NOWAIT		1
#define __GFP_ACCOUNT		0
#define __GFP_NOWARN		0

extern unsigned long shim_allocations;	/* how many there have been */
extern unsigned long shim_no_memory;	/* which of them fails, from 1 */
extern void (*shim_starved)(void *data);	/* is told when it does */
extern void *shim_starved_data;

/* Let the nth allocation from now on fail; none if 0. */
static inline void shim_starve(unsigned long nth, void (*starved)(void *data),
			       void *data)
{
	shim_no_memory = nth ? shim_allocations + nth : 0;
	shim_starved = starved;
	shim_starved_data = data;
}

/* What is not waited for is not to be had. */
static inline void *kzalloc(size_t size, int flags)
{
	if (flags & GFP_NOWAIT)
		return NULL;
	might_sleep();
	if (++shim_allocations == shim_no_memory) {
		shim_starved(shim_starved_data);
		return NULL;
	}
	return calloc(1, size);
}

static inline void *kmemdup(const void *from, size_t size, int flags)
{
	void *copy = kzalloc(size, flags);

	return copy ? memcpy(copy, from, size) : NULL;
}

static inline void kfree(const void *memory)
{
	free((void *)memory);
}

static inline void kfree_sensitive(const void *memory)
{
	kfree(memory);
}

#endif /* SHIM_SLAB_H */
