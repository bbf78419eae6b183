/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals to processes that are at work. */
#ifndef DISTURB_H
#define DISTURB_H

#include <sys/types.h>

void disturb_begin(void);
void disturb_until_ended(const pid_t *pids, unsigned int nr,
			 void (*meanwhile)(void *), void *argument);
void disturb_expect_signals(void);

#endif /* DISTURB_H */
