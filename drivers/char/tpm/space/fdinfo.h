/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an open file has in the TPM, for whoever looks.
 */
#ifndef __TPM2_FDINFO_H
#define __TPM2_FDINFO_H

struct seq_file;
struct tpm2_rm_space;

void tpm2_fdinfo_show(struct tpm2_rm_space *space, struct seq_file *m);

#endif /* __TPM2_FDINFO_H */
