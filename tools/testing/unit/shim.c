// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include <linux/spinlock.h>

unsigned int shim_spinlocks;
unsigned long shim_allocations;
unsigned long shim_no_memory;
void (*shim_starved)(void *data);
void *shim_starved_data;
