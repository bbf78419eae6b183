// SPDX-License-Identifier: GPL-2.0-only
/* The device file behaves as it always did (G18), whatever is written (G17). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "object.h"
#include "process.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define UNREAD_MS	120000
#define SLACK_MS	100	/* clocks differ */
#define CC_UNKNOWN	0x1ff
#define CC_VENDOR	0x20000000

static struct message random_command(void)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_GET_RANDOM);
	put16(&m, 16);
	command_end(&m);
	return m;
}

#define RANDOM_RESPONSE	(HEADER_SIZE + 2 + 16)

static void send_command(int fd)
{
	struct message m = random_command();

	expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	expect(tpm_answered(fd, HANG_MS), "no answer after %d ms", HANG_MS);
}

static void file_virtual_handles(void)
{
	int fd = tpm_managed();
	struct object key[6];
	uint32_t sequence;
	int i;

	for (i = 0; i < 6; i++) {
		new_key(fd, i, "", &key[i]);
		expect_number(key[i].handle, VIRTUAL_FIRST - i);
	}
	expect_ok(flush_context(fd, key[2].handle));
	expect_ok(sequence_start(fd, &sequence));
	expect_number(sequence, VIRTUAL_FIRST - 2);
	check_object(fd, &key[5]);
}

static void file_unknown_command(void)
{
	static const uint32_t codes[] = { 0, 1, CC_UNKNOWN, CC_VENDOR,
					  CC_VENDOR | CC_GET_RANDOM, ~0U };
	int fd = tpm_managed();
	struct message m, r;
	long commands = counter("commands");
	unsigned int i;

	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		command_begin(&m, ST_NO_SESSIONS, codes[i]);
		expect_code(tpm_exchange(fd, &m, &r), RM_NO_SUCH_COMMAND);
		expect_number(r.len, HEADER_SIZE);
		expect_number(r.data[0] << 8 | r.data[1], ST_NO_SESSIONS);
	}
	expect_number(counter("commands"), commands);
	expect_ok(get_random(fd));
}

static void read_in_parts(int fd)
{
	struct message r;

	send_command(fd);
	expect_number(read(fd, r.data, HEADER_SIZE), HEADER_SIZE);
	expect_number(be32_at(r.data + 2), RANDOM_RESPONSE);
	expect_number(be32_at(r.data + 6), 0);
	/* there is more */
	expect_number(tpm_poll(fd), POLLIN);
	expect_number(read(fd, r.data, 1), 1);
	expect_number(r.data[0], 0);
	expect_number(read(fd, r.data, sizeof(r.data)),
		      RANDOM_RESPONSE - HEADER_SIZE - 1);
	expect_number(r.data[0], 16);
	expect_number(tpm_poll(fd), POLLOUT);
	expect_number(read(fd, r.data, sizeof(r.data)), 0);
}

static void file_read_in_parts(void)
{
	read_in_parts(tpm_managed());
	read_in_parts(tpm_managed_nonblock());
}

/* Who has read a part may go on with the next command. */
static void overwrite(int fd)
{
	struct message r;

	send_command(fd);
	expect_number(read(fd, r.data, 10), 10);
	send_command(fd);
	expect_ok(tpm_read(fd, &r));
	expect_number(r.len, RANDOM_RESPONSE);
	expect_number(read(fd, r.data, sizeof(r.data)), 0);
}

static void file_overwrite(void)
{
	overwrite(tpm_managed());
	overwrite(tpm_managed_nonblock());
}

static void unread(int fd)
{
	struct message m = random_command(), r;

	expect_number(tpm_poll(fd), POLLOUT);
	send_command(fd);
	expect_number(tpm_poll(fd), POLLIN);
	expect_errno(tpm_write(fd, &m), EBUSY);
	expect_number(read(fd, r.data, 0), 0);
	expect_errno(tpm_write(fd, &m), EBUSY);
	expect_ok(tpm_read(fd, &r));
	expect_number(r.len, RANDOM_RESPONSE);
	expect_number(tpm_poll(fd), POLLOUT);
	send_command(fd);
	expect_ok(tpm_read(fd, &r));
}

