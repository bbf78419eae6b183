// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an open file of /dev/tpmrmN has in the TPM, as procfs shows it: each line
 * is what the documentation says, to the byte.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "fdinfo.h"

#define TEXT_MAX	200

/* The next field of a line, which ends with a space or with the line. */
static const char *take_field(char **line)
{
	char *text = strsep(line, " ");

	expect(text && *text, "a line of fdinfo has too few fields");
	return text;
}

static long long take_number(char **line)
{
	const char *text = take_field(line);
	char *end;
	long long value = strtoll(text, &end, 10);

	expect(!*end && (*text != '-'), "fdinfo has '%s' for a number", text);
	return value;
}

static uint32_t take_handle(char **line)
{
	const char *text = take_field(line);
	char *end;
	uint32_t value = strtoul(text, &end, 16);

	expect(!*end && strlen(text) == 8, "fdinfo has '%s' for a handle", text);
	return value;
}

static void take_word(char **line, char out[8], const char *known)
{
	const char *text = take_field(line);

	expect(strlen(text) < 8 && strstr(known, text),
	       "fdinfo has '%s' where there is one of %s", text, known);
	strcpy(out, text);
}

static void parse_session(char **line, struct fdinfo_session *session,
			  bool owned)
{
	session->handle = take_handle(line);
	take_word(line, session->type, "hmac policy trial");
	if (owned)
		take_word(line, session->state, "loaded saved");
	session->age = take_number(line);
	session->idle = take_number(line);
	session->lease = take_number(line);
	session->tenure = take_number(line);
}

static void parse(const char *key, char **line, struct fdinfo *info)
{
	info->ours = true;
	expect(info->nr_sessions < FDINFO_MAX &&
	       info->nr_evicted < FDINFO_MAX &&
	       info->nr_detached < FDINFO_MAX, "there is too much of it");
	if (!strcmp(key, "tpm-chip")) {
		info->chip = take_number(line);
	} else if (!strcmp(key, "tpm-lease-ms")) {
		info->lease = take_number(line);
	} else if (!strcmp(key, "tpm-tenure-ms")) {
		info->tenure = take_number(line);
	} else if (!strcmp(key, "tpm-session")) {
		parse_session(line, &info->session[info->nr_sessions++], true);
	} else if (!strcmp(key, "tpm-objects")) {
		info->objects = take_number(line);
	} else if (!strcmp(key, "tpm-evicted")) {
		info->evicted[info->nr_evicted] = take_handle(line);
		info->ago[info->nr_evicted++] = take_number(line);
	} else if (!strcmp(key, "tpm-evictions")) {
		info->evictions = take_number(line);
	} else if (!strcmp(key, "tpm-waiting")) {
		info->waits = true;
		info->waited = take_number(line);
		info->before = take_number(line);
	} else if (!strcmp(key, "tpm-detached")) {
		parse_session(line, &info->detached[info->nr_detached++],
			      false);
	} else {
		fail("fdinfo has a key %s", key);
	}
	expect(!*line, "a line of %s goes on with '%s'", key, *line);
}

void fdinfo_read_of(pid_t pid, int fd, struct fdinfo *info)
{
	char path[60], text[TEXT_MAX], *line, *key;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	f = fopen(path, "re");
	expect(f, "cannot open %s: %s", path, strerror(errno));
	memset(info, 0, sizeof(*info));
	while (fgets(text, sizeof(text), f)) {
		expect(strchr(text, '\n'), "%s has a line '%s'", path, text);
		text[strcspn(text, "\n")] = 0;
		/* what the kernel itself says of any file */
		if (strncmp(text, "tpm-", 4))
			continue;
		line = strstr(text, ":\t");
		expect(line, "%s has a line '%s'", path, text);
		*line = 0;
		key = text;
		line += 2;
		parse(key, &line, info);
	}
	fclose(f);
}

void fdinfo_read(int fd, struct fdinfo *info)
{
	fdinfo_read_of(getpid(), fd, info);
}
