/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients of a resource manager with a fake TPM behind it: what they send, and
 * what they are told.
 */
#ifndef __TPM2_CLIENT_H
#define __TPM2_CLIENT_H

#include <linux/types.h>
#include "../rm.h"
#include "fake-chip.h"

#define CLIENT_CONTEXT_SIZE	64
#define CLIENT_CONTINUE		0x01	/* TPMA_SESSION, continueSession */
#define CLIENT_AUDIT		0x81

/**
 * struct client - a client; it does not block
 * @space: what it has in the TPM
 * @waits: its command waits for a session
 * @done: called when its command has waited and has its result, with spinlocks
 *	held; may be NULL
 * @exec: carries its commands out, if that is not to be done by us: the size
 *	of the response in bytes, or -errno; may be NULL
 * @buf: its command, or the response
 * @cc: TPM_CC of its command
 * @rc: the response code, or -errno; -EBADMSG if the response has an HMAC that
 *	is not that of its parameters
 * @size: size of the response in bytes
 */
struct client {
	struct tpm2_rm_space space;
	bool waits;
	void (*done)(struct client *client);
	ssize_t (*exec)(struct client *client);
	u8 buf[TPM2_WIRE_BUFSIZE];
	u32 cc;
	int rc;
	ssize_t size;
};

/**
 * struct client_session - a session as its client knows it
 * @handle: its handle
 * @serial: its number
 * @uses: commands that it has authorized
 */
struct client_session {
	u32 handle;
	u32 serial;
	u32 uses;
};

/**
 * struct client_context - a context as its client keeps it
 * @size: in bytes
 * @bytes: the context
 */
struct client_context {
	u32 size;
	u8 bytes[CLIENT_CONTEXT_SIZE];
};

/* fake-client.c */
int client_init(struct client *client, struct tpm2_rm *rm, u32 user);
bool client_give_up(struct client *client, bool keep_place);
bool client_is_next(const struct client *client);
void client_close(struct client *client);
ssize_t client_exec_raw(struct client *client);
int client_send(struct client *client);
int client_retry(struct client *client);
u32 client_number(const struct client *client, unsigned int i);
u32 client_handle(const struct client *client);
u8 client_attributes(const struct client *client);

/* fake-message.c */
void client_build(struct client *client, u32 cc, const u32 *handles,
		  unsigned int nr_handles, const u8 *params, u32 size);
void client_authorize(struct client *client, unsigned int nr_handles,
		      const struct client_session *session, u8 attributes);

/* fake-requests.c */
int client_start(struct client *client, struct client_session *session);
int client_start_type(struct client *client, struct client_session *session,
		      u8 type);
int client_start_trial(struct client *client, struct client_session *session);
void client_started(struct client *client, struct client_session *session);
int client_use(struct client *client, struct client_session *session);
int client_audit(struct client *client, struct client_session *session,
		 u8 attributes);
int client_flush(struct client *client, u32 handle);
int client_save(struct client *client, u32 handle,
		struct client_context *context);
int client_load(struct client *client, const struct client_context *context);
int client_create_in(struct client *client, u32 hierarchy, u32 *handle,
		     u32 *serial);
int client_create(struct client *client, u32 *handle, u32 *serial);
int client_read(struct client *client, u32 handle);
int client_sequence(struct client *client, u32 *handle);
int client_update(struct client *client, u32 handle);
int client_complete(struct client *client, u32 handle);
int client_complete_event(struct client *client, u32 pcr, u32 handle);
int client_key_sequence(struct client *client, u32 cc, u32 key, u32 *handle);
int client_key_complete(struct client *client, u32 cc, u32 handle, u32 key);
int client_list(struct client *client, u32 first, u32 count);
int client_list_audited(struct client *client, u32 first, u32 count,
			struct client_session *session, u8 attributes);
int client_property(struct client *client, u32 property, u32 *value);

#endif /* __TPM2_CLIENT_H */
