/* SPDX-License-Identifier: GPL-2.0-only */
/* Who serves a file: the extension, or the kernel's own code. */
#ifndef SWITCH_H
#define SWITCH_H

#include <stdbool.h>

#define SLOTS	3	/* of sessions and of objects, each */

bool switch_is_on(void);
void switch_set(bool on);
void switch_on(void);
int switch_write(const char *text);
void expect_kernels(int fd);
void expect_ours(int fd);
void expect_slots(int raw);

#endif /* SWITCH_H */
