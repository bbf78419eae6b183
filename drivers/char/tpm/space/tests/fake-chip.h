/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A chip with a fake TPM in it: the world outside of a resource manager.
 */
#ifndef __FAKE_CHIP_H
#define __FAKE_CHIP_H

#include <linux/mutex.h>
#include <linux/types.h>
#include "../rm.h"
#include "fake-tpm.h"

/**
 * struct fake_chip - the chip
 * @tpm: its TPM
 * @mutex: who has it holds the chip
 * @held: somebody does
 * @broken: it cannot be had
 * @shared: somebody else may be using the TPM
 * @now: what the clock says, in ns
 * @due: when the first command that waits is to be tried, in ns
 * @scheduled: called when @due has changed, with spinlocks held; may be NULL
 * @misuses: commands that were sent without holding the chip, and the like
 * @freed: the resource manager has let go of it
 */
struct fake_chip {
	struct fake_tpm tpm;
	struct mutex mutex;	/* who has it holds the chip */
	bool held;
	bool broken;
	bool shared;
	u64 now;
	u64 due;
	void (*scheduled)(struct fake_chip *chip);
	unsigned int misuses;
	bool freed;
};

extern const struct tpm2_rm_ops fake_chip_ops;

void fake_chip_init(struct fake_chip *chip,
		    const struct fake_tpm_config *config);

#endif /* __FAKE_CHIP_H */
