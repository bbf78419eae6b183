// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel itself uses the TPM for, set off from user space: IMA extends
 * a PCR, the random number generator is read, a trusted key is sealed and
 * unsealed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "consumer.h"
#include "counters.h"
#include "knob.h"
#include "pcr.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SECURITYFS	"/sys/kernel/security"
#define RNG		"/sys/class/misc/hw_random/"
#define MEASURED_UID	4711	/* owner of the files that IMA measures */
#define IMA_PCR		10
#define RANDOM_SIZE	256	/* more than the kernel keeps in store */
#define OPTIONS_SIZE	120	/* of a trusted key */

/* To be called once after a boot: the kernel takes a policy only once. */
void consumer_setup(void)
{
	char rule[80];

	expect(!mount("securityfs", SECURITYFS, "securityfs", 0, NULL) ||
	       errno == EBUSY, "no securityfs: %s", strerror(errno));
	snprintf(rule, sizeof(rule),
		 "measure func=FILE_CHECK mask=MAY_READ fowner=%d\n",
		 MEASURED_UID);
	knob_set(SECURITYFS "/ima/policy", rule);

	/* the kernel is to draw from it for us only, not for itself */
	knob_set(RNG "rng_current", "tpm-rng-0");
	knob_set(RNG "rng_quality", "0\n");
}

/* IMA measures a file that it has not seen before: is the PCR another one? */
bool kernel_extends(void)
{
	char path[] = "/run/measured.XXXXXX", byte;
	struct blob before, after;
	int fd = mkstemp(path);

	expect(fd >= 0, "mkstemp(): %s", strerror(errno));
	expect(!fchown(fd, MEASURED_UID, 0), "fchown(): %s", strerror(errno));
	expect(write(fd, path, sizeof(path)) == sizeof(path), "write(): %s",
	       strerror(errno));
	close(fd);

	pcr_read(IMA_PCR, &before);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	expect(fd >= 0 && read(fd, &byte, 1) == 1, "cannot read %s: %s", path,
	       strerror(errno));
	close(fd);
	unlink(path);
	pcr_read(IMA_PCR, &after);
	return memcmp(before.data, after.data, before.len);
}

/* How many files IMA has measured. It keeps a list of them for ever. */
long kernel_measurements(void)
{
	FILE *f = fopen(SECURITYFS "/ima/runtime_measurements_count", "re");
	long count = 0;

	expect(f && fscanf(f, "%ld", &count) == 1 && count > 0,
	       "IMA does not say how many files it has measured");
	fclose(f);
	return count;
}

/* The TPM as a random number generator. */
bool kernel_draws(void)
{
	int fd = open("/dev/hwrng", O_RDONLY | O_CLOEXEC);
	uint8_t data[RANDOM_SIZE];
	ssize_t size, sum = 0;

	expect(fd >= 0, "cannot open /dev/hwrng: %s", strerror(errno));
	do {
		size = read(fd, data + sum, sizeof(data) - sum);
		if (size > 0)
			sum += size;
	} while (size > 0 && sum < RANDOM_SIZE);
	if (size < 0)
		check_note("/dev/hwrng: %s", strerror(errno));
	close(fd);
	return sum == RANDOM_SIZE;
}

static long keyctl(int operation, long key, void *data, size_t size)
{
	return syscall(SYS_keyctl, operation, key, data, size);
}

static long add_key(const char *text)
{
	static unsigned int number;
	char name[20];
	long key;

	snprintf(name, sizeof(name), "key%u", number++);
	key = syscall(SYS_add_key, "trusted", name, text, strlen(text),
		      KEY_SPEC_PROCESS_KEYRING);
	if (key < 0)
		check_note("trusted key: %s", strerror(errno));
	return key;
}

/* Make a trusted key, with options of its own. */
bool kernel_seals_with(struct blob *sealed, const char *options)
{
	char text[80 + OPTIONS_SIZE];
	long key, size;

	snprintf(text, sizeof(text), "new 32 keyhandle=0x%x %s", PARENT_HANDLE,
		 options);
	key = add_key(text);
	if (key < 0)
		return false;
	size = keyctl(KEYCTL_READ, key, sealed->data, sizeof(sealed->data));
	expect(size > 0 && (size_t)size < sizeof(sealed->data),
	       "cannot read a trusted key: %s", strerror(errno));
	sealed->len = size;
	expect(!keyctl(KEYCTL_REVOKE, key, NULL, 0), "cannot revoke a key: %s",
	       strerror(errno));
	return true;
}

bool kernel_seals(struct blob *sealed)
{
	return kernel_seals_with(sealed, "");
}

/* Load a trusted key that kernel_seals_with() has made. */
bool kernel_unseals_with(const struct blob *sealed, const char *options)
{
	char text[sizeof(sealed->data) + 80 + OPTIONS_SIZE];
	struct blob again;
	long key, size;

	snprintf(text, sizeof(text), "load %.*s keyhandle=0x%x %s",
		 (int)sealed->len, sealed->data, PARENT_HANDLE, options);
	key = add_key(text);
	if (key < 0)
		return false;
	size = keyctl(KEYCTL_READ, key, again.data, sizeof(again.data));
	expect_number(size, sealed->len);
	expect_same(again.data, sealed->data, size);
	expect(!keyctl(KEYCTL_REVOKE, key, NULL, 0), "cannot revoke a key: %s",
	       strerror(errno));
	return true;
}

bool kernel_unseals(const struct blob *sealed)
{
	return kernel_unseals_with(sealed, "");
}
