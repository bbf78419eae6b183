/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_CRED_H
#define SHIM_CRED_H

#include <linux/types.h>
#include <linux/user_namespace.h>

struct cred {
	kuid_t uid;
	struct user_namespace *user_ns;
};

#endif /* SHIM_CRED_H */
