// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has which sessions: what the open files say (fdinfo), what the resource
 * manager counts, what the TPM itself lists, and what tpm-sessions prints have to
 * be the same sessions.
 *
 * Nobody may send anything meanwhile. All is read twice: if it was not the same,
 * something was still under way.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "account.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "fdinfo.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SESSIONS_MAX	256

/**
 * struct view - the sessions that somebody knows of
 * @nr: how many
 * @index: which ones, in order
 */
struct view {
	unsigned int nr;
	uint32_t index[SESSIONS_MAX];
};

static void add(struct view *view, uint32_t handle)
{
	expect(view->nr < SESSIONS_MAX, "more than %u sessions", SESSIONS_MAX);
	view->index[view->nr++] = HANDLE_INDEX(handle);
}

static int by_index(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return one < other ? -1 : one > other;
}

static void sort(struct view *view)
{
	qsort(view->index, view->nr, sizeof(*view->index), by_index);
}

static bool same(const struct view *a, const struct view *b)
{
	return a->nr == b->nr &&
	       !memcmp(a->index, b->index, a->nr * sizeof(*a->index));
}

/* No session has two owners. */
static void expect_single(const struct view *view)
{
	unsigned int i;

	for (i = 1; i < view->nr; i++)
		expect(view->index[i] != view->index[i - 1],
		       "session 0x%06x is there twice", view->index[i]);
}

static void expect_view(const struct view *seen, const struct view *wanted,
			const char *who)
{
	unsigned int i;

	for (i = 0; i < seen->nr && i < wanted->nr; i++)
		expect(seen->index[i] == wanted->index[i],
		       "%s has session 0x%06x where the files have 0x%06x", who,
		       seen->index[i], wanted->index[i]);
	expect(seen->nr == wanted->nr, "%s has %u sessions, the files %u", who,
	       seen->nr, wanted->nr);
}

static void read_file(pid_t pid, int fd, struct view *view,
		      struct account *account)
{
	struct fdinfo info;
	unsigned int i;

	fdinfo_read_of(pid, fd, &info);
	account->files++;
	account->objects += info.objects;
	account->owned += info.nr_sessions;
	for (i = 0; i < info.nr_sessions; i++)
		add(view, info.session[i].handle);
}

static void read_process(pid_t pid, const char *device, struct view *view,
			 struct account *account)
{
	char path[60], target[60];
	struct dirent *entry;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	/* it has ended */
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		len = readlinkat(dirfd(dir), entry->d_name, target,
				 sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = 0;
		if (!strcmp(target, device))
			read_file(pid, atoi(entry->d_name), view, account);
	}
	closedir(dir);
}

/* Each process opens files for itself. */
static void read_files(struct view *view, struct account *account)
{
	struct dirent *entry;
	struct fdinfo info;
	char device[40];
	unsigned int i;
	DIR *dir;
	int fd;

	memset(view, 0, sizeof(*view));
	memset(account, 0, sizeof(*account));
	snprintf(device, sizeof(device), "/dev/tpmrm%d", chip_number());
	dir = opendir("/proc");
	expect(dir, "cannot open /proc: %s", strerror(errno));
	while ((entry = readdir(dir))) {
		if (isdigit((unsigned char)*entry->d_name))
			read_process(atoi(entry->d_name), device, view, account);
	}
	closedir(dir);

	/* what nobody has is shown with any file */
	fd = tpm_managed();
	fdinfo_read(fd, &info);
	close(fd);
	account->detached = info.nr_detached;
	for (i = 0; i < info.nr_detached; i++)
		add(view, info.detached[i].handle);
	sort(view);
}

static void read_tpm(struct view *view)
{
	struct handles loaded, saved, objects;
	unsigned int i;
	int raw = tpm_raw();

	list_type(raw, HT_HMAC_SESSION, &loaded);
	list_type(raw, HT_POLICY_SESSION, &saved);
	list_type(raw, HT_TRANSIENT, &objects);
	close(raw);
	expect(!objects.nr, "%u objects are in the TPM's slots", objects.nr);
	memset(view, 0, sizeof(*view));
	for (i = 0; i < loaded.nr; i++)
		add(view, loaded.handle[i]);
	for (i = 0; i < saved.nr; i++)
		add(view, saved.handle[i]);
	sort(view);
}

static void read_tool(struct view *view)
{
	char line[200], *end;
	unsigned long handle;
	FILE *f;

	memset(view, 0, sizeof(*view));
	f = popen("tpm-sessions list --raw --noheadings --output HANDLE", "re");
	expect(f, "popen(): %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		handle = strtoul(line, &end, 16);
		/* "-" is a file that has no session, and waits */
		if (end != line)
			add(view, handle);
	}
	expect_number(pclose(f), 0);
	sort(view);
}

/**
 * account_check() - does everybody say the same?
 * @account: receives what they say
 *
 * All clients have stopped or ended, but for commands of theirs that are under
 * way. No waiter may be left that has to wait for another client.
 */
void account_check(struct account *account)
{
	long long deadline = now_ms() + HANG_MS;
	struct view files, again, tpm, tool;

	await_counter("waiters", 0);
	do {
		expect(now_ms() < deadline, "there is no end to what they send");
		read_files(&files, account);
		read_tpm(&tpm);
		read_tool(&tool);
		read_files(&again, account);
	} while (!same(&files, &again));

	expect_single(&files);
	expect_view(&tpm, &files, "the TPM");
	expect_view(&tool, &files, "tpm-sessions");
	expect_number(counter("active"), files.nr);
	expect_number(counter("detached"), account->detached);
}

/* What clients have left behind goes as an administrator has it go. */
void account_flush_detached(void)
{
	expect(!system("tpm-sessions flush --detached --yes >/dev/null"),
	       "tpm-sessions cannot flush what nobody has");
}
