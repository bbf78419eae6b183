/* SPDX-License-Identifier: GPL-2.0-only */
/* What there is, for somebody who watches. */
#ifndef VIEW_H
#define VIEW_H

#include <stddef.h>
#include "events.h"
#include "snapshot.h"

char *view(const struct snapshot *snapshot, const struct events *events,
	   size_t columns, size_t rows);

#endif /* VIEW_H */
