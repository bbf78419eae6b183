/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine's sleep. */
#ifndef POWER_H
#define POWER_H

void suspend_to_idle(void);
void suspend_to_ram(void);
void hibernate_by_platform(void);
void hibernate_by_shutdown(void);

#endif /* POWER_H */
