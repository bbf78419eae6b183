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
#include "memory.h"
#include "status.h"
#include "text.h"
#include "view.h"

/* What stands before the bars. */
#define BEFORE_BAR	39
#define BAR_MAX		80

static void print_holder(FILE *to, const struct holder *holder)
{
	const struct passwd *entry = getpwuid(holder->uid);
	char user[TEXT_PRINTABLE], command[TEXT_PRINTABLE], number[16];

	snprintf(number, sizeof(number), "%u", holder->uid);
	fprintf(to, "%7d %-10.10s %-15.15s ", holder->pid,
		text_printable(entry ? entry->pw_name : number, user),
		text_printable(holder->command, command));
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

/* A process may have many files, and is one row. */
struct owner {
	const struct holder *holder;
	size_t nr;
	bool unmanaged;
};

static int by_sessions(const void *one, const void *two)
{
	const struct owner *a = one, *b = two;

	if (a->nr != b->nr)
		return a->nr > b->nr ? -1 : 1;
	return a->holder->pid < b->holder->pid ? -1 :
	       a->holder->pid > b->holder->pid;
}

/* Files come in the order of their holders. */
static size_t find_owners(const struct snapshot *snapshot,
			  const struct chip *chip, struct owner **owners)
{
	const struct tpm_file *file;
	struct owner *owner = NULL;
	size_t i, nr = 0;

	*owners = NULL;
	for (i = 0; i < snapshot->nr_files; i++) {
		file = &snapshot->files[i];
		if (file->chip != chip->number)
			continue;
		if (!owner || owner->holder->pid != file->holders[0].pid) {
			*owners = grown(*owners, nr, sizeof(**owners));
			owner = &(*owners)[nr++];
			owner->holder = &file->holders[0];
		}
		owner->nr += file->own.nr;
		owner->unmanaged |= !file->served;
	}
	if (nr)
		qsort(*owners, nr, sizeof(**owners), by_sessions);
	return nr;
}

static void print_owners(FILE *to, const struct snapshot *snapshot,
			 const struct chip *chip, size_t columns)
{
	struct owner *owners;
	size_t i, nr = find_owners(snapshot, chip, &owners);
	size_t most = chip->max_per_fd > 0 ? chip->max_per_fd : 1;

	if (nr && owners[0].nr > most)
		most = owners[0].nr;
	if (chip->detached.nr > most)
		most = chip->detached.nr;
	for (i = 0; i < nr; i++) {
		if (!owners[i].nr && !owners[i].unmanaged)
			continue;
		print_holder(to, owners[i].holder);
		if (owners[i].unmanaged) {
			fprintf(to, "%3zu and what it had before the extension came\n",
				owners[i].nr);
			continue;
		}
		fprintf(to, "%3zu ", owners[i].nr);
		print_bar(to, owners[i].nr, most, columns);
		fputc('\n', to);
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
	free(owners);
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

	if (snapshot->off)
		fputs("The extension is switched off: files opened now do without.\n", to);
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
