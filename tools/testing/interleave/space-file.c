// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's file operations, and a look into what they keep to themselves.
 */
#include "file.c"

struct tpm2_rm_space *world_space(struct file *file);

/* What an open file has in the TPM. */
struct tpm2_rm_space *world_space(struct file *file)
{
	struct space_file *f = file->private_data;

	return &f->space;
}
