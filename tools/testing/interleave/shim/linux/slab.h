/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

/* Memory that is never given out again once it was freed, until a run ends. */
#include <linux/spinlock.h>
#include <linux/types.h>
#include <string.h>

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define GFP_NOWAIT		0
#define __GFP_ACCOUNT		0
#define __GFP_NOWARN		0

static inline void *kzalloc(size_t size, int flags)
{
	(void)flags;
	might_sleep();
	return hook_alloc(size);
}

static inline void *kmemdup(const void *from, size_t size, int flags)
{
	return memcpy(kzalloc(size, flags), from, size);
}

static inline void kfree(const void *memory)
{
	hook_free(memory);
}

static inline void kfree_sensitive(const void *memory)
{
	hook_free(memory);
}

#endif /* SHIM_SLAB_H */
