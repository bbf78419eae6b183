/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_USER_NAMESPACE_H
#define SHIM_USER_NAMESPACE_H

#include <linux/types.h>

typedef u32 kuid_t;

#define GLOBAL_ROOT_UID	0
#define __kuid_val(uid)	(uid)
#define uid_eq(a, b)	((a) == (b))

struct user_namespace {
	struct user_namespace *parent;
	kuid_t owner;
};

/* There is no other. */
#define init_user_ns	(*(struct user_namespace *)NULL)

#endif /* SHIM_USER_NAMESPACE_H */
