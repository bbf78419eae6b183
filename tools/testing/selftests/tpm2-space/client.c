// SPDX-License-Identifier: GPL-2.0-only
/* A client with sessions and objects, each unlike the others. */
#include "check.h"
#include "client.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

void make_client(struct client *client, int nr)
{
	int i;

	client->fd = tpm_managed();
	client->nr = nr;
	for (i = 0; i < nr; i++) {
		client->session[i] = new_session(client->fd, SE_POLICY);
		set_policy(client->fd, client->session[i], i,
			   &client->digest[i]);
		new_key(client->fd, i, "", &client->key[i]);
	}
}

/* One of its sessions and one of its objects are what they were. */
void use_client(const struct client *client, int i)
{
	struct blob digest;

	i %= client->nr;
	expect_ok(policy_digest(client->fd, client->session[i], &digest));
	expect_same(digest.data, client->digest[i].data, SHA256_SIZE);
	check_object(client->fd, &client->key[i]);
}

/* All of them are. */
void check_client(const struct client *client)
{
	int i;

	for (i = 0; i < client->nr; i++)
		use_client(client, i);
}
