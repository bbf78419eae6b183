/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_CRED_H
#define SHIM_CRED_H

#include <linux/types.h>

struct cred {
	u32 uid;
};

#define __kuid_val(uid)	(uid)

#endif /* SHIM_CRED_H */
