/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_KREF_H
#define SHIM_KREF_H

#include <linux/compiler.h>
#include <linux/types.h>

struct kref {
	unsigned int count;
};

static inline void kref_init(struct kref *ref)
{
	ref->count = 1;
}

static inline void kref_get(struct kref *ref)
{
	WARN_ON_ONCE(!ref->count);
	ref->count++;
}

static inline void kref_put(struct kref *ref,
			    void (*release)(struct kref *ref))
{
	WARN_ON_ONCE(!ref->count);
	if (!--ref->count)
		release(ref);
}

#endif /* SHIM_KREF_H */
