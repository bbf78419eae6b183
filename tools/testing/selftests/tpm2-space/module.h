/* SPDX-License-Identifier: GPL-2.0-only */
/* The extension as a module: loaded and removed. */
#ifndef MODULE_H
#define MODULE_H

#include <stdbool.h>

bool module_is_loaded(void);
int module_try_load(const char *path, const char *parameters);
void module_load(const char *path);
int module_try_remove(void);
void module_remove(void);

#endif /* MODULE_H */
