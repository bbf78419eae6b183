/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_SEQ_FILE_H
#define SHIM_SEQ_FILE_H

/* What a file of procfs says, as far as there is room for it. */
#include <linux/compiler.h>
#include <linux/types.h>
#include <stdarg.h>
#include <stdio.h>

struct seq_file {
	char *buf;
	size_t size;
	size_t count;
};

__printf(2, 3)
static inline void seq_printf(struct seq_file *m, const char *format, ...)
{
	size_t room = m->size - m->count;
	va_list args;
	int length;

	if (!room)
		return;
	va_start(args, format);
	length = vsnprintf(m->buf + m->count, room, format, args);
	va_end(args);
	m->count = length < room ? m->count + length : m->size;
}

static inline bool seq_has_overflowed(struct seq_file *m)
{
	return m->count == m->size;
}

#endif /* SHIM_SEQ_FILE_H */
