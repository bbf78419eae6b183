/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_XARRAY_H
#define SHIM_XARRAY_H

/* An array of pointers that finds the lowest free place. */
#include <linux/errno.h>
#include <linux/slab.h>

#define XA_FLAGS_ALLOC		0
#define XA_PLACES		128

struct xarray {
	void *places[XA_PLACES];
};

struct xa_limit {
	u32 max;
	u32 min;
};

#define XA_LIMIT(least, most)	{ .min = (least), .max = (most) }

static inline void xa_init_flags(struct xarray *xa, int flags)
{
	(void)flags;
	memset(xa, 0, sizeof(*xa));
}

static inline void *xa_load(struct xarray *xa, unsigned long index)
{
	return index < XA_PLACES ? xa->places[index] : NULL;
}

static inline int xa_alloc(struct xarray *xa, u32 *index, void *entry,
			   struct xa_limit limit, int flags)
{
	void *memory = kzalloc(1, flags);

	if (!memory)
		return -ENOMEM;
	kfree(memory);
	for (*index = limit.min; *index <= limit.max; ++*index) {
		if (xa->places[*index])
			continue;
		xa->places[*index] = entry;
		return 0;
	}
	return -EBUSY;
}

static inline void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *entry = xa_load(xa, index);

	xa->places[index] = NULL;
	return entry;
}

static inline void *shim_xa_next(struct xarray *xa, unsigned long *index)
{
	while (*index < XA_PLACES && !xa->places[*index])
		++*index;
	return xa_load(xa, *index);
}

#define xa_for_each(xa, index, entry)					\
	for ((index) = 0; ((entry) = shim_xa_next(xa, &(index))); (index)++)

static inline void xa_destroy(struct xarray *xa)
{
	unsigned long index = 0;

	WARN_ON_ONCE(shim_xa_next(xa, &index));
}

#endif /* SHIM_XARRAY_H */
