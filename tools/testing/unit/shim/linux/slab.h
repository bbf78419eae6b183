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

extern unsigned long shim_allocations;	/* how many there have been */
extern unsigned long shim_no_memory;	/* which of them fails, from 1 */

static inline void *kzalloc(size_t size, int flags)
{
	(void)flags;
	might_sleep();
	if (++shim_allocations == shim_no_memory)
		return NULL;
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
