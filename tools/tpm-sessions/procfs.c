// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processes that have /dev/tpmrmN open. It is the device that counts, not its
 * name: in a container it may have another one, or none that can be seen here.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "fdinfo.h"
#include "memory.h"
#include "path.h"
#include "procfs.h"
#include "sameness.h"
#include "text.h"

#define TEXT_MAX	256

/* The next name that is a number, or -1. */
static int next_number(DIR *dir)
{
	const struct dirent *entry;

	while ((entry = readdir(dir))) {
		if (isdigit((unsigned char)*entry->d_name))
			return atoi(entry->d_name);
	}
	return -1;
}

/* A line of a file, without its end; or nothing. */
static void read_line(const char *path, char *line, size_t size)
{
	FILE *f = fopen(path, "re");

	*line = 0;
	if (!f)
		return;
	if (!fgets(line, size, f))
		*line = 0;
	line[strcspn(line, "\n")] = 0;
	fclose(f);
}

static uid_t uid_of(pid_t pid)
{
	char path[PATH_MAX], line[TEXT_MAX];
	uid_t uid = -1;
	FILE *f;

	path_of(path, "/proc/%d/status", pid);
	f = fopen(path, "re");
	if (!f)
		return uid;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "Uid:", 4)) {
			uid = strtoul(line + 4, NULL, 10);
			break;
		}
	}
	fclose(f);
	return uid;
}

static const struct chip *chip_behind(const struct snapshot *snapshot,
				      const char *path)
{
	struct statx file;
	dev_t device;
	size_t i;

	/* what the file system would have to ask a server for is not wanted */
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_TYPE, &file) ||
	    !S_ISCHR(file.stx_mode))
		return NULL;
	device = makedev(file.stx_rdev_major, file.stx_rdev_minor);
	for (i = 0; i < snapshot->nr_chips; i++) {
		if (snapshot->chips[i].device == device)
			return &snapshot->chips[i];
	}
	return NULL;
}

static void add_holder(struct tpm_file *file, const struct holder *holder)
{
	file->holders = grown(file->holders, file->nr_holders,
			      sizeof(*file->holders));
	file->holders[file->nr_holders++] = *holder;
}

/* What is known already is not added again. */
static void add_file(struct snapshot *snapshot, struct tpm_file *file)
{
	size_t i;

	for (i = 0; i < snapshot->nr_files; i++) {
		if (!same_file(&snapshot->files[i], file))
			continue;
		add_holder(&snapshot->files[i], &file->holders[0]);
		fdinfo_free(file);
		return;
	}
	snapshot->files = grown(snapshot->files, snapshot->nr_files,
				sizeof(*snapshot->files));
	snapshot->files[snapshot->nr_files++] = *file;
}

/* What cannot be opened may just have gone; or it is not for everybody. */
static bool is_shut(void)
{
	return errno == EACCES || errno == EPERM;
}

static void look_at(struct snapshot *snapshot, pid_t pid, pid_t tid, int fd)
{
	struct holder holder = { .pid = pid, .tid = tid, .fd = fd };
	struct tpm_file file = {};
	const struct chip *chip;
	char path[PATH_MAX];

	path_of(path, "/proc/%d/task/%d/fd/%d", pid, tid, fd);
	if (pid == tid)
		path_of(path, "/proc/%d/fd/%d", pid, fd);
	chip = chip_behind(snapshot, path);
	if (!chip)
		return;
	path_of(path, "/proc/%d/task/%d/fdinfo/%d", pid, tid, fd);
	if (pid == tid)
		path_of(path, "/proc/%d/fdinfo/%d", pid, fd);
	if (!fdinfo_read(path, &file)) {
		snapshot->shut |= is_shut();
		return;
	}
	file.chip = chip->number;
	holder.uid = uid_of(pid);
	path_of(path, "/proc/%d/comm", pid);
	read_line(path, holder.command, sizeof(holder.command));
	text_make_valid(holder.command);
	add_holder(&file, &holder);
	add_file(snapshot, &file);
}

static void look_through(struct snapshot *snapshot, pid_t pid, pid_t tid)
{
	char path[PATH_MAX];
	DIR *dir;
	int fd;

	path_of(path, "/proc/%d/task/%d/fd", pid, tid);
	if (pid == tid)
		path_of(path, "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir) {
		snapshot->shut |= is_shut();
		return;
	}
	while ((fd = next_number(dir)) >= 0)
		look_at(snapshot, pid, tid, fd);
	closedir(dir);
}

/* A thread may have descriptors of its own, or have outlived the first one. */
static void look_into(struct snapshot *snapshot, pid_t pid)
{
	char path[PATH_MAX];
	DIR *dir;
	pid_t tid;

	look_through(snapshot, pid, pid);
	path_of(path, "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return;
	while ((tid = next_number(dir)) >= 0) {
		if (tid != pid && !same_descriptors(pid, tid))
			look_through(snapshot, pid, tid);
	}
	closedir(dir);
}

static int by_holder(const void *one, const void *two)
{
	const struct holder *a = ((const struct tpm_file *)one)->holders;
	const struct holder *b = ((const struct tpm_file *)two)->holders;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->fd < b->fd ? -1 : a->fd > b->fd;
}

static int by_pid(const void *one, const void *two)
{
	const struct holder *a = one, *b = two;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->fd < b->fd ? -1 : a->fd > b->fd;
}

/**
 * procfs_find_files() - find the open files of the TPMs
 * @snapshot: has the TPMs; the files are added
 */
void procfs_find_files(struct snapshot *snapshot)
{
	char path[PATH_MAX];
	size_t i;
	DIR *dir;
	pid_t pid;

	path_of(path, "/proc");
	dir = opendir(path);
	if (!dir)
		return;
	while ((pid = next_number(dir)) >= 0) {
		if (pid != getpid() || path_made_up())
			look_into(snapshot, pid);
	}
	closedir(dir);
	for (i = 0; i < snapshot->nr_files; i++)
		qsort(snapshot->files[i].holders, snapshot->files[i].nr_holders,
		      sizeof(struct holder), by_pid);
	if (snapshot->nr_files)
		qsort(snapshot->files, snapshot->nr_files,
		      sizeof(*snapshot->files), by_holder);
}
