/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory on the account of whoever has opened a file, taken while the chip is held.
 */
#ifndef __TPM2_CHARGE_H
#define __TPM2_CHARGE_H

#include <linux/slab.h>
#include <linux/string.h>

/**
 * tpm2_charge_zalloc() - memory that a client's command needs
 * @size: in bytes
 *
 * Who has all the memory that he may have would be made to wait for more, or would
 * have to set some free; and everybody with him, since he has the TPM. So nothing is
 * waited for, and what cannot be had so is nobody's. It is little: the limits on
 * sessions and objects are others.
 *
 * Return: the memory, zeroed; or NULL.
 */
static inline void *tpm2_charge_zalloc(size_t size)
{
	void *memory = kzalloc(size, GFP_NOWAIT | __GFP_ACCOUNT | __GFP_NOWARN);

	return memory ?: kzalloc(size, GFP_KERNEL);
}

/**
 * tpm2_charge_memdup() - a copy of bytes that a client's command needs
 * @data: the bytes
 * @size: their number
 *
 * Return: as tpm2_charge_zalloc().
 */
static inline void *tpm2_charge_memdup(const void *data, size_t size)
{
	void *memory = tpm2_charge_zalloc(size);

	return memory ? memcpy(memory, data, size) : NULL;
}

#endif /* __TPM2_CHARGE_H */
