// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer: any bytes, from any of a few clients, in front of a TPM that has
 * little of everything and fails now and then. The input is a script: each of
 * its first bytes says what happens next, and those after that with what.
 *
 * What must hold whatever happens: a command that a client sends reaches no
 * session that is another client's; nobody misuses the chip; in the end nothing
 * is left in the TPM that the resource manager does not know of; and whoever
 * asks for a session then gets one.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include "bed.h"
#include "compat.h"
#include "exec.h"
#include "fuzz.h"
#include "fuzz-input.h"

#define CLIENTS		3		/* the last one of the bed is raw */
#define SOMEBODY	CLIENTS
#define SESSIONS	8		/* that clients have in mind */
#define CONTEXTS	4
#define SERIALS		4096
#define MOST_STEPS	300
#define NOBODY		0xff

/* Command codes that say something to the fake TPM, or that we look at. */
static const u32 codes[] = {
	TPM_CC_START_AUTH_SESSION, TPM_CC_CONTEXT_SAVE, TPM_CC_CONTEXT_LOAD,
	TPM_CC_FLUSH_CONTEXT, TPM_CC_GET_CAPABILITY, FAKE_CC_CREATE_PRIMARY,
	FAKE_CC_SEQUENCE_COMPLETE, FAKE_CC_POLICY_SECRET, FAKE_CC_LOAD,
	FAKE_CC_SEQUENCE_UPDATE, FAKE_CC_UNSEAL, FAKE_CC_READ_PUBLIC,
	FAKE_CC_GET_RANDOM, FAKE_CC_READ_CLOCK, FAKE_CC_HASH_SEQUENCE_START,
	FAKE_CC_POLICY_GET_DIGEST, 0x00000126 /* TPM2_Clear */, 0x0000017f,
};

/* What a TPM may say that has a reason of its own. */
static const u32 refusals[] = {
	0x901, 0x902, 0x903, 0x904, 0x905, 0x906, 0x910, 0x918, 0x922, 0x923,
	0x12d, 0x101, 0x18b, 0x1cb, 0x1df, 0x98e, 0x80000905, 0xfffffff5,
};

/**
 * struct life - what is tried
 * @bed: the real thing
 * @sessions: sessions that clients have in mind, whoever has started them
 * @objects: likewise
 * @contexts: contexts that clients have saved
 * @owner: who has started or loaded the session of a serial number; NOBODY if
 *	it is everybody's
 * @current: whose command is under way; NOBODY if it may be anybody's
 */
struct life {
	struct bed *bed;
	struct client_session sessions[SESSIONS];
	u32 objects[SESSIONS];
	struct client_context contexts[CONTEXTS];
	u32 context_serial[CONTEXTS];
	u8 owner[SERIALS];
	u8 current;
};

static struct life life;

static void must(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "wrong: %s\n", what);
	abort();
}

static u8 *owner_of(u32 serial)
{
	must(serial < SERIALS, "there are not so many sessions");
	return &life.owner[serial];
}

/* A handle in a command on its way to the TPM. */
static void check_handle(struct fake_tpm *tpm, u32 handle)
{
	struct fake_session *session;
	u8 owner;

	if (!tpm2_wire_is_session(handle))
		return;
	session = fake_session_find(tpm, handle);
	if (!session || life.current == NOBODY)
		return;
	owner = *owner_of(session->serial);
	must(owner == NOBODY || owner == life.current,
	     "a client reaches another one's session");
}

/* A command reaches the TPM. */
static void watch(struct fake_tpm *tpm, const u8 *buf, u32 size)
{
	struct tpm2_wire_command cmd;
	unsigned int i;
	u32 attrs = 0;

	fake_tpm_attrs(get_unaligned_be32(buf + 6), &attrs);
	tpm2_wire_parse_command(buf, attrs, &cmd);
	if (getenv("FUZZ_TELL"))
		fprintf(stderr, "\tTPM: command 0x%x, handle 0x%x\n", cmd.cc,
			get_unaligned_be32(buf + 10));
	switch (cmd.cc) {
	case TPM_CC_CONTEXT_SAVE:
	case TPM_CC_CONTEXT_LOAD:
	case TPM_CC_FLUSH_CONTEXT:
		/* the resource manager's own, for anybody's session */
		return;
	}
	if (cmd.malformed)
		return;
	for (i = 0; i < cmd.nr_handles; i++)
		check_handle(tpm, cmd.handles[i]);
	for (i = 0; i < cmd.nr_auths; i++)
		check_handle(tpm, cmd.auths[i].handle);
}

