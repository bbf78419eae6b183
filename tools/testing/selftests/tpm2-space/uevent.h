/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel tells udev. */
#ifndef UEVENT_H
#define UEVENT_H

#include <stdbool.h>

int uevents_open(void);
bool uevents_saw(int fd, const char *action, int chip, int timeout_ms);

#endif /* UEVENT_H */
