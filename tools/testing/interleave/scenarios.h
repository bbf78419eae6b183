/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INTERLEAVE_SCENARIOS_H
#define INTERLEAVE_SCENARIOS_H

#include "schedule.h"

/* Up to the first without a name. */
extern const struct scenario scenarios[];

#endif /* INTERLEAVE_SCENARIOS_H */
