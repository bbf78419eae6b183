// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transient objects of the fake TPM.
 */
#include <linux/string.h>
#include "../wire.h"
#include "fake-tpm.h"

#define FIRST_HANDLE	0x80000000

/**
 * fake_hierarchy_find() - look a hierarchy up
 * @tpm: the TPM
 * @handle: TPM_RH; it may be one that is limited to some version of the firmware
 *
 * Return: the hierarchy, or NULL.
 */
struct fake_hierarchy *fake_hierarchy_find(struct fake_tpm *tpm, u32 handle)
{
	/* the version itself is in the lower half */
	switch (handle >= FAKE_RH_SVN_OWNER ? handle & 0xffff0000 : handle) {
	case FAKE_RH_OWNER:
	case FAKE_RH_FW_OWNER:
	case FAKE_RH_SVN_OWNER:
		return &tpm->hierarchies[0];
	case FAKE_RH_ENDORSEMENT:
	case FAKE_RH_FW_ENDORSEMENT:
	case FAKE_RH_SVN_ENDORSEMENT:
		return &tpm->hierarchies[1];
	case FAKE_RH_PLATFORM:
	case FAKE_RH_FW_PLATFORM:
	case FAKE_RH_SVN_PLATFORM:
		return &tpm->hierarchies[2];
	case TPM_RH_NULL:
	case FAKE_RH_FW_NULL:
	case FAKE_RH_SVN_NULL:
		return &tpm->hierarchies[3];
	}
	return NULL;
}

/**
 * fake_hierarchy_flush() - no object of a hierarchy is loaded any more
 * @tpm: the TPM
 * @handle: TPM_RH
 */
void fake_hierarchy_flush(struct fake_tpm *tpm, u32 handle)
{
	const struct fake_hierarchy *ends = fake_hierarchy_find(tpm, handle);
	u32 i;

	for (i = 0; i < tpm->config.loaded_objects; i++) {
		if (tpm->objects[i].serial &&
		    fake_hierarchy_find(tpm, tpm->objects[i].hierarchy) == ends)
			memset(&tpm->objects[i], 0, sizeof(tpm->objects[i]));
	}
}

/**
 * fake_hierarchy_enable_all() - all hierarchies are there after a reset
 * @tpm: the TPM
 */
void fake_hierarchy_enable_all(struct fake_tpm *tpm)
{
	u32 i;

	for (i = 0; i < FAKE_HIERARCHIES; i++)
		tpm->hierarchies[i].disabled = false;
}

/**
 * fake_object_make() - an object comes into being
 * @tpm: the TPM
 * @hierarchy: TPM_RH
 * @sequence: it is a hash sequence
 * @handle: receives its handle
 *
 * Return: TPM_RC.
 */
u32 fake_object_make(struct fake_tpm *tpm, u32 hierarchy, bool sequence,
		     u32 *handle)
{
	u32 i;

	for (i = 0; i < tpm->config.loaded_objects; i++) {
		if (tpm->objects[i].serial)
			continue;
		tpm->objects[i] = (struct fake_object) {
			.serial = ++tpm->serial, .hierarchy = hierarchy,
			.sequence = sequence,
		};
		*handle = FIRST_HANDLE + i;
		return TPM_RC_SUCCESS;
	}
	return tpm->config.quirks.no_object_slot ?: TPM_RC_OBJECT_MEMORY;
}

/**
 * fake_object_find() - look an object up
 * @tpm: the TPM
 * @handle: its handle
 *
 * Return: the object, or NULL.
 */
struct fake_object *fake_object_find(struct fake_tpm *tpm, u32 handle)
{
	u32 i = handle - FIRST_HANDLE;

	if (i >= tpm->config.loaded_objects || !tpm->objects[i].serial)
		return NULL;
	return &tpm->objects[i];
}

/**
 * fake_object_count() - how many objects are loaded?
 * @tpm: the TPM
 */
unsigned int fake_object_count(const struct fake_tpm *tpm)
{
	unsigned int count = 0, i;

	for (i = 0; i < tpm->config.loaded_objects; i++)
		count += !!tpm->objects[i].serial;
	return count;
}

/**
 * fake_object_forget_all() - no object is loaded any more
 * @tpm: the TPM
 */
void fake_object_forget_all(struct fake_tpm *tpm)
{
	memset(tpm->objects, 0, sizeof(tpm->objects));
}
