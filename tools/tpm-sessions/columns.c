// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the list can say of a session, or of who waits for one: the one table that
 * options, help and output come from.
 */
#include <libsmartcols/libsmartcols.h>
#include <pwd.h>
#include <stdlib.h>
#include "columns.h"
#include "duration.h"
#include "memory.h"

enum {
	COL_TPM, COL_PID, COL_USER, COL_COMMAND, COL_FD, COL_HANDLE, COL_TYPE,
	COL_STATE, COL_AGE, COL_IDLE, COL_LEASE, COL_TENURE, COL_AHEAD,
	COL_OBJECTS, COL_EVICTIONS, COL_HOLDERS,
};

#define R	SCOLS_FL_RIGHT
#define NUMBER	SCOLS_JSON_NUMBER
#define STRING	SCOLS_JSON_STRING

const struct column columns[] = {
	[COL_TPM] = { "TPM", 3, 0, STRING, false, "the TPM" },
	[COL_PID] = { "PID", 5, R, NUMBER, true,
		"process that has the file open; the first one, if several have" },
	[COL_USER] = { "USER", 6, SCOLS_FL_TRUNC, STRING, true,
		"user of that process" },
	[COL_COMMAND] = { "COMMAND", 0.2, SCOLS_FL_TRUNC, STRING, true,
		"its name" },
	[COL_FD] = { "FD", 2, R, NUMBER, true, "its file descriptor" },
	[COL_HANDLE] = { "HANDLE", 10, 0, STRING, true, "handle of the session" },
	[COL_TYPE] = { "TYPE", 6, 0, STRING, true, "hmac, policy or trial" },
	[COL_STATE] = { "STATE", 8, 0, STRING, true,
		"loaded, saved, detached, waiting, evicted, idle or unmanaged" },
	[COL_AGE] = { "AGE", 5, R, NUMBER, true,
		"time since its start; or since the wait or the eviction began" },
	[COL_IDLE] = { "IDLE", 5, R, NUMBER, true, "time since its last use" },
	[COL_LEASE] = { "LEASE", 5, R, NUMBER, true,
		"for how long it is safe if it is not used" },
	[COL_TENURE] = { "TENURE", 6, R, NUMBER, false,
		"for how long it is safe if it is used" },
	[COL_AHEAD] = { "AHEAD", 5, R, NUMBER, false,
		"how many will be served before the one that waits" },
	[COL_OBJECTS] = { "OBJECTS", 7, R, NUMBER, false,
		"number of objects of the file" },
	[COL_EVICTIONS] = { "EVICTIONS", 9, R, NUMBER, false,
		"how often a session was taken away from the file" },
	[COL_HOLDERS] = { "HOLDERS", 0.1, SCOLS_FL_TRUNC, STRING, false,
		"all that have the file open, as PID:FD" },
};

const size_t nr_columns = sizeof(columns) / sizeof(*columns);

_Static_assert(sizeof(columns) / sizeof(*columns) <= TABLE_COLUMNS_MAX,
	       "a table has no room for all columns");

/**
 * columns_pick_more() - show what would be missed
 * @table: the list, for which no columns were asked for
 * @snapshot: what is in it
 */
void columns_pick_more(struct table *table, const struct snapshot *snapshot)
{
	bool shared = false;
	size_t i;

	for (i = 0; i < snapshot->nr_files; i++)
		shared |= snapshot->files[i].nr_holders > 1;
	if (snapshot->nr_chips > 1)
		table_pick(table, COL_TPM);
	for (i = 0; i < nr_columns; i++) {
		if (columns[i].shown)
			table_pick(table, i);
	}
	if (shared)
		table_pick(table, COL_HOLDERS);
}

static char *duration(long long ms, bool exact)
{
	char text[DURATION_TEXT];

	if (exact)
		return format("%lld", ms);
	duration_print(ms, text);
	return format("%s", text);
}

static char *user(uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);

	return entry ? format("%s", entry->pw_name) : format("%u", uid);
}

static char *holders(const struct tpm_file *file)
{
	char *text = format("%s", ""), *more;
	size_t i;

	for (i = 0; i < file->nr_holders; i++) {
		more = format("%s%s%d:%d", text, i ? "," : "",
			      file->holders[i].pid, file->holders[i].fd);
		free(text);
		text = more;
	}
	return text;
}

static char *cell_of_file(const struct row *row, size_t column)
{
	const struct tpm_file *file = row->file;
	const struct holder *holder = file->holders;

	switch (column) {
	case COL_PID:
		return format("%d", holder->pid);
	case COL_USER:
		return user(holder->uid);
	case COL_COMMAND:
		return format("%s", holder->command);
	case COL_FD:
		return format("%d", holder->fd);
	case COL_AHEAD:
		return file->waits ? format("%u", file->before) : NULL;
	case COL_OBJECTS:
		return file->served ? format("%u", file->objects) : NULL;
	case COL_EVICTIONS:
		return file->served ? format("%u", file->evictions) : NULL;
	case COL_HOLDERS:
		return holders(file);
	}
	return NULL;
}

static char *cell_of_session(const struct session *session, size_t column,
			     bool exact)
{
	switch (column) {
	case COL_HANDLE:
		return format("0x%08x", session->handle);
	case COL_TYPE:
		return format("%s", session->type);
	case COL_AGE:
		return duration(session->age, exact);
	case COL_IDLE:
		return duration(session->idle, exact);
	case COL_LEASE:
		return duration(session->lease, exact);
	case COL_TENURE:
		return duration(session->tenure, exact);
	}
	return NULL;
}

/**
 * columns_cell() - what is in a cell
 * @data: the row
 * @column: the column
 * @exact: not for people: times in milliseconds, and whole names
 *
 * Return: its text, to be freed, or NULL.
 */
char *columns_cell(const void *data, size_t column, bool exact)
{
	const struct row *row = data;
	char *text = NULL;

	if (column == COL_TPM)
		return format(exact ? "tpmrm%d" : "%d", row->chip);
	if (column == COL_STATE)
		return format("%s", row->state);
	if (row->session)
		text = cell_of_session(row->session, column, exact);
	else if (column == COL_HANDLE && row->handle)
		text = format("0x%08x", row->handle);
	else if (column == COL_AGE && row->age >= 0)
		text = duration(row->age, exact);
	if (!text && row->file)
		text = cell_of_file(row, column);
	return text;
}
