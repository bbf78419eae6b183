/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_NOTIFIER_H
#define SHIM_NOTIFIER_H

#define NOTIFY_DONE	0

struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long event,
			     void *data);
};

#endif /* SHIM_NOTIFIER_H */
