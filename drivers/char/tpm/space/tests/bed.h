/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test of the resource manager stands on: a chip with a fake TPM, its
 * resource manager, and clients.
 */
#ifndef __TPM2_BED_H
#define __TPM2_BED_H

#include <linux/types.h>
#include "client.h"
#include "fake-chip.h"

#define BED_CLIENTS	4
#define BED_LEASE	100	/* ns */

/**
 * struct bed - the bed
 * @chip: the chip
 * @tpm: its TPM
 * @rm: its resource manager
 * @clients: its clients
 */
struct bed {
	struct fake_chip chip;
	struct fake_tpm *tpm;
	struct tpm2_rm *rm;
	struct client clients[BED_CLIENTS];
};

/**
 * struct bed_census - what the resource manager says that there is
 * @sessions: sessions
 * @unowned: of them, those that nobody owns
 * @objects: objects in slots
 */
struct bed_census {
	unsigned int sessions;
	unsigned int unowned;
	unsigned int objects;
};

struct bed *bed_create(const struct fake_tpm_config *config);
unsigned int bed_destroy(struct bed *bed);
void bed_tick(struct bed *bed, u64 ns);
void bed_set_lease(struct bed *bed, u64 ns);
void bed_set_tenure(struct bed *bed, u64 ns, u64 tenure);
void bed_set_share(struct bed *bed, u32 sessions);
void bed_count(const struct bed *bed, struct bed_census *census);
void bed_idle(struct bed *bed);
void bed_hurry(struct bed *bed);
bool bed_retry(struct bed *bed);
void bed_reopen(struct bed *bed, unsigned int i);
void bed_reopen_as(struct bed *bed, unsigned int i, u32 user);

#endif /* __TPM2_BED_H */
