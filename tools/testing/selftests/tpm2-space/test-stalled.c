// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients whose memory does not come: their pages are for another process to
 * bring, which takes its time (userfaultfd). Their read() and write() sleep for
 * that, and hold nobody else up (G2).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "check.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define CLIENTS		64
#define COMMANDS	20

/**
 * struct stall - memory that does not come, a page for each client
 * @fd: tells of those who want it, and brings it
 * @pages: the memory
 * @size: of a page, in bytes
 */
struct stall {
	int fd;
	char *pages;
	size_t size;
};

/**
 * struct client - a client that is about to sleep
 * @fd: its file
 * @page: its memory
 * @thread: where it sleeps
 * @result: what its system call has returned
 */
struct client {
	int fd;
	char *page;
	pthread_t thread;
	ssize_t result;
};

static void stall_begin(struct stall *stall)
{
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };

	stall->size = sysconf(_SC_PAGESIZE);
	stall->pages = mmap(NULL, CLIENTS * stall->size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	expect(stall->pages != MAP_FAILED, "no memory");
	stall->fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	expect(stall->fd >= 0, "userfaultfd(): %s", strerror(errno));
	expect(!ioctl(stall->fd, UFFDIO_API, &api), "UFFDIO_API: %s",
	       strerror(errno));
	range.range.start = (unsigned long)stall->pages;
	range.range.len = CLIENTS * stall->size;
	expect(!ioctl(stall->fd, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER: %s",
	       strerror(errno));
}

/* Until all of them sleep. */
static void stall_await(const struct stall *stall)
{
	struct uffd_msg message;
	int i;

	for (i = 0; i < CLIENTS; i++)
		expect(read(stall->fd, &message, sizeof(message)) ==
		       sizeof(message) &&
		       message.event == UFFD_EVENT_PAGEFAULT,
		       "the page of number %d is not waited for", i);
}

/* The memory comes. */
static void stall_end(const struct stall *stall)
{
	struct uffdio_zeropage zero = {
		.range = {
			.start = (unsigned long)stall->pages,
			.len = CLIENTS * stall->size,
		},
	};

	expect(!ioctl(stall->fd, UFFDIO_ZEROPAGE, &zero), "UFFDIO_ZEROPAGE: %s",
	       strerror(errno));
	close(stall->fd);
}

static struct message random_command(void)
{
	struct message m;

	command_begin(&m, ST_NO_SESSIONS, CC_GET_RANDOM);
	put16(&m, 8);
	command_end(&m);
	return m;
}

static void *read_answer(void *argument)
{
	struct client *client = argument;

	client->result = read(client->fd, client->page, 100);
	return NULL;
}

static void *write_command(void *argument)
{
	struct client *client = argument;

	client->result = write(client->fd, client->page, 100);
	return NULL;
}

/* Another client, which sleeps for nobody; and what is left of the sleepers' files. */
static void check_others(const struct client *clients)
{
	struct message m;
	int fd = tpm_managed_nonblock(), other = tpm_managed(), i;

	for (i = 0; i < COMMANDS; i++) {
		m = random_command();
		expect(tpm_write(fd, &m) == (ssize_t)m.len, "write(): %s",
		       strerror(errno));
		expect(tpm_answered(fd, HANG_MS), "command %d is not answered",
		       i);
		expect(read(fd, m.data, sizeof(m.data)) > 0, "read(): %s",
		       strerror(errno));
	}
	expect_ok(flush_context(other, new_session(other, SE_POLICY)));
	close(other);
	close(fd);

	/* their own files can be looked at */
	for (i = 0; i < CLIENTS; i++)
		tpm_poll(clients[i].fd);
}

static void sleep_in(void *(*call)(void *client), struct client *clients)
{
	struct stall stall;
	int i;

	stall_begin(&stall);
	for (i = 0; i < CLIENTS; i++) {
		clients[i].page = stall.pages + i * stall.size;
		expect(!pthread_create(&clients[i].thread, NULL, call,
				       &clients[i]), "no thread");
	}
	stall_await(&stall);
	check_others(clients);
	stall_end(&stall);
	for (i = 0; i < CLIENTS; i++)
		expect(!pthread_join(clients[i].thread, NULL),
		       "no thread to join");
}

static void stalled_read(void)
{
	static struct client clients[CLIENTS];
	struct message m;
	int i;

	for (i = 0; i < CLIENTS; i++) {
		clients[i].fd = tpm_managed_nonblock();
		m = random_command();
		expect(tpm_write(clients[i].fd, &m) == (ssize_t)m.len,
		       "write(): %s", strerror(errno));
		expect(tpm_answered(clients[i].fd, HANG_MS), "no answer");
	}
	sleep_in(read_answer, clients);
	for (i = 0; i < CLIENTS; i++)
		expect(clients[i].result > 0, "number %d has read %zd bytes", i,
		       clients[i].result);
}

static void stalled_write(void)
{
	static struct client clients[CLIENTS];
	int i;

	for (i = 0; i < CLIENTS; i++)
		clients[i].fd = tpm_managed_nonblock();
	sleep_in(write_command, clients);
	/* a page of zeros is no command */
	for (i = 0; i < CLIENTS; i++)
		expect(clients[i].result < 0, "number %d has written %zd bytes",
		       i, clients[i].result);
}

const struct test stalled_tests[] = {
	{ "stalled-read", "G2: an answer whose reader sleeps holds nobody up",
	  stalled_read },
	{ "stalled-write", "G2: nor does a command whose writer sleeps",
	  stalled_write },
	{}
};
