/* SPDX-License-Identifier: GPL-2.0-only */
/* The state that each test begins with, and what it must leave behind. */
#ifndef BED_H
#define BED_H

void bed_make(void);
void bed_check(void);

#endif /* BED_H */
