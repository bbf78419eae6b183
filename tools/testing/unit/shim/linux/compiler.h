/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_COMPILER_H
#define SHIM_COMPILER_H

#include <stdio.h>
#include <stdlib.h>

#define __printf(at, args)	__attribute__((format(printf, at, args)))
#define fallthrough		__attribute__((__fallthrough__))

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile __typeof__(x) *)&(x) = (value))

/* A warning of the kernel's ends the test. */
#define WARN_ON_ONCE(condition)						\
	({								\
		bool warn_ = (condition);				\
									\
		if (warn_) {						\
			fprintf(stderr, "%s:%d: %s\n", __FILE__,	\
				__LINE__, #condition);			\
			abort();					\
		}							\
		warn_;							\
	})

#endif /* SHIM_COMPILER_H */
