/* SPDX-License-Identifier: GPL-2.0-only */
/* What is said where there is nothing to be seen. */
#ifndef ABSENCE_H
#define ABSENCE_H

#include "snapshot.h"

void absence_check(const struct snapshot *snapshot, int only);
void absence_tell_unseen(const struct snapshot *snapshot);

#endif /* ABSENCE_H */
