/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The users of a TPM, and whose command goes to it next.
 */
#ifndef __TPM2_USER_H
#define __TPM2_USER_H

#include <linux/list.h>
#include <linux/types.h>
#include "session-queue.h"
#include "session-table.h"

struct tpm2_rm;

/**
 * struct tpm2_user - a user
 * @node: in tpm2_rm::users
 * @id: which one
 * @refs: open files, and sessions that count for it
 * @holder: its sessions
 * @line: its commands that wait for a session
 * @commands: its commands that wait until some of its others are done
 * @passing: how many of its commands are at the TPM, or wait for it
 * @under_way: those, and its commands that wait for that
 * @counted: how many of them slow down the clients' clock
 *
 * All of it is protected by tpm2_rm::lock, but for @line.
 */
struct tpm2_user {
	struct list_head node;
	u32 id;
	unsigned int refs;
	struct tpm2_session_holder holder;
	struct tpm2_session_line line;
	struct list_head commands;
	unsigned int passing;
	unsigned int under_way;
	unsigned int counted;
};

/**
 * struct tpm2_user_command - a command under way
 * @node: in tpm2_user::commands while it waits there
 * @user: whose command
 * @owner: the sessions of its client, who does not use them meanwhile; or NULL
 * @pass: it may go to the TPM now. Called with tpm2_rm::lock held.
 * @urgent: it goes before others of its user's that wait
 * @passed: it has been passed; protected by tpm2_rm::lock
 *
 * A client may write its next command when it has the answer to its last one, which can
 * be before the end of that is told. So nothing of one command alone is kept here that
 * the next one could not overwrite.
 */
struct tpm2_user_command {
	struct list_head node;
	struct tpm2_user *user;
	struct tpm2_session_owner *owner;
	void (*pass)(struct tpm2_user_command *command);
	bool urgent;
	bool passed;
};

static inline struct tpm2_user *
tpm2_user_of(struct tpm2_session_holder *holder)
{
	return container_of(holder, struct tpm2_user, holder);
}

struct tpm2_user *tpm2_user_get(struct tpm2_rm *rm, u32 id);
void tpm2_user_put(struct tpm2_rm *rm, struct tpm2_user *user);

void tpm2_user_begin(struct tpm2_rm *rm, struct tpm2_user_command *command);
void tpm2_user_end(struct tpm2_rm *rm, struct tpm2_user_command *command);
bool tpm2_user_has_passed(struct tpm2_rm *rm,
			  const struct tpm2_user_command *command);
bool tpm2_user_cancel(struct tpm2_rm *rm, struct tpm2_user_command *command);
void tpm2_user_visit(struct tpm2_rm *rm, bool begins);

#endif /* __TPM2_USER_H */
