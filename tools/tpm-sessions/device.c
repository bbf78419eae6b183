// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TPM itself. Sessions that no open file has are everybody's who may open
 * /dev/tpmrmN; those of an open file can be flushed by others only behind the
 * resource manager's back, through /dev/tpmN. It finds that out and tells their
 * owner.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "device.h"
#include "fdinfo.h"
#include "memory.h"
#include "path.h"

#define HEADER		10
#define FLUSH_CONTEXT	0x165
#define NO_SESSIONS	0x8001

static void put32(uint8_t *to, uint32_t value)
{
	to[0] = value >> 24;
	to[1] = value >> 16;
	to[2] = value >> 8;
	to[3] = value;
}

static uint32_t get32(const uint8_t *from)
{
	return (uint32_t)from[0] << 24 | from[1] << 16 | from[2] << 8 | from[3];
}

/**
 * device_read_detached() - read which sessions of a TPM no open file has
 * @chip: the TPM; they are added to it, or why its device cannot be opened
 *
 * Return: whether one may.
 */
bool device_read_detached(struct chip *chip)
{
	struct tpm_file file = {};
	char path[PATH_MAX];
	int fd;

	path_of(path, "/dev/tpmrm%d", chip->number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		chip->closed = errno;
		return false;
	}
	path_of(path, "/proc/self/fdinfo/%d", fd);
	if (fdinfo_read(path, &file)) {
		chip->detached = file.detached;
		file.detached.session = NULL;
	}
	fdinfo_free(&file);
	close(fd);
	return file.served;
}

/**
 * device_flush() - have the TPM forget a session
 * @name: of the device, below /dev
 * @handle: the session
 *
 * Return: NULL, or why it could not be done, to be freed.
 */
char *device_flush(const char *name, uint32_t handle)
{
	uint8_t command[HEADER + 4] = { NO_SESSIONS >> 8, NO_SESSIONS & 0xff };
	uint8_t response[4096];
	char path[PATH_MAX];
	ssize_t len;
	int fd;

	put32(command + 2, sizeof(command));
	put32(command + 6, FLUSH_CONTEXT);
	put32(command + HEADER, handle);
	path_of(path, "/dev/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 && errno == EBUSY)
		return format("another program has /dev/%s open, as only one can: try again later",
			      name);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		return format("may not open /dev/%s: try as root", name);
	if (fd < 0)
		return format("cannot open /dev/%s: %s", name, strerror(errno));
	len = write(fd, command, sizeof(command));
	if (len == sizeof(command))
		len = read(fd, response, sizeof(response));
	else if (len >= 0)
		len = 0;
	close(fd);
	if (len < 0)
		return format("/dev/%s: %s", name, strerror(errno));
	if (len < HEADER)
		return format("/dev/%s has given no response", name);
	if (get32(response + 6))
		return format("/dev/%s: response code 0x%08x", name,
			      get32(response + 6));
	return NULL;
}
