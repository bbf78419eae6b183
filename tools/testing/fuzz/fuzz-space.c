// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer: any bytes, from any of a few clients, in front of a TPM that has
 * little of everything, fails now and then, and may be odd. The first bytes of
 * the input say what TPM it is. The rest is a script: each of its bytes says what
 * happens next, and those after that with what. fuzz-oracle.c says what must
 * hold. In the end the TPM is well again, and whoever asks for a session then
 * gets one.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include "compat.h"
#include "exec.h"
#include "fuzz.h"
#include "fuzz-input.h"
#include "fuzz-life.h"
#include "kernel.h"

#define MOST_STEPS	300

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

static void start(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	struct client_session session;
	u8 type = fuzz_byte(in) & 1 ? TPM_HT_HMAC_SESSION :
				      TPM_HT_POLICY_SESSION;

	life.demands[c] = false;
	client_start_type(client, &session, type);
	oracle_started(c);
	if (client->rc)
		return;
	life.sessions[fuzz_byte(in) % LIFE_SESSIONS] = session;
	life_started(c, session.handle);
}

/* Is the header of the response all that has arrived? It tells of nothing then. */
static bool is_cut_off(const struct client *client)
{
	return !life.honest && client->size == TPM2_WIRE_HEADER_SIZE;
}

static void use(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	struct client_session *session;

	session = &life.sessions[fuzz_byte(in) % LIFE_SESSIONS];
	if (fuzz_byte(in) & 1)
		client_use(client, session);
	else
		client_audit(client, session, fuzz_byte(in));
	if (!client->rc && !is_cut_off(client))
		oracle_served(c, client_number(client, 0));
}

static void save(struct fuzz_input *in, u8 c)
{
	unsigned int i = fuzz_byte(in) % LIFE_CONTEXTS;
	struct client *client = &life.bed->clients[c];
	u32 handle = life.sessions[fuzz_byte(in) % LIFE_SESSIONS].handle;
	u32 serial = life_serial_of(handle);

	if (client_save(client, handle, &life.contexts[i]))
		return;
	/* from now on, whoever loads it has it */
	life.context_serial[i] = serial;
	life_taken(LIFE_NOBODY, serial);
}

static void note_object(u8 c, u32 handle, u32 serial)
{
	u32 *known = life_object_serial(c, handle);

	if (known)
		*known = serial;
}

static void load(struct fuzz_input *in, u8 c)
{
	unsigned int i = fuzz_byte(in) % LIFE_CONTEXTS;
	struct client *client = &life.bed->clients[c];

	if (client_load(client, &life.contexts[i]))
		return;
	life_taken(c, life.context_serial[i]);
	if (!tpm2_wire_is_session(client_handle(client)))
		note_object(c, client_handle(client), 0);
}

static void flush(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	u8 what = fuzz_byte(in);

	client_flush(client, what & 1 ? life.objects[what / 2 % LIFE_SESSIONS] :
					life.sessions[what / 2 % LIFE_SESSIONS].handle);
}

static void make_object(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	u32 *object = &life.objects[fuzz_byte(in) % LIFE_SESSIONS];
	u32 serial = 0;

	if (fuzz_byte(in) & 1)
		client_create(client, object, &serial);
	else
		client_sequence(client, object);
	if (!client->rc)
		note_object(c, *object, serial);
}

static void read_object(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	u32 handle = life.objects[fuzz_byte(in) % LIFE_SESSIONS], *known;
	u32 serial;

	if (client_read(client, handle))
		return;
	known = life_object_serial(c, handle);
	life_must(known, "a client reads an object that it cannot have");
	if (is_cut_off(client))
		return;
	serial = client_number(client, 0);
	/*
	 * Where no list tells that its own is gone, it may have one that is in the
	 * slot since, and that nobody has heard of.
	 */
	if (!life.readable && !life.honest && !life_object_is_known(serial))
		return;
	life_must(!*known || *known == serial,
		  "a client reads another object than its own");
}