static void file_unread(void)
{
	unread(tpm_managed());
	unread(tpm_managed_nonblock());
}

/*
 * A response that nobody reads gives way after two minutes: not before, nor for
 * one of which a part was read. Both files wait at once.
 */
static void file_unread_dropped(void)
{
	struct pollfd fds[2] = {
		{ .fd = tpm_managed(), .events = POLLOUT },
		{ .fd = tpm_managed(), .events = POLLOUT },
	};
	struct message r;
	long long start = now_ms();
	unsigned int i;

	for (i = 0; i < 2; i++)
		send_command(fds[i].fd);
	expect_number(read(fds[1].fd, r.data, HEADER_SIZE), HEADER_SIZE);

	for (i = 0; i < 2; i++) {
		expect_number(poll(&fds[i], 1, UNREAD_MS + HANG_MS), 1);
		expect_number(fds[i].revents, POLLOUT);
		expect(now_ms() - start >= UNREAD_MS - SLACK_MS,
		       "dropped after %lld ms", now_ms() - start);
		expect_number(read(fds[i].fd, r.data, sizeof(r.data)), 0);
		expect_ok(get_random(fds[i].fd));
	}
}

static void file_idle(void)
{
	int fd = tpm_managed(), other = tpm_managed_nonblock();
	struct message r;

	expect_number(read(fd, r.data, sizeof(r.data)), 0);
	expect_number(read(other, r.data, sizeof(r.data)), 0);
	expect_number(tpm_poll(fd), POLLOUT);
	expect_number(tpm_poll(other), POLLOUT);
	expect_ok(get_random(fd));
	expect_ok(get_random(other));
}

static void too_big(int fd)
{
	static uint8_t data[MESSAGE_MAX + 1];
	struct message m = random_command(), r;

	memcpy(data, m.data, m.len);
	expect_errno(write(fd, data, sizeof(data)), E2BIG);
	/* what follows the command does not matter, up to there */
	expect_number(write(fd, data, MESSAGE_MAX), MESSAGE_MAX);
	expect(tpm_answered(fd, HANG_MS), "no answer after %d ms", HANG_MS);
	expect_ok(tpm_read(fd, &r));
	expect_number(r.len, RANDOM_RESPONSE);
}

static void file_too_big(void)
{
	too_big(tpm_managed());
	too_big(tpm_managed_nonblock());
}

static void unknown_handle(int fd, int flags)
{
	static const uint32_t handles[] = {
		VIRTUAL_FIRST - 1, VIRTUAL_FIRST - 63, VIRTUAL_FIRST - 64,
		0x80000000, 0x80000001
	};
	struct object key;
	struct message m;
	unsigned int i;

	new_key(fd, 1, "", &key);
	for (i = 0; i < 2 * sizeof(handles) / sizeof(*handles); i++) {
		command_begin(&m, ST_NO_SESSIONS,
			      i % 2 ? CC_FLUSH_CONTEXT : CC_READ_PUBLIC);
		put32(&m, handles[i / 2]);
		command_end(&m);
		if (flags & O_NONBLOCK) {
			expect(tpm_write(fd, &m) == (ssize_t)m.len,
			       "write(): %s", strerror(errno));
			expect(tpm_answered(fd, HANG_MS), "no error to read");
			expect_errno(read(fd, m.data, sizeof(m.data)), EINVAL);
		} else {
			expect_errno(tpm_write(fd, &m), EINVAL);
		}
		expect_number(tpm_poll(fd), POLLOUT);
		expect_number(read(fd, m.data, sizeof(m.data)), 0);
	}
	check_object(fd, &key);
}

static void file_unknown_handle(void)
{
	unknown_handle(tpm_managed(), 0);
	unknown_handle(tpm_managed_nonblock(), O_NONBLOCK);
}

