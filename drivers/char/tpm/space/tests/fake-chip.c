// SPDX-License-Identifier: GPL-2.0-only
/*
 * A chip with a fake TPM in it.
 */
#include <linux/errno.h>
#include "fake-chip.h"

static int chip_get(struct tpm2_rm *rm)
{
	struct fake_chip *chip = rm->priv;

	if (READ_ONCE(chip->broken))
		return -EIO;
	mutex_lock(&chip->mutex);
	chip->held = true;
	return 0;
}

static void chip_put(struct tpm2_rm *rm)
{
	struct fake_chip *chip = rm->priv;

	chip->misuses += !chip->held;
	chip->held = false;
	mutex_unlock(&chip->mutex);
}

static ssize_t chip_transmit(struct tpm2_rm *rm, u8 *buf)
{
	struct fake_chip *chip = rm->priv;

	chip->misuses += !chip->held;
	return fake_tpm_transmit(&chip->tpm, buf);
}

static bool chip_attrs(struct tpm2_rm *rm, u32 cc, u32 *attrs)
{
	struct fake_chip *chip = rm->priv;

	chip->misuses += !chip->held;
	return fake_tpm_attrs(cc, attrs);
}

static bool chip_shared(struct tpm2_rm *rm)
{
	struct fake_chip *chip = rm->priv;

	return chip->shared;
}

static u64 chip_now(struct tpm2_rm *rm)
{
	struct fake_chip *chip = rm->priv;

	return READ_ONCE(chip->now);
}

/* Whoever made the chip looks at this, and does what is due. */
static void chip_schedule(struct tpm2_rm *rm, u64 due)
{
	struct fake_chip *chip = rm->priv;

	WRITE_ONCE(chip->due, due);
	if (chip->scheduled)
		chip->scheduled(chip);
}

static void chip_free(struct tpm2_rm *rm)
{
	struct fake_chip *chip = rm->priv;

	chip->freed = true;
}

const struct tpm2_rm_ops fake_chip_ops = {
	.get = chip_get,
	.put = chip_put,
	.transmit = chip_transmit,
	.attrs = chip_attrs,
	.shared = chip_shared,
	.now = chip_now,
	.schedule = chip_schedule,
	.free = chip_free,
};

/**
 * fake_chip_init() - make a chip
 * @chip: memory for it
 * @config: what its TPM has
 */
void fake_chip_init(struct fake_chip *chip,
		    const struct fake_tpm_config *config)
{
	memset(chip, 0, sizeof(*chip));
	fake_tpm_init(&chip->tpm, config);
	mutex_init(&chip->mutex);
	chip->now = 1000;
	chip->due = TPM2_SESSION_QUEUE_NEVER;
}
