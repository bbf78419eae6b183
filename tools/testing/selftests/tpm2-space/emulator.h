/* SPDX-License-Identifier: GPL-2.0-only */
/* The TPM as an emulator that does what no command can. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdint.h>
#include <sys/types.h>

pid_t emulator_start(void);
void emulator_find(const char *control);
void emulator_reset(void);
void emulator_keep_state(void);
void emulator_go_back(void);
void emulator_end(void);

#endif /* EMULATOR_H */
