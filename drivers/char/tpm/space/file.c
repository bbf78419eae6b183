// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file operations of /dev/tpmrmN, and of /dev/tpmN where that is ours.
 *
 * One command at a time: a file is idle, has a command under way, or has a
 * response that nobody has read yet. A spinlock protects which of these it is.
 * No lock is held while a command is under way, nor while bytes are copied from
 * or to user space, which can take as long as user space likes: who copies has
 * the buffer to itself until that is done.
 *
 * poll() and read() do not return before a command under way has its response,
 * even in non-blocking mode, and no signal but a fatal one ends that: so it has
 * always been, and there are clients that take an interrupted poll() for a
 * failure, or give a response no more than a second after poll() has returned,
 * which is little where many others want the TPM too. But they do not wait for a
 * command that waits for a session.
 *
 * A response that nobody reads is dropped after two minutes.
 */
#include <linux/cred.h>
#include <linux/freezer.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/memcontrol.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "chip.h"
#include "compat.h"
#include "exec.h"
#include "fdinfo.h"
#include "file.h"
#include "rm.h"
#include "user.h"

#define UNREAD_TIMEOUT	(120 * HZ)

/**
 * struct space_file - an open file
 * @chip: the chip that it belongs to
 * @raw: commands go past the resource manager
 * @rm: the resource manager; a reference is held
 * @space: what the client has in the TPM; nothing if @raw
 * @command: its command among those of its user
 * @memcg: whom memory is charged to that its commands need; a reference is held
 * @attempt: the ticket's own way to be tried
 * @wait: woken when any of what follows changes
 * @lock: protects what follows
 * @busy: a command is under way, and has @buf to itself
 * @blocking: there is a task in write() that waits for it, or for its result
 * @copying: a task copies from or to @buf
 * @read: the client has read of the response
 * @result: what the last command has come to
 * @left: bytes of the response that are still unread; -errno if the command
 *	failed and that was not reported
 * @offset: where in @buf they begin
 * @expires: when they are dropped, in jiffies
 * @buf: command or response; allocated for the first command
 * @work: carries a command out, and in the end takes leave of the TPM
 * @wq: where it does
 * @expiry: drops an unread response
 */
struct space_file {
	struct tpm_chip *chip;
	bool raw;
	struct tpm2_rm *rm;
	struct tpm2_rm_space space;
	struct tpm2_user_command command;
	struct mem_cgroup *memcg;
	void (*attempt)(struct tpm2_session_ticket *ticket);
	wait_queue_head_t wait;
	spinlock_t lock;	/* protects what follows */
	bool busy;
	bool blocking;
	bool copying;
	bool read;
	ssize_t result;
	ssize_t left;
	size_t offset;
	unsigned long expires;
	u8 *buf;
	struct work_struct work;
	struct workqueue_struct *wq;
	struct delayed_work expiry;
};

/*
 * No task of a client's holds the chip. Some TPM drivers give a command up when the
 * task that has sent it has a signal, and that may be one of ours for the sake of
 * somebody else's session, whose context is lost then; and a task may be throttled.
 */
static struct workqueue_struct *space_wq;
static struct workqueue_struct *errand_wq;

/* A command has come to its end. */
static void finish(struct space_file *f, ssize_t result)
{
	spin_lock(&f->lock);
	WRITE_ONCE(f->busy, false);
	f->result = result;
	f->left = f->blocking ? max_t(ssize_t, result, 0) : result;
	f->offset = 0;
	if (f->left) {
		f->expires = jiffies + UNREAD_TIMEOUT;
		mod_delayed_work(space_wq, &f->expiry, UNREAD_TIMEOUT);
	}
	spin_unlock(&f->lock);
	wake_up(&f->wait);
}

/* A command that has waited for a session has come to its end. */
static void ticket_done(struct tpm2_session_ticket *ticket, ssize_t result)
{
	finish(container_of(ticket, struct space_file, space.ticket), result);
}

