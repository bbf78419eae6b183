// SPDX-License-Identifier: GPL-2.0-only
/* The resource manager spoils nothing that a client has with the TPM (G18). */
#include <errno.h>
#include <unistd.h>
#include "authorization.h"
#include "capability.h"
#include "check.h"
#include "hierarchy.h"
#include "object.h"
#include "session.h"
#include "tests.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define SLOTS	3	/* of sessions and of objects, each */

/* A client that has filled the TPM's slots. */
static int make_rich(void)
{
	int fd = tpm_managed();
	struct object key;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		new_session(fd, SE_POLICY);
		new_key(fd, i, "", &key);
	}
	return fd;
}

/* A question for handles in a session, with which authorized() checks its HMAC. */
static void check_audited(int fd, uint8_t type, struct authorization *auth)
{
	struct call call = { .code = CC_GET_CAPABILITY };
	struct message r;
	unsigned int nr;

	put32(&call.params, CAP_HANDLES);
	put32(&call.params, FIRST_OF(type));
	put32(&call.params, HANDLES_LISTED_MAX);
	expect_ok(authorized(fd, &call, auth, 1, &r));
	get8(&r);
	expect_number(get32(&r), CAP_HANDLES);
	nr = get32(&r);
	expect_number(r.len - r.pos, nr * 4);
}

static void audited_lists(void)
{
	static const uint8_t types[] = {
		HT_HMAC_SESSION, HT_POLICY_SESSION, HT_TRANSIENT,
	};
	int fd = tpm_managed();
	struct authorization auth;
	struct handles list;
	struct object key;
	unsigned int i;

	make_rich();
	new_key(fd, 9, "", &key);
	expect_ok(start_authorization(fd, &auth));
	auth.attributes |= SA_AUDIT;
	for (i = 0; i < sizeof(types); i++)
		check_audited(fd, types[i], &auth);
	/* without a session, it sees what it has, under the names it knows */
	list_type(fd, HT_TRANSIENT, &list);
	expect_number(list.nr, 1);
	expect_number(list.handle[0], key.handle);
}

static void available(void)
{
	int fd = tpm_managed(), rich = make_rich();

	expect_number(get_property(fd, PT_HR_TRANSIENT_AVAIL), SLOTS);
	expect_number(get_property(fd, PT_HR_LOADED), 0);
	expect_number(get_property(fd, PT_HR_LOADED_AVAIL), SLOTS);
	expect_number(get_property(fd, PT_CONTEXT_GAP_MAX), UINT32_MAX);
	expect_number(get_property(rich, PT_HR_TRANSIENT_AVAIL), SLOTS);
	expect_number(get_property(rich, PT_HR_LOADED), SLOTS);
	expect_number(get_property(rich, PT_HR_LOADED_AVAIL), SLOTS);
}

static void ascending(void)
{
	int fd = tpm_managed();
	struct handles list;
	struct object key;
	unsigned int i;

	for (i = 0; i < SLOTS + 2; i++)
		new_key(fd, i, "", &key);
	list_type(fd, HT_TRANSIENT, &list);
	expect_number(list.nr, SLOTS + 2);
	for (i = 0; i < list.nr; i++)
		expect_number(list.handle[i], key.handle + i);
}

static void saved_kind(void)
{
	int raw = tpm_raw(), fd;
	struct handles list;
	struct blob context;
	unsigned int i;

	expect_ok(context_save(raw, new_session(raw, SE_POLICY), &context));
	close(raw);
	fd = tpm_managed();
	expect_ok(context_save(fd, new_session(fd, SE_POLICY), &context));

	list_type(fd, HT_POLICY_SESSION, &list);
	expect_number(list.nr, 2);
	for (i = 0; i < list.nr; i++) {
		expect_number(list.handle[i], FIRST_OF(HT_HMAC_SESSION) + i);
		expect_ok(flush_context(fd, list.handle[i]));
	}
}

/* Some command in an audit session. */
static void check_exclusive(int fd, struct authorization *audit)
{
	struct call call = { .code = CC_GET_RANDOM };
	struct message r;

	put16(&call.params, 8);
	expect_ok(authorized(fd, &call, audit, 1, &r));
	expect_number(audit->answered, SA_CONTINUE | SA_AUDIT | SA_EXCLUSIVE);
}

static void exclusive(void)
{
	int fd = tpm_managed();
	struct authorization audit;

	make_rich();
	expect_ok(start_authorization(fd, &audit));
	audit.attributes |= SA_AUDIT;
	check_exclusive(fd, &audit);
	end_hierarchy(fd, &ending_by_clear, &audit);
	expect_number(audit.answered, SA_CONTINUE | SA_AUDIT | SA_EXCLUSIVE);
	/* it insists on it: the TPM would refuse otherwise */
	audit.attributes |= SA_EXCLUSIVE;
	check_exclusive(fd, &audit);
}

static void cleared(void)
{
	check_ending(&ending_by_clear);
}

const struct test intact_tests[] = {
	{ "intact-lists", "G18: lists in a session keep their HMAC",
	  audited_lists },
	{ "intact-available", "G18: properties say what the asker can have",
	  available },
	{ "intact-ascending", "G18: lists of objects ascend", ascending },
	{ "intact-kind", "G18: saved sessions are listed by one kind of handle",
	  saved_kind },
	{ "intact-exclusive", "G18: TPM2_Clear leaves an audit session exclusive",
	  exclusive },
	{ "intact-cleared", "G18: objects that a command takes away go at once",
	  cleared },
	{}
};
