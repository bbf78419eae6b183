// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TPM as an emulator that does what no command can.
 *
 * It is swtpm behind /dev/vtpmx, and takes orders on a socket.
 */
#include <stdio.h>
#include <stdlib.h>
#include "check.h"
#include "emulator.h"

#define STATE_FILE	"/run/vtpm.state"

static const char *socket_path;

void emulator_find(const char *control)
{
	socket_path = control;
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
