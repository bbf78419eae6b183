/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before all else in the parser, for every-wire.c: each number that it
 * reads out of its input, or writes there, is chosen and checked.
 */
#ifndef EVERY_READ_H
#define EVERY_READ_H

#include <linux/unaligned.h>

u64 every_read(const void *p, unsigned int width);
void every_write(u64 value, const void *p, unsigned int width);

#define get_unaligned_be16(p)	((u16)every_read(p, 2))
#define get_unaligned_be32(p)	((u32)every_read(p, 4))
#define get_unaligned_be64(p)	every_read(p, 8)
#define put_unaligned_be16(value, p)	every_write(value, p, 2)
#define put_unaligned_be32(value, p)	every_write(value, p, 4)

#endif /* EVERY_READ_H */
