// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters for whoever works on the driver: tpm2_space_sessions/tpmrmN/ in
 * debugfs. What an administrator may want to know is in sysfs.
 *
 * All are numbers that others add to, read as they are.
 */
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include "debugfs.h"
#include "state.h"

static struct dentry *root;

/**
 * tpm2_debugfs_init() - make the folder for all chips
 *
 * There is none without CONFIG_DEBUG_FS, and nothing depends on it.
 */
void tpm2_debugfs_init(void)
{
	root = debugfs_create_dir("tpm2_space_sessions", NULL);
}

/**
 * tpm2_debugfs_exit() - the opposite of tpm2_debugfs_init()
 */
void tpm2_debugfs_exit(void)
{
	debugfs_remove(root);
}

/**
 * tpm2_debugfs_add() - show the counters of a chip
 * @rm: its resource manager, which stays until tpm2_debugfs_remove()
 *
 * Return: the chip's folder.
 */
struct dentry *tpm2_debugfs_add(struct tpm2_rm *rm)
{
	struct tpm2_rm_stats *stats = &rm->stats;
	struct dentry *folder;
	char name[20];

	snprintf(name, sizeof(name), "tpmrm%d", rm->chip);
	folder = debugfs_create_dir(name, root);
	debugfs_create_ulong("adoptions", 0444, folder, &stats->adoptions);
	debugfs_create_ulong("commands", 0444, folder, &stats->commands);
	debugfs_create_ulong("context_loads", 0444, folder,
			     &stats->context_loads);
	debugfs_create_ulong("context_refreshes", 0444, folder,
			     &stats->refreshes);
	debugfs_create_ulong("context_saves", 0444, folder,
			     &stats->context_saves);
	debugfs_create_ulong("replays", 0444, folder, &stats->replays);
	debugfs_create_ulong("waits", 0444, folder, &rm->queue.waits);
	return folder;
}

/**
 * tpm2_debugfs_remove() - the opposite of tpm2_debugfs_add()
 * @folder: what that returned
 *
 * When this returns, nobody reads the counters any more.
 */
void tpm2_debugfs_remove(struct dentry *folder)
{
	debugfs_remove(folder);
}
