// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the scenarios stand on, made of this machine's kernel: a chip behind
 * /dev/vtpmx, and files of /dev/tpmrmN.
 *
 * A chip stays from one play to the next while they want one of the same kind:
 * it takes a kernel long to get to know another. What a play has left, it ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <linux/string.h>
#include "bed.h"
#include "compat.h"
#include "proxy.h"
#include "device-bed.h"

#define TRIES		60000	/* of a millisecond: who takes longer hangs */

static struct proxy proxy;
static struct fake_tpm_config current;
static bool there;
static struct bed bed;
static int files[BED_CLIENTS];

static void fail(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	exit(1);
}

static void sysfs_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, "/sys/class/tpmrm/tpmrm%d/sessions/%s",
		 proxy.number, name);
}

/* These two are for when the kernel may get on. */
static unsigned int get(const char *name)
{
	char path[120];
	unsigned int value;
	FILE *f;

	sysfs_path(path, sizeof(path), name);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%u", &value) != 1)
		fail(path);
	fclose(f);
	return value;
}

static void set(const char *name, unsigned int value)
{
	char path[120];
	FILE *f;

	sysfs_path(path, sizeof(path), name);
	f = fopen(path, "we");
	if (!f || fprintf(f, "%u\n", value) < 0 || fclose(f))
		fail(path);
}

static void open_file(unsigned int i)
{
	char path[40];

	snprintf(path, sizeof(path), "/dev/tpmrm%d", proxy.number);
	files[i] = open(path, O_RDWR | O_CLOEXEC);
	if (files[i] < 0)
		fail(path);
}

/* There is no event for whoever has no device manager. */
static void await_chip(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	char path[120];
	int tries = 0;

	sysfs_path(path, sizeof(path), "active");
	while (access(path, F_OK)) {
		if (++tries == TRIES)
			fail(path);
		nanosleep(&pause, NULL);
	}
}

/* The driver has many errnos for a command that has come to nothing. */
static ssize_t exec(struct client *client)
{
	int fd = files[client - bed.clients];
	ssize_t size = get_unaligned_be32(client->buf + 2);

	pthread_mutex_unlock(&proxy.lock);
	if (write(fd, client->buf, size) == size)
		size = read(fd, client->buf, sizeof(client->buf));
	else
		size = -1;
	if (size < 0)
		size = errno == ENOMEM ? -ENOMEM : -EIO;
	pthread_mutex_lock(&proxy.lock);
	return size;
}

static void begin_chip(const struct fake_tpm_config *config)
{
	device_bed_end();
	proxy_begin(&proxy, config);
	current = *config;
	there = true;
	pthread_mutex_unlock(&proxy.lock);
	await_chip();
	/* a lease in the time of a play would be one of luck */
	set("lease_ms", 0);
	set("tenure_ms", 0);
	pthread_mutex_lock(&proxy.lock);
}

/**
 * device_bed_end() - the last chip goes
 */
void device_bed_end(void)
{
	if (there)
		proxy_end(&proxy);
	there = false;
}

/**
 * device_bed_was_late() - has the TPM been too slow for the driver since this was asked last?
 *
 * It answers at once, if the machine lets it: what is seen then says nothing.
 */
bool device_bed_was_late(void)
{
	bool late = READ_ONCE(proxy.late);

	WRITE_ONCE(proxy.late, false);
	return late;
}

struct bed *bed_create(const struct fake_tpm_config *config)
{
	unsigned int i;

	if (!there || memcmp(&current, config, sizeof(current)))
		begin_chip(config);
	memset(&bed, 0, sizeof(bed));
	bed.tpm = &proxy.tpm;
	pthread_mutex_unlock(&proxy.lock);
	for (i = 0; i < BED_CLIENTS; i++) {
		open_file(i);
		bed.clients[i].exec = exec;
	}
	/* so that it knows what there is */
	pthread_mutex_lock(&proxy.lock);
	client_list(&bed.clients[0], 0x80000000, 1);
	return &bed;
}

/* What a play has left was to be left, or has been found fault with already. */
static void end_sessions(void)
{
	unsigned int i;

	for (i = 0; i < FAKE_TPM_SESSIONS; i++) {
		if (bed.tpm->sessions[i].context)
			client_flush(&bed.clients[0],
				     (u32)bed.tpm->sessions[i].type << 24 | i);
	}
}

unsigned int bed_destroy(struct bed *bed)
{
	unsigned int i;

	fake_fault_drop_all(bed->tpm);
	end_sessions();
	bed->tpm->auth_failures = 0;
	pthread_mutex_unlock(&proxy.lock);
	for (i = 0; i < BED_CLIENTS; i++)
		close(files[i]);
	pthread_mutex_lock(&proxy.lock);
	return fake_session_count(bed->tpm, false);
}

void bed_reopen(struct bed *bed, unsigned int i)
{
	pthread_mutex_unlock(&proxy.lock);
	close(files[i]);
	open_file(i);
	pthread_mutex_lock(&proxy.lock);
}

void bed_set_share(struct bed *bed, u32 sessions)
{
	pthread_mutex_unlock(&proxy.lock);
	set("max_per_fd", sessions);
	pthread_mutex_lock(&proxy.lock);
}

/* What is in slots, only the TPM knows. */
void bed_count(const struct bed *bed, struct bed_census *census)
{
	pthread_mutex_unlock(&proxy.lock);
	census->sessions = get("active");
	census->unowned = get("detached");
	census->objects = 0;
	pthread_mutex_lock(&proxy.lock);
}

/* Here the clock is the machine's. */
void bed_tick(struct bed *bed, u64 ns)
{
}

void bed_hurry(struct bed *bed)
{
}
