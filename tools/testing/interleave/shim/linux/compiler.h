/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_INTERLEAVE_COMPILER_H
#define SHIM_INTERLEAVE_COMPILER_H

#include_next <linux/compiler.h>
#include <hooks.h>

#undef READ_ONCE
#define READ_ONCE(x)							\
	({								\
		hook_read(&(x), #x, __func__);				\
		*(const volatile __typeof__(x) *)&(x);			\
	})

#undef WRITE_ONCE
#define WRITE_ONCE(x, value)						\
	do {								\
		*(volatile __typeof__(x) *)&(x) = (value);		\
		hook_wrote(&(x), #x, __func__);				\
	} while (0)

#undef WARN_ON_ONCE
#define WARN_ON_ONCE(condition)						\
	({								\
		bool warn_ = (condition);				\
									\
		if (warn_)						\
			hook_warn(__FILE__, __LINE__, #condition);	\
		warn_;							\
	})

#define IS_ENABLED(option)	0
#define __user

#endif /* SHIM_INTERLEAVE_COMPILER_H */