/*
 * The TPM must not see a length that is not that of the command: an emulated
 * one waits for the rest, and with it every client of the machine.
 */
static void bad_length(int fd, uint32_t length, size_t size, int wanted)
{
	struct message m = random_command();
	long commands = counter("commands");

	memset(m.data + m.len, 0, sizeof(m.data) - m.len);
	store_be32(m.data + 2, length);
	m.len = size;
	expect_errno(tpm_write(fd, &m), wanted);
	expect_number(counter("commands"), commands);
	expect_number(tpm_poll(fd), POLLOUT);
}

static void bad_lengths(int fd)
{
	static const uint32_t far[] = { 0x1000, 0x1001, 0x7fffffff, 0x80000000,
					0x8000000c, 0xfffffff0, 0xffffffff };
	uint32_t length;
	unsigned int i;
	size_t size;

	for (length = 0; length < HEADER_SIZE; length++) {
		bad_length(fd, length, 12, EINVAL);
		bad_length(fd, length, length, EINVAL);
		bad_length(fd, length, MESSAGE_MAX, EINVAL);
	}
	for (size = 0; size < 12; size++)
		bad_length(fd, 12, size, EINVAL);
	for (size = 10; size < 100; size += 7)
		bad_length(fd, size + 1, size, EINVAL);
	for (i = 0; i < sizeof(far) / sizeof(*far); i++)
		bad_length(fd, far[i], 12, EINVAL);
	expect_ok(get_random(fd));
}

static void file_bad_lengths(void)
{
	bad_lengths(tpm_managed());
	bad_lengths(tpm_managed_nonblock());
}

static void bad_address(int fd)
{
	/* volatile, or the compiler finds it bad too */
	void * volatile nowhere = (void *)8;
	struct message r;

	expect_errno(write(fd, nowhere, 12), EFAULT);
	expect_number(tpm_poll(fd), POLLOUT);
	send_command(fd);
	/* as ever, a response that cannot be copied is lost */
	expect_errno(read(fd, nowhere, 12), EFAULT);
	expect_number(read(fd, r.data, sizeof(r.data)), 0);
	expect_ok(get_random(fd));
}

static void file_bad_address(void)
{
	bad_address(tpm_managed());
	bad_address(tpm_managed_nonblock());
}

static void use_inherited(void *argument)
{
	const uint32_t *session = argument;
	int fd = session[1];

	expect_ok(use_policy(fd, session[0]));
	close(fd);
}

/* A file is what its processes share: it ends with the last of them. */
static void file_inherited(void)
{
	uint32_t session[2];
	struct object key;
	int fd = tpm_managed();

	session[0] = new_session(fd, SE_POLICY);
	session[1] = fd;
	new_key(fd, 1, "", &key);
	await_success(spawn(use_inherited, session));
	expect_ok(use_policy(fd, session[0]));
	check_object(fd, &key);
}

const struct test file_tests[] = {
	{ "file-virtual-handles", "G18: handles of objects count down",
	  file_virtual_handles },
	{ "file-unknown-command", "G18: an unknown command has its response code",
	  file_unknown_command },
	{ "file-read-in-parts", "G18: a response can be read in parts",
	  file_read_in_parts },
	{ "file-overwrite", "G18: a response read in part gives way",
	  file_overwrite },
	{ "file-unread", "G18: a response that nobody has read does not",
	  file_unread },
	{ "file-unread-dropped", "G18: it does after two minutes",
	  file_unread_dropped, .named_only = true },
	{ "file-idle", "G18: an idle file has nothing to read", file_idle },
	{ "file-inherited", "G18: an inherited file is the same file",
	  file_inherited },
	{ "file-too-big", "G18: a command may have 4096 bytes and no more",
	  file_too_big },
	{ "file-unknown-handle", "G18: a handle of no object is an error",
	  file_unknown_handle },
	{ "file-bad-lengths", "G17: a wrong length never reaches the TPM",
	  file_bad_lengths },
	{ "file-bad-address", "G17: a bad address is an error", file_bad_address },
	{}
};
