/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_INTERLEAVE_XARRAY_H
#define SHIM_INTERLEAVE_XARRAY_H

#include_next <linux/xarray.h>
#include <limits.h>

#define DEFINE_XARRAY(name)	struct xarray name = { .places = { NULL } }
#define XA_PRESENT		0

static inline int xa_insert(struct xarray *xa, unsigned long index, void *entry,
			    int flags)
{
	(void)flags;
	if (xa_load(xa, index))
		return -EBUSY;
	xa->places[index] = entry;
	return 0;
}

#define xa_find(xa, index, most, filter)	shim_xa_next(xa, index)

#endif /* SHIM_INTERLEAVE_XARRAY_H */
