// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux does without us, as far as it matters here: a small simulation, and
 * not the kernel's code.
 *
 * Before each command all sessions of the file are loaded, and saved after it.
 * One that is not there any more, or not loaded, is forgotten, and has cost a
 * command. So is one that its client has flushed or saved itself. What the TPM
 * says goes to the client as it is: nobody waits, and nothing is taken from
 * anybody. With the end of the file its sessions end.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/unaligned.h>
#include "service.h"
#include "wire.h"

static u32 transmit(struct file *file, u8 *buf)
{
	world_transmit(&file->service->world, buf);
	return get_unaligned_be32(buf + 6);
}

static void build(u8 *buf, u32 cc, const void *body, u32 size)
{
	put_unaligned_be16(TPM_ST_NO_SESSIONS, buf);
	put_unaligned_be32(10 + size, buf + 2);
	put_unaligned_be32(cc, buf + 6);
	memcpy(buf + 10, body, size);
}

static u32 handle_of(const struct client_context *session)
{
	return get_unaligned_be32(session->bytes + 8);
}

static void load_all(struct file *file)
{
	static u8 buf[TPM2_WIRE_BUFSIZE];
	struct client_context *session;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(file->sessions); i++) {
		session = &file->sessions[i];
		if (!session->size)
			continue;
		build(buf, TPM_CC_CONTEXT_LOAD, session->bytes, session->size);
		if (transmit(file, buf))
			session->size = 0;
	}
}

static void save(struct file *file, struct client_context *session, u32 handle)
{
	static u8 buf[TPM2_WIRE_BUFSIZE];
	u8 body[4];

	put_unaligned_be32(handle, body);
	build(buf, TPM_CC_CONTEXT_SAVE, body, sizeof(body));
	session->size = 0;
	if (transmit(file, buf))
		return;
	session->size = get_unaligned_be32(buf + 2) - 10;
	WARN_ON_ONCE(session->size > sizeof(session->bytes));
	memcpy(session->bytes, buf + 10, session->size);
}

static void save_all(struct file *file)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(file->sessions); i++) {
		if (file->sessions[i].size)
			save(file, &file->sessions[i],
			     handle_of(&file->sessions[i]));
	}
}

/* A session was started, or loaded by its client. */
static void add(struct file *file, u32 handle)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(file->sessions); i++) {
		if (file->sessions[i].size)
			continue;
		save(file, &file->sessions[i], handle);
		return;
	}
	/* nobody here has more than one in a file */
	abort();
}

/**
 * unpatched_exec() - carry a client's command out
 * @client: the client
 *
 * Return: size of the response in bytes.
 */
ssize_t unpatched_exec(struct client *client)
{
	struct file *file = container_of(client, struct file, client);
	u32 cc = get_unaligned_be32(client->buf + 6);
	u32 rc;

	load_all(file);
	rc = transmit(file, client->buf);
	save_all(file);
	if (!rc && (cc == TPM_CC_START_AUTH_SESSION ||
		    cc == TPM_CC_CONTEXT_LOAD))
		add(file, client_handle(client));
	return get_unaligned_be32(client->buf + 2);
}

/**
 * unpatched_close() - close a file
 * @file: the file
 */
void unpatched_close(struct file *file)
{
	unsigned int i;

	/* nobody here closes a file with sessions before the end */
	for (i = 0; i < ARRAY_SIZE(file->sessions); i++) {
		if (file->sessions[i].size)
			fake_session_flush(&file->service->world.chip.tpm,
					   handle_of(&file->sessions[i]));
		file->sessions[i].size = 0;
	}
}
