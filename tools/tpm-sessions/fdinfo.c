// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel says of an open file of /dev/tpmrmN: /proc/PID/fdinfo/FD. The
 * lines are described in Documentation/admin-guide/tpm2-space-sessions.rst. Keys,
 * and fields at the end of a line, that are not known are of a later version.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fdinfo.h"
#include "memory.h"

#define TEXT_MAX	256

static struct session *one_more(struct sessions *sessions)
{
	sessions->session = grown(sessions->session, sessions->nr,
				  sizeof(*sessions->session));
	return &sessions->session[sessions->nr++];
}

static bool read_chip(const char *text, struct tpm_file *file)
{
	char *end;

	file->chip = strtol(text, &end, 10);
	file->served = end != text;
	return file->served;
}

static bool read_session(const char *text, struct tpm_file *file)
{
	struct session s = {};

	if (sscanf(text, "%" SCNx32 " %15s %15s %lld %lld %lld %lld",
		   &s.handle, s.type, s.state, &s.age, &s.idle, &s.lease,
		   &s.tenure) != 7)
		return false;
	*one_more(&file->own) = s;
	return true;
}

static bool read_detached(const char *text, struct tpm_file *file)
{
	struct session s = { .state = "detached" };

	if (sscanf(text, "%" SCNx32 " %15s %lld %lld %lld %lld", &s.handle,
		   s.type, &s.age, &s.idle, &s.lease, &s.tenure) != 6)
		return false;
	*one_more(&file->detached) = s;
	return true;
}

static bool read_evicted(const char *text, struct tpm_file *file)
{
	struct lost lost = {};

	if (sscanf(text, "%" SCNx32 " %lld", &lost.handle, &lost.ago) != 2)
		return false;
	file->lost = grown(file->lost, file->nr_lost, sizeof(*file->lost));
	file->lost[file->nr_lost++] = lost;
	return true;
}

static bool read_waiting(const char *text, struct tpm_file *file)
{
	file->waits = sscanf(text, "%lld %u", &file->waited,
			     &file->before) == 2;
	return file->waits;
}

static bool read_number(const char *text, unsigned int *number)
{
	char *end;

	*number = strtoul(text, &end, 10);
	return end != text;
}

static bool read_objects(const char *text, struct tpm_file *file)
{
	return read_number(text, &file->objects);
}

static bool read_evictions(const char *text, struct tpm_file *file)
{
	return read_number(text, &file->evictions);
}

static const struct {
	const char *key;
	bool (*read)(const char *text, struct tpm_file *file);
} keys[] = {
	{ "tpm-chip:\t", read_chip },
	{ "tpm-session:\t", read_session },
	{ "tpm-objects:\t", read_objects },
	{ "tpm-evicted:\t", read_evicted },
	{ "tpm-evictions:\t", read_evictions },
	{ "tpm-waiting:\t", read_waiting },
	{ "tpm-detached:\t", read_detached },
};

static void read_line(const char *path, const char *line, struct tpm_file *file)
{
	size_t i, len;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		len = strlen(keys[i].key);
		if (strncmp(line, keys[i].key, len))
			continue;
		if (!keys[i].read(line + len, file))
			warnx("%s has a line that is not understood: %s", path,
			      line);
		return;
	}
}

/**
 * fdinfo_read() - read what the kernel says of a file
 * @path: where it says so
 * @file: what it says is added to it; its sessions are freed with fdinfo_free()
 *
 * Return: whether there is such a file still.
 */
bool fdinfo_read(const char *path, struct tpm_file *file)
{
	char line[TEXT_MAX];
	bool there = false;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		read_line(path, line, file);
		there = true;
	}
	/* of one that was closed meanwhile there is nothing to be read */
	fclose(f);
	return there;
}

void fdinfo_free(struct tpm_file *file)
{
	free(file->holders);
	free(file->own.session);
	free(file->lost);
	free(file->detached.session);
}
