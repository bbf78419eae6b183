/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far the tables of a resource manager can be trusted to say what is in
 * the TPM.
 *
 * It falls whenever something happens that may have made them untrue, by
 * tpm2_trust_lowered(); it rises when the TPM has been read back, and not
 * before (tpm2_rm_sync()). Nobody's session is given up on suspicion: what is
 * thought to be lost is looked for in the TPM first.
 */
#ifndef __TPM2_TRUST_H
#define __TPM2_TRUST_H

#include <linux/minmax.h>
#include <linux/types.h>

/**
 * enum tpm2_trust - how far the tables can be trusted, least first
 * @TPM2_TRUST_NONE: the TPM has not been asked yet
 * @TPM2_TRUST_FOREIGN: somebody whom we do not know of has used it: a handle of
 *	ours may mean something of theirs by now
 * @TPM2_TRUST_UNSURE: a command of ours was lost on its way, or its response or
 *	a part of it: the TPM may have what nobody has a handle of
 * @TPM2_TRUST_STALE: it has said something that does not fit the tables
 * @TPM2_TRUST_SHARED: others may be using it, but nothing has been seen of that
 * @TPM2_TRUST_FULL: whatever it has, it has from us
 *
 * Below @TPM2_TRUST_SHARED, the TPM is read back before the next command.
 */
enum tpm2_trust {
	TPM2_TRUST_NONE,
	TPM2_TRUST_FOREIGN,
	TPM2_TRUST_UNSURE,
	TPM2_TRUST_STALE,
	TPM2_TRUST_SHARED,
	TPM2_TRUST_FULL,
};

/**
 * tpm2_trust_lowered() - what trust is left when something has happened
 * @trust: what there was
 * @to: what it is that has happened, by the name of what it leaves
 */
static inline enum tpm2_trust tpm2_trust_lowered(enum tpm2_trust trust,
						 enum tpm2_trust to)
{
	/* while others may be using the TPM, whatever happens may be by them */
	if (trust == TPM2_TRUST_SHARED && to < TPM2_TRUST_SHARED)
		to = min(to, TPM2_TRUST_FOREIGN);
	return min(trust, to);
}

/**
 * tpm2_trust_excludes_others() - is all that the TPM has by our doing?
 * @trust: how far the tables are trusted
 */
static inline bool tpm2_trust_excludes_others(enum tpm2_trust trust)
{
	return trust > TPM2_TRUST_FOREIGN && trust != TPM2_TRUST_SHARED;
}

#endif /* __TPM2_TRUST_H */
