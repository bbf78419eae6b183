/* SPDX-License-Identifier: GPL-2.0-only */
/* Big-endian numbers byte by byte, so that the sanitizers see each access. */
#ifndef SHIM_UNALIGNED_H
#define SHIM_UNALIGNED_H

#include <linux/types.h>

static inline u64 shim_get_be(const void *p, int bytes)
{
	const u8 *b = p;
	u64 value = 0;

	while (bytes--)
		value = value << 8 | *b++;
	return value;
}

static inline void shim_put_be(u64 value, void *p, int bytes)
{
	u8 *b = p;

	while (bytes--) {
		b[bytes] = value;
		value >>= 8;
	}
}

static inline u16 get_unaligned_be16(const void *p)
{
	return shim_get_be(p, 2);
}

static inline u32 get_unaligned_be32(const void *p)
{
	return shim_get_be(p, 4);
}

static inline u64 get_unaligned_be64(const void *p)
{
	return shim_get_be(p, 8);
}

static inline void put_unaligned_be16(u16 value, void *p)
{
	shim_put_be(value, p, 2);
}

static inline void put_unaligned_be32(u32 value, void *p)
{
	shim_put_be(value, p, 4);
}

static inline void put_unaligned_be64(u64 value, void *p)
{
	shim_put_be(value, p, 8);
}

#endif /* SHIM_UNALIGNED_H */
