// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients and their system calls, with what the kernel does for these above the
 * driver.
 */
#include <linux/slab.h>
#include <string.h>
#include "compat.h"
#include "file.h"
#include "state.h"
#include "world.h"

#define SESSION_TYPE	38	/* where a TPM2_StartAuthSession says it */
#define TPM_SE_POLICY	1

/**
 * client_open() - open a file of /dev/tpmrm0
 * @client: whose
 * @name: its name
 * @user: who it is
 * @flags: O_NONBLOCK, or 0
 */
void client_open(struct client *client, const char *name, u32 user,
		 unsigned int flags)
{
	client->name = name;
	client->cred.uid = user;
	client->file.f_cred = &client->cred;
	client->file.f_flags = flags;
	world.chip.cdevs.kobj.kref.count++;
	if (tpm2_space_open(&client->file, &world.chip, false))
		fail("%s cannot open its file", name);
	client->open = true;
}

/**
 * client_close() - close it
 * @client: whose
 */
void client_close(struct client *client)
{
	client->open = false;
	note("%s closes its file", client->name);
	client->file.f_op->release(NULL, &client->file);
	note("%s has closed its file", client->name);
	shim_module_references--;
	world.chip.cdevs.kobj.kref.count--;
}

static void enter(struct client *client, const char *what)
{
	task_event(self());
	self()->signal = false;
	self()->doing = what;
	note("%s: %s", client->name, what);
}

/*
 * A system call is over; true if it begins again. A signal that comes while a
 * program is running is of no interest to the driver.
 */
static bool leave(struct client *client, ssize_t *result)
{
	struct task *task = self();

	task_event(task);
	note("%s: %s is over: %zd", client->name, task->doing, *result);
	task->doing = NULL;
	if (*result == -ERESTARTSYS && !task->signal && !task->fatal)
		fail("there is no signal to begin again after");
	task->signal = false;
	if (*result != -ERESTARTSYS)
		return false;
	if (client->restarts && !task->fatal)
		return true;
	*result = -EINTR;
	return false;
}

/**
 * client_write() - write the client's command
 * @client: the client
 *
 * Return: what write() does.
 */
ssize_t client_write(struct client *client)
{
	ssize_t result;

	do {
		enter(client, "write");
		result = client->file.f_op->write(&client->file,
						  (char *)client->command,
						  client->size, NULL);
		/* what was not carried out has left nothing behind */
		if (result < 0 && result != -EBUSY)
			check_client(client);
		if (result == -ERESTARTSYS && !self()->fatal)
			check_place(client);
	} while (leave(client, &result));
	if (result >= 0 && result != client->size)
		fail("%s: a command is written in part", client->name);
	return result;
}

/**
 * client_read() - read a response
 * @client: the client
 *
 * Return: what read() does.
 */
ssize_t client_read(struct client *client)
{
	ssize_t result;

	do {
		enter(client, "read");
		result = client->file.f_op->read(&client->file,
						 (char *)client->response,
						 RESPONSE_SIZE, NULL);
	} while (leave(client, &result));
	return result;
}

/**
 * client_poll() - wait for something to happen, without a limit in time
 * @client: the client
 * @events: what it waits for
 *
 * Return: what has happened; 0 if it was a signal.
 */
unsigned int client_poll(struct client *client, unsigned int events)
{
	struct poll_table_struct wait = {};
	struct task *task = self();
	unsigned int mask;

	enter(client, "poll");
	for (;;) {
		mask = client->file.f_op->poll(&client->file, &wait) & events;
		task_event(task);
		if (mask || task->signal)
			break;
		while (!task->poll_woken && !task->signal)
			task_block("poll", &task->signal);
		task_event(task->polled);
	}
	task->polled = NULL;
	note("%s: poll is over: 0x%x", client->name, mask);
	task->signal = false;
	task->doing = NULL;
	return mask;
}

