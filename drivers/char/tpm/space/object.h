/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transient objects of the spaces. All functions are called with the chip
 * held; those that return int return what those of context.h do.
 */
#ifndef __TPM2_OBJECT_H
#define __TPM2_OBJECT_H

#include <linux/types.h>

struct tpm2_object;
struct tpm2_rm;
struct tpm2_rm_space;

struct tpm2_object *tpm2_object_find(struct tpm2_rm_space *space, u32 handle);
struct tpm2_object *tpm2_object_find_loaded(struct tpm2_rm *rm, u32 handle);
u32 tpm2_object_handle(const struct tpm2_object *object);
int tpm2_object_new(struct tpm2_rm_space *space, u32 handle, bool sequence,
		    struct tpm2_object **object);
bool tpm2_object_forget_lost(struct tpm2_rm_space *space);
void tpm2_object_disown(struct tpm2_rm *rm, struct tpm2_object *object);
void tpm2_object_gone(struct tpm2_rm *rm, struct tpm2_object *object);
void tpm2_object_handle_given(struct tpm2_rm *rm, u32 handle,
			      const struct tpm2_object *object);
void tpm2_object_free(struct tpm2_rm *rm, struct tpm2_object *object);
int tpm2_object_make_room(struct tpm2_rm *rm);
int tpm2_object_load(struct tpm2_rm *rm, struct tpm2_object *object);
int tpm2_object_save(struct tpm2_rm *rm, struct tpm2_object *object);
int tpm2_object_spill(struct tpm2_rm *rm);
int tpm2_object_drop(struct tpm2_rm *rm);

#endif /* __TPM2_OBJECT_H */
