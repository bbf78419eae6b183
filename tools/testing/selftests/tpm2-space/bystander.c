// SPDX-License-Identifier: GPL-2.0-only
/* Another client, in a process of its own, that is to notice nothing. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include "authorization.h"
#include "bystander.h"
#include "check.h"
#include "counters.h"
#include "object.h"
#include "process.h"
#include "session.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define KEY_NUMBER	77

/**
 * struct belongings - what the client has in the TPM
 * @fd: its file
 * @key: its object
 * @session: its policy session
 * @digest: what that says
 * @auth: its HMAC session
 */
struct belongings {
	int fd;
	struct object key;
	uint32_t session;
	struct blob digest;
	struct authorization auth;
};

/* Was a session evicted that may be? No other answer is good. */
static bool is_loss(const struct bystander *self, uint32_t code, uint32_t loss)
{
	if (self->may_lose && code == loss)
		return true;
	expect_ok(code);
	return false;
}

static bool start_policy(struct bystander *self, struct belongings *mine)
{
	mine->session = new_session(mine->fd, SE_POLICY);
	return !is_loss(self, policy_command_code(mine->fd, mine->session,
						  CC_UNSEAL),
			RM_HANDLE_GONE(0)) &&
	       !is_loss(self, policy_digest(mine->fd, mine->session,
					    &mine->digest),
			RM_HANDLE_GONE(0));
}

/* Use all that there is; false if it was not all there any more. */
static bool use(struct bystander *self, struct belongings *mine)
{
	struct blob digest;
	uint32_t code;

	code = policy_digest(mine->fd, mine->session, &digest);
	if (is_loss(self, code, RM_HANDLE_GONE(0)))
		return false;
	expect_same(digest.data, mine->digest.data, SHA256_SIZE);
	check_object(mine->fd, &mine->key);
	code = key_hmac(mine->fd, &mine->key, &mine->auth, 1, &digest);
	return !is_loss(self, code, RM_AUTH_GONE(0));
}

static void start_all(struct bystander *self, struct belongings *mine)
{
	expect_ok(start_authorization(mine->fd, &mine->auth));
	while (!start_policy(self, mine)) {
		self->losses++;
		expect_ok(flush_context(mine->fd, mine->session));
	}
}

static void stand_by(void *argument)
{
	struct bystander *self = argument;
	struct belongings mine = { .fd = tpm_managed() };

	new_key(mine.fd, KEY_NUMBER, "", &mine.key);
	start_all(self, &mine);
	while (!self->stop) {
		if (use(self, &mine)) {
			self->uses++;
			continue;
		}
		self->losses++;
		/* succeeds in any case: flushed, or told that it went */
		expect_ok(flush_context(mine.fd, mine.auth.handle));
		expect_ok(flush_context(mine.fd, mine.session));
		start_all(self, &mine);
	}
}

/**
 * bystander_begin() - let there be another client
 * @may_lose: there are so many clients that a session of its may be evicted
 */
struct bystander *bystander_begin(bool may_lose)
{
	struct bystander *bystander;

	bystander = mmap(NULL, sizeof(*bystander), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(bystander != MAP_FAILED, "mmap(): %s", strerror(errno));
	bystander->may_lose = may_lose;
	bystander->pid = spawn(stand_by, bystander);
	return bystander;
}

/**
 * bystander_await() - it gets on with its work
 * @bystander: the client
 *
 * Who is served more often is up to the scheduler of a busy machine; what matters
 * is that its turn comes.
 */
void bystander_await(const struct bystander *bystander)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	long long deadline = now_ms() + HANG_MS;
	unsigned int seen = bystander->uses;

	while (bystander->uses == seen) {
		expect(now_ms() < deadline,
		       "another client has come to a halt");
		nanosleep(&pause, NULL);
	}
}

/**
 * bystander_end() - it has noticed nothing
 * @bystander: the client
 */
void bystander_end(struct bystander *bystander)
{
	bystander->stop = true;
	await_success(bystander->pid);
}