/* A handle that means something, or nothing. */
static u32 any_handle(struct fuzz_input *in)
{
	u8 what = fuzz_byte(in);

	switch (what & 3) {
	case 0:
		return life.sessions[what / 4 % LIFE_SESSIONS].handle;
	case 1:
		return life.objects[what / 4 % LIFE_SESSIONS];
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

/* Does a command take so much of the TPM that there may be too little for it? */
static bool demands_much(const u8 *buf)
{
	struct tpm2_wire_command cmd;
	unsigned int i, sessions = 0;
	u32 attrs = 0;

	if (tpm2_wire_is_transient(get_unaligned_be32(buf + 10)) ||
	    tpm2_wire_is_transient(get_unaligned_be32(buf + 14)))
		return true;
	fake_tpm_attrs(get_unaligned_be32(buf + 6), &attrs);
	tpm2_wire_parse_command(buf, attrs, &cmd);
	for (i = 0; i < cmd.nr_handles; i++)
		sessions += tpm2_wire_is_session(cmd.handles[i]);
	for (i = 0; i < cmd.nr_auths; i++)
		sessions += tpm2_wire_is_session(cmd.auths[i].handle);
	/* and one slot is for the session that it starts */
	return sessions >= life.bed->tpm->config.loaded_sessions;
}

/* Which sessions would be another's by what the client gets to know? */
static void send_any(struct fuzz_input *in, u8 c)
{
	struct client *client = &life.bed->clients[c];
	u8 copy[128];
	u32 cc, handle, serial = 0, attrs = 0;

	build_any(in, client);
	if (tpm2_wire_check_header(client->buf, sizeof(client->buf)) < 0)
		return;
	memcpy(copy, client->buf, sizeof(copy));
	cc = get_unaligned_be32(copy + 6);
	if (cc == TPM_CC_CONTEXT_SAVE)
		serial = life_serial_of(get_unaligned_be32(copy + 10));
	life.demands[c] = demands_much(client->buf);
	client_send(client);
	if (client->rc)
		return;
	if (cc == TPM_CC_START_AUTH_SESSION)
		oracle_started(c);
	handle = client_handle(client);
	if (cc == TPM_CC_START_AUTH_SESSION ||
	    (cc == TPM_CC_CONTEXT_LOAD && tpm2_wire_is_session(handle)))
		life_started(c, handle);
	else
		life_taken(LIFE_NOBODY, serial);
	fake_tpm_attrs(cc, &attrs);
	if (attrs & TPMA_CC_R_HANDLE)
		note_object(c, handle, 0);
}

/* Somebody at /dev/tpmN, whose sessions are nobody's. */
static void send_raw(struct fuzz_input *in)
{
	struct client *client = &life.bed->clients[LIFE_SOMEBODY];

	build_any(in, client);
	if (tpm2_wire_check_header(client->buf, sizeof(client->buf)) < 0)
		return;
	life.honest = false;
	life.foreign = true;
	tpm2_space_exec_raw(life.bed->rm, client->buf);
}

/* A command of the kernel's own; objects that it loads are gone when it is through. */
static void send_kernel(struct fuzz_input *in)
{
	struct client *client = &life.bed->clients[LIFE_SOMEBODY];
	struct tpm2_rm *rm = life.bed->rm;
	u32 handle = 0;
	ssize_t size;

	build_any(in, client);
	life.honest = false;
	if (rm->ops->get(rm))
		return;
	size = tpm2_kernel_exec(rm, client->buf, sizeof(client->buf));
	if (size >= TPM2_WIRE_HEADER_SIZE + 4 &&
	    !tpm2_wire_response_code(client->buf))
		handle = client_handle(client);
	if (tpm2_wire_is_transient(handle)) {
		client_build(client, TPM_CC_FLUSH_CONTEXT, &handle, 1, NULL, 0);
		tpm2_kernel_exec(rm, client->buf, sizeof(client->buf));
	}
	rm->ops->put(rm);
}

/* It ends its sessions when it is done. */
static void end_kernel(void)
{
	struct client *client = &life.bed->clients[LIFE_SOMEBODY];
	struct tpm2_rm *rm = life.bed->rm;
	struct tpm2_session *session;

	rm->ops->get(rm);
	while (!list_empty(&rm->kernel.sessions)) {
		session = list_first_entry(&rm->kernel.sessions,
					   struct tpm2_session, owned);
		client_build(client, TPM_CC_FLUSH_CONTEXT, &session->handle, 1,
			     NULL, 0);
		tpm2_kernel_exec(rm, client->buf, sizeof(client->buf));
	}
	rm->ops->put(rm);
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
	if (fault.kind == FAKE_FAULT_NONE)
		return;
	life.honest = false;
	fake_fault_add(life.bed->tpm, &fault);
	if (life.tells)
		fprintf(stderr, "\tfault %u: command 0x%x, the %u., 0x%x, %d\n",
			fault.kind, fault.cc, fault.nth, fault.rc, fault.error);
}

static void starved(void *unused)
{
	life.honest = false;
}

/* A client that has waited has got what it wanted. */
static void note_result(u8 c)
{
	struct client *client = &life.bed->clients[c];
	u32 handle = client_handle(client), attrs = 0;

	life_started(c, handle);
	fake_tpm_attrs(client->cc, &attrs);
	/* the virtual handle may have been another object's when it began to wait */
	if (attrs & TPMA_CC_R_HANDLE && tpm2_wire_is_transient(handle))
		note_object(c, handle, 0);
}

/* Those who wait are tried while it is time for it. */
static void retry(void)
{
	struct client *client;
	u8 c;

	for (client = oracle_next(); client; client = oracle_next()) {
		c = client - life.bed->clients;
		life.current = c;
		client_retry(client);
		life.current = LIFE_NOBODY;
		if (client->waits)
			continue;
		life.arrival[c] = 0;
		oracle_started(c);
		if (!client->rc)
			note_result(c);
		oracle_check();
	}
}

static void set_leases(struct fuzz_input *in)
{
	u64 lease = fuzz_byte(in) % 4 * BED_LEASE / 2;

	bed_set_tenure(life.bed, lease, lease * (1 + fuzz_byte(in) % 4));
}

/*
 * Does the TPM say nowhere where a session is? It lists those in slots and those out
 * of them together, and says of each that it has not got it when it is to save it.
 * While there may be others who could have saved it, that is what it looks like.
 */
static bool hides_place(void)
{
	const struct fake_tpm_quirks *quirks = &life.bed->tpm->config.quirks;

	return quirks->lists & FAKE_LISTS_BY_KIND &&
	       tpm2_wire_rc_lost(quirks->no_save);
}

/* What is wrong with the chip, or the machine. */
static void trouble(struct fuzz_input *in)
{
	struct fake_tpm_quirks *quirks = &life.bed->tpm->config.quirks;
	u8 what = fuzz_byte(in);

	switch (what % 4) {
	case 0:
		life.honest = false;
		quirks->no_save = what & 4 ?
			refusals[fuzz_byte(in) % ARRAY_SIZE(refusals)] : 0;
		if (life.foreign && hides_place())
			quirks->no_save = 0;
		break;
	case 1:
		life.honest = false;
		life.bed->chip.broken = what & 4;
		break;
	case 2:
		shim_starve(what / 4 % 16, starved, NULL);
		break;
	case 3:
		life.honest = false;
		life.bed->tpm->deaf = what / 4 % 16;
		break;
	}
}

/* Whatever one does that is not a client's. */
static void other(struct fuzz_input *in, u8 what)
{
	life.current = LIFE_NOBODY;
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
		/* what others end on such a TPM, nobody can find out */
		if (what & 8)
			send_kernel(in);
		else if (life.readable && !hides_place())
			send_raw(in);
		break;
	case 4:
		if (what & 8)
			trouble(in);
		else
			bed_idle(life.bed);
		break;
	case 5:
		set_leases(in);
		break;
	case 6:
		life.bed->chip.shared = life.readable && !hides_place() &&
					fuzz_byte(in) & 1;
		life.foreign |= life.bed->chip.shared;
		break;
	case 7:
		bed_hurry(life.bed);
		break;
	}
}

static void client_step(struct fuzz_input *in, u8 what)
{
	u8 c = what / 8 % LIFE_CLIENTS;
	struct client *client = &life.bed->clients[c];

	life.current = c;
	if (client->waits) {
		/* it can but go */
		if (what & 1 && client_give_up(client, what & 2) && !(what & 2))
			life.arrival[c] = 0;
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
		if (fuzz_byte(in) & 1)
			make_object(in, c);
		else
			read_object(in, c);
		break;
	case 6:
		send_any(in, c);
		break;
	case 7:
		life.current = LIFE_NOBODY;
		life_reopen(c);
		return;
	}
	if (life.tells)
		fprintf(stderr, "\tclient %u: 0x%x, %d\n", c, client->rc,
			client->rc);
	/* who gets an answer has lost its place */
	if (!client->waits)
		life.arrival[c] = 0;
	else if (!life.arrival[c])
		life.arrival[c] = ++life.arrivals;
}

/* What is in the TPM is read back when somebody else has used it. */
static void read_back(void)
{
	struct client *somebody = &life.bed->clients[LIFE_SOMEBODY];
	struct client_session none = {};

	life.honest = false;
	client_build(somebody, FAKE_CC_GET_RANDOM, NULL, 0, NULL, 0);
	tpm2_space_exec_raw(life.bed->rm, somebody->buf);
	client_audit(&life.bed->clients[0], &none, 0);
}

/*
 * Has every slot a session of which a lost response has told, and that is on no page of
 * the TPM's lists? Nobody will ever know its handle.
 */
static bool slots_are_lost(void)
{
	const struct fake_tpm *tpm = life.bed->tpm;
	unsigned int i, nr = 0;

	if (!life.unlisted || life.honest)
		return false;
	for (i = 0; i < tpm->config.active_sessions; i++)
		nr += fake_session_is_loaded(tpm, &tpm->sessions[i]) &&
		      !tpm2_session_table_find(&life.bed->rm->sessions, i);
	return nr == tpm->config.loaded_sessions;
}

/* Everybody has gone, and the TPM is well again: whoever comes is served. */
static void end(void)
{
	struct client *client = &life.bed->clients[0];
	struct client_session session = {};
	unsigned int i;

	fake_fault_drop_all(life.bed->tpm);
	shim_starve(0, NULL, NULL);
	life.bed->tpm->config.quirks.no_save = 0;
	life.bed->tpm->deaf = 0;
	life.bed->chip.broken = false;
	life.bed->chip.shared = false;
	life.current = LIFE_NOBODY;
	for (i = 0; i < LIFE_CLIENTS; i++)
		life_reopen(i);
	bed_idle(life.bed);
	bed_set_lease(life.bed, BED_LEASE);

	read_back();
	end_kernel();
	oracle_check();
	oracle_check_table();

	client_start(client, &session);
	for (i = 0; i < 64 && client->waits; i++) {
		bed_tick(life.bed, 2 * BED_LEASE);
		bed_retry(life.bed);
	}
	life_must(!client->waits, "a client waits for ever");
	life_must(!client->rc || slots_are_lost(),
		  "a client is refused a session");
	life_reopen(0);
	oracle_check_table();
}

/* The chip goes, with what it has: nobody waits for it, and nobody is served. */
static void take_away(bool all)
{
	struct client_session session;
	u32 object, serial;

	client_start(&life.bed->clients[0], &session);
	client_create(&life.bed->clients[1], &object, &serial);
	tpm2_rm_close(life.bed->rm, all);
	life_must(!life.bed->rm->queue.nr, "a client waits for what has gone");
	life_must(client_start(&life.bed->clients[2], &session) == -EPIPE,
		  "a client is served by what has gone");
	life_must(list_empty(&life.bed->rm->objects),
		  "an object is left in what has gone");
}

/* What this TPM calls what it lacks, and what else is odd about it. */
static void read_quirks(struct fuzz_input *in, struct fake_tpm_config *config)
{
	static const u32 object_slots[] = { 0, 0x904, 0x906 };
	static const u32 session_slots[] = { 0, 0x904, 0x905 };
	static const u32 indexes[] = { 0, 0x903, 0x904 };
	static const u32 sequences[] = { 0, 0x80000000, 0x80000002 };
	static const u32 unsavable[] = { 0, FAKE_RC_TYPE_H1, TPM_RC_COMMAND_CODE };
	static const u32 pages[] = { 0, 1, 2, 5 };
	struct fake_tpm_quirks *quirks = &config->quirks;
	u8 lists = fuzz_byte(in), names = fuzz_byte(in), more = fuzz_byte(in);

	quirks->lists = lists & FAKE_LISTS_ALL;
	/* else a policy session that a lost response names is in no list at all */
	if (quirks->lists & FAKE_LISTS_NO_SAVED)
		quirks->lists &= ~FAKE_LISTS_BY_KIND;
	config->page = pages[lists / 32 % 4];
	quirks->no_object_slot = object_slots[names % 3];
	quirks->no_session_slot = session_slots[names / 3 % 3];
	quirks->no_index = indexes[names / 9 % 3];
	quirks->stale = names / 27 % 2 ? TPM_RC_HANDLE : 0;
	quirks->rotates = names / 54 % 2;
	quirks->sequence_shift = names / 108 % 2 * 8;
	quirks->saved_sequence = sequences[more % 3];
	quirks->unsavable = unsavable[more / 3 % 3];
	/* else nothing says what lacks while others may have the slots, or seem to */
	if (!quirks->no_index && !(quirks->lists & FAKE_LISTS_BY_KIND))
		config->advertised_sessions = more & 0x40 ? 64 : 0;
	life.together = more & 0x80;
	life.unlisted = config->page && quirks->lists & (FAKE_LISTS_REVERSED |
							 FAKE_LISTS_BY_HANDLE);
	life.readable = !life.unlisted && !(quirks->lists & (FAKE_LISTS_MORE |
							     FAKE_LISTS_NO_SAVED));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { .data = data, .size = size };
	u8 shape = fuzz_byte(&in), what;
	struct fake_tpm_config config = {
		.active_sessions = 3 + shape % 4,
		.loaded_sessions = 1 + shape / 4 % 3,
		.loaded_objects = 1 + shape / 16 % 3,
		.gap = shape & 0x40 ? 15 : 0xffff,
	};
	struct tpm2_rm_limits *limits;
	unsigned int i;

	memset(&life, 0, sizeof(life));
	for (i = 0; i < LIFE_SERIALS; i++)
		life.serials[i].owner = LIFE_NOBODY;
	life.tells = getenv("FUZZ_TELL");
	life.honest = true;
	read_quirks(&in, &config);
	life.bed = bed_create(&config);
	if (!life.bed)
		return 0;
	limits = &life.bed->rm->limits;
	limits->max_per_fd = 2 + (shape & 0x80 ? 4 : 0);
	/* where the kernel's own users are to have slots, were it the only ones */
	limits->reserve_sessions = config.gap == 15 && !life.together;
	limits->reserve_objects = limits->reserve_sessions;
	for (i = 0; i < LIFE_CLIENTS; i++)
		life_reopen(i);
	life.bed->tpm->watch = oracle_watch;

	for (i = 0; i < MOST_STEPS && in.size; i++) {
		what = fuzz_byte(&in);
		if (life.tells)
			fprintf(stderr, "%s %u\n", what < 64 ? "other" :
				"client", what);
		if (what < 64)
			other(&in, what);
		else
			client_step(&in, what);
		oracle_check();
	}
	end();
	take_away(shape & 1);
	life_must(!bed_destroy(life.bed),
		  "the chip was misused, or not let go of");
	return 0;
}