/* Carry a command out; false if it waits for a session. */
static bool exec(struct space_file *f)
{
	ssize_t result;

	if (f->raw)
		result = tpm2_space_exec_raw(f->rm, f->buf);
	else if (!tpm2_space_exec(&f->space, f->buf, &result))
		return false;
	finish(f, result);
	return true;
}

static void exec_work(struct work_struct *work)
{
	struct space_file *f = container_of(work, struct space_file, work);
	struct mem_cgroup *old = set_active_memcg(f->memcg);

	/* poll() and read() need wait no more */
	if (!exec(f))
		wake_up(&f->wait);
	tpm2_user_end(f->rm, &f->command);
	set_active_memcg(old);
}

/* A command that has waited for a session is tried; the file may be gone then. */
static void attempt(struct tpm2_session_ticket *ticket)
{
	struct space_file *f = container_of(ticket, struct space_file,
					    space.ticket);
	struct mem_cgroup *old = set_active_memcg(f->memcg);

	f->attempt(ticket);
	set_active_memcg(old);
}

static void pass(struct tpm2_user_command *command)
{
	struct space_file *f = container_of(command, struct space_file,
					    command);

	queue_work(f->wq, &f->work);
	wake_up(&f->wait);
}

static bool has_passed(struct space_file *f)
{
	return tpm2_user_has_passed(f->rm, &f->command);
}

/**
 * struct errand - what has to be done while the chip is held
 * @work: does it
 * @f: for this file
 * @fn: what
 * @result: of @fn
 */
struct errand {
	struct work_struct work;
	struct space_file *f;
	bool (*fn)(struct space_file *f);
	bool result;
};

static void do_errand(struct work_struct *work)
{
	struct errand *errand = container_of(work, struct errand, work);
	struct mem_cgroup *old = set_active_memcg(errand->f->memcg);

	errand->result = errand->fn(errand->f);
	set_active_memcg(old);
}

/* Have something done that no signal to this task can disturb. */
static bool run_errand(struct space_file *f, bool (*fn)(struct space_file *f))
{
	struct errand errand = { .f = f, .fn = fn };

	INIT_WORK_ONSTACK(&errand.work, do_errand);
	queue_work(errand_wq, &errand.work);
	flush_work(&errand.work);
	destroy_work_on_stack(&errand.work);
	return errand.result;
}

static void expire(struct work_struct *work)
{
	struct space_file *f = container_of(to_delayed_work(work),
					    struct space_file, expiry);

	spin_lock(&f->lock);
	/* it may have been read, and another one may be there by now */
	if (f->copying) {
		mod_delayed_work(space_wq, &f->expiry, UNREAD_TIMEOUT);
	} else if (!f->busy && f->left && !time_before(jiffies, f->expires)) {
		memzero_explicit(f->buf, TPM2_WIRE_BUFSIZE);
		f->left = 0;
		f->read = true;
	}
	spin_unlock(&f->lock);
	wake_up(&f->wait);
}

/* Wait until the command under way has its response, or waits for a session. */
static int wait_for_command(struct space_file *f)
{
	return wait_event_killable(f->wait,
				   !READ_ONCE(f->busy) ||
				   READ_ONCE(f->space.ticket.waiting));
}

static bool try_to_claim(struct space_file *f, bool writes)
{
	bool claimed;

	spin_lock(&f->lock);
	claimed = !f->copying;
	/* a command is over only when who has written it knows its result */
	if (writes && f->blocking && !f->busy)
		claimed = false;
	if (claimed)
		f->copying = true;
	spin_unlock(&f->lock);
	return claimed;
}

/* Have the buffer to oneself, to copy from it or to it. */
static int claim(struct space_file *f, bool writes)
{
	return wait_event_killable(f->wait, try_to_claim(f, writes));
}

static void unclaim(struct space_file *f)
{
	spin_lock(&f->lock);
	f->copying = false;
	spin_unlock(&f->lock);
	wake_up(&f->wait);
}

/*
 * Whose commands are a file's? In a user namespace, one user may be as many as he likes
 * of those that were lent to him. All of them are the one who has made the namespace;
 * unless that was root, who can tell them apart.
 */
