/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_POLL_H
#define SHIM_POLL_H

#include <linux/fs.h>
#include <linux/wait.h>

#define EPOLLIN		0x01
#define EPOLLOUT	0x04
#define EPOLLRDNORM	0x40
#define EPOLLWRNORM	0x100

struct poll_table_struct {
	bool unused;
};

#define poll_wait(file, queue, wait)	((void)(wait), hook_poll(queue))

#endif /* SHIM_POLL_H */
