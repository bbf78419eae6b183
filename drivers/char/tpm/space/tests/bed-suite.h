/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bed for each test of a KUnit suite.
 */
#ifndef __TPM2_BED_SUITE_H
#define __TPM2_BED_SUITE_H

#include <kunit/test.h>
#include "bed.h"

#define RESMGR(rc)	(TPM2_WIRE_RESMGR_LAYER | (rc))

int bed_suite_init(struct kunit *test);
void bed_suite_exit(struct kunit *test);
struct bed *bed_suite_renew(struct kunit *test,
			    const struct fake_tpm_config *config);

#endif /* __TPM2_BED_SUITE_H */
