// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file operations of /dev/tpmrmN, and of /dev/tpmN where that is ours.
 *
 * One command at a time: a file is idle, has a command under way, or has a
 * response that nobody has read yet. The mutex protects which of these it is,
 * and is not held while a command is under way.
 *
 * poll() and read() do not return before a command under way has its response,
 * even in non-blocking mode: so it has always been, and there are clients that
 * give a response no more than a second after poll() has returned, which is
 * little where many others want the TPM too. But they do not wait for a command
 * that waits for a session.
 *
 * A response that nobody reads is dropped after two minutes.
 */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include "chip.h"
#include "compat.h"
#include "exec.h"
#include "file.h"
#include "rm.h"

#define UNREAD_TIMEOUT	(120 * HZ)

/**
 * struct space_file - an open file
 * @chip: the chip that it belongs to
 * @raw: commands go past the resource manager
 * @rm: the resource manager; a reference is held
 * @space: what the client has in the TPM, unless @raw
 * @mutex: protects what follows
 * @busy: a command is under way, and has @buf to itself
 * @closing: the client has gone
 * @read: the client has read of the response
 * @left: bytes of the response that are still unread; -errno if the command
 *	failed and that has not been reported
 * @offset: where in @buf they begin
 * @expires: when they are dropped, in jiffies
 * @buf: command or response; allocated for the first command
 * @work: carries a command out for a client that does not block
 * @expiry: drops an unread response
 */
struct space_file {
	struct tpm_chip *chip;
	bool raw;
	struct tpm2_rm *rm;
	struct tpm2_rm_space space;
	struct mutex mutex;	/* protects what follows */
	bool busy;
	bool closing;
	bool read;
	ssize_t left;
	size_t offset;
	unsigned long expires;
	u8 *buf;
	struct work_struct work;
	struct delayed_work expiry;
};

static struct workqueue_struct *space_wq;

static ssize_t exec(struct space_file *f)
{
	return f->raw ? tpm2_space_exec_raw(f->rm, f->buf) :
			tpm2_space_exec(&f->space, f->buf);
}

/* A command has come to its end. */
static void finish(struct space_file *f, ssize_t ret)
{
	mutex_lock(&f->mutex);
	WRITE_ONCE(f->busy, false);
	f->left = ret;
	f->offset = 0;
	if (ret) {
		f->expires = jiffies + UNREAD_TIMEOUT;
		mod_delayed_work(space_wq, &f->expiry, UNREAD_TIMEOUT);
	}
	mutex_unlock(&f->mutex);
	wake_up(&f->space.waiter.wait);
}

static void exec_work(struct work_struct *work)
{
	struct space_file *f = container_of(work, struct space_file, work);
	ssize_t ret;

	/* no session for somebody who has gone */
	if (READ_ONCE(f->closing) && !f->raw &&
	    tpm2_wire_command_code(f->buf) == TPM_CC_START_AUTH_SESSION)
		return;

	ret = exec(f);
	if (ret != -EINPROGRESS)
		finish(f, ret);
}

static void notify(struct tpm2_session_waiter *waiter)
{
	struct space_file *f = container_of(waiter, struct space_file,
					    space.waiter);

	queue_work(space_wq, &f->work);
}

static void expire(struct work_struct *work)
{
	struct space_file *f = container_of(to_delayed_work(work),
					    struct space_file, expiry);

	mutex_lock(&f->mutex);
	/* it may have been read, and another one may be there by now */
	if (!f->busy && f->left && !time_before(jiffies, f->expires)) {
		memzero_explicit(f->buf, TPM2_WIRE_BUFSIZE);
		f->left = 0;
		f->read = true;
	}
	mutex_unlock(&f->mutex);
	wake_up(&f->space.waiter.wait);
}

/* Wait until the command under way has its response, or waits for a session. */
static int settle(struct space_file *f)
{
	struct tpm2_session_waiter *waiter = &f->space.waiter;

	return wait_event_interruptible(waiter->wait, !READ_ONCE(f->busy) ||
						      READ_ONCE(waiter->queued));
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
		kfree(f);
		return rc;
	}

	f->chip = chip;
	f->raw = raw;
	f->read = true;
	mutex_init(&f->mutex);
	INIT_WORK(&f->work, exec_work);
	INIT_DELAYED_WORK(&f->expiry, expire);

	/* a client of the bare TPM waits for its responses only */
	tpm2_rm_space_init(&f->space, f->rm);

	file->private_data = f;
	return nonseekable_open(file_inode(file), file);
}

/*
 * The last reference to an open file is gone. Waits for a command under way,
 * unless that waits for a session itself.
 */
