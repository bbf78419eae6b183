// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that does all that a client can do, in no order: it sends what is
 * right and what is not from files that others may have as well, is interrupted,
 * reads in parts or not at all, closes, forks, and looks at what it has.
 *
 * Nothing that it is told is wrong. What is wrong shows elsewhere: another client
 * comes to a halt or to harm, the kernel complains, or something is left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "fuzzer.h"
#include "grammar.h"
#include "pages.h"
#include "random.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define FILES		6
#define CHILD_STEPS	20
#define PART_MAX	40	/* of a response, in bytes */
#define INTERRUPT_US	3000
#define REPEAT_US	500	/* so that it gets on where a signal takes long */

/**
 * struct fuzzer - the client
 * @fuzz: what it shares with others
 * @grammar: what it has heard of
 * @pages: memory that does not come
 * @files: its files; -1 where one could not be opened
 * @code: what was written to each last
 * @child: a process with the same files, or 0
 * @is_child: this is it
 */
struct fuzzer {
	struct fuzz *fuzz;
	struct grammar grammar;
	struct pages pages;
	int files[FILES];
	uint32_t code[FILES];
	pid_t child;
	bool is_child;
};

const char * const fuzz_event_names[FUZZ_EVENTS] = {
	[FUZZ_COMMANDS] = "commands", [FUZZ_ANSWERS] = "answers",
	[FUZZ_SUCCESSES] = "successes", [FUZZ_ERRORS] = "errors",
	[FUZZ_INTERRUPTIONS] = "interruptions", [FUZZ_FAULTS] = "faults",
	[FUZZ_BUSY] = "busy", [FUZZ_STARVED] = "out of memory",
	[FUZZ_PARTS] = "in parts", [FUZZ_UNREAD] = "left unread",
	[FUZZ_CLOSES] = "closed", [FUZZ_FORKS] = "forks",
	[FUZZ_PASSED] = "passed on", [FUZZ_TAKEN] = "taken",
	[FUZZ_BROUGHT] = "pages brought", [FUZZ_LOOKS] = "looks",
};

/**
 * fuzz_count() - how often has something happened so far?
 * @fuzz: to all of these clients
 * @event: what
 */
unsigned long fuzz_count(const struct fuzz *fuzz, enum fuzz_event event)
{
	return __atomic_load_n(&fuzz->counts[event], __ATOMIC_RELAXED);
}

static void count(struct fuzzer *f, enum fuzz_event event)
{
	__atomic_fetch_add(&f->fuzz->counts[event], 1, __ATOMIC_RELAXED);
}

static void count_error(struct fuzzer *f)
{
	count(f, FUZZ_ERRORS);
	if (errno == EINTR)
		count(f, FUZZ_INTERRUPTIONS);
	if (errno == EFAULT)
		count(f, FUZZ_FAULTS);
	if (errno == EBUSY)
		count(f, FUZZ_BUSY);
	if (errno == ENOMEM)
		count(f, FUZZ_STARVED);
}

static int open_any(void)
{
	return random_below(2) ? tpm_try_managed() :
				 tpm_try_managed_nonblock();
}

/* A system call waits for memory, and another file is used. */
static void meanwhile(void *data)
{
	struct fuzzer *f = data;
	struct message m;
	int fd = f->files[0];

	count(f, FUZZ_BROUGHT);
	command_begin(&m, ST_NO_SESSIONS, CC_GET_RANDOM);
	put16(&m, 8);
	command_end(&m);
	if (tpm_write(fd, &m) < 0 || read(fd, m.data, sizeof(m.data)) < 0)
		count_error(f);
}

static void ignore(int signal)
{
}

