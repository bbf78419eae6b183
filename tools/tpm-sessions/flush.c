// SPDX-License-Identifier: GPL-2.0-only
/*
 * tpm-sessions flush: end sessions.
 *
 * Whoever has to answer a question takes time, in which a session may end and
 * another one get its handle. So it is looked at once more before it is flushed:
 * it must be as old as the time since the first look.
 */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include "absence.h"
#include "commands.h"
#include "device.h"
#include "duration.h"
#include "memory.h"
#include "options.h"
#include "status.h"
#include "text.h"

/* HMAC and policy sessions share these bits of their handles. */
#define INDEX	0xffffff

/**
 * struct wanted - what is to be flushed
 * @detached: only sessions that no open file has
 * @older: only sessions that are older than so many ms, or -1
 * @handles: only these
 * @nr_handles: how many; 0 if the others say it all
 */
struct wanted {
	bool detached;
	long long older;
	uint32_t *handles;
	size_t nr_handles;
};

/**
 * struct target - a session that is to be flushed
 * @chip: number of its TPM
 * @session: it
 * @holder: who has it, or a pid of 0
 */
struct target {
	int chip;
	struct session session;
	struct holder holder;
};

struct targets {
	struct target *target;
	size_t nr;
};

static void print_help(FILE *to)
{
	fputs("usage: tpm-sessions flush [OPTION ...] HANDLE ...\n"
	      "       tpm-sessions flush [OPTION ...] --detached [--older-than AGE]\n"
	      "       tpm-sessions flush [OPTION ...] --older-than AGE\n"
	      "\n"
	      "Ends sessions. Of those that a program has open it shows a list first, and asks.\n"
	      "HANDLE is hexadecimal. AGE has a unit: ms, s, m, h or d; without one, it is\n"
	      "seconds.\n"
	      "\n"
	      " -d, --detached       sessions that no open file has\n"
	      " -O, --older-than AGE sessions that were started so long ago\n"
	      " -y, --yes            do not ask\n"
	      OPTIONS_HELP, to);
}

static void want_handle(struct wanted *wanted, const char *text)
{
	unsigned long long value;
	char *end;

	value = strtoull(text, &end, 16);
	if (end == text || *end || *text == '-' || *text == '+' ||
	    (value >> 24 != 2 && value >> 24 != 3))
		errx(STATUS_USAGE, "'%s' is no session's handle, like 0x03000001",
		     text);
	wanted->handles = grown(wanted->handles, wanted->nr_handles,
				sizeof(*wanted->handles));
	wanted->handles[wanted->nr_handles++] = value;
}

static bool same_index(uint32_t a, uint32_t b)
{
	return !((a ^ b) & INDEX);
}

static bool is_wanted(const struct wanted *wanted,
		      const struct session *session, bool detached)
{
	size_t i;

	if (wanted->detached && !detached)
		return false;
	if (wanted->older >= 0 && session->age <= wanted->older)
		return false;
	for (i = 0; i < wanted->nr_handles; i++) {
		if (same_index(wanted->handles[i], session->handle))
			return true;
	}
	return !wanted->nr_handles;
}

static void find(struct targets *targets, const struct wanted *wanted, int chip,
		 const struct sessions *sessions, const struct holder *holder)
{
	struct target *target;
	size_t i;

	for (i = 0; i < sessions->nr; i++) {
		if (!is_wanted(wanted, &sessions->session[i], !holder))
			continue;
		targets->target = grown(targets->target, targets->nr,
					sizeof(*targets->target));
		target = &targets->target[targets->nr++];
		target->chip = chip;
		target->session = sessions->session[i];
		if (holder)
			target->holder = *holder;
	}
}

static void find_all(struct targets *targets, const struct wanted *wanted,
		     const struct snapshot *snapshot)
{
	const struct tpm_file *file;
	size_t i;

	for (i = 0; i < snapshot->nr_files; i++) {
		file = &snapshot->files[i];
		find(targets, wanted, file->chip, &file->own, file->holders);
	}
	for (i = 0; i < snapshot->nr_chips; i++)
		find(targets, wanted, snapshot->chips[i].number,
		     &snapshot->chips[i].detached, NULL);
}

/* What was named and is not there; or is there more than once. */
static bool all_found(const struct targets *targets,
		      const struct wanted *wanted, bool more)
{
	const struct target *found, *target;
	bool all = true;
	size_t i, k;

	for (i = 0; i < wanted->nr_handles; i++) {
		found = NULL;
		for (k = 0; k < targets->nr; k++) {
			target = &targets->target[k];
			if (!same_index(target->session.handle,
					wanted->handles[i]))
				continue;
			/* one may be seen twice, when its client just saves it */
			if (found && found->chip != target->chip)
				errx(STATUS_USAGE, "several TPMs have a 0x%08x: say --tpm",
				     wanted->handles[i]);
			found = target;
		}
		if (found)
			continue;
		warnx("there is no such session 0x%08x%s", wanted->handles[i],
		      more ? ", or you may not see it: try as root" : "");
		all = false;
	}
	return all;
}