static u32 user_of(const struct cred *cred)
{
	struct user_namespace *ns;
	kuid_t user = cred->uid;

	for (ns = cred->user_ns; ns != &init_user_ns; ns = ns->parent) {
		if (!uid_eq(ns->owner, GLOBAL_ROOT_UID))
			user = ns->owner;
	}
	return __kuid_val(user);
}

static int open_file(struct file *file, struct tpm_chip *chip, bool raw)
{
	struct space_file *f;
	int rc;

	f = kzalloc_obj(*f, GFP_KERNEL_ACCOUNT);
	if (!f)
		return -ENOMEM;
	f->rm = tpm2_space_chip_open(chip, raw);
	if (IS_ERR(f->rm)) {
		rc = PTR_ERR(f->rm);
		goto free_file;
	}
	/* a client of the bare TPM has nothing in it but its turn */
	rc = tpm2_space_setup(&f->space, f->rm, user_of(file->f_cred),
			      ticket_done);
	if (rc)
		goto close_chip;

	f->attempt = f->space.ticket.attempt;
	f->space.ticket.attempt = attempt;
	f->memcg = get_mem_cgroup_from_mm(current->mm);
	f->chip = chip;
	f->raw = raw;
	f->read = true;
	/* the space may go before the command that ends it */
	f->command.user = tpm2_user_get(f->rm, f->space.user->id);
	f->command.owner = &f->space.owner;
	f->command.pass = pass;
	INIT_LIST_HEAD(&f->command.node);
	init_waitqueue_head(&f->wait);
	spin_lock_init(&f->lock);
	INIT_WORK(&f->work, exec_work);
	f->wq = space_wq;
	INIT_DELAYED_WORK(&f->expiry, expire);

	file->private_data = f;
	return nonseekable_open(file_inode(file), file);

close_chip:
	tpm2_space_chip_close(f->rm, raw);
free_file:
	kfree(f);
	return rc;
}

static void close_work(struct work_struct *work)
{
	struct space_file *f = container_of(work, struct space_file, work);
	struct mem_cgroup *old = set_active_memcg(f->memcg);

	tpm2_rm_space_destroy(&f->space);
	tpm2_user_end(f->rm, &f->command);
	set_active_memcg(old);
}

/*
 * To end what a file has in the TPM takes commands as well, and who closes a
 * thousand files waits for its own, not for others'.
 */
static void close_in_turn(struct space_file *f)
{
	INIT_WORK(&f->work, close_work);
	f->wq = errand_wq;
	f->command.urgent = true;
	tpm2_user_begin(f->rm, &f->command);
	wait_event(f->wait, has_passed(f));
	flush_work(&f->work);
}

/*
 * The last reference to an open file is gone. Waits for a command that was accepted:
 * it is carried out all the same. One that waits for a session is taken back.
 */
static int space_release(struct inode *inode, struct file *file)
{
	struct space_file *f = file->private_data;

	/* no session for somebody who has gone */
	tpm2_space_bar(&f->space);
	wait_event(f->wait, !READ_ONCE(f->busy) || has_passed(f));
	flush_work(&f->work);
	if (tpm2_space_leave(&f->space))
		tpm2_rm_space_destroy(&f->space);
	else
		close_in_turn(f);
	tpm2_user_put(f->rm, f->command.user);
	cancel_delayed_work_sync(&f->expiry);
	if (f->raw)
		clear_bit(0, &f->chip->is_open);
	tpm2_space_chip_close(f->rm, f->raw);
	mem_cgroup_put(f->memcg);
	kfree_sensitive(f->buf);
	kfree(f);
	return 0;
}

/* Copy some of the response; how much, or -EFAULT. */
static ssize_t copy_response(struct space_file *f, char __user *buf,
			     size_t size)
{
	if (copy_to_user(buf, f->buf + f->offset, size)) {
		memzero_explicit(f->buf, TPM2_WIRE_BUFSIZE);
		return -EFAULT;
	}
	memzero_explicit(f->buf + f->offset, size);
	return size;
}

