/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who shares the TPM out, by which rule.
 */
#ifndef __CONTENTION_SERVICE_H
#define __CONTENTION_SERVICE_H

#include <linux/types.h>
#include "client.h"
#include "user.h"
#include "world.h"

/**
 * enum rule - by which rule sessions are shared out
 * @RULE_UNPATCHED: none. The kernel's own resource manager, see unpatched.c.
 * @RULE_PLAIN: the oldest session, if it is older than a lease of two seconds
 * @RULE_OURS: as it is by default
 * @RULE_ORACLE: an oracle says who will need its session again. Who works gets
 *	sessions in the order of asking, and keeps its session until it is done.
 *	One that is never used again, or for ever and ever, is taken away as
 *	soon as anybody waits and it is as old as the shortest lease; and who
 *	had it does not ask again. Who needs several at a time does not begin
 *	before there are as many. There is no faster way to share sessions out
 *	among equals but for the time of the last session, since none stands
 *	idle while anybody waits.
 */
enum rule {
	RULE_UNPATCHED,
	RULE_PLAIN,
	RULE_OURS,
	RULE_ORACLE,
	RULES,
};

extern const char *const rule_names[RULES];

/**
 * struct reservation - as many sessions as somebody needs at a time
 * @node: in service::reserving while there are not as many
 * @nr: how many
 * @made: they are there
 */
struct reservation {
	struct list_head node;
	unsigned int nr;
	struct event made;
};

/**
 * struct service - who shares the TPM of a world out
 * @world: the world
 * @rule: by which rule
 * @rm: the resource manager, unless RULE_UNPATCHED
 * @turn_due: the time of the first command that waits for a session has come
 * @turn: it is tried
 * @turn_asked: it will be, as soon as the TPM is free
 * @rest: the time of what the resource manager has put off has come
 * @refresh: it is done
 * @reserved: how many sessions the oracle keeps for those who need several
 * @reserving: who waits for that
 */
struct service {
	struct world world;
	enum rule rule;
	struct tpm2_rm *rm;
	struct event turn_due;
	struct job turn;
	bool turn_asked;
	struct event rest;
	struct job refresh;
	unsigned int reserved;
	struct list_head reserving;
};

/**
 * struct file - an open file
 * @service: whom it leads to
 * @client: what comes and goes through it
 * @command: its command among those of its user
 * @job: that command at the TPM
 * @under_way: it has not come to the TPM yet
 * @carry_out: sends the command by way of @client, when it has come to the TPM
 * @answered: the response is there
 * @late: the same, for a command that has waited for a session
 * @sessions: those of the file, unless there is a resource manager of ours
 */
struct file {
	struct service *service;
	struct client client;
	struct tpm2_user_command command;
	struct job job;
	bool under_way;
	void (*carry_out)(struct file *file);
	void (*answered)(struct file *file);
	struct event late;
	struct client_context sessions[3];
};

void service_init(struct service *service, enum rule rule, u64 lease_ns,
		  u64 tenure_ns);
void service_destroy(struct service *service);
unsigned int service_held(struct service *service, u32 user);
void service_promise(struct file *file, u32 session);
void service_reserve(struct service *service, struct reservation *reservation);
void service_cancel(struct service *service, struct reservation *reservation);

void file_open(struct file *file, struct service *service, u32 user);
void file_close(struct file *file);
void file_send(struct file *file);

/* unpatched.c */
ssize_t unpatched_exec(struct client *client);
void unpatched_close(struct file *file);

#endif /* __CONTENTION_SERVICE_H */
