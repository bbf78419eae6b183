/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in the TPM's slots between two commands. */
#ifndef SLOTS_H
#define SLOTS_H

#include <stdbool.h>

bool nothing_stays(void);

#endif /* SLOTS_H */