/* From now on, or no more: who sleeps is woken. */
static void interrupt(bool on)
{
	struct itimerval timer = {};

	if (on) {
		timer.it_value.tv_usec = 1 + random_below(INTERRUPT_US);
		timer.it_interval.tv_usec = REPEAT_US +
					    random_below(INTERRUPT_US);
	}
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void catch_signals(bool restart)
{
	struct sigaction action = {
		.sa_handler = ignore, .sa_flags = restart ? SA_RESTART : 0,
	};

	sigaction(SIGALRM, &action, NULL);
}

/* Not the first one, which is for the thread that brings pages. */
static int some_file(void)
{
	return 1 + random_below(FILES - 1);
}

static void make_command(const struct fuzzer *f, struct message *m)
{
	switch (random_below(8)) {
	case 0:
		make_garbage(m, &f->grammar.codes, f->grammar.handles,
			     GRAMMAR_HANDLES);
		break;
	case 1:
		grammar_make(&f->grammar, m);
		/* the code stays, and the rest is anything */
		spoil(m);
		break;
	default:
		grammar_make(&f->grammar, m);
	}
}

static void submit(struct fuzzer *f, int i)
{
	const uint8_t *from;
	struct message m;
	size_t size;

	make_command(f, &m);
	size = m.len;
	from = m.data;
	f->code[i] = m.len >= HEADER_SIZE ? be32_at(m.data + 6) : 0;
	switch (random_below(16)) {
	case 0:
		/* and sometimes there is less of it than it is said */
		from = memcpy(pages_cut(&f->pages, m.len), m.data, m.len);
		size += random_below(2);
		break;
	case 1:
		if (f->pages.missing && m.len <= f->pages.size)
			from = pages_missing(&f->pages, m.data, m.len);
		break;
	case 2:
		size = random_below(2 * sizeof(m.data));
		if (size > sizeof(m.data))
			from = f->pages.edge;
		break;
	}
	count(f, FUZZ_COMMANDS);
	if (write(f->files[i], from, size) < 0)
		count_error(f);
}

static void learn(struct fuzzer *f, int i, struct message *r)
{
	if (r->len < HEADER_SIZE)
		return;
	count(f, FUZZ_ANSWERS);
	r->pos = HEADER_SIZE;
	if (be32_at(r->data + 6))
		return;
	count(f, FUZZ_SUCCESSES);
	grammar_learn(&f->grammar, f->code[i], r);
}

/* To the end, or a part of it. */
static void receive_parts(struct fuzzer *f, int i)
{
	struct message r = {};
	ssize_t n;

	do {
		n = read(f->files[i], r.data + r.len,
			 1 + random_below(PART_MAX));
		if (n < 0)
			count_error(f);
		else if (n && r.len)
			count(f, FUZZ_PARTS);
		if (n > 0)
			r.len += n;
	} while (n > 0 && r.len + PART_MAX <= sizeof(r.data) &&
		 random_below(8));
	learn(f, i, &r);
}

static void receive(struct fuzzer *f, int i)
{
	uint8_t *to = f->pages.locked;
	struct message r = {};
	ssize_t n;

	switch (random_below(16)) {
	case 0:
		count(f, FUZZ_UNREAD);
		return;
	case 1:
	case 2:
		receive_parts(f, i);
		return;
	case 3:
		if (f->pages.missing && random_below(2))
			to = pages_missing(&f->pages, NULL, 0);
		if (read(f->files[i], to, f->pages.size) < 0)
			count_error(f);
		return;
	}
	n = read(f->files[i], r.data, sizeof(r.data));
	if (n < 0)
		count_error(f);
	else
		r.len = n;
	learn(f, i, &r);
}

/* Until there is something to read, or somebody else has read it. */
static void await(struct fuzzer *f, int i)
{
	struct pollfd p = { .fd = f->files[i], .events = POLLIN | POLLOUT };

	if (poll(&p, 1, random_below(8) ? -1 : 0) < 0)
		count_error(f);
}

static void exchange(struct fuzzer *f)
{
	bool interrupted = !random_below(4);
	int i = some_file();

	/* a kernel may be short of memory */
	if (f->files[i] < 0) {
		f->files[i] = open_any();
		return;
	}
	if (interrupted)
		interrupt(true);
	submit(f, i);
	if (random_below(4))
		await(f, i);
	receive(f, i);
	if (interrupted)
		interrupt(false);
}

/* Somebody else may be using it at that moment. */
static void replace(struct fuzzer *f, int i, int fd)
{
	if (f->files[i] >= 0) {
		close(f->files[i]);
		count(f, FUZZ_CLOSES);
	}
	f->files[i] = fd;
}

static void pass(struct fuzzer *f)
{
	char control[CMSG_SPACE(sizeof(int))] = {};
	char byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &f->files[some_file()], sizeof(int));
	if (sendmsg(f->fuzz->sockets[0], &msg, MSG_DONTWAIT) == 1)
		count(f, FUZZ_PASSED);
}

