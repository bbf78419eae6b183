// SPDX-License-Identifier: GPL-2.0-only
/*
 * The extension as a module: loaded and removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "check.h"
#include "module.h"
#include "switch.h"

#define NAME	"tpm2_space_sessions"

bool module_is_loaded(void)
{
	return !access("/sys/module/" NAME, F_OK);
}

/* Returns 0, or the errno that says why it cannot be loaded. */
int module_try_load(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	if (syscall(SYS_finit_module, fd, parameters, 0))
		error = errno;
	close(fd);
	return error;
}

void module_load(const char *path)
{
	int error = module_try_load(path, "");

	expect(!error, "cannot load %s: %s", path, strerror(error));
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
	switch_set(false);
	error = module_try_remove();
	expect(!error, "cannot remove it: %s", strerror(error));
	expect(!module_is_loaded(), "it is removed, and still there");
}
