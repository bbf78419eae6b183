// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is the same for all who use a TPM: its counters and limits, in
 * /sys/class/tpmrm/tpmrmN/sessions. The folder is there where the extension is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "memory.h"
#include "path.h"
#include "sysfs.h"

/* What switches the extension on: of the module, or of the kernel that has it. */
static const char * const switches[] = {
	"/sys/module/tpm2_space_sessions/parameters/enabled",
	"/sys/module/tpm/parameters/space_sessions",
};

static bool read_text(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");
	bool there;

	if (!f)
		return false;
	there = fgets(text, size, f);
	fclose(f);
	return there;
}

/**
 * sysfs_read() - read a counter or a limit
 * @chip: number of the TPM
 * @name: its name
 * @value: what it is
 *
 * Return: whether there is one.
 */
bool sysfs_read(int chip, const char *name, long long *value)
{
	char path[PATH_MAX], text[32], *end;
	long long number;

	path_of(path, "/sys/class/tpmrm/tpmrm%d/sessions/%s", chip, name);
	if (!read_text(path, text, sizeof(text)))
		return false;
	number = strtoll(text, &end, 10);
	if (end == text || (*end && *end != '\n'))
		return false;
	*value = number;
	return true;
}

/**
 * sysfs_write() - set a limit
 * @chip: number of the TPM
 * @name: its name
 * @value: what it is to be
 *
 * Return: 0 or an errno.
 */
int sysfs_write(int chip, const char *name, long long value)
{
	char path[PATH_MAX];
	int fd, error = 0;

	path_of(path, "/sys/class/tpmrm/tpmrm%d/sessions/%s", chip, name);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (dprintf(fd, "%lld\n", value) < 0)
		error = errno;
	close(fd);
	return error;
}

/**
 * sysfs_read_counters() - read what there is now
 * @chip: the TPM
 */
void sysfs_read_counters(struct chip *chip)
{
	chip->served = sysfs_read(chip->number, "active", &chip->active);
	sysfs_read(chip->number, "detached", &chip->nr_detached);
	sysfs_read(chip->number, "waiters", &chip->waiters);
	sysfs_read(chip->number, "evictions", &chip->evictions);
	sysfs_read(chip->number, "premature_evictions", &chip->premature);
	sysfs_read(chip->number, "lease_ms", &chip->lease);
	sysfs_read(chip->number, "max_per_fd", &chip->max_per_fd);
}

/**
 * sysfs_switched_off() - whether the extension leaves new files to the kernel's own
 *	code
 *
 * Return: what switches it on again, or NULL.
 */
const char *sysfs_switched_off(void)
{
	char path[PATH_MAX], text[4];
	size_t i;

	for (i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
		path_of(path, "%s", switches[i]);
		if (read_text(path, text, sizeof(text)) && *text == 'N')
			return switches[i];
	}
	return NULL;
}

static void add_chip(struct snapshot *snapshot, int number)
{
	char path[PATH_MAX], text[32];
	unsigned int major, minor;
	struct chip *chip;

	path_of(path, "/sys/class/tpmrm/tpmrm%d/dev", number);
	if (!read_text(path, text, sizeof(text)) ||
	    sscanf(text, "%u:%u", &major, &minor) != 2)
		return;
	snapshot->chips = grown(snapshot->chips, snapshot->nr_chips,
				sizeof(*snapshot->chips));
	chip = &snapshot->chips[snapshot->nr_chips++];
	chip->number = number;
	chip->device = makedev(major, minor);
	sysfs_read_counters(chip);
}

static int by_number(const void *one, const void *two)
{
	const struct chip *a = one, *b = two;

	return a->number < b->number ? -1 : a->number > b->number;
}

/**
 * sysfs_find_chips() - find the TPMs of this machine
 * @snapshot: they are added to it
 * @only: number of the only one that is wanted, or -1
 */
void sysfs_find_chips(struct snapshot *snapshot, int only)
{
	static const char name[] = "tpmrm";
	const struct dirent *entry;
	char path[PATH_MAX], *end;
	long number;
	DIR *dir;

	path_of(path, "/sys/class/tpmrm");
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, name, strlen(name)))
			continue;
		number = strtol(entry->d_name + strlen(name), &end, 10);
		if (!*end && (only < 0 || number == only))
			add_chip(snapshot, number);
	}
	closedir(dir);
	if (snapshot->nr_chips)
		qsort(snapshot->chips, snapshot->nr_chips,
		      sizeof(*snapshot->chips), by_number);
}
