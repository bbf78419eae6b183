/* SPDX-License-Identifier: GPL-2.0-only */
/* What cbmc takes for any value. */
#ifndef __NONDET_H
#define __NONDET_H

#include <linux/types.h>

u32 nondet_u32(void);
u64 nondet_u64(void);
bool nondet_bool(void);

#endif /* __NONDET_H */
