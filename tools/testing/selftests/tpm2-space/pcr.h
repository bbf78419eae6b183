/* SPDX-License-Identifier: GPL-2.0-only */
/* PCRs: what everybody sees that a command has been carried out. */
#ifndef PCR_H
#define PCR_H

#include "message.h"

void pcr_read(unsigned int pcr, struct blob *digest);
struct message pcr_extend_command(unsigned int pcr);

#endif /* PCR_H */
