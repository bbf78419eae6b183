/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands that start, use, save and end sessions. */
#ifndef SESSION_H
#define SESSION_H

#include <stdint.h>
#include "message.h"

struct message start_command(uint8_t kind);
uint32_t start_session_with(int fd, uint8_t kind, const struct blob *nonce,
			    uint32_t *handle, struct blob *nonce_tpm);
uint32_t start_session(int fd, uint8_t kind, uint32_t *handle);
uint32_t new_session(int fd, uint8_t kind);
uint32_t started(int fd);

uint32_t policy_pcr(int fd, uint32_t session);
uint32_t policy_command_code(int fd, uint32_t session, uint32_t code);
void set_policy(int fd, uint32_t session, unsigned int number,
		struct blob *digest);
uint32_t policy_secret_owner(int fd, uint32_t session);
uint32_t policy_digest(int fd, uint32_t session, struct blob *digest);
uint32_t use_policy(int fd, uint32_t session);
uint32_t use_audit(int fd, uint32_t session, uint8_t attributes);

uint32_t flush_context(int fd, uint32_t handle);
uint32_t context_save(int fd, uint32_t handle, struct blob *context);
uint32_t context_load(int fd, const struct blob *context, uint32_t *handle);

#endif /* SESSION_H */