/*
 * Read a response, or a part of it. Returns how much was read; 0 if there is no
 * response, or not yet because the command waits for a session; -ERESTARTSYS;
 * -errno if the command failed and that was not reported.
 */
static ssize_t space_read(struct file *file, char __user *buf, size_t size,
			  loff_t *off)
{
	struct space_file *f = file->private_data;
	ssize_t left, ret;

	if (!size)
		return 0;
	ret = wait_for_command(f);
	if (!ret)
		ret = claim(f, false);
	if (ret)
		return ret;

	spin_lock(&f->lock);
	left = f->busy ? 0 : f->left;
	if (left)
		f->read = true;
	spin_unlock(&f->lock);

	ret = left;
	if (left > 0)
		ret = copy_response(f, buf, min_t(size_t, left, size));

	spin_lock(&f->lock);
	if (ret > 0) {
		f->offset += ret;
		f->left -= ret;
	} else if (ret < 0) {
		f->left = 0;
	}
	if (!f->busy && !f->left)
		cancel_delayed_work(&f->expiry);
	spin_unlock(&f->lock);
	unclaim(f);
	return ret;
}

/* Take a command over from the client. */
static int accept_command(struct space_file *f, const char __user *buf,
			  size_t size, bool blocking)
{
	bool idle;
	int rc;

	spin_lock(&f->lock);
	/* whoever waits for a result has to learn of it before there is another */
	idle = !f->busy && !f->blocking && (!f->left || f->read);
	if (idle)
		f->left = 0;
	spin_unlock(&f->lock);
	if (!idle)
		return -EBUSY;

	if (!f->buf) {
		f->buf = kzalloc(TPM2_WIRE_BUFSIZE, GFP_KERNEL_ACCOUNT);
		if (!f->buf)
			return -ENOMEM;
	}
	rc = copy_from_user(f->buf, buf, size) ? -EFAULT :
	     tpm2_wire_check_header(f->buf, size);
	if (rc < 0) {
		memzero_explicit(f->buf, TPM2_WIRE_BUFSIZE);
		return rc;
	}

	WRITE_ONCE(f->space.owner.client.pid, task_tgid_nr(current));
	spin_lock(&f->lock);
	WRITE_ONCE(f->busy, true);
	f->blocking = blocking;
	f->read = false;
	spin_unlock(&f->lock);
	return 0;
}

/* A command that nobody has seen is as if it had not been written. */
static void forget_command(struct space_file *f)
{
	memzero_explicit(f->buf, TPM2_WIRE_BUFSIZE);
	spin_lock(&f->lock);
	WRITE_ONCE(f->busy, false);
	f->blocking = false;
	f->read = true;
	spin_unlock(&f->lock);
	wake_up(&f->wait);
}

static bool take_back(struct space_file *f)
{
	return tpm2_space_abandon(&f->space, true);
}

/* Have a command carried out, and wait for that. */
static int exec_blocking(struct space_file *f)
{
	int rc;

	tpm2_user_begin(f->rm, &f->command);
	rc = wait_event_killable(f->wait, has_passed(f));
	if (rc && tpm2_user_cancel(f->rm, &f->command)) {
		forget_command(f);
		return rc;
	}
	/* what is at the TPM comes back from there */
	wait_event(f->wait,
		   !READ_ONCE(f->busy) || READ_ONCE(f->space.ticket.waiting));
	rc = wait_event_freezable(f->wait, !READ_ONCE(f->busy));
	if (rc && run_errand(f, take_back)) {
		forget_command(f);
		return rc;
	}
	return 0;
}

/*
 * What the command has come to, and its task waits for it no more. It is no
 * longer busy a little before the result is there, but both change under the
 * lock.
 */
static ssize_t take_result(struct space_file *f)
{
	ssize_t result;

	spin_lock(&f->lock);
	f->blocking = false;
	result = f->result;
	spin_unlock(&f->lock);
	wake_up(&f->wait);
	return result;
}

