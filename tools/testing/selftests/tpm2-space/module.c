// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a module: loaded, switched off and on, removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "check.h"
#include "module.h"

#define NAME	"tpm2_space_sessions"
#define ENABLED	"/sys/module/" NAME "/parameters/enabled"

bool module_is_loaded(void)
{
	return !access("/sys/module/" NAME, F_OK);
}

void module_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	expect(!syscall(SYS_finit_module, fd, "", 0), "cannot load %s: %s",
	       path, strerror(errno));
	close(fd);
}

/* Whose files are opened from here on? */
void module_enable(bool enable)
{
	int fd = open(ENABLED, O_WRONLY | O_CLOEXEC);

	expect(fd >= 0, "cannot open " ENABLED ": %s", strerror(errno));
	expect(write(fd, enable ? "1" : "0", 1) == 1, "cannot write to it: %s",
	       strerror(errno));
	close(fd);
}

/* Returns 0, or the errno that says why it cannot be removed. */
int module_try_remove(void)
{
	return syscall(SYS_delete_module, NAME, O_NONBLOCK) ? errno : 0;
}

/* Whatever state it is in, if no file of its own is open. */
void module_remove(void)
{
	int error;

	if (!module_is_loaded())
		return;
	module_enable(false);
	error = module_try_remove();
	expect(!error, "cannot remove it: %s", strerror(error));
	expect(!module_is_loaded(), "it is removed, and still there");
}
