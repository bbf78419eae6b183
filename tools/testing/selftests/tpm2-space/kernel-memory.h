/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's memory. */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

/**
 * struct kernel_memory - what is in use, in bytes
 * @allocated: objects of kmalloc()
 * @mapped: of vmalloc()
 * @available: what a program could have
 */
struct kernel_memory {
	long long allocated;
	long long mapped;
	long long available;
};

void kernel_memory_read(struct kernel_memory *memory);

#endif /* KERNEL_MEMORY_H */
