// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of a TPM's device file: writes a command, reads the response.
 *
 * What the system calls return is checked here, so that a test sees response
 * codes only; a test that is about the system calls makes them itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "tpm2-client.h"

#define MANAGED		"/dev/tpmrm%d"
#define RAW		"/dev/tpm%d"
#define CHIPS_MAX	64

static int chosen = NO_CHIP;

/* All that follows is about this chip, or the machine's first for NO_CHIP. */
void chip_choose(int number)
{
	chosen = number;
}

/*
 * The number of the machine's chip. It is another one when the driver has let
 * go of the chip and come back to it, while somebody still held the old one.
 */
int chip_number(void)
{
	char path[40];
	int i;

	if (chosen != NO_CHIP)
		return chosen;
	for (i = 0; i < CHIPS_MAX; i++) {
		snprintf(path, sizeof(path), MANAGED, i);
		if (!access(path, F_OK))
			return i;
	}
	return NO_CHIP;
}

static int try_open(const char *format, int flags)
{
	char path[40];

	snprintf(path, sizeof(path), format, chip_number());
	return open(path, O_RDWR | O_CLOEXEC | flags);
}

static int tpm_open(const char *format, int flags)
{
	int fd = try_open(format, flags);

	expect(fd >= 0, "cannot open " MANAGED " or its sibling: %s",
	       chip_number(), strerror(errno));
	return fd;
}

int tpm_managed(void)
{
	return tpm_open(MANAGED, 0);
}

int tpm_managed_nonblock(void)
{
	return tpm_open(MANAGED, O_NONBLOCK);
}

int tpm_raw(void)
{
	return tpm_open(RAW, 0);
}

/* These return -1 if it cannot be opened, and errno says why. */
int tpm_try_managed(void)
{
	return try_open(MANAGED, 0);
}

int tpm_try_managed_nonblock(void)
{
	return try_open(MANAGED, O_NONBLOCK);
}

int tpm_try_raw(void)
{
	return try_open(RAW, 0);
}

ssize_t tpm_write(int fd, const struct message *command)
{
	return write(fd, command->data, command->len);
}

/**
 * tpm_read() - read a response that is there
 * @fd: device file
 * @response: receives it; what follows its header is next to be read
 *
 * Return: its response code.
 */
uint32_t tpm_read(int fd, struct message *response)
{
	ssize_t size = read(fd, response->data, sizeof(response->data));

	expect(size >= 0, "read(): %s", strerror(errno));
	expect(size >= HEADER_SIZE, "read(): %zd bytes of a response", size);
	response->len = size;
	expect(be32_at(response->data + 2) == response->len,
	       "a response of %u bytes in %zu", be32_at(response->data + 2),
	       response->len);
	response->pos = HEADER_SIZE;
	return be32_at(response->data + 6);
}

unsigned int tpm_patience;
unsigned int tpm_late;

/**
 * tpm_exchange() - send a command and read the response
 * @fd: device file, blocking or not
 * @command: the command; its size is filled in
 * @response: receives the response; may be NULL if its code says all
 *
 * Return: the response code.
 */
uint32_t tpm_exchange(int fd, struct message *command,
		      struct message *response)
{
	struct message unwanted;
	ssize_t size;

	command_end(command);
	do {
		size = tpm_write(fd, command);
	} while (size < 0 && errno == ETIME && tpm_late++ < tpm_patience);
	expect(size >= 0, "write() of command 0x%03x: %s",
	       be32_at(command->data + 6), strerror(errno));
	expect((size_t)size == command->len, "write(): %zd bytes of %zu", size,
	       command->len);
	/* at once in blocking mode: then the response is there */
	expect(tpm_answered(fd, -1), "no response after poll()");
	return tpm_read(fd, response ? response : &unwanted);
}

static short ready(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do {
		n = poll(&p, 1, timeout_ms);
	} while (n < 0 && errno == EINTR);
	expect(n >= 0, "poll(): %s", strerror(errno));
	return n ? p.revents : 0;
}

/**
 * tpm_poll() - what can be done without blocking?
 * @fd: device file
 *
 * Return: as poll(2) says, 0 if nothing can.
 */
short tpm_poll(int fd)
{
	return ready(fd, POLLIN | POLLOUT, 0);
}

/**
 * tpm_answered() - is there a response to be read?
 * @fd: device file whose command is under way, or has a response
 * @timeout_ms: how long to wait for it
 */
bool tpm_answered(int fd, int timeout_ms)
{
	return ready(fd, POLLIN, timeout_ms) & POLLIN;
}