/* The serial number of the session that a client's handle means now. */
static u32 serial_of(u32 handle)
{
	struct fake_session *session;

	session = fake_session_find(life.bed->tpm, handle);
	return session ? session->serial : 0;
}

static void remember_session(struct fuzz_input *in, u8 owner,
			     const struct client_session *session)
{
	life.sessions[fuzz_byte(in) % SESSIONS] = *session;
	*owner_of(session->serial) = owner;
}

/* Each client is a user of its own, so nobody shares with anybody. */
static void start(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	struct client_session session;
	u8 type = fuzz_byte(in) & 1 ? TPM_HT_HMAC_SESSION :
				      TPM_HT_POLICY_SESSION;

	life.current = c;
	client_start_type(client, &session, type);
	if (!client->rc)
		remember_session(in, c, &session);
}

static void use(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	struct client_session *session;
	u32 serial;

	session = &life.sessions[fuzz_byte(in) % SESSIONS];
	life.current = c;
	if (fuzz_byte(in) & 1)
		client_use(client, session);
	else
		client_audit(client, session, fuzz_byte(in));
	if (client->rc)
		return;
	serial = client_number(client, 0);
	must(serial < SERIALS && (life.owner[serial] == c ||
				  life.owner[serial] == NOBODY),
	     "a client was served by another one's session");
}

static void save(struct fuzz_input *in, u8 c)
{
	unsigned int i = fuzz_byte(in) % CONTEXTS;
	struct client *client = &life.bed->clients[c];
	u32 handle = life.sessions[fuzz_byte(in) % SESSIONS].handle;
	u32 serial = serial_of(handle);

	life.current = c;
	if (client_save(client, handle, &life.contexts[i]))
		return;
	/* from now on, whoever loads it has it */
	life.context_serial[i] = serial;
	if (serial)
		*owner_of(serial) = NOBODY;
}

static void load(struct fuzz_input *in, u8 c)
{
	unsigned int i = fuzz_byte(in) % CONTEXTS;
	struct client *client = &life.bed->clients[c];

	life.current = c;
	if (client_load(client, &life.contexts[i]))
		return;
	if (life.context_serial[i])
		*owner_of(life.context_serial[i]) = c;
}

static void flush(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	u8 what = fuzz_byte(in);

	life.current = c;
	client_flush(client, what & 1 ? life.objects[what / 2 % SESSIONS] :
					life.sessions[what / 2 % SESSIONS].handle);
}

static void make_object(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	u32 *object = &life.objects[fuzz_byte(in) % SESSIONS];
	u32 serial;

	life.current = c;
	if (fuzz_byte(in) & 1)
		client_create(client, object, &serial);
	else
		client_sequence(client, object);
}

/* A handle that means something, or nothing. */
static u32 any_handle(struct fuzz_input *in)
{
	u8 what = fuzz_byte(in);

	switch (what & 3) {
	case 0:
		return life.sessions[what / 4 % SESSIONS].handle;
	case 1:
		return life.objects[what / 4 % SESSIONS];
	case 2:
		return FAKE_RH_OWNER + what / 4 % 16;
	default:
		return fuzz_word(in);
	}
}

