// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake TPM as a chip of this machine, by way of /dev/vtpmx.
 *
 * What a kernel asks a TPM when it comes, and again and again of its own accord,
 * the fake TPM does not know; that is answered here, and no fault strikes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
/* the shim has another <linux/types.h>, without those of the interface */
#include <asm/types.h>
#include <linux/string.h>
#include <linux/vtpm_proxy.h>
#include "compat.h"
#include "proxy.h"
#include "wire.h"

#define CC_SELF_TEST	0x143
#define CC_STARTUP	0x144
#define CC_SHUTDOWN	0x145
#define CC_SET_LOCALITY	0x20001000
#define CAP_COMMANDS	2
#define CAP_PCRS	5
#define PT_TOTAL_COMMANDS	0x129
#define PT_NR_COMMANDS	0x100
#define RANDOM_MAX	32
#define HEADER		10
#define LIST		(HEADER + 9)	/* moreData, capability, count */

static void fail(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	exit(1);
}

static size_t finish(u8 *buf, size_t size)
{
	put_unaligned_be16(TPM_ST_NO_SESSIONS, buf);
	put_unaligned_be32(size, buf + 2);
	put_unaligned_be32(0, buf + 6);
	return size;
}

static size_t begin_list(u8 *buf, u32 cap, u32 count)
{
	buf[HEADER] = 0;
	put_unaligned_be32(cap, buf + HEADER + 1);
	put_unaligned_be32(count, buf + HEADER + 5);
	return LIST;
}

/* All commands that the fake TPM knows, as TPMA_CC. */
static u32 list_commands(u8 *buf)
{
	u32 cc, attrs, count = 0;

	for (cc = FAKE_TPM_FIRST_CC; cc <= FAKE_TPM_LAST_CC; cc++) {
		if (!fake_tpm_attrs(cc, &attrs))
			continue;
		if (buf)
			put_unaligned_be32(attrs, buf + LIST + count * 4);
		count++;
	}
	return count;
}

/* One bank, SHA-256, of 24 registers. */
static size_t list_pcrs(u8 *buf)
{
	static const u8 bank[] = { 0, 0x0b, 3, 0xff, 0xff, 0xff };

	begin_list(buf, CAP_PCRS, 1);
	memcpy(buf + LIST, bank, sizeof(bank));
	return finish(buf, LIST + sizeof(bank));
}

/* Random enough for a kernel that asks for it now and then. */
static size_t fill_random(u8 *buf)
{
	u16 size = get_unaligned_be16(buf + HEADER);

	if (size > RANDOM_MAX)
		size = RANDOM_MAX;
	put_unaligned_be16(size, buf + HEADER);
	memset(buf + HEADER + 2, 0x5a, size);
	return finish(buf, HEADER + 2 + size);
}

static size_t count_commands(u8 *buf)
{
	begin_list(buf, TPM_CAP_TPM_PROPERTIES, 1);
	put_unaligned_be32(PT_TOTAL_COMMANDS, buf + LIST);
	put_unaligned_be32(list_commands(NULL), buf + LIST + 4);
	return finish(buf, LIST + 8);
}

/* Size of the response in bytes, or 0 if the command is for the TPM. */
static size_t answer_kernel(u8 *buf)
{
	u32 count;

	switch (get_unaligned_be32(buf + 6)) {
	case CC_SELF_TEST:
	case CC_STARTUP:
	case CC_SHUTDOWN:
	case CC_SET_LOCALITY:
		return finish(buf, HEADER);
	case FAKE_CC_GET_RANDOM:
		/* with a session it is a client's */
		if (get_unaligned_be16(buf) == TPM_ST_SESSIONS)
			return 0;
		return fill_random(buf);
	case TPM_CC_GET_CAPABILITY:
		break;
	default:
		return 0;
	}
	switch (get_unaligned_be32(buf + HEADER)) {
	case CAP_PCRS:
		return list_pcrs(buf);
	case CAP_COMMANDS:
		count = list_commands(buf);
		return finish(buf, begin_list(buf, CAP_COMMANDS, count) +
				   count * 4);
	case TPM_CAP_TPM_PROPERTIES:
		count = get_unaligned_be32(buf + HEADER + 4);
		if (count == PT_TOTAL_COMMANDS || count == PT_NR_COMMANDS)
			return count_commands(buf);
	}
	return 0;
}

