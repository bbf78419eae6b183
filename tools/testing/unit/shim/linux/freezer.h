/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_FREEZER_H
#define SHIM_FREEZER_H

#include <linux/wait.h>

#endif /* SHIM_FREEZER_H */