static bool consent(const struct targets *targets)
{
	const struct target *target;
	char age[DURATION_TEXT], name[TEXT_PRINTABLE], *line = NULL;
	size_t i, nr = 0, size = 0;
	bool yes;

	for (i = 0; i < targets->nr; i++) {
		target = &targets->target[i];
		if (!target->holder.pid)
			continue;
		duration_print(target->session.age, age);
		fprintf(stderr, "0x%08x  %s old, of process %d (%s)\n",
			target->session.handle, age, target->holder.pid,
			text_printable(target->holder.command, name));
		nr++;
	}
	if (!nr)
		return true;
	fprintf(stderr, "%s %s a program's, which will miss %s. Flush %s? [y/N] ",
		nr == 1 ? "This session" : "These sessions",
		nr == 1 ? "is" : "are", nr == 1 ? "it" : "them",
		nr == 1 ? "it" : "them");
	yes = getline(&line, &size, stdin) > 0 &&
	      (*line == 'y' || *line == 'Y');
	free(line);
	return yes;
}

static const struct target *still_there(const struct targets *now,
					const struct target *target,
					long long since)
{
	const struct target *other;
	size_t i;

	for (i = 0; i < now->nr; i++) {
		other = &now->target[i];
		if (other->chip == target->chip &&
		    same_index(other->session.handle, target->session.handle) &&
		    other->session.age >= since &&
		    other->holder.pid == target->holder.pid)
			return other;
	}
	return NULL;
}

static bool flush(const struct target *target)
{
	char *name, *why;

	name = format(target->holder.pid ? "tpm%d" : "tpmrm%d", target->chip);
	why = device_flush(name, target->session.handle);
	if (why)
		warnx("0x%08x is not flushed: %s", target->session.handle, why);
	else
		printf("0x%08x is flushed\n", target->session.handle);
	free(name);
	free(why);
	return !why;
}

static bool flush_all(const struct targets *then, const struct wanted *wanted,
		      int only, long long since)
{
	const struct target *target;
	struct targets now = {};
	struct snapshot snapshot;
	bool all = true;
	size_t i;

	snapshot_take(&snapshot, only);
	find_all(&now, wanted, &snapshot);
	for (i = 0; i < then->nr; i++) {
		target = still_there(&now, &then->target[i],
				     snapshot.taken - since);
		if (target)
			all &= flush(target);
		else
			printf("0x%08x has ended by itself\n",
			       then->target[i].session.handle);
	}
	snapshot_free(&snapshot);
	free(now.target);
	return all;
}

static int run(const struct wanted *wanted, int only, bool yes)
{
	struct targets targets = {};
	struct snapshot snapshot;
	bool all, harm, blind;

	snapshot_take(&snapshot, only);
	absence_check(&snapshot, only);
	if (!wanted->nr_handles)
		absence_tell_unseen(&snapshot);
	find_all(&targets, wanted, &snapshot);
	all = all_found(&targets, wanted, snapshot.shut);
	/* some that are wanted may be among what is not seen */
	blind = snapshot_misses_detached(&snapshot);
	if (wanted->nr_handles && !all && blind)
		absence_tell_unseen(&snapshot);
	if (!wanted->nr_handles)
		all &= !blind;
	if (!wanted->nr_handles && !targets.nr && !yes && !blind)
		warnx("there is no such session: nothing is flushed");
	harm = yes || consent(&targets);
	if (harm)
		all &= flush_all(&targets, wanted, only, snapshot.taken);
	else
		warnx("nothing was flushed");
	snapshot_free(&snapshot);
	free(targets.target);
	return all && harm ? STATUS_OK : STATUS_PARTLY;
}

/* What the command line says. */
struct request {
	struct wanted wanted;
	bool yes;
};

static void take(void *data, int option, const char *argument)
{
	struct request *request = data;

	switch (option) {
	case 'd':
		request->wanted.detached = true;
		break;
	case 'O':
		if (!duration_parse(argument, &request->wanted.older))
			errx(STATUS_USAGE, "'%s' is no age, like 90s or 2h",
			     argument);
		break;
	case 'y':
		request->yes = true;
		break;
	}
}

/**
 * flush_main() - end sessions
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: exit status.
 */
int flush_main(int argc, char **argv)
{
	static const struct option own[] = {
		{ "detached", no_argument, NULL, 'd' },
		{ "older-than", required_argument, NULL, 'O' },
		{ "yes", no_argument, NULL, 'y' },
		{}
	};
	struct request request = { .wanted.older = -1 };
	struct wanted *wanted = &request.wanted;
	struct options options = {
		.own = own,
		.take = take,
		.data = &request,
		.most = INT_MAX,
		.print_help = print_help,
	};
	int i, status;

	for (i = options_parse(&options, argc, argv); i < argc; i++)
		want_handle(wanted, argv[i]);
	/* handles, or what they have in common */
	if (!wanted->nr_handles == !(wanted->detached || wanted->older >= 0))
		options_misused(&options);
	status = run(wanted, options.tpm, request.yes);
	free(wanted->handles);
	return status;
}
