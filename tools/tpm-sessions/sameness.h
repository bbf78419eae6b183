/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether two descriptors, or two threads, have something in common. */
#ifndef SAMENESS_H
#define SAMENESS_H

#include <stdbool.h>
#include "snapshot.h"

bool same_file(const struct tpm_file *a, const struct tpm_file *b);
bool same_descriptors(pid_t a, pid_t b);

#endif /* SAMENESS_H */
