// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hierarchies that end, and their objects with them.
 *
 * Some commands take all objects of a hierarchy away, loaded or saved, whose
 * handles they do not name. The TPM could be asked afterwards what is left; but
 * a client may have sent such a command in an exclusive audit session, and a
 * question of ours would end that it is exclusive, as any command does but those
 * that move contexts. A saved context says which hierarchy it is of. So what is
 * loaded and was never saved is saved beforehand, and nothing need be asked.
 */
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include "hierarchy.h"
#include "object.h"
#include "state.h"

/**
 * tpm2_hierarchy_about_to_end() - get ready for a command that ends hierarchies
 * @rm: resource manager, its chip held
 * @buf: command, any
 * @cmd: what was parsed of it
 *
 * Return: 0, or -EIO if the TPM could not be reached.
 */
int tpm2_hierarchy_about_to_end(struct tpm2_rm *rm, const u8 *buf,
				const struct tpm2_wire_command *cmd)
{
	u32 hierarchies[TPM2_WIRE_MAX_ENDED];
	struct tpm2_object *object;

	lockdep_assert_held(&rm->mutex);

	if (!tpm2_wire_ends_hierarchies(buf, cmd, hierarchies))
		return 0;
	/* one that cannot be saved is left to what comes afterwards */
	list_for_each_entry(object, &rm->objects, lru) {
		if (object->space && !object->hierarchy && !object->ctx &&
		    tpm2_object_save(rm, object) == -EIO)
			return -EIO;
	}
	return 0;
}

static void end_objects(struct tpm2_rm *rm, u32 hierarchy)
{
	struct tpm2_object *object, *next;

	list_for_each_entry_safe(object, next, &rm->all_objects, all) {
		if (object->hierarchy == hierarchy)
			tpm2_object_free(rm, object);
		else if (!object->hierarchy && object->handle)
			tpm2_rm_distrust(rm, TPM2_TRUST_STALE);
	}
}

/**
 * tpm2_hierarchy_ended() - what a command that was carried out has ended
 * @rm: resource manager, its chip held
 * @buf: command, any
 * @cmd: what was parsed of it
 *
 * Forgets the objects that are gone, so their virtual handles are free. Only if
 * it is not known of what is loaded, the TPM will be asked.
 */
void tpm2_hierarchy_ended(struct tpm2_rm *rm, const u8 *buf,
			  const struct tpm2_wire_command *cmd)
{
	u32 hierarchies[TPM2_WIRE_MAX_ENDED];
	unsigned int nr;

	lockdep_assert_held(&rm->mutex);

	nr = tpm2_wire_ends_hierarchies(buf, cmd, hierarchies);
	while (nr--)
		end_objects(rm, hierarchies[nr]);
	/* Part 3, 24.6: so that the next reset does not go for the one before */
	if (cmd->cc == TPM_CC_CLEAR && !cmd->malformed) {
		rm->reset_count = 0;
		rm->restart_count = 0;
	}
}
