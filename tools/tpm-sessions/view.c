// SPDX-License-Identifier: GPL-2.0-only
/*
 * What there is, for somebody who watches: of each TPM the sums, who waits, and
 * who has how many sessions, most first; and what has happened.
 */
#include <ctype.h>
#include <err.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "duration.h"
#include "status.h"
#include "view.h"

/* What stands before the bars. */
#define BEFORE_BAR	39
#define BAR_MAX		80

/* A name may have anything in it, and must not move the cursor. */
static const char *printable(const char *name, char text[64])
{
	size_t i;

	for (i = 0; i < 63 && name[i]; i++)
		text[i] = isascii((unsigned char)name[i]) &&
			  isprint((unsigned char)name[i]) ? name[i] : '?';
	text[i] = 0;
	return text;
}

static void print_holder(FILE *to, const struct holder *holder)
{
	const struct passwd *entry = getpwuid(holder->uid);
	char user[64], command[64], number[16];

	snprintf(number, sizeof(number), "%u", holder->uid);
	fprintf(to, "%7d %-10.10s %-15.15s ", holder->pid,
		printable(entry ? entry->pw_name : number, user),
		printable(holder->command, command));
}

static void print_bar(FILE *to, size_t nr, size_t most, size_t columns)
{
	size_t width = columns > BEFORE_BAR + 1 ? columns - BEFORE_BAR - 1 : 1;
	size_t i, len;

	if (width > BAR_MAX)
		width = BAR_MAX;
	len = (nr * width + most - 1) / most;
	for (i = 0; i < len; i++)
		fputc('#', to);
}

static void print_sums(FILE *to, const struct chip *chip)
{
	char lease[DURATION_TEXT];

	if (!chip->served) {
		fprintf(to, "tpmrm%d is not served by the extension\n",
			chip->number);
		return;
	}
	duration_print(chip->lease, lease);
	fprintf(to, "tpmrm%d: %lld sessions (%lld detached), %lld waiting, ",
		chip->number, chip->active, chip->nr_detached, chip->waiters);
	fprintf(to, "%lld evicted (%lld missed), lease %s\n", chip->evictions,
		chip->premature, lease);
}

static void print_waiting(FILE *to, const struct tpm_file *file)
{
	char text[DURATION_TEXT];

	duration_print(file->waited, text);
	print_holder(to, &file->holders[0]);
	fprintf(to, "waits  for %s, %u before it\n", text, file->before);
}

static size_t most_of(const struct snapshot *snapshot, const struct chip *chip)
{
	size_t i, most = chip->max_per_fd > 0 ? chip->max_per_fd : 1;

	for (i = 0; i < snapshot->nr_files; i++) {
		if (snapshot->files[i].chip == chip->number &&
		    snapshot->files[i].own.nr > most)
			most = snapshot->files[i].own.nr;
	}
	if (chip->detached.nr > most)
		most = chip->detached.nr;
	return most;
}

static int by_sessions(const void *one, const void *two)
{
	const struct tpm_file *a = *(const struct tpm_file * const *)one;
	const struct tpm_file *b = *(const struct tpm_file * const *)two;

	if (a->own.nr != b->own.nr)
		return a->own.nr > b->own.nr ? -1 : 1;
	return a < b ? -1 : a > b;
}

static void print_owners(FILE *to, const struct snapshot *snapshot,
			 const struct chip *chip, size_t columns)
{
	const struct tpm_file **files;
	size_t most = most_of(snapshot, chip);
	size_t i, nr = 0;

	files = calloc(snapshot->nr_files + 1, sizeof(const struct tpm_file *));
	if (!files)
		err(STATUS_FAILED, "memory");
	for (i = 0; i < snapshot->nr_files; i++) {
		if (snapshot->files[i].chip == chip->number)
			files[nr++] = &snapshot->files[i];
	}
	qsort(files, nr, sizeof(*files), by_sessions);
	for (i = 0; i < nr; i++) {
		if (!files[i]->served) {
			print_holder(to, &files[i]->holders[0]);
			fputs("    ?  it came before the extension\n", to);
		} else if (files[i]->own.nr) {
			print_holder(to, &files[i]->holders[0]);
			fprintf(to, "%3zu ", files[i]->own.nr);
			print_bar(to, files[i]->own.nr, most, columns);
			fputc('\n', to);
		}
	}
	if (chip->detached.nr) {
		fprintf(to, "%7s %-10s %-15s %3zu ", "-", "-", "(detached)",
			chip->detached.nr);
		print_bar(to, chip->detached.nr, most, columns);
		fputc('\n', to);
	}
	if (chip->unseen)
		fprintf(to, "%7s %-10s %-15s %3lld%s\n", "-", "-", "(not seen)",
			chip->unseen, snapshot->shut ? " try as root" : "");
	free(files);
}

/* What does not fit is cut off at the end of a TPM's part, not of the events. */
static void print_events(FILE *to, const struct events *events)
{
	char text[96];
	size_t i, k;

	if (!events->nr)
		return;
	fputs("\nEvictions:\n", to);
	for (i = 0; i < events->nr; i++) {
		for (k = 0; events->text[i][k]; k++)
			text[k] = isprint((unsigned char)events->text[i][k]) ?
				  events->text[i][k] : '?';
		text[k] = 0;
		fprintf(to, "%s\n", text);
	}
}

static char *finish(FILE *stream, char **text)
{
	if (fclose(stream))
		err(STATUS_FAILED, "memory");
	return *text;
}

static FILE *begin(char **text, size_t *size)
{
	FILE *stream = open_memstream(text, size);

	if (!stream)
		err(STATUS_FAILED, "memory");
	return stream;
}

static char *upper(const struct snapshot *snapshot, size_t columns)
{
	const struct chip *chip;
	char *text = NULL;
	size_t i, k, size;
	FILE *to = begin(&text, &size);

	for (i = 0; i < snapshot->nr_chips; i++) {
		chip = &snapshot->chips[i];
		print_sums(to, chip);
		if (!chip->served)
			continue;
		for (k = 0; k < snapshot->nr_files; k++) {
			if (snapshot->files[k].chip == chip->number &&
			    snapshot->files[k].waits)
				print_waiting(to, &snapshot->files[k]);
		}
		print_owners(to, snapshot, chip, columns);
	}
	return finish(to, &text);
}

static char *lower(const struct events *events)
{
	char *text = NULL;
	size_t size;
	FILE *to = begin(&text, &size);

	print_events(to, events);
	return finish(to, &text);
}

static size_t lines_of(const char *text)
{
	size_t nr = 0;

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

/**
 * view() - show what there is
 * @snapshot: it
 * @events: what has happened
 * @columns: how wide it may be
 * @rows: how high it may be: of what does not fit, it is said how much; 0 if it
 *	may be as high as it likes
 *
 * Return: the text, to be freed.
 */
char *view(const struct snapshot *snapshot, const struct events *events,
	   size_t columns, size_t rows)
{
	char *above = upper(snapshot, columns), *below = lower(events);
	size_t nr = lines_of(above), room = nr, left, size;
	char *text = NULL, *end = above;
	FILE *to;

	left = rows > lines_of(below) + 2 ? rows - lines_of(below) : 2;
	if (rows && nr > left)
		room = left - 1;
	to = begin(&text, &size);
	for (left = room; left; left--)
		end = strchr(end, '\n') + 1;
	fwrite(above, 1, end - above, to);
	if (room < nr)
		fprintf(to, "(%zu more lines: make the terminal higher)\n",
			nr - room);
	fputs(below, to);
	free(above);
	free(below);
	return finish(to, &text);
}
