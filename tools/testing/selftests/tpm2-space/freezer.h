/* SPDX-License-Identifier: GPL-2.0-only */
/* A group of processes that can be frozen. */
#ifndef FREEZER_H
#define FREEZER_H

#include <sys/types.h>

/**
 * struct freezer_kind - how a group is frozen
 * @type: file system that groups are made in
 * @options: for its mount
 * @control: file of a group that is told to freeze, and to thaw
 * @freeze: what it is told
 * @thaw: likewise
 * @status: file of a group that says whether it is frozen
 * @frozen: what it says then
 */
struct freezer_kind {
	const char *type;
	const char *options;
	const char *control;
	const char *freeze;
	const char *thaw;
	const char *status;
	const char *frozen;
};

extern const struct freezer_kind freezer_v1, freezer_v2;

void freezer_run(const struct freezer_kind *kind, void (*run)(void));
void freezer_add(pid_t pid);
void freezer_freeze(void);
void freezer_thaw(void);

#endif /* FREEZER_H */
