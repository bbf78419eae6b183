/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that is there, or the program ends. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

void *grown(void *array, size_t nr, size_t size);
char *format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* MEMORY_H */