/* A command of which nothing need make sense but its header. */
static void build_any(struct fuzz_input *in, struct client *client)
{
	u8 shape = fuzz_byte(in), params[64];
	u32 cc = codes[fuzz_byte(in) % ARRAY_SIZE(codes)], handles[3], size;
	struct client_session session = {};
	unsigned int i, nr = shape % 4;

	for (i = 0; i < nr; i++)
		handles[i] = any_handle(in);
	size = fuzz_bytes(in, params, fuzz_byte(in) % sizeof(params));
	client_build(client, cc, handles, nr, params, size);
	for (i = 0; i < shape / 4 % 4; i++) {
		session.handle = any_handle(in);
		session.uses = fuzz_byte(in);
		client_authorize(client, nr, &session, fuzz_byte(in));
	}
	/* and a few bytes of it are others */
	for (i = 0; i < shape / 16 % 4; i++)
		client->buf[6 + fuzz_byte(in) % 64] = fuzz_byte(in);
}

/* Which sessions would be another's by what the client gets to know? */
static void send_any(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	u8 copy[128];
	u32 cc, serial = 0;

	build_any(in, client);
	if (tpm2_wire_check_header(client->buf, sizeof(client->buf)) < 0)
		return;
	memcpy(copy, client->buf, sizeof(copy));
	cc = get_unaligned_be32(copy + 6);
	if (cc == TPM_CC_CONTEXT_SAVE)
		serial = serial_of(get_unaligned_be32(copy + 10));
	life.current = c;
	if (client_send(client))
		return;
	if (cc == TPM_CC_START_AUTH_SESSION ||
	    (cc == TPM_CC_CONTEXT_LOAD &&
	     tpm2_wire_is_session(client_handle(client))))
		*owner_of(serial_of(client_handle(client))) = c;
	else if (serial)
		*owner_of(serial) = NOBODY;
}

/* Somebody at /dev/tpmN, whose sessions are nobody's. */
static void send_raw(struct fuzz_input *in)
{
	struct client *client = &life.bed->clients[SOMEBODY];

	build_any(in, client);
	if (tpm2_wire_check_header(client->buf, sizeof(client->buf)) < 0)
		return;
	life.current = NOBODY;
	tpm2_space_exec_raw(life.bed->rm, client->buf);
}

static void add_fault(struct fuzz_input *in)
{
	static const int errors[] = { 0, -EAGAIN, -EINPROGRESS, -ENOSPC, -ETIME };
	struct fake_fault fault = {
		.kind = fuzz_byte(in) % FAKE_FAULT_MEDDLE,
		.nth = 1 + fuzz_byte(in) % 4,
		.rc = refusals[fuzz_byte(in) % ARRAY_SIZE(refusals)],
		.error = errors[fuzz_byte(in) % ARRAY_SIZE(errors)],
	};

	fault.cc = fuzz_byte(in) & 1 ? 0 :
		codes[fuzz_byte(in) % ARRAY_SIZE(codes)];
	fake_fault_drop_all(life.bed->tpm);
	if (fault.kind != FAKE_FAULT_NONE)
		fake_fault_add(life.bed->tpm, &fault);
}

/* Those who wait are tried, in whatever order. */
static void retry(void)
{
	bool waited[CLIENTS];
	unsigned int c;

	for (c = 0; c < CLIENTS; c++)
		waited[c] = life.bed->clients[c].waits;
	life.current = NOBODY;
	bed_retry(life.bed);
	for (c = 0; c < CLIENTS; c++) {
		struct client *client = &life.bed->clients[c];

		if (waited[c] && !client->waits && !client->rc)
			*owner_of(serial_of(client_handle(client))) = c;
	}
}

static void set_leases(struct fuzz_input *in)
{
	u64 lease = fuzz_byte(in) % 4 * BED_LEASE / 2;

	bed_set_tenure(life.bed, lease, lease * (1 + fuzz_byte(in) % 4));
}

/* Whatever one does that is not a client's. */
static void other(struct fuzz_input *in, u8 what)
{
	switch (what % 8) {
	case 0:
	case 1:
		bed_tick(life.bed, BED_LEASE / 2);
		retry();
		break;
	case 2:
		add_fault(in);
		break;
	case 3:
		send_raw(in);
		break;
	case 4:
		life.current = NOBODY;
		bed_idle(life.bed);
		break;
	case 5:
		set_leases(in);
		break;
	case 6:
		life.bed->chip.shared = fuzz_byte(in) & 1;
		break;
	case 7:
		bed_hurry(life.bed);
		break;
	}
}

