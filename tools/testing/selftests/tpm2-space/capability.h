/* SPDX-License-Identifier: GPL-2.0-only */
/* What a TPM says of itself. */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

#define HANDLES_LISTED_MAX	128

/**
 * struct handles - a list of handles
 * @nr: how many
 * @more: there are more of the same type
 * @handle: the handles
 */
struct handles {
	unsigned int nr;
	bool more;
	uint32_t handle[HANDLES_LISTED_MAX];
};

/**
 * struct starts - how often the TPM was started
 * @resets: TPM Resets, in which saved sessions are lost
 * @restarts: TPM Restarts and Resumes since then, in which they are not
 */
struct starts {
	uint32_t resets;
	uint32_t restarts;
};

void list_handles(int fd, uint32_t first, uint32_t count, struct handles *list);
void list_type(int fd, uint8_t type, struct handles *list);
bool listed(const struct handles *list, uint32_t handle);
uint32_t get_property(int fd, uint32_t property);
uint32_t get_random(int fd);
void get_starts(struct starts *starts);

#endif /* CAPABILITY_H */
