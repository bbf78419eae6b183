/* SPDX-License-Identifier: GPL-2.0-only */
/* The extension as a module: loaded, disabled, removed. */
#ifndef MODULE_H
#define MODULE_H

#include <stdbool.h>

bool module_is_loaded(void);
void module_load(const char *path);
void module_enable(bool enable);
int module_try_remove(void);
void module_remove(void);

#endif /* MODULE_H */
