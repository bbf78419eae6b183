/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_SCHED_MM_H
#define SHIM_SCHED_MM_H

#include <linux/memcontrol.h>

static inline struct mem_cgroup *set_active_memcg(struct mem_cgroup *memcg)
{
	(void)memcg;
	return NULL;
}

#endif /* SHIM_SCHED_MM_H */