/*
 * Carry a command out. Returns the size when there is a response, or when there
 * will be if the file is in non-blocking mode; -E2BIG; -EBUSY if there is a
 * command under way or a response unread; -EINVAL for a header that cannot be;
 * -ERESTARTSYS if a signal came while it waited for a session, and it was not
 * carried out; else what tpm2_space_exec() says.
 */
static ssize_t space_write(struct file *file, const char __user *buf,
			   size_t size, loff_t *off)
{
	struct space_file *f = file->private_data;
	bool blocking = !(file->f_flags & O_NONBLOCK);
	ssize_t result;
	int rc;

	if (size > TPM2_WIRE_BUFSIZE)
		return -E2BIG;

	rc = claim(f, true);
	if (rc)
		return rc;
	rc = accept_command(f, buf, size, blocking);
	unclaim(f);
	if (rc)
		return rc;

	if (!blocking) {
		tpm2_user_begin(f->rm, &f->command);
		return size;
	}
	rc = exec_blocking(f);
	if (rc)
		return rc;
	result = take_result(f);
	return result < 0 ? result : size;
}

/* Can a response be read, or a command be written? */
static __poll_t space_poll(struct file *file, struct poll_table_struct *wait)
{
	struct space_file *f = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &f->wait, wait);
	wait_for_command(f);
	spin_lock(&f->lock);
	if (!f->busy && f->left)
		mask = EPOLLIN | EPOLLRDNORM;
	else if (!f->busy && !f->blocking)
		mask = EPOLLOUT | EPOLLWRNORM;
	spin_unlock(&f->lock);
	return mask;
}

/* What is shown of the file in /proc/PID/fdinfo/. */
static void space_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct space_file *f = file->private_data;

	/* nobody knows what a client of the bare TPM has in it */
	if (!f->raw)
		tpm2_fdinfo_show(&f->space, m);
}

static const struct file_operations space_fops = {
	.owner = THIS_MODULE,
	.read = space_read,
	.write = space_write,
	.poll = space_poll,
	.release = space_release,
	.show_fdinfo = space_show_fdinfo,
};

/**
 * tpm2_space_open() - make an open file ours
 * @file: the file, which the kernel's own open() has not touched yet
 * @chip: its chip
 * @raw: its commands go past the resource manager. The chip's is_open is set,
 *	and is cleared with the end of the file, or if this fails.
 *
 * The file gets our operations in place of the kernel's, and keeps them, and
 * with them this module, until it is closed.
 *
 * Return: 0 or -errno.
 */
int tpm2_space_open(struct file *file, struct tpm_chip *chip, bool raw)
{
	const struct file_operations *fops = &space_fops;
	int rc = -ENODEV;

	if (fops_get(fops)) {
		replace_fops(file, fops);
		rc = open_file(file, chip, raw);
	}
	if (rc && raw)
		clear_bit(0, &chip->is_open);
	return rc;
}

/**
 * tpm2_space_file_init() - get ready to serve open files
 *
 * Return: 0 or -ENOMEM.
 */
int tpm2_space_file_init(void)
{
	/*
	 * A command may take minutes, and must not hold up those of others. And
	 * none may be sent when the TPM has saved its state: it
	 * would not come back from sleep.
	 */
	space_wq = alloc_workqueue("tpm2_space", WQ_UNBOUND | WQ_FREEZABLE |
						 WQ_MEM_RECLAIM, 0);
	if (!space_wq)
		return -ENOMEM;
	/* a file may be closed while the system sleeps; it does without the TPM */
	errand_wq = alloc_workqueue("tpm2_space_errand", WQ_UNBOUND |
							 WQ_MEM_RECLAIM, 0);
	if (errand_wq)
		return 0;
	destroy_workqueue(space_wq);
	return -ENOMEM;
}

/**
 * tpm2_space_file_exit() - the opposite of tpm2_space_file_init()
 */
void tpm2_space_file_exit(void)
{
	destroy_workqueue(errand_wq);
	destroy_workqueue(space_wq);
}