static void ask(struct client *client, u32 cc, u32 handle)
{
	client->size = TPM2_WIRE_HEADER_SIZE + (handle ? 4 : 0);
	put_unaligned_be16(TPM_ST_NO_SESSIONS, client->command);
	put_unaligned_be32(client->size, client->command + 2);
	put_unaligned_be32(cc, client->command + 6);
	put_unaligned_be32(handle, client->command + 10);
}

static void append(struct client *client, const void *bytes, u32 size)
{
	memcpy(client->command + client->size, bytes, size);
	client->size += size;
	put_unaligned_be32(client->size, client->command + 2);
}

/**
 * client_ask_start() - have a TPM2_StartAuthSession ready to be written
 * @client: the client
 */
void client_ask_start(struct client *client)
{
	u8 buf[TPM2_WIRE_BUFSIZE];

	client->size = tpm2_wire_build_start_auth_session(buf);
	memcpy(client->command, buf, client->size);
	/* one that can be used without an HMAC */
	client->command[SESSION_TYPE] = TPM_SE_POLICY;
}

/**
 * client_ask_random() - have a TPM2_GetRandom ready to be written
 * @client: the client
 */
void client_ask_random(struct client *client)
{
	const u8 bytes[] = { 0, 8 };

	ask(client, FAKE_CC_GET_RANDOM, 0);
	append(client, bytes, sizeof(bytes));
}

/**
 * client_answer() - read the answer to a command that is done
 * @client: the client
 *
 * Return: the response code, or -errno.
 */
int client_answer(struct client *client)
{
	u32 cc = get_unaligned_be32(client->command + 6), rc;
	ssize_t size = client_read(client);

	if (size < 0)
		return size;
	if (size < TPM2_WIRE_HEADER_SIZE)
		fail("%s: a command has got no answer", client->name);
	rc = get_unaligned_be32(client->response + 6);
	if (rc)
		return rc;
	if (cc == TPM_CC_START_AUTH_SESSION || cc == TPM_CC_CONTEXT_LOAD) {
		client->handle = get_unaligned_be32(client->response + 10);
		client->sessions++;
	} else if (cc == TPM_CC_FLUSH_CONTEXT || cc == TPM_CC_CONTEXT_SAVE) {
		client->sessions--;
	}
	return rc;
}

/**
 * client_exec() - have a command carried out
 * @client: a client that blocks
 *
 * Return: the response code, or -errno.
 */
int client_exec(struct client *client)
{
	ssize_t result = client_write(client);

	return result < 0 ? result : client_answer(client);
}

/**
 * client_start() - have a session started
 * @client: a client that blocks
 *
 * Return: as client_exec().
 */
int client_start(struct client *client)
{
	client_ask_start(client);
	return client_exec(client);
}

/**
 * client_flush() - end the last session
 * @client: a client that blocks
 *
 * Return: as client_exec().
 */
int client_flush(struct client *client)
{
	ask(client, TPM_CC_FLUSH_CONTEXT, client->handle);
	return client_exec(client);
}

/**
 * client_ask_use() - have a use of the last session ready to be written
 * @client: the client
 */
void client_ask_use(struct client *client)
{
	ask(client, FAKE_CC_POLICY_GET_DIGEST, client->handle);
}

/**
 * client_use() - use the last session
 * @client: a client that blocks
 *
 * Return: as client_exec().
 */
int client_use(struct client *client)
{
	client_ask_use(client);
	return client_exec(client);
}

/**
 * client_save() - save the last session, and keep its context
 * @client: a client that blocks
 *
 * Return: as client_exec().
 */
int client_save(struct client *client)
{
	int rc;

	ask(client, TPM_CC_CONTEXT_SAVE, client->handle);
	rc = client_exec(client);
	if (rc)
		return rc;
	client->context_size = get_unaligned_be32(client->response + 2) -
			       TPM2_WIRE_HEADER_SIZE;
	if (client->context_size > COMMAND_SIZE)
		fail("a context is too large");
	memcpy(client->context, client->response + TPM2_WIRE_HEADER_SIZE,
	       client->context_size);
	world.detached++;
	return 0;
}
