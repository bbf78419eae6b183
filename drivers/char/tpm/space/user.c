// SPDX-License-Identifier: GPL-2.0-only
/*
 * The users of a TPM, and whose command goes to it next.
 *
 * A TPM does one thing at a time, and its chip's lock is taken in the order of
 * arrival. So who sends ten thousand commands at once, without blocking or from
 * as many tasks, would make everybody else wait for all of them. Therefore only
 * some commands of a user may be under way at a time; the others wait in a line
 * of their user's own, in the order of arrival. Nobody waits there for somebody
 * else's commands, and a user whose tasks are throttled while they hold their
 * places holds up nobody but itself.
 *
 * A command that does not block takes up no worker while it waits.
 */
#include <linux/bug.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include "compat.h"
#include "state.h"
#include "user.h"

#define AT_ONCE	4	/* enough for the TPM never to wait for a user */

static struct tpm2_user *find_locked(struct tpm2_rm *rm, u32 id)
{
	struct tpm2_user *user;

	list_for_each_entry(user, &rm->users, node) {
		if (user->id != id)
			continue;
		user->refs++;
		return user;
	}
	return NULL;
}

/**
 * tpm2_user_get() - find a user, or make one
 * @rm: resource manager
 * @id: which user
 *
 * Return: the user, with a reference; NULL if there is no memory.
 */
struct tpm2_user *tpm2_user_get(struct tpm2_rm *rm, u32 id)
{
	struct tpm2_user *user, *new;

	spin_lock(&rm->lock);
	user = find_locked(rm, id);
	spin_unlock(&rm->lock);
	if (user)
		return user;

	new = kzalloc_obj(*new, GFP_KERNEL_ACCOUNT);
	if (!new)
		return NULL;
	new->id = id;
	new->refs = 1;
	INIT_LIST_HEAD(&new->commands);
	tpm2_session_line_init(&rm->queue, &new->line);

	/* somebody may have made it in the meantime */
	spin_lock(&rm->lock);
	user = find_locked(rm, id);
	if (!user)
		list_add_tail(&new->node, &rm->users);
	spin_unlock(&rm->lock);
	if (!user)
		return new;
	kfree(new);
	return user;
}

/**
 * tpm2_user_put() - let go of a user
 * @rm: resource manager
 * @user: the user
 */
void tpm2_user_put(struct tpm2_rm *rm, struct tpm2_user *user)
{
	bool last;

	spin_lock(&rm->lock);
	last = !--user->refs;
	if (last)
		list_del_init(&user->node);
	spin_unlock(&rm->lock);
	if (!last)
		return;
	WARN_ON_ONCE(user->passing || !list_empty(&user->commands) ||
		     tpm2_session_line_waits(&rm->queue, &user->line));
	kfree(user);
}

static void pass(struct tpm2_user_command *command)
{
	command->passed = true;
	command->pass(command);
}

/*
 * How many commands of a user's make sessions safe for longer? One for each of its
 * sessions does, since whoever uses that has to wait for the others; but not a thousand
 * commands of somebody who has none. To other users they are as one, for which they wait
 * in turn, and while they wait for a session, the leases of what is idle are to end.
 * Where nobody else has any, it is the user's own affair.
 */
static unsigned int counts(struct tpm2_rm *rm, const struct tpm2_user *user)
{
	unsigned int nr = user->holder.nr_sessions;

	if (nr && rm->sessions.nr_holders == 1)
		return user->under_way;
	return min(user->under_way, max(nr, 1U));
}

static void count(struct tpm2_rm *rm, struct tpm2_user *user)
{
	unsigned int now = counts(rm, user);

	lockdep_assert_held(&rm->lock);

	tpm2_clock_change(&rm->clock, user->counted, now, rm->ops->now(rm));
	user->counted = now;
}

static void begin(struct tpm2_rm *rm, struct tpm2_user_command *command)
{
	if (command->owner)
		command->owner->busy++;
	command->user->under_way++;
	count(rm, command->user);
}

static void end(struct tpm2_rm *rm, struct tpm2_user_command *command)
{
	if (command->owner)
		command->owner->busy--;
	command->user->under_way--;
	count(rm, command->user);
}

/**
 * tpm2_user_begin() - a command is under way
 * @rm: resource manager
 * @command: the command; its pass callback is called, at once or later
 */
void tpm2_user_begin(struct tpm2_rm *rm, struct tpm2_user_command *command)
{
	struct tpm2_user *user = command->user;

	spin_lock(&rm->lock);
	begin(rm, command);
	command->passed = false;
	if (user->passing < AT_ONCE) {
		user->passing++;
		INIT_LIST_HEAD(&command->node);
		pass(command);
	} else if (command->urgent) {
		list_add(&command->node, &user->commands);
	} else {
		list_add_tail(&command->node, &user->commands);
	}
	spin_unlock(&rm->lock);
}

/**
 * tpm2_user_end() - a command has been at the TPM
 * @rm: resource manager
 * @command: the command, which had passed
 */
void tpm2_user_end(struct tpm2_rm *rm, struct tpm2_user_command *command)
{
	struct tpm2_user *user = command->user;
	struct tpm2_user_command *next;

	spin_lock(&rm->lock);
	end(rm, command);
	if (list_empty(&user->commands)) {
		user->passing--;
	} else {
		next = list_first_entry(&user->commands,
					struct tpm2_user_command, node);
		list_del_init(&next->node);
		pass(next);
	}
	spin_unlock(&rm->lock);
}

/**
 * tpm2_user_has_passed() - may a command go to the TPM?
 * @rm: resource manager
 * @command: the command, which has begun
 *
 * Return: true if it may; its pass callback has returned then.
 */
bool tpm2_user_has_passed(struct tpm2_rm *rm,
			  const struct tpm2_user_command *command)
{
	bool passed;

	spin_lock(&rm->lock);
	passed = command->passed;
	spin_unlock(&rm->lock);
	return passed;
}

/**
 * tpm2_user_cancel() - a command is not to be sent after all
 * @rm: resource manager
 * @command: the command, which has begun
 *
 * Return: true if it had not passed, and never will; else false, and
 * tpm2_user_end() is still to come.
 */
bool tpm2_user_cancel(struct tpm2_rm *rm, struct tpm2_user_command *command)
{
	bool waited;

	spin_lock(&rm->lock);
	waited = !list_empty(&command->node);
	if (waited) {
		list_del_init(&command->node);
		end(rm, command);
	}
	spin_unlock(&rm->lock);
	return waited;
}

/**
 * tpm2_user_visit() - a command that has waited for a session is at the TPM
 * @rm: resource manager
 * @begins: or has been
 *
 * There is no more than one such at a time, and its user has stood in line.
 */
void tpm2_user_visit(struct tpm2_rm *rm, bool begins)
{
	spin_lock(&rm->lock);
	if (begins)
		tpm2_clock_begin(&rm->clock, rm->ops->now(rm));
	else
		tpm2_clock_end(&rm->clock, rm->ops->now(rm));
	spin_unlock(&rm->lock);
}
