// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that does not come at once, or not at all. What is missing is brought
 * by a thread, which does something else before (userfaultfd).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "check.h"
#include "pages.h"

#define DEVICE	"/dev/userfaultfd"

static uint8_t *map(size_t size, int protection)
{
	void *memory = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	expect(memory != MAP_FAILED, "mmap(): %s", strerror(errno));
	return memory;
}

/* Who waits is let go, whatever came in between. */
static void *bring(void *argument)
{
	struct pages *pages = argument;
	struct uffdio_copy copy = {
		.dst = (unsigned long)pages->missing,
		.src = (unsigned long)pages->content,
		.len = pages->size,
	};
	struct uffd_msg message;

	while (read(pages->fd, &message, sizeof(message)) == sizeof(message)) {
		pages->meanwhile(pages->data);
		while (ioctl(pages->fd, UFFDIO_COPY, &copy)) {
			/* it may have come; and a kernel may be short of memory */
			if (errno == EEXIST)
				break;
			expect(errno == ENOMEM || errno == EAGAIN,
			       "UFFDIO_COPY: %s", strerror(errno));
		}
	}
	return NULL;
}

/**
 * pages_can_miss() - has this kernel memory that comes when it is touched?
 */
bool pages_can_miss(void)
{
	return !access(DEVICE, F_OK);
}

static void begin_missing(struct pages *pages)
{
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };
	sigset_t all, before;
	pthread_t thread;
	int device;

	if (!pages_can_miss())
		return;
	device = open(DEVICE, O_RDWR | O_CLOEXEC);
	expect(device >= 0, "cannot open " DEVICE ": %s", strerror(errno));
	pages->fd = ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC);
	expect(pages->fd >= 0, "USERFAULTFD_IOC_NEW: %s", strerror(errno));
	close(device);
	expect(!ioctl(pages->fd, UFFDIO_API, &api), "UFFDIO_API: %s",
	       strerror(errno));
	pages->missing = map(pages->size, PROT_READ | PROT_WRITE);
	range.range.start = (unsigned long)pages->missing;
	range.range.len = pages->size;
	expect(!ioctl(pages->fd, UFFDIO_REGISTER, &range), "UFFDIO_REGISTER: %s",
	       strerror(errno));
	/* a signal is for who waits */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	expect(!pthread_create(&thread, NULL, bring, pages),
	       "pthread_create()");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/**
 * pages_begin() - get such memory
 * @pages: memory for it, with @meanwhile and its data
 */
void pages_begin(struct pages *pages)
{
	pages->size = sysconf(_SC_PAGESIZE);
	pages->edge = map(2 * pages->size, PROT_READ | PROT_WRITE);
	expect(!munmap(pages->edge + pages->size, pages->size), "munmap(): %s",
	       strerror(errno));
	pages->locked = map(pages->size, PROT_READ);
	pages->content = map(pages->size, PROT_READ | PROT_WRITE);
	begin_missing(pages);
}

/**
 * pages_cut() - memory that ends too soon
 * @pages: the memory
 * @size: so many bytes are there, and no more
 */
uint8_t *pages_cut(const struct pages *pages, size_t size)
{
	return pages->edge + pages->size - size;
}

/**
 * pages_missing() - memory that comes when it is touched
 * @pages: the memory
 * @data: what it then holds; may be NULL
 * @size: its size in bytes
 */
uint8_t *pages_missing(const struct pages *pages, const void *data,
		       size_t size)
{
	if (data)
		memcpy(pages->content, data, size);
	expect(!madvise(pages->missing, pages->size, MADV_DONTNEED),
	       "madvise(): %s", strerror(errno));
	return pages->missing;
}
