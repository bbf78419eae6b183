/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_REBOOT_H
#define SHIM_REBOOT_H

#include <linux/notifier.h>

#define SYS_RESTART	1

#define register_reboot_notifier(block)		((void)(block), 0)
#define unregister_reboot_notifier(block)	((void)(block))

#endif /* SHIM_REBOOT_H */
