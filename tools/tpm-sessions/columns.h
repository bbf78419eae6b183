/* SPDX-License-Identifier: GPL-2.0-only */
/* What the list can say of a session, or of who waits for one. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "snapshot.h"
#include "table.h"

/**
 * struct row - a row of the list
 * @chip: the TPM
 * @file: the open file, or NULL
 * @session: its session, or NULL
 * @state: what is the matter
 * @handle: of a session that is gone, or 0
 * @age: how long that is so, or -1
 */
struct row {
	int chip;
	const struct tpm_file *file;
	const struct session *session;
	const char *state;
	uint32_t handle;
	long long age;
};

extern const struct column columns[];
extern const size_t nr_columns;

void columns_pick_more(struct table *table, const struct snapshot *snapshot);
char *columns_cell(const void *row, size_t column, bool exact);

#endif /* COLUMNS_H */
