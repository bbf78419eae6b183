// SPDX-License-Identifier: GPL-2.0-only
/* Files by which the kernel is told something: in sysfs, procfs, tracefs, cgroups. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "knob.h"

/**
 * knob_set() - tell the kernel something
 * @path: by this file
 * @text: what
 *
 * Some take what they are told only when they are closed.
 */
void knob_set(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	expect(fd >= 0, "cannot open %s: %s", path, strerror(errno));
	expect(write(fd, text, strlen(text)) == (ssize_t)strlen(text),
	       "cannot write '%s' to %s: %s", text, path, strerror(errno));
	expect(!close(fd), "%s does not take '%s': %s", path, text,
	       strerror(errno));
}
