/* SPDX-License-Identifier: GPL-2.0-only */
/* Files by which the kernel is told something. */
#ifndef KNOB_H
#define KNOB_H

void knob_set(const char *path, const char *text);

#endif
