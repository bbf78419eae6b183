// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has happened from one look to the next: who has lost sessions. That the
 * counters of open files do not account for was somebody's who is not seen, or
 * nobody's.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "events.h"

static void __attribute__((format(printf, 2, 3)))
add(struct events *events, const char *format, ...)
{
	time_t now = time(NULL);
	struct tm tm = {};
	char *text;
	size_t len;
	va_list args;

	if (events->nr == EVENTS_KEPT)
		memmove(events->text[0], events->text[1],
			--events->nr * sizeof(*events->text));
	text = events->text[events->nr++];
	localtime_r(&now, &tm);
	len = strftime(text, sizeof(*events->text), "%H:%M:%S ", &tm);
	va_start(args, format);
	vsnprintf(text + len, sizeof(*events->text) - len, format, args);
	va_end(args);
}

static const struct tpm_file *same(const struct snapshot *snapshot,
				   const struct tpm_file *file)
{
	const struct holder *holder = &file->holders[0];
	const struct tpm_file *other;
	size_t i;

	for (i = 0; i < snapshot->nr_files; i++) {
		other = &snapshot->files[i];
		if (other->chip == file->chip &&
		    other->holders[0].tid == holder->tid &&
		    other->holders[0].fd == holder->fd)
			return other;
	}
	return NULL;
}

static unsigned int find_in_file(struct events *events,
				 const struct tpm_file *before,
				 const struct tpm_file *now)
{
	const struct holder *holder = &now->holders[0];
	unsigned int nr;

	if (!before || now->evictions <= before->evictions)
		return 0;
	nr = now->evictions - before->evictions;
	add(events, "%s[%d] has lost %u session%s", holder->command,
	    holder->pid, nr, nr == 1 ? "" : "s");
	return nr;
}

static void find_in_chip(struct events *events, const struct snapshot *before,
			 const struct snapshot *now, const struct chip *chip)
{
	const struct chip *then = snapshot_chip(before, chip->number);
	const struct tpm_file *file;
	long long nr;
	size_t i;

	if (!then)
		return;
	nr = chip->evictions - then->evictions;
	for (i = 0; i < now->nr_files; i++) {
		file = &now->files[i];
		if (file->chip == chip->number)
			nr -= find_in_file(events, same(before, file), file);
	}
	if (nr > 0)
		add(events, "%lld other%s of tpmrm%d evicted: detached, or of somebody not seen",
		    nr, nr == 1 ? " was" : "s were", chip->number);
}

/**
 * events_find() - find out what has happened
 * @events: it is added to them
 * @before: how it was
 * @now: how it is
 */
void events_find(struct events *events, const struct snapshot *before,
		 const struct snapshot *now)
{
	size_t i;

	for (i = 0; i < now->nr_chips; i++)
		find_in_chip(events, before, now, &now->chips[i]);
}
