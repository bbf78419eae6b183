// SPDX-License-Identifier: GPL-2.0-only
/* What a client sees whose session was evicted (G4). */
#include <string.h>
#include <unistd.h>
#include "authorization.h"
#include "capability.h"
#include "check.h"
#include "counters.h"
#include "crowd.h"
#include "object.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define KEY_VALUE		"secret"
#define CC_LOCKOUT_RESET	0x139
#define RH_LOCKOUT		0x4000000a

/**
 * struct scene - a victim, and who took its sessions
 * @victim: its file
 * @policy: policy session that it has lost
 * @hmac: HMAC session that it has lost
 * @key: key of the victim's, which counts wrong authorizations
 * @taker: file of who took them
 * @taken: sessions of the taker, of the same indexes
 */
struct scene {
	int victim;
	uint32_t policy;
	struct authorization hmac;
	struct object key;
	int taker;
	uint32_t taken[2];
};

static void set_scene(struct scene *scene)
{
	struct crowd crowd;

	scene->victim = tpm_managed();
	new_key(scene->victim, 1, KEY_VALUE, &scene->key);
	scene->policy = new_session(scene->victim, SE_POLICY);
	expect_ok(start_authorization(scene->victim, &scene->hmac));
	scene->hmac.value = blob_of(KEY_VALUE);
	crowd_take_all(&crowd, SE_POLICY);

	set_lease(0);
	scene->taker = tpm_managed();
	scene->taken[0] = new_session(scene->taker, SE_HMAC);
	scene->taken[1] = new_session(scene->taker, SE_HMAC);
	expect_number(HANDLE_INDEX(scene->taken[0]),
		      HANDLE_INDEX(scene->policy));
	expect_number(HANDLE_INDEX(scene->taken[1]),
		      HANDLE_INDEX(scene->hmac.handle));
	set_lease(LEASE_ENDLESS);
}

static void check_taker(const struct scene *scene)
{
	expect_ok(use_audit(scene->taker, scene->taken[0], SA_CONTINUE));
	expect_ok(use_audit(scene->taker, scene->taken[1], SA_CONTINUE));
}

/* The taker ends its sessions: now nobody has any of these indexes. */
static void taker_leaves(struct scene *scene)
{
	check_taker(scene);
	expect_ok(flush_context(scene->taker, scene->taken[0]));
	expect_ok(flush_context(scene->taker, scene->taken[1]));
}

static void check_handle_area(const struct scene *scene)
{
	long commands = counter("commands");
	struct blob context;

	expect_code(use_policy(scene->victim, scene->policy),
		    RM_HANDLE_GONE(0));
	expect_code(policy_pcr(scene->victim, scene->policy),
		    RM_HANDLE_GONE(0));
	expect_code(policy_secret_owner(scene->victim, scene->policy),
		    RM_HANDLE_GONE(1));
	expect_code(context_save(scene->victim, scene->policy, &context),
		    RM_HANDLE_GONE(0));
	/* and again: it is told as often as it asks */
	expect_code(use_policy(scene->victim, scene->policy),
		    RM_HANDLE_GONE(0));
	/* the TPM has not heard of any of this */
	expect_number(counter("commands"), commands);
}

static void victim_handle_area(void)
{
	struct scene scene;

	set_scene(&scene);
	check_handle_area(&scene);
	taker_leaves(&scene);
	check_handle_area(&scene);
}

static void check_auth_area(struct scene *scene)
{
	long commands = counter("commands");
	struct authorization auths[2];
	struct blob digest;

	expect_code(use_audit(scene->victim, scene->hmac.handle, SA_CONTINUE),
		    RM_AUTH_GONE(0));
	auths[0] = password(KEY_VALUE);
	auths[1] = scene->hmac;
	auths[1].value = blob_of("");
	auths[1].attributes = SA_CONTINUE | SA_AUDIT;
	expect_code(key_hmac(scene->victim, &scene->key, auths, 2, &digest),
		    RM_AUTH_GONE(1));
	expect_number(counter("commands"), commands);
	/* its other ways to use the key are open */
	expect_ok(key_hmac(scene->victim, &scene->key, auths, 1, &digest));
}

static void victim_auth_area(void)
{
	struct scene scene;

	set_scene(&scene);
	check_auth_area(&scene);
	taker_leaves(&scene);
	check_auth_area(&scene);
}

static void reset_lockout(int fd)
{
	struct call call = {
		.code = CC_LOCKOUT_RESET,
		.handles = { RH_LOCKOUT },
		.nr_handles = 1,
	};
	struct authorization auth = password("");
	struct message r;

	expect_ok(authorized(fd, &call, &auth, 1, &r));
	expect_number(get_property(fd, PT_LOCKOUT_COUNTER), 0);
}

/* With the taker's session in its place, the TPM would see a wrong HMAC. */
static void victim_no_lockout(void)
{
	struct authorization wrong = password("wrong");
	struct scene scene;
	struct blob digest;
	int i;

	set_scene(&scene);
	reset_lockout(scene.victim);
	for (i = 0; i < 5; i++)
		expect_code(key_hmac(scene.victim, &scene.key, &scene.hmac, 1,
				     &digest), RM_AUTH_GONE(0));
	expect_number(get_property(scene.victim, PT_LOCKOUT_COUNTER), 0);

	/* so would a wrong password have been counted? */
	expect_code(key_hmac(scene.victim, &scene.key, &wrong, 1, &digest),
		    RC_AUTH_FAIL_SESSION_1);
	expect_number(get_property(scene.victim, PT_LOCKOUT_COUNTER), 1);
	reset_lockout(scene.victim);
	check_taker(&scene);
}

static void victim_flush(void)
{
	struct scene scene;
	long active;

	set_scene(&scene);
	active = counter("active");
	/* once it is accepted, then it is somebody else's session */
	expect_ok(flush_context(scene.victim, scene.policy));
	expect_code(flush_context(scene.victim, scene.policy),
		    RM_FOREIGN_FLUSH);
	expect_ok(flush_context(scene.victim, scene.hmac.handle));
	expect_code(flush_context(scene.victim, scene.hmac.handle),
		    RM_FOREIGN_FLUSH);
	check_taker(&scene);
	expect_number(counter("active"), active);

	/* and when nobody has it, the TPM says so itself */
	expect_ok(flush_context(scene.taker, scene.taken[0]));
	expect_code(flush_context(scene.victim, scene.policy),
		    RC_FLUSH_NO_SUCH);
}

/* The tombstone goes with a flush whatever the type in the handle. */
static void victim_flush_type(void)
{
	struct scene scene;

	set_scene(&scene);
	expect_ok(flush_context(scene.victim,
				FIRST_OF(HT_HMAC_SESSION) |
				HANDLE_INDEX(scene.policy)));
	expect_code(flush_context(scene.victim, scene.policy),
		    RM_FOREIGN_FLUSH);
	check_taker(&scene);
}

const struct test victim_tests[] = {
	{ "victim-handle-area", "G4: a victim is told: session as a handle",
	  victim_handle_area },
	{ "victim-auth-area", "G4: a victim is told: session as authorization",
	  victim_auth_area },
	{ "victim-no-lockout", "G4: an evicted session is no wrong password",
	  victim_no_lockout },
	{ "victim-flush", "G4: an evicted session can be flushed, once",
	  victim_flush },
	{ "victim-flush-type", "G4: the type byte of the handle does not matter",
	  victim_flush_type },
	{}
};
