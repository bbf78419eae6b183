// SPDX-License-Identifier: GPL-2.0-only
/* Clients that have something in the TPM, and what a reset leaves them. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "counters.h"
#include "object.h"
#include "process.h"
#include "scene.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

void set_scene(struct scene *scene)
{
	struct message m = start_command(SE_POLICY);
	int i;

	for (i = 0; i < SCENE_CLIENTS; i++)
		make_client(&scene->client[i], CLIENT_MANY);
	crowd_take_all(&scene->crowd, KIND_MIXED);
	set_lease(LEASE_ENDLESS);
	waiter_start(&scene->waiter);
	await_counter("waiters", 1);
	scene->nonblock = tpm_managed_nonblock();
	expect(tpm_write(scene->nonblock, &m) == (ssize_t)m.len, "write(): %s",
	       strerror(errno));
	await_counter("waiters", 2);
}

/*
 * A client that has lost all is told so, gives it up, and begins anew. Contexts
 * of objects may be as good as ever.
 */
static void check_lost(struct client *client, bool objects)
{
	struct blob name;
	uint32_t rc;
	int i;

	for (i = 0; i < client->nr; i++) {
		expect_code(use_policy(client->fd, client->session[i]),
			    RM_HANDLE_GONE(0));
		rc = read_name(client->fd, client->key[i].handle, &name);
		if (rc || objects)
			expect_code(rc, RM_HANDLE_GONE(0));
		else
			expect_same(name.data, client->key[i].name.data,
				    name.len);
	}
	for (i = 0; i < client->nr; i++) {
		expect_ok(flush_context(client->fd, client->session[i]));
		expect_ok(flush_context(client->fd, client->key[i].handle));
		client->session[i] = new_session(client->fd, SE_POLICY);
		set_policy(client->fd, client->session[i], i,
			   &client->digest[i]);
		new_key(client->fd, i, "", &client->key[i]);
	}
}

void check_all_lost(struct scene *scene, bool objects)
{
	int i;

	for (i = 0; i < SCENE_CLIENTS; i++)
		check_lost(&scene->client[i], objects);
	crowd_check(&scene->crowd, scene->crowd.nr);

	/* nobody has to wait now */
	expect(waiter_is_done(&scene->waiter, HANG_MS), "a waiter is not served");
	waiter_session(&scene->waiter);
	expect(tpm_answered(scene->nonblock, HANG_MS), "a waiter is not served");
	expect_ok(use_policy(scene->nonblock, started(scene->nonblock)));
	waiter_end(&scene->waiter);
	close(scene->nonblock);

	for (i = 0; i < SCENE_CLIENTS; i++)
		check_client(&scene->client[i]);
	expect_number(counter("active"), SCENE_CLIENTS * CLIENT_MANY);
}
