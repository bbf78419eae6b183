/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The chips of this machine, and their resource managers.
 */
#ifndef __TPM2_CHIP_H
#define __TPM2_CHIP_H

#include <linux/types.h>

struct attribute_group;
struct tpm2_rm;
struct tpm_chip;

/**
 * struct tpm2_space_delivery - what depends on how the extension was delivered
 * @attributes: files in sysfs of each /dev/tpmrmN, to be added when the class
 *	reports it; NULL if the class has them itself
 * @late: the kernel's own code may have served files before we came
 * @unseen: the kernel's own users send commands that we do not see, so some of
 *	the TPM's slots have to be left to them
 * @divert: have new files of a chip opened by us, or by the kernel's own code
 *	again; NULL if open() asks tpm2_space_chips_enabled() itself. Called
 *	with the registry's mutex held, and more than once with the same answer.
 * @hold: keep what @divert leads to from going; false if it goes already. NULL
 *	if it cannot go.
 * @let_go: the opposite of @hold, when new files are the kernel's again
 */
struct tpm2_space_delivery {
	const struct attribute_group *attributes;
	bool late;
	bool unseen;
	void (*divert)(struct tpm_chip *chip, bool to_us);
	bool (*hold)(void);
	void (*let_go)(void);
};

/**
 * struct tpm2_space_settings - what an administrator sets before there is a chip
 * @enabled: new files are ours
 * @lease_ms: how long a session that is not used is safe from eviction, in ms
 * @tenure_ms: how long one is that is used, in ms
 * @max_per_fd: sessions that an open file may have; 0 for a quarter of the
 *	TPM's
 */
struct tpm2_space_settings {
	bool enabled;
	unsigned int lease_ms;
	unsigned int tenure_ms;
	unsigned int max_per_fd;
};

int tpm2_space_chip_init(const struct tpm2_space_delivery *how,
			 const struct tpm2_space_settings *what);
void tpm2_space_chip_exit(void);
struct tpm2_rm *tpm2_space_chip_open(struct tpm_chip *chip, bool raw);
struct tpm2_rm *tpm2_space_chip_expect(struct tpm_chip *chip);
void tpm2_space_chip_arrived(struct tpm2_rm *rm, bool there);
void tpm2_space_chip_close(struct tpm2_rm *rm, bool raw);
struct tpm2_rm *tpm2_space_chip_find(struct tpm_chip *chip);
struct tpm2_rm *tpm2_space_chip_find_expected(struct tpm_chip *chip);
void tpm2_space_chips_enable(bool enable);
bool tpm2_space_chips_enabled(void);

#endif /* __TPM2_CHIP_H */
