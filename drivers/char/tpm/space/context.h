/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contexts of sessions and objects: into the TPM, out of it, away.
 *
 * All functions are called with the chip held. They return 0, a response code
 * of the TPM (above 0), or -errno if the TPM could not be reached; after that,
 * what is in the TPM is not known.
 */
#ifndef __TPM2_CONTEXT_H
#define __TPM2_CONTEXT_H

#include <linux/types.h>

struct tpm2_rm;
struct tpm2_session;
struct tpm2_session_context;

ssize_t tpm2_context_transmit(struct tpm2_rm *rm, u8 *buf);
int tpm2_context_save(struct tpm2_rm *rm, u32 handle, u32 *ctx_size);
int tpm2_context_load(struct tpm2_rm *rm, const u8 *ctx, u32 ctx_size,
		      u32 *handle);
int tpm2_context_flush(struct tpm2_rm *rm, u32 handle);
int tpm2_context_flush_session(struct tpm2_rm *rm,
			       struct tpm2_session *session);

int tpm2_context_copy(struct tpm2_rm *rm, const u8 *data, u32 avail,
		      struct tpm2_session_context *ctx);
void tpm2_context_slots_full(struct tpm2_rm *rm);
int tpm2_context_make_room(struct tpm2_rm *rm);
int tpm2_context_load_session(struct tpm2_rm *rm, struct tpm2_session *session);
int tpm2_context_save_session(struct tpm2_rm *rm, struct tpm2_session *session);
int tpm2_context_find_session(struct tpm2_rm *rm, struct tpm2_session *session);
unsigned int tpm2_context_nr_unplaced(struct tpm2_rm *rm);
int tpm2_context_place_strangers(struct tpm2_rm *rm);
int tpm2_context_spill_session(struct tpm2_rm *rm);
int tpm2_context_spill_owned(struct tpm2_rm *rm);
int tpm2_context_refresh(struct tpm2_rm *rm);

#endif /* __TPM2_CONTEXT_H */
