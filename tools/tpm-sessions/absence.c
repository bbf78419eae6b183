// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said where there is nothing to be seen, or not everything. The kernel is
 * asked for what it has; it is not guessed from its version.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "absence.h"
#include "status.h"

/*
 * Why there is no module is not known here: whoever loads it is told, and each of
 * the answers leads on to what can be done about it.
 */
static _Noreturn void tell_no_extension(void)
{
	struct utsname kernel;

	uname(&kernel);
	errx(STATUS_ABSENT, "the extension that shares out TPM sessions is not there.\n"
	     "As root: modprobe tpm2_space_sessions\n"
	     "If there is none for Linux %s:\n"
	     "'dkms status tpm2-space-sessions' lists the kernels that it was built for. If\n"
	     "this one is missing, install linux-headers-%s.\n"
	     "If nothing is listed, install the package tpm2-space-sessions-dkms, which\n"
	     "'make deb' in the source builds; or run 'make module' and 'make install' there.\n"
	     "If its key was rejected, that is Secure Boot: see\n"
	     "/usr/share/doc/tpm2-space-sessions-dkms/README.Debian.",
	     kernel.release, kernel.release);
}

/**
 * absence_check() - end with a sentence if there is nothing to be seen
 * @snapshot: what there is
 * @only: number of the only TPM that is wanted, or -1
 */
void absence_check(const struct snapshot *snapshot, int only)
{
	size_t i;

	for (i = 0; i < snapshot->nr_chips; i++) {
		if (!snapshot->chips[i].served)
			continue;
		if (snapshot->off)
			warnx("the extension is switched off: files opened now do without.\n"
			      "As root, to have it serve them: echo 1 >%s",
			      snapshot->off);
		return;
	}
	if (!snapshot->nr_chips && only >= 0)
		errx(STATUS_ABSENT, "there is no tpmrm%d: see /sys/class/tpmrm",
		     only);
	if (!snapshot->nr_chips)
		errx(STATUS_ABSENT, "Linux has found no TPM 2.0 on this machine.\n"
		     "Look in the firmware's settings, and for 'tpm' in dmesg.");
	if (snapshot->off)
		errx(STATUS_ABSENT, "the extension that shares out TPM sessions is switched off.\n"
		     "As root: echo 1 >%s", snapshot->off);
	tell_no_extension();
}

static void tell_unmanaged(const struct snapshot *snapshot)
{
	size_t i, nr = 0;

	for (i = 0; i < snapshot->nr_files; i++)
		nr += !snapshot->files[i].served;
	if (nr)
		warnx("the extension does not serve %zu of the open files (unmanaged).\n"
		      "They were opened before it came, or while it was switched off; restart those\n"
		      "programs to see their sessions.",
		      nr);
}

/* Whoever looks is shown them by a file that the extension serves. */
static void tell_detached(const struct snapshot *snapshot,
			  const struct chip *chip)
{
	if (chip->closed)
		warnx("%lld detached sessions of tpmrm%d are not seen.\n"
		      "/dev/tpmrm%d cannot be opened here to see them: %s%s.",
		      chip->unseen_detached, chip->number, chip->number,
		      strerror(chip->closed), geteuid() ? "; try as root" : "");
	else
		warnx("%lld detached sessions of tpmrm%d are not seen.\n"
		      "They cannot be listed %s.",
		      chip->unseen_detached, chip->number,
		      snapshot->off ? "while the extension is switched off" :
				      "here");
}

static void tell_unseen(const struct snapshot *snapshot,
			const struct chip *chip, long long unseen)
{
	if (snapshot->shut)
		warnx("%lld of %lld sessions of tpmrm%d are not seen.\n"
		      "They are of processes that you may not look into: try as root.",
		      unseen, chip->active, chip->number);
	else if (geteuid())
		/* other users' processes may be hidden altogether */
		warnx("%lld of %lld sessions of tpmrm%d are not seen.\n"
		      "No process that you can see has their files: try as root, or outside of this\n"
		      "PID namespace.",
		      unseen, chip->active, chip->number);
	else
		warnx("%lld of %lld sessions of tpmrm%d are not seen.\n"
		      "No process here has their files: look outside of this PID namespace. Or they\n"
		      "are the kernel's own, or are about to be flushed.",
		      unseen, chip->active, chip->number);
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
		if (!chip->served) {
			warnx("tpmrm%d is not served by the extension: its sessions are not seen",
			      chip->number);
			continue;
		}
		if (chip->unseen_detached)
			tell_detached(snapshot, chip);
		if (chip->unseen > chip->unseen_detached)
			tell_unseen(snapshot, chip,
				    chip->unseen - chip->unseen_detached);
	}
	tell_unmanaged(snapshot);
}
