/* SPDX-License-Identifier: GPL-2.0-only */
/* The terminal that something is watched in. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

bool terminal_is_one(void);
void terminal_take(void);
void terminal_give_back(void);
void terminal_size(size_t *columns, size_t *rows);
void terminal_show(const char *text, size_t columns, size_t rows);

#endif /* TERMINAL_H */
