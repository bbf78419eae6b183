// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether two descriptors lead to the same open file, in one process or in two:
 * after dup() and fork(), and when they were handed over.
 *
 * kcmp() knows. Where it may not be used, the sessions themselves tell: none has
 * two files. Of files that have none it is not known, nor is there anything that
 * would be counted twice.
 */
#define _GNU_SOURCE
#include <linux/kcmp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "path.h"
#include "sameness.h"

/* HMAC and policy sessions share these bits of their handles. */
#define INDEX	0xffffff

/* For tests: see path.c. There is a file no-kcmp if it may not be used. */
static int compare_made_up(const struct holder *a, const struct holder *b)
{
	char path[PATH_MAX];
	struct stat one, two;

	path_of(path, "/no-kcmp");
	if (!access(path, F_OK))
		return -1;
	path_of(path, "/proc/%d/fdinfo/%d", a->tid, a->fd);
	if (stat(path, &one))
		return -1;
	path_of(path, "/proc/%d/fdinfo/%d", b->tid, b->fd);
	if (stat(path, &two))
		return -1;
	return one.st_ino != two.st_ino;
}

static int compare(const struct holder *a, const struct holder *b)
{
	if (path_made_up())
		return compare_made_up(a, b);
	return syscall(SYS_kcmp, a->tid, b->tid, KCMP_FILE, a->fd, b->fd);
}

static bool share_session(const struct sessions *a, const struct sessions *b)
{
	size_t i, k;

	for (i = 0; i < a->nr; i++) {
		for (k = 0; k < b->nr; k++) {
			if (!((a->session[i].handle ^ b->session[k].handle) &
			      INDEX))
				return true;
		}
	}
	return false;
}

/**
 * same_file() - whether two descriptors lead to the same open file
 * @a: what is known of the file behind one, and a holder of it
 * @b: likewise
 */
bool same_file(const struct tpm_file *a, const struct tpm_file *b)
{
	int order;

	if (a->served != b->served || a->chip != b->chip)
		return false;
	order = compare(&a->holders[0], &b->holders[0]);
	return order < 0 ? share_session(&a->own, &b->own) : !order;
}

/**
 * same_descriptors() - whether two threads have the same descriptors
 * @a: a thread
 * @b: another one
 *
 * Return: true also if that cannot be found out: most have.
 */
bool same_descriptors(pid_t a, pid_t b)
{
	return path_made_up() ||
	       syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0) <= 0;
}
