// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where nobody need come in between, since it would make no difference to what a
 * scenario is about. A scenario says what else it is about; then nothing of that
 * is left out.
 */
#include <string.h>
#include "world.h"

#define MEMORY	1021

PER_RUN unsigned int looks_at;

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++) {
		if (!strcmp(name, *names))
			return true;
	}
	return false;
}

enum {
	KNOWN = 1,	/* this has been looked up */
	ALWAYS = 2,	/* it is the same in any order */
	HERE = 4,	/* nobody need come in between */
	INNER = 8,	/* nor there, with the chip held */
	LOOK = 16,	/* it only looks */
};

static unsigned int look_up(const char *what, const char *where)
{
	/* no command has to wait for others of its user; no clock matters */
	static const char *const counts[] = {
		"tpm2_user_begin", "tpm2_user_end", "tpm2_user_visit",
		"tpm2_user_has_passed", NULL
	};
	/* is for the trace, and for sysfs */
	static const char *const traced[] = {
		"queue->nr", "rm->queue.nr", NULL
	};
	/* of a ticket that is in no queue */
	static const char *const own[] = {
		"tpm2_session_queue_lose_place", NULL
	};
	/* of a file that has one task */
	static const char *const file[] = {
		"try_to_claim", "accept_command", "unclaim", "space_read",
		"copy_response", NULL
	};
	/* who wants what these protect wants the chip before */
	static const char *const inner[] = {
		"&rm->lock", "&rm->mutex", NULL
	};
	/* with a lock, but what that protects stays as it is */
	static const char *const looks[] = {
		"tpm2_session_queue_kicks", NULL
	};
	unsigned int found = KNOWN;

	if (is_one_of(what, traced) || is_one_of(where, own) ||
	    (!(looks_at & LOOKS_AT_USERS) && is_one_of(where, counts)))
		found |= ALWAYS | HERE;
	if (!(looks_at & LOOKS_AT_FILES) &&
	    (is_one_of(where, file) ||
	     (!strcmp(where, "finish") && !strcmp(what, "&f->lock"))))
		found |= HERE;
	if (!(looks_at & LOOKS_AT_TABLE) && is_one_of(what, inner))
		found |= INNER;
	if (is_one_of(where, looks))
		found |= LOOK;
	return found;
}

/* The same strings come again and again. */
static unsigned int find(const char *what, const char *where)
{
	static struct {
		const char *what;
		const char *where;
		unsigned int found;
	} memory[MEMORY];
	size_t i = ((uintptr_t)what * 31 + (uintptr_t)where) % MEMORY;

	if (memory[i].what != what || memory[i].where != where ||
	    !memory[i].found) {
		memory[i].what = what;
		memory[i].where = where;
		memory[i].found = look_up(what, where);
	}
	return memory[i].found;
}

/**
 * quiet_always() - is this the same in any order?
 * @what: what something is done to
 * @where: in which function
 */
bool quiet_always(const char *what, const char *where)
{
	return find(what, where) & ALWAYS;
}

/**
 * quiet_here() - need nobody come in between here?
 * @what: what something is done to
 * @where: in which function
 */
bool quiet_here(const char *what, const char *where)
{
	unsigned int found = find(what, where);

	return found & HERE ||
	       (found & INNER && world.chip.tpm_mutex.holder == current_task);
}

/**
 * quiet_look() - does this only look at what a lock protects?
 * @what: the lock
 * @where: in which function
 */
bool quiet_look(const char *what, const char *where)
{
	return find(what, where) & LOOK;
}