static void take(struct fuzzer *f)
{
	char control[CMSG_SPACE(sizeof(int))] = {};
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	int fd;

	if (recvmsg(f->fuzz->sockets[1], &msg,
		    MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
		return;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	replace(f, some_file(), fd);
	count(f, FUZZ_TAKEN);
}

/* What fdinfo says, of a file that others use at that moment. */
static void look(struct fuzzer *f)
{
	char path[64], text[8192];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d",
		 f->files[some_file()]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text)) > 0)
		count(f, FUZZ_LOOKS);
	close(fd);
}

static void step(struct fuzzer *f);

static void end_child(struct fuzzer *f)
{
	if (!f->child)
		return;
	if (random_below(2))
		kill(f->child, SIGKILL);
	while (waitpid(f->child, NULL, 0) < 0 && errno == EINTR)
		;
	f->child = 0;
}

/* Another process, which has what this one has, and uses it. */
static void split(struct fuzzer *f)
{
	uint64_t seed = random_bits();
	unsigned int i;

	if (f->is_child)
		return;
	end_child(f);
	f->child = fork();
	if (!f->child) {
		f->is_child = true;
		random_set(seed);
		for (i = 0; i < CHILD_STEPS; i++)
			step(f);
		_exit(0);
	}
	if (f->child > 0)
		count(f, FUZZ_FORKS);
	else
		f->child = 0;
}

static void step(struct fuzzer *f)
{
	switch (random_below(32)) {
	case 0:
		replace(f, some_file(), open_any());
		break;
	case 1:
		pass(f);
		break;
	case 2:
		take(f);
		break;
	case 3:
		look(f);
		break;
	case 4:
		split(f);
		break;
	case 5:
		catch_signals(random_below(2));
		break;
	default:
		exchange(f);
	}
}

/* From now on, where a kernel has been told to be short of memory, it is to us. */
static void starve(void)
{
	int fd = open("/proc/self/make-it-fail", O_WRONLY | O_CLOEXEC);

	if (fd < 0) {
		expect(errno == ENOENT, "make-it-fail: %s", strerror(errno));
		return;
	}
	expect(write(fd, "1", 1) == 1, "make-it-fail: %s", strerror(errno));
	close(fd);
}

/**
 * fuzzer_run() - be such a client, until all have sent enough
 * @fuzz: what it shares with others
 * @seed: what makes it unlike them
 */
void fuzzer_run(struct fuzz *fuzz, uint64_t seed)
{
	struct fuzzer f = {
		.fuzz = fuzz, .pages.meanwhile = meanwhile,
		.files = { tpm_try_managed(), -1, -1, -1, -1, -1 },
	};
	unsigned int i;

	f.pages.data = &f;
	random_set(seed);
	grammar_begin(&f.grammar, &fuzz->codes);
	catch_signals(true);
	for (i = 1; i < FILES; i++)
		f.files[i] = open_any();
	/* last, so that its thread has a file */
	pages_begin(&f.pages);
	starve();
	while (fuzz_count(fuzz, FUZZ_COMMANDS) < fuzz->target)
		step(&f);
	end_child(&f);
}
