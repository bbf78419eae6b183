/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel says of an open file of /dev/tpmrmN. */
#ifndef FDINFO_H
#define FDINFO_H

#include <stdbool.h>
#include "snapshot.h"

bool fdinfo_read(const char *path, struct tpm_file *file);
void fdinfo_free(struct tpm_file *file);

#endif /* FDINFO_H */