/* Is this one of the few commands whose answer a kernel waits for less than a second? */
static bool is_short(u32 cc)
{
	return cc == TPM_CC_GET_CAPABILITY || cc == FAKE_CC_HASH_SEQUENCE_START ||
	       cc == FAKE_CC_SEQUENCE_UPDATE || cc == FAKE_CC_SEQUENCE_COMPLETE;
}

/*
 * A response is lost, or has been lost with its command: what the driver gets in
 * turn is too short for a header, shorter than it says, longer, and, where that
 * does not take minutes, nothing at all (0).
 */
static size_t mangle(struct proxy *proxy, u32 cc, u8 *buf)
{
	unsigned int turn = proxy->mangled++ % (is_short(cc) ? 4 : 3);

	finish(buf, HEADER);
	switch (turn) {
	case 0:
		return HEADER - 1;
	case 3:
		return 0;
	case 1:
		put_unaligned_be32(HEADER + 4, buf + 2);
		return HEADER;
	default:
		memset(buf + HEADER, 0xff, TPM2_WIRE_BUFSIZE - HEADER);
		return TPM2_WIRE_BUFSIZE;
	}
}

static void *serve(void *argument)
{
	struct proxy *proxy = argument;
	u8 buf[TPM2_WIRE_BUFSIZE];
	ssize_t size;
	u32 cc;

	for (;;) {
		size = read(proxy->fd, buf, sizeof(buf));
		if (size < 0 && errno == EINTR)
			continue;
		if (size < HEADER)
			return NULL;
		cc = get_unaligned_be32(buf + 6);
		size = answer_kernel(buf);
		if (!size) {
			pthread_mutex_lock(&proxy->lock);
			size = fake_tpm_transmit(&proxy->tpm, buf);
			if (size < 0)
				size = mangle(proxy, cc, buf);
			pthread_mutex_unlock(&proxy->lock);
		}
		if (!size || write(proxy->fd, buf, size) >= 0)
			continue;
		if (errno != EIO)
			return NULL;
		WRITE_ONCE(proxy->late, true);
	}
}

/**
 * proxy_begin() - there is one chip more
 * @proxy: memory for it
 * @config: what its TPM has
 *
 * Who calls this has @proxy->lock from then on, and gives it up for a while
 * whenever the kernel is to get on.
 */
void proxy_begin(struct proxy *proxy, const struct fake_tpm_config *config)
{
	struct vtpm_proxy_new_dev new = { .flags = VTPM_PROXY_FLAG_TPM2 };
	int fd = open("/dev/vtpmx", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail("/dev/vtpmx");
	if (ioctl(fd, VTPM_PROXY_IOC_NEW_DEV, &new))
		fail("VTPM_PROXY_IOC_NEW_DEV");
	close(fd);
	memset(proxy, 0, sizeof(*proxy));
	fake_tpm_init(&proxy->tpm, config);
	pthread_mutex_init(&proxy->lock, NULL);
	pthread_mutex_lock(&proxy->lock);
	proxy->number = new.tpm_num;
	proxy->fd = new.fd;
	errno = pthread_create(&proxy->thread, NULL, serve, proxy);
	if (errno)
		fail("pthread_create()");
}

/**
 * proxy_end() - the chip goes
 * @proxy: the chip; its lock is held, and given up
 *
 * Whatever is under way then comes to nothing, and no file of it is open.
 */
void proxy_end(struct proxy *proxy)
{
	pthread_mutex_unlock(&proxy->lock);
	/* a thread that sleeps in read() keeps the chip */
	pthread_cancel(proxy->thread);
	pthread_join(proxy->thread, NULL);
	close(proxy->fd);
	pthread_mutex_destroy(&proxy->lock);
}
