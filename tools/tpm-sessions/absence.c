// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said where there is nothing to be seen, or not everything. The kernel is
 * asked for what it has; it is not guessed from its version.
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "absence.h"
#include "path.h"
#include "status.h"

/* What switches the extension on: of the module, or of the kernel that has it. */
static const char * const switches[] = {
	"/sys/module/tpm2_space_sessions/parameters/enabled",
	"/sys/module/tpm/parameters/space_sessions",
};

/**
 * absence_tpm() - take the name of a TPM from the command line
 * @name: tpmrmN, /dev/tpmrmN or N
 *
 * Return: N.
 */
int absence_tpm(const char *name)
{
	const char *number = name;
	char *end;
	long value;

	if (!strncmp(number, "/dev/", 5))
		number += 5;
	if (!strncmp(number, "tpmrm", 5))
		number += 5;
	value = strtol(number, &end, 10);
	if (!isdigit((unsigned char)*number) || *end || value > 65535)
		errx(STATUS_USAGE, "'%s' is no TPM: they are called tpmrm0 and so on",
		     name);
	return value;
}

static const char *switched_off(void)
{
	char path[PATH_MAX];
	size_t i;
	FILE *f;
	int c;

	for (i = 0; i < sizeof(switches) / sizeof(*switches); i++) {
		path_of(path, "%s", switches[i]);
		f = fopen(path, "re");
		if (!f)
			continue;
		c = fgetc(f);
		fclose(f);
		if (c == 'N')
			return switches[i];
	}
	return NULL;
}

/**
 * absence_check() - end with a sentence if there is nothing to be seen
 * @snapshot: what there is
 * @only: number of the only TPM that is wanted, or -1
 */
void absence_check(const struct snapshot *snapshot, int only)
{
	const char *off;
	size_t i;

	for (i = 0; i < snapshot->nr_chips; i++) {
		if (snapshot->chips[i].served)
			return;
	}
	if (!snapshot->nr_chips && only >= 0)
		errx(STATUS_ABSENT, "there is no tpmrm%d: see /sys/class/tpmrm",
		     only);
	if (!snapshot->nr_chips)
		errx(STATUS_ABSENT, "Linux has found no TPM 2.0 on this machine.\n"
		     "Look in the firmware's settings, and for 'tpm' in dmesg.");
	off = switched_off();
	if (off)
		errx(STATUS_ABSENT, "the extension that shares out TPM sessions is switched off.\n"
		     "As root: echo 1 >%s", off);
	errx(STATUS_ABSENT, "the extension that shares out TPM sessions is not there.\n"
	     "As root: modprobe tpm2_space_sessions\n"
	     "If there is no such module, install the package tpm2-space-sessions-dkms,\n"
	     "or run 'make module' and 'make install' in the source.");
}

static void tell_unmanaged(const struct snapshot *snapshot)
{
	size_t i, nr = 0;

	for (i = 0; i < snapshot->nr_files; i++)
		nr += !snapshot->files[i].served;
	if (nr)
		warnx("the extension does not serve %zu of the open files (unmanaged).\n"
		      "They were opened before it came; restart those programs to see their sessions.",
		      nr);
}

/**
 * absence_tell_unseen() - say on standard error what is not seen
 * @snapshot: what is seen
 */
void absence_tell_unseen(const struct snapshot *snapshot)
{
	const struct chip *chip;
	size_t i;

	for (i = 0; i < snapshot->nr_chips; i++) {
		chip = &snapshot->chips[i];
		if (!chip->served)
			warnx("tpmrm%d is not served by the extension: its sessions are not seen",
			      chip->number);
		else if (chip->unseen && snapshot->shut)
			warnx("%lld of %lld sessions of tpmrm%d are not seen.\n"
			      "They are of processes that you may not look into: try as root.",
			      chip->unseen, chip->active, chip->number);
		else if (chip->unseen)
			warnx("%lld of %lld sessions of tpmrm%d are not seen.\n"
			      "No process here has their files: look outside of this PID namespace.",
			      chip->unseen, chip->active, chip->number);
	}
	tell_unmanaged(snapshot);
}
