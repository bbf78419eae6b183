/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_MEMCONTROL_H
#define SHIM_MEMCONTROL_H

/* Nobody is charged for memory here. */
#include <stddef.h>

struct mem_cgroup;
struct mm_struct;

#define get_mem_cgroup_from_mm(mm)	NULL
#define mem_cgroup_put(memcg)		((void)(memcg))

#endif /* SHIM_MEMCONTROL_H */
