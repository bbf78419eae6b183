/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters are set by whoever calls what is in their operations. */
#ifndef SHIM_MODULEPARAM_H
#define SHIM_MODULEPARAM_H

#include <linux/types.h>

struct kernel_param {
	void *arg;
};

struct kernel_param_ops {
	int (*set)(const char *value, const struct kernel_param *param);
	int (*get)(char *buffer, const struct kernel_param *param);
};

int param_get_bool(char *buffer, const struct kernel_param *param);

#endif /* SHIM_MODULEPARAM_H */
