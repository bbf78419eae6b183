// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose context leaves a slot although no command of a client needs it, and
 * what must be left free between two commands.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include "context.h"
#include "gap.h"
#include "object.h"
#include "slots.h"
#include "state.h"
#include "sync.h"

/* Save a session where nobody waits for it, and nobody can be asked to wait. */
static bool spill_quietly(struct tpm2_rm *rm,
			  int (*spill)(struct tpm2_rm *rm))
{
	u64 ready;
	int rc;

	do {
		rc = spill(rm);
		if (rc != TPM_RC_CONTEXT_GAP)
			return !rc;
	} while (!tpm2_gap_close(rm, tpm2_rm_lease(rm), &ready));
	return false;
}

/*
 * Is what has the handles of ours in the slots really ours? Saved under its owner's
 * name, what is others' would be his for good.
 */
static bool know_whose(struct tpm2_rm *rm)
{
	if (!rm->nr_objects && !tpm2_session_table_coldest(&rm->sessions, false))
		return true;
	/* a TPM that does not tell never will */
	return rm->trust >= TPM2_TRUST_SHARED || tpm2_rm_sync(rm) >= 0;
}

/* What has become of the last object that was tried. */
static int spill_all(struct tpm2_rm *rm)
{
	int rc;

	do {
		rc = tpm2_object_spill(rm);
	} while (!rc);
	while (tpm2_session_table_coldest(&rm->sessions, false)) {
		if (!spill_quietly(rm, tpm2_context_spill_owned))
			break;
	}
	return rc;
}

/*
 * Only so many objects, whatever becomes of those that the TPM does not save; but they
 * are given up only if that is of use.
 */
static void reserve_objects(struct tpm2_rm *rm)
{
	const struct tpm2_rm_limits *limits = &rm->limits;
	u32 others = rm->strange_objects + limits->reserve_objects;
	int rc;

	while (rm->nr_objects + others > limits->loaded_objects) {
		rc = tpm2_object_spill(rm);
		if (rc && rc != -EIO && limits->reserve_for_good &&
		    others <= limits->loaded_objects)
			rc = tpm2_object_drop(rm);
		if (rc)
			break;
	}
}

/**
 * tpm2_slots_spill_all() - leave nothing of ours in the TPM's slots
 * @rm: resource manager, its chip held
 *
 * Somebody else is about to use the TPM, or it is about to lose what is
 * loaded.
 */
void tpm2_slots_spill_all(struct tpm2_rm *rm)
{
	/* what is left in a slot when the system sleeps is lost for certain */
	if (!know_whose(rm) && !READ_ONCE(rm->quiesced))
		return;
	if (spill_all(rm) != -EIO && rm->limits.reserve_objects)
		reserve_objects(rm);
}

/**
 * tpm2_slots_keep_reserve() - leave the slots free that the kernel needs
 * @rm: resource manager, its chip held
 *
 * The kernel's own users of the TPM load objects and start sessions without
 * asking us for room, and some give the chip up for good if there is none for an
 * object; and some name what is loaded, whoever has loaded it. What somebody has left
 * there for that, and nobody owns, stays.
 */
void tpm2_slots_keep_reserve(struct tpm2_rm *rm)
{
	const struct tpm2_rm_limits *limits = &rm->limits;

	if (!limits->reserve_objects && !limits->reserve_sessions &&
	    !limits->reserve_all)
		return;
	/* if it cannot be known, what the kernel needs comes first */
	know_whose(rm);
	/* a command that is lost may take minutes: so that no more of them are */
	if (limits->reserve_all && spill_all(rm) == -EIO)
		return;
	if (limits->reserve_objects)
		reserve_objects(rm);
	if (limits->reserve_sessions && !limits->reserve_all)
		while (rm->sessions.nr_loaded + limits->reserve_sessions >
		       limits->loaded_sessions)
			if (!spill_quietly(rm, tpm2_context_spill_session))
				break;
}