static int space_release(struct inode *inode, struct file *file)
{
	struct space_file *f = file->private_data;

	WRITE_ONCE(f->closing, true);
	flush_work(&f->work);
	if (!f->raw) {
		tpm2_space_abort(&f->space);
		/* its turn may have come just before */
		cancel_work_sync(&f->work);
		tpm2_rm_space_destroy(&f->space);
	} else {
		clear_bit(0, &f->chip->is_open);
	}
	tpm2_space_chip_close(f->rm, f->raw);
	cancel_delayed_work_sync(&f->expiry);
	kfree_sensitive(f->buf);
	kfree(f);
	return 0;
}

/*
 * Read a response, or a part of it. Returns how much was read; 0 if there is no
 * response, or not yet because the command waits for a session; -ERESTARTSYS;
 * -errno if the command failed and that has not been reported.
 */
static ssize_t space_read(struct file *file, char __user *buf, size_t size,
			  loff_t *off)
{
	struct space_file *f = file->private_data;
	ssize_t ret;

	if (!size)
		return 0;
	ret = settle(f);
	if (ret)
		return ret;

	mutex_lock(&f->mutex);
	ret = f->busy ? 0 : f->left;
	if (!ret)
		goto unlock;

	f->read = true;
	if (ret < 0)
		f->left = 0;
	else
		ret = min_t(ssize_t, ret, size);
	if (ret > 0) {
		if (copy_to_user(buf, f->buf + f->offset, ret)) {
			memzero_explicit(f->buf, TPM2_WIRE_BUFSIZE);
			f->left = 0;
			ret = -EFAULT;
		} else {
			memzero_explicit(f->buf + f->offset, ret);
			f->offset += ret;
			f->left -= ret;
		}
	}
	if (!f->left)
		cancel_delayed_work(&f->expiry);
unlock:
	mutex_unlock(&f->mutex);
	return ret;
}

/* Take a command over from the client. */
static int accept_command(struct space_file *f, const char __user *buf,
			  size_t size)
{
	int rc;

	lockdep_assert_held(&f->mutex);

	if (f->busy || (f->left && !f->read))
		return -EBUSY;
	if (!f->buf) {
		f->buf = kzalloc(TPM2_WIRE_BUFSIZE, GFP_KERNEL_ACCOUNT);
		if (!f->buf)
			return -ENOMEM;
	}
	if (copy_from_user(f->buf, buf, size))
		return -EFAULT;
	rc = tpm2_wire_check_header(f->buf, size);
	if (rc < 0)
		return rc;

	WRITE_ONCE(f->busy, true);
	f->left = 0;
	f->read = false;
	return 0;
}

/*
 * Carry a command out. Returns the size when there is a response, or when there
 * will be if the file is in non-blocking mode; -E2BIG; -EBUSY if there is a
 * command under way or a response unread; -EINVAL for a header that cannot be;
 * else what tpm2_space_exec() returns.
 */
static ssize_t space_write(struct file *file, const char __user *buf,
			   size_t size, loff_t *off)
{
	struct space_file *f = file->private_data;
	ssize_t ret;

	if (size > TPM2_WIRE_BUFSIZE)
		return -E2BIG;

	mutex_lock(&f->mutex);
	ret = accept_command(f, buf, size);
	mutex_unlock(&f->mutex);
	if (ret)
		return ret;

	f->space.waiter.notify = NULL;
	if (file->f_flags & O_NONBLOCK) {
		f->space.waiter.notify = notify;
		queue_work(space_wq, &f->work);
		return size;
	}

	ret = exec(f);
	finish(f, max_t(ssize_t, ret, 0));
	return ret > 0 ? size : ret;
}

/* Can a response be read, or a command be written? */
static __poll_t space_poll(struct file *file, struct poll_table_struct *wait)
{
	struct space_file *f = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &f->space.waiter.wait, wait);
	/* a signal is poll()'s own affair */
	settle(f);
	mutex_lock(&f->mutex);
	if (!f->busy)
		mask = f->left ? EPOLLIN | EPOLLRDNORM :
				 EPOLLOUT | EPOLLWRNORM;
	mutex_unlock(&f->mutex);
	return mask;
}

static const struct file_operations space_fops = {
	.owner = THIS_MODULE,
	.read = space_read,
	.write = space_write,
	.poll = space_poll,
	.release = space_release,
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
	return space_wq ? 0 : -ENOMEM;
}

/**
 * tpm2_space_file_exit() - the opposite of tpm2_space_file_init()
 */
void tpm2_space_file_exit(void)
{
	destroy_workqueue(space_wq);
}
