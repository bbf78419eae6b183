// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TPM as an emulator that does what no command can.
 *
 * It is swtpm behind /dev/vtpmx, and takes orders on a socket.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "check.h"
#include "emulator.h"

#define STATE_FILE	"/run/vtpm.state"
#define OWN_STATE	"/run/vtpm.own"		/* of one that is started here */
#define OWN_SOCKET	"/run/vtpm.own.socket"
#define OWN_LOG		"/run/vtpm.own.log"

static const char *socket_path;

void emulator_find(const char *control)
{
	socket_path = control;
}

/*
 * Start one, whose chip comes by and by. It is a process of the caller's own. A
 * kernel may be built without seccomp.
 */
pid_t emulator_start(void)
{
	pid_t pid;

	expect(!mkdir(OWN_STATE, 0700) || errno == EEXIST, "mkdir(): %s",
	       strerror(errno));
	emulator_find(OWN_SOCKET);
	fflush(stdout);
	pid = fork();
	expect(pid >= 0, "fork(): %s", strerror(errno));
	if (pid)
		return pid;
	/* what it says is no test report */
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execlp("swtpm", "swtpm", "chardev", "--tpm2", "--vtpm-proxy",
	       "--tpmstate", "dir=" OWN_STATE,
	       "--ctrl", "type=unixio,path=" OWN_SOCKET,
	       "--flags", "not-need-init,startup-clear",
	       "--seccomp", "action=none", "--log", "file=" OWN_LOG, NULL);
	fail("there is no swtpm: %s", strerror(errno));
}

static void run(const char *format)
{
	char line[200];
	int len = snprintf(line, sizeof(line), format, socket_path);

	expect(len > 0 && (size_t)len < sizeof(line), "too long: %s", format);
	expect(!system(line), "failed: %s", line);
}

/* Power is off and on again. TPM2_Startup comes next, from whoever it is. */
void emulator_reset(void)
{
	run("swtpm_ioctl --unix %s -i");
}

/* What emulator_go_back() goes back to. */
void emulator_keep_state(void)
{
	run("swtpm_ioctl --unix %s --save volatile " STATE_FILE);
}

/*
 * The TPM is what it was, as if nothing had happened since: like a reset
 * with a TPM2_Startup that nobody has seen, or a snapshot of a virtual machine.
 */
void emulator_go_back(void)
{
	run("swtpm_ioctl --unix %s --stop");
	run("swtpm_ioctl --unix %s --load volatile " STATE_FILE);
	emulator_reset();
}

/*
 * The chip goes away without notice. Another one comes in its place, which the
 * guest sees to.
 */
void emulator_end(void)
{
	run("swtpm_ioctl --unix %s -s");
}
