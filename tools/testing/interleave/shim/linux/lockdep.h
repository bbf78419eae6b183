/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LOCKDEP_H
#define SHIM_LOCKDEP_H

#include <linux/compiler.h>

#define lockdep_assert_held(lock)	hook_assert_held(lock, #lock, __func__)

#endif /* SHIM_LOCKDEP_H */
