/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_FS_H
#define SHIM_FS_H

#include <fcntl.h>
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/types.h>

struct cred;
struct file;
struct inode;
struct poll_table_struct;
struct seq_file;

struct file_operations {
	void *owner;
	ssize_t (*read)(struct file *file, char *buf, size_t size, loff_t *off);
	ssize_t (*write)(struct file *file, const char *buf, size_t size,
			 loff_t *off);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *wait);
	int (*release)(struct inode *inode, struct file *file);
	void (*show_fdinfo)(struct seq_file *m, struct file *file);
};

struct file {
	unsigned int f_flags;
	const struct cred *f_cred;
	const struct file_operations *f_op;
	void *private_data;
};

extern int shim_module_references;

#define THIS_MODULE		NULL
#define fops_get(fops)		(shim_module_references++, fops)
#define replace_fops(file, fops)	((file)->f_op = (fops))
#define file_inode(file)	NULL
#define nonseekable_open(inode, file)	0

#endif /* SHIM_FS_H */
