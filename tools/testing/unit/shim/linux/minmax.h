/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_MINMAX_H
#define SHIM_MINMAX_H

#include <linux/types.h>

/* Each argument is evaluated once, as with the kernel's. */
#define SHIM_CHOOSE(a, op, b)						\
	({								\
		__typeof__(a) a_ = (a);					\
		__typeof__(b) b_ = (b);					\
									\
		a_ op b_ ? a_ : b_;					\
	})

#define min(a, b)		SHIM_CHOOSE(a, <, b)
#define max(a, b)		SHIM_CHOOSE(a, >, b)
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))

#endif /* SHIM_MINMAX_H */