static void client_step(struct fuzz_input *in, u8 what)
{
	u8 c = what / 8 % CLIENTS;
	struct client *client = &life.bed->clients[c];

	if (client->waits) {
		/* it can but go */
		if (what & 1)
			client_give_up(client, what & 2);
		return;
	}
	switch (what % 8) {
	case 0:
		start(in, c);
		break;
	case 1:
		use(in, c);
		break;
	case 2:
		save(in, c);
		break;
	case 3:
		load(in, c);
		break;
	case 4:
		flush(in, c);
		break;
	case 5:
		make_object(in, c);
		break;
	case 6:
		send_any(in, c);
		break;
	case 7:
		life.current = NOBODY;
		bed_reopen_as(life.bed, c, c);
		break;
	}
}

/* Is what the TPM has what the table says? Both ways. */
static void check_table(void)
{
	struct tpm2_rm *rm = life.bed->rm;
	struct tpm2_session *session;
	unsigned int i, nr = 0;

	for (i = 0; i < FAKE_TPM_SESSIONS; i++) {
		session = tpm2_session_table_find(&rm->sessions, i);
		must(!!session == !!life.bed->tpm->sessions[i].context,
		     session ? "the table has a session that the TPM has not" :
			       "the TPM has a session that the table has not");
		must(!session || !session->owner,
		     "a session is somebody's who has gone");
		nr += !!session;
	}
	must(nr == rm->sessions.nr, "the table has a session twice");
}

/* What is in the TPM is read back when somebody else has used it. */
static void read_back(void)
{
	struct client *somebody = &life.bed->clients[SOMEBODY];
	struct client_session none = {};

	client_build(somebody, FAKE_CC_GET_RANDOM, NULL, 0, NULL, 0);
	tpm2_space_exec_raw(life.bed->rm, somebody->buf);
	client_audit(&life.bed->clients[0], &none, 0);
}

/* Everybody has gone, and the TPM is well again: whoever comes is served. */
static void end(void)
{
	struct client *client = &life.bed->clients[0];
	struct client_session session = {};
	unsigned int i;

	fake_fault_drop_all(life.bed->tpm);
	life.bed->chip.shared = false;
	life.current = NOBODY;
	for (i = 0; i < CLIENTS; i++)
		bed_reopen_as(life.bed, i, i);
	bed_idle(life.bed);
	bed_set_lease(life.bed, BED_LEASE);

	read_back();
	check_table();

	client_start(client, &session);
	for (i = 0; i < 64 && client->waits; i++) {
		bed_tick(life.bed, 2 * BED_LEASE);
		retry();
	}
	must(!client->waits, "a client waits for ever");
	must(!client->rc, "a client is refused a session");
	client_close(client);
	must(!client_init(client, life.bed->rm, 0), "there is no memory");
	check_table();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { .data = data, .size = size };
	u8 shape = fuzz_byte(&in), what;
	const struct fake_tpm_config config = {
		.active_sessions = 3 + shape % 4,
		.loaded_sessions = 1 + shape / 4 % 3,
		.loaded_objects = 1 + shape / 16 % 3,
		.gap = shape & 0x40 ? 15 : 0xffff,
	};
	unsigned int i;

	memset(&life, 0, sizeof(life));
	memset(life.owner, NOBODY, sizeof(life.owner));
	life.bed = bed_create(&config);
	if (!life.bed)
		return 0;
	life.bed->rm->limits.max_per_fd = 2 + (shape & 0x80 ? 4 : 0);
	for (i = 0; i < CLIENTS; i++)
		bed_reopen_as(life.bed, i, i);
	life.bed->tpm->watch = watch;

	for (i = 0; i < MOST_STEPS && in.size; i++) {
		what = fuzz_byte(&in);
		if (getenv("FUZZ_TELL"))
			fprintf(stderr, "%s %u\n", what < 64 ? "other" :
				"client", what);
		if (what < 64)
			other(&in, what);
		else
			client_step(&in, what);
	}
	end();
	must(!bed_destroy(life.bed), "the chip was misused, or not let go of");
	return 0;
}
