/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands that make and use objects, and hash sequences. */
#ifndef OBJECT_H
#define OBJECT_H

#include <stdint.h>
#include "authorization.h"
#include "message.h"

/**
 * struct object - a loaded object
 * @handle: its handle
 * @name: its name, which depends on all that is public about it
 * @value: its authorization value
 */
struct object {
	uint32_t handle;
	struct blob name;
	const char *value;
};

struct message new_key_command(uint8_t number);
void new_key(int fd, uint8_t number, const char *value, struct object *key);
void new_key_in(int fd, uint32_t hierarchy, uint8_t number,
		struct object *key);
uint32_t new_key_code(int fd, uint8_t number, struct object *key);
uint32_t read_name(int fd, uint32_t handle, struct blob *name);
void check_object(int fd, const struct object *object);
uint32_t key_hmac(int fd, const struct object *key, struct authorization *auths,
		  unsigned int nr_auths, struct blob *digest);
uint32_t key_hmac_plain(int fd, const struct object *key, struct blob *digest);
uint32_t certify(int fd, const struct object *object, const struct object *key,
		 struct authorization *auths, unsigned int nr_auths,
		 struct blob *name);

void new_storage(int fd, struct object *parent);
void make_persistent(int fd, const struct object *object, uint32_t handle);
void seal(int fd, const struct object *parent, const char *secret,
	  struct message *sealed);
uint32_t load(int fd, const struct object *parent, const struct message *sealed,
	      uint32_t *handle);
uint32_t unseal(int fd, uint32_t handle, struct blob *secret);

uint32_t sequence_start(int fd, uint32_t *handle);
uint32_t sequence_update(int fd, uint32_t handle, const struct blob *data);
uint32_t sequence_complete(int fd, uint32_t handle, struct blob *digest);

#endif /* OBJECT_H */
