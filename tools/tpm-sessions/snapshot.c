// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has what in the TPMs of this machine, at one moment or nearly so: files are
 * looked at one after the other.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "device.h"
#include "fdinfo.h"
#include "procfs.h"
#include "snapshot.h"
#include "sysfs.h"

long long snapshot_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

struct chip *snapshot_chip(const struct snapshot *snapshot, int number)
{
	size_t i;

	for (i = 0; i < snapshot->nr_chips; i++) {
		if (snapshot->chips[i].number == number)
			return &snapshot->chips[i];
	}
	return NULL;
}

/**
 * snapshot_misses_detached() - are there sessions of nobody that are not seen?
 * @snapshot: what there is
 *
 * Return: whether.
 */
bool snapshot_misses_detached(const struct snapshot *snapshot)
{
	size_t i;

	for (i = 0; i < snapshot->nr_chips; i++) {
		if (snapshot->chips[i].unseen_detached)
			return true;
	}
	return false;
}

/*
 * Every file of the TPM that the extension serves shows them. Who may neither open
 * one nor look at somebody else's does not get to know them.
 */
static void find_detached(struct snapshot *snapshot, struct chip *chip)
{
	struct tpm_file *file;
	size_t i;

	if (!chip->nr_detached || device_read_detached(chip))
		return;
	for (i = 0; i < snapshot->nr_files; i++) {
		file = &snapshot->files[i];
		if (file->served && file->chip == chip->number) {
			chip->detached = file->detached;
			memset(&file->detached, 0, sizeof(file->detached));
			return;
		}
	}
	chip->unseen_detached = chip->nr_detached;
}

/*
 * The counter was read before the files were, and is read again: sessions that
 * have come or gone in between are not said to be unseen.
 */
static void count_unseen(const struct snapshot *snapshot, struct chip *chip)
{
	long long before = chip->active, seen = chip->detached.nr;
	size_t i;

	for (i = 0; i < snapshot->nr_files; i++) {
		if (snapshot->files[i].chip == chip->number)
			seen += snapshot->files[i].own.nr;
	}
	sysfs_read_counters(chip);
	if (before > chip->active)
		before = chip->active;
	chip->unseen = before > seen ? before - seen : 0;
	if (chip->unseen_detached > chip->nr_detached)
		chip->unseen_detached = chip->nr_detached;
}

/**
 * snapshot_look() - find out which TPMs there are, and no more
 * @snapshot: it
 * @only: number of the only TPM that is of interest, or -1
 */
void snapshot_look(struct snapshot *snapshot, int only)
{
	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->taken = snapshot_clock();
	snapshot->off = sysfs_switched_off();
	sysfs_find_chips(snapshot, only);
}

/**
 * snapshot_take() - find out who has what
 * @snapshot: it
 * @only: number of the only TPM that is of interest, or -1
 */
void snapshot_take(struct snapshot *snapshot, int only)
{
	size_t i;

	snapshot_look(snapshot, only);
	if (!snapshot->nr_chips)
		return;
	procfs_find_files(snapshot);
	for (i = 0; i < snapshot->nr_chips; i++) {
		find_detached(snapshot, &snapshot->chips[i]);
		count_unseen(snapshot, &snapshot->chips[i]);
	}
}

void snapshot_free(struct snapshot *snapshot)
{
	size_t i;

	for (i = 0; i < snapshot->nr_files; i++)
		fdinfo_free(&snapshot->files[i]);
	for (i = 0; i < snapshot->nr_chips; i++)
		free(snapshot->chips[i].detached.session);
	free(snapshot->files);
	free(snapshot->chips);
	memset(snapshot, 0, sizeof(*snapshot));
}
