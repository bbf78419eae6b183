// SPDX-License-Identifier: GPL-2.0-only
/* Mixes of clients that use what they have, over and over again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "authorization.h"
#include "check.h"
#include "gang.h"
#include "object.h"
#include "parts.h"
#include "print.h"
#include "session.h"
#include "tpm2-codes.h"

#define FILES_MAX	5
#define EACH_MAX	3

/**
 * struct mix - what a client has and does
 * @name: what it is called
 * @files: how many open files it has
 * @keys: how many keys each of them has
 * @sessions: how many sessions each of them has
 */
struct mix {
	const char *name;
	unsigned int files;
	unsigned int keys;
	unsigned int sessions;
};

static const struct mix mixes[] = {
	{ "1 session", 1, 0, 1 },
	{ "1 key", 1, 1, 0 },
	{ "1 key + 1 session", 1, 1, 1 },
	{ "3 keys + 3 sessions", 1, 3, 3 },
	{ "5 files in turn", 5, 1, 1 },
};

static const unsigned int crowds[] = { 1, 2, 8 };

/* Of a mix and how often it is done. */
struct task {
	const struct mix *mix;
	unsigned long rounds;
};

struct holder {
	int fd;
	struct object key[EACH_MAX];
	struct authorization session[EACH_MAX];
};

struct client {
	const struct task *task;
	struct holder file[FILES_MAX];
};

/* A command that names the key, the session or both of them. */
static uint32_t use(struct holder *file, const struct mix *mix, unsigned int i)
{
	struct blob digest;

	if (!mix->keys)
		return use_policy(file->fd, file->session[i].handle);
	if (!mix->sessions)
		return key_hmac_plain(file->fd, &file->key[i], &digest);
	return key_hmac(file->fd, &file->key[i], &file->session[i], 1, &digest);
}

static unsigned int uses_of(const struct mix *mix)
{
	return mix->files * (mix->keys ? mix->keys : mix->sessions);
}

static uint32_t do_round(struct client *client)
{
	const struct mix *mix = client->task->mix;
	unsigned int i, per_file = uses_of(mix) / mix->files;
	uint32_t rc;

	for (i = 0; i < uses_of(mix); i++) {
		rc = use(&client->file[i / per_file], mix, i % per_file);
		if (rc)
			return rc;
	}
	return 0;
}

static void *prepare(const void *argument, unsigned int number)
{
	const struct task *task = argument;
	const struct mix *mix = task->mix;
	struct client *client = calloc(1, sizeof(*client));
	struct holder *file;
	unsigned int i, j;

	expect(client, "no memory");
	client->task = task;
	for (i = 0; i < mix->files; i++) {
		file = &client->file[i];
		file->fd = route_open();
		for (j = 0; j < mix->keys; j++)
			new_key(file->fd, 16 * number + EACH_MAX * i + j, "",
				&file->key[j]);
		for (j = 0; j < mix->sessions; j++) {
			if (mix->keys)
				expect_ok(start_authorization(file->fd,
							      &file->session[j]));
			else
				file->session[j].handle =
					new_session(file->fd, SE_POLICY);
		}
	}
	/* what is saved once has been saved */
	expect_ok(do_round(client));
	return client;
}

static uint32_t work(void *argument)
{
	struct client *client = argument;
	unsigned long i;
	uint32_t rc = 0;

	for (i = 0; i < client->task->rounds && !rc; i++)
		rc = do_round(client);
	return rc;
}

static void leave(void *argument)
{
	struct client *client = argument;
	const struct mix *mix = client->task->mix;
	struct holder *file;
	unsigned int i, j;

	for (i = 0; i < mix->files; i++) {
		file = &client->file[i];
		for (j = 0; j < mix->keys; j++)
			expect_ok(flush_context(file->fd, file->key[j].handle));
		for (j = 0; j < mix->sessions; j++)
			expect_ok(flush_context(file->fd,
						file->session[j].handle));
		route_close(file->fd);
	}
	free(client);
}

/* The bare TPM is for one at a time, and cannot swap. */
static bool possible(enum route route, const struct mix *mix,
		     unsigned int clients)
{
	return route != ROUTE_RAW || (clients == 1 && mix->files == 1);
}

static void measure(const struct plan *plan, const struct mix *mix,
		    unsigned int clients, enum route route, unsigned int pass)
{
	/* as many commands in all, whoever sends them */
	unsigned long each = uses_of(mix) * clients;
	struct task task = {
		.mix = mix,
		.rounds = (plan->commands + each - 1) / each,
	};
	struct job job = {
		.prepare = prepare,
		.work = work,
		.leave = leave,
		.argument = &task,
		.commands = task.rounds * uses_of(mix),
	};
	struct outcome outcome;

	gang_run(&job, clients, &outcome);
	expect_number(outcome.succeeded, clients);
	print_begin("mixes", mix->name, route);
	print_number("clients", clients);
	print_number("commands", outcome.commands);
	print_outcome(&outcome, plan->exact, pass);
	print_end();
	outcome_free(&outcome);
}

static void measure_all(const struct plan *plan, unsigned int pass,
			enum route first, enum route last)
{
	unsigned int i, j;
	enum route route;

	for (i = 0; i < sizeof(crowds) / sizeof(*crowds); i++) {
		/* what becomes of more depends on who is how fast */
		if (plan->exact && crowds[i] > 2)
			continue;
		for (j = 0; j < sizeof(mixes) / sizeof(*mixes); j++) {
			for (route = first; route <= last; route++) {
				if (!plan->routes[route] ||
				    !possible(route, &mixes[j], crowds[i]))
					continue;
				route_take(route);
				measure(plan, &mixes[j], crowds[i], route,
					pass);
			}
		}
	}
}

/*
 * All ways in turn for each mix, since a machine is not the same all the time.
 * The resource manager in user space has the TPM to itself while it runs, and
 * takes its time to come up, so it has all mixes to itself.
 */
void part_mixes(const struct plan *plan)
{
	struct plan others = *plan;
	unsigned int pass;

	others.routes[ROUTE_ABRMD] = false;
	for (pass = 0; pass < plan->passes; pass++) {
		measure_all(&others, pass, 0, NR_ROUTES - 1);
		measure_all(plan, pass, ROUTE_ABRMD, ROUTE_ABRMD);
		route_leave();
	}
}
