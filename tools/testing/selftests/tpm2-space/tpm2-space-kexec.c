// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starts another kernel, at once, whatever else runs.
 *
 * kexec(8) could do it, but a machine that its package is installed on restarts
 * by kexec from then on.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "check.h"

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	return fd;
}

int main(int argc, char **argv)
{
	int kernel, initramfs;

	if (argc != 4) {
		fprintf(stderr, "usage: %s KERNEL INITRAMFS COMMAND_LINE\n",
			argv[0]);
		return 2;
	}
	kernel = open_file(argv[1]);
	initramfs = open_file(argv[2]);
	expect(!syscall(SYS_kexec_file_load, kernel, initramfs,
			strlen(argv[3]) + 1, argv[3], 0UL),
	       "cannot load the kernel: %s", strerror(errno));
	reboot(LINUX_REBOOT_CMD_KEXEC);
	fail("cannot start the kernel: %s", strerror(errno));
}
