// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who serves a file: the extension, or the kernel's own code.
 *
 * A parameter says who gets the files that are opened from now on. It is the
 * module's, or the TPM driver's where the extension is a part of that.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "capability.h"
#include "check.h"
#include "object.h"
#include "session.h"
#include "switch.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define OF_MODULE	"/sys/module/tpm2_space_sessions/parameters/enabled"
#define OF_DRIVER	"/sys/module/tpm/parameters/space_sessions"

static int open_parameter(int flags)
{
	int fd = open(OF_MODULE, flags | O_CLOEXEC);

	if (fd < 0)
		fd = open(OF_DRIVER, flags | O_CLOEXEC);
	expect(fd >= 0, "there is neither " OF_MODULE " nor " OF_DRIVER);
	return fd;
}

bool switch_is_on(void)
{
	int fd = open_parameter(O_RDONLY);
	char text[3] = "";

	expect_number(read(fd, text, sizeof(text)), 2);
	close(fd);
	expect((*text == 'Y' || *text == 'N') && text[1] == '\n',
	       "the switch is at '%.2s'", text);
	return *text == 'Y';
}

/* Returns 0, or the errno that says why it was not taken. */
int switch_write(const char *text)
{
	int fd = open_parameter(O_WRONLY), error = 0;

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		error = errno;
	close(fd);
	return error;
}

/* When this returns, it holds for every open() that begins. */
void switch_set(bool on)
{
	expect_number(switch_write(on ? "1" : "0"), 0);
	expect_number(switch_is_on(), on);
}

void switch_on(void)
{
	switch_set(true);
}

/* The kernel's own code gives a file as many sessions as there are slots. */
void expect_kernels(int fd)
{
	uint32_t session[SLOTS], handle;
	int i;

	for (i = 0; i < SLOTS; i++)
		session[i] = new_session(fd, SE_POLICY);
	expect_code(start_session(fd, SE_POLICY, &handle), RC_SESSION_MEMORY);
	for (i = 0; i < SLOTS; i++)
		expect_ok(flush_context(fd, session[i]));
}

void expect_ours(int fd)
{
	uint32_t session[SLOTS + 1];
	int i;

	for (i = 0; i <= SLOTS; i++)
		session[i] = new_session(fd, SE_POLICY);
	for (i = 0; i <= SLOTS; i++)
		expect_ok(flush_context(fd, session[i]));
}

/* A client of the bare TPM finds nothing of anybody's in its slots. */
void expect_slots(int raw)
{
	uint32_t session[SLOTS];
	struct object key[SLOTS];
	struct handles list;
	int i;

	list_type(raw, HT_HMAC_SESSION, &list);
	expect(!list.nr, "%u sessions of others are loaded", list.nr);
	list_type(raw, HT_TRANSIENT, &list);
	expect(!list.nr, "%u objects of others are loaded", list.nr);
	for (i = 0; i < SLOTS; i++) {
		session[i] = new_session(raw, SE_POLICY);
		new_key(raw, i, "", &key[i]);
	}
	for (i = 0; i < SLOTS; i++) {
		expect_ok(flush_context(raw, session[i]));
		expect_ok(flush_context(raw, key[i].handle));
	}
}
