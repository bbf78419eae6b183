/* SPDX-License-Identifier: GPL-2.0-only */
/* What was found out, as JSON. */
#ifndef PRINT_H
#define PRINT_H

#include "gang.h"
#include "route.h"

void print_begin(const char *part, const char *name, enum route route);
void print_number(const char *key, double value);
void print_wire(const struct wire *wire);
void print_outcome(const struct outcome *outcome, bool exact, unsigned int pass);
void print_end(void);

#endif /* PRINT_H */
