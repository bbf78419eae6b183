// SPDX-License-Identifier: GPL-2.0-only
/*
 * For LD_PRELOAD: /dev/tpmrm0 is the TPM that listens at a port of this machine,
 * TPM_PORT. With TPM_EFAULT, sessions are started as an unpatched kernel does it
 * when the context of an idle one is too old: the TPM carries the command out,
 * and what its client gets for it is EFAULT.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICE		"/dev/tpmrm0"
#define HEADER		10
#define RESPONSE_MAX	4096

/* One for all files: the TPM listens to one at a time. */
static int tpm = -1;
static ino_t tpm_inode;
static bool blocking;	/* write() waits for the response */
static bool spoilt;	/* what is about to be read */

/* What there is without us. */
static int next_open(const char *path, int flags, mode_t mode)
{
	int (*call)(const char *path, int flags, ...);

	call = dlsym(RTLD_NEXT, "open");
	return call(path, flags, mode);
}

static ssize_t next_read(int fd, void *buf, size_t size)
{
	ssize_t (*call)(int fd, void *buf, size_t size);

	call = dlsym(RTLD_NEXT, "read");
	return call(fd, buf, size);
}

static ssize_t next_write(int fd, const void *buf, size_t size)
{
	ssize_t (*call)(int fd, const void *buf, size_t size);

	call = dlsym(RTLD_NEXT, "write");
	return call(fd, buf, size);
}

static bool is_tpm(int fd)
{
	struct stat status;

	return tpm >= 0 && !fstat(fd, &status) && S_ISSOCK(status.st_mode) &&
	       status.st_ino == tpm_inode;
}

static int connect_tpm(void)
{
	const char *port = getenv("TPM_PORT");
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port ? atoi(port) : 0),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct stat status;
	int fd;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    fstat(fd, &status)) {
		close(fd);
		return -1;
	}
	tpm = fd;
	tpm_inode = status.st_ino;
	return 0;
}

static int open_tpm(int flags)
{
	blocking = !(flags & O_NONBLOCK);
	if (tpm < 0 && connect_tpm())
		return -1;
	return fcntl(tpm, F_DUPFD_CLOEXEC, 0);
}

static bool starts_session(const uint8_t *command, size_t size)
{
	static const uint8_t start_auth_session[] = { 0, 0, 1, 0x76 };

	return size >= HEADER &&
	       !memcmp(command + 6, start_auth_session,
		       sizeof(start_auth_session));
}

static ssize_t spoil(int fd)
{
	uint8_t response[RESPONSE_MAX];

	spoilt = false;
	if (next_read(fd, response, sizeof(response)) <= 0)
		return -1;
	errno = EFAULT;
	return -1;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	if (!strcmp(path, DEVICE))
		return open_tpm(flags);
	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return next_open(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return open(path, flags | O_LARGEFILE, mode);
}

ssize_t write(int fd, const void *buf, size_t size)
{
	if (getenv("TPM_EFAULT") && is_tpm(fd))
		spoilt = starts_session(buf, size);
	size = next_write(fd, buf, size);
	return spoilt && blocking ? spoil(fd) : (ssize_t)size;
}

ssize_t read(int fd, void *buf, size_t size)
{
	if (spoilt && is_tpm(fd))
		return spoil(fd);
	return next_read(fd, buf, size);
}

/* Programs that were compiled with more care call these. */
int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
	return open64(path, flags);
}

ssize_t __read_chk(int fd, void *buf, size_t size, size_t most)
{
	if (size > most)
		abort();
	return read(fd, buf, size);
}
