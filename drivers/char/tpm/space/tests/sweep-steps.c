// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps of a scenario: what a client does, and what it may be told.
 *
 * What it is told while the fault strikes is excused within reason. Before and
 * after, a session that the TPM has works, and one that it has not is reported
 * as lost; and TPM_RC_CONTEXT_GAP is never excused (G8).
 */
#include <linux/errno.h>
#include "bed.h"
#include "sweep.h"

#define LOST(i)	(TPM2_WIRE_RESMGR_LAYER | (TPM_RC_REFERENCE_H0 + (i)))

static struct client *client_of(struct sweep *sweep, unsigned int i)
{
	return &sweep->bed->clients[i];
}

static struct fake_session *find(struct sweep *sweep, u32 serial)
{
	struct fake_tpm *tpm = sweep->bed->tpm;
	unsigned int i;

	for (i = 0; i < tpm->config.active_sessions; i++) {
		if (tpm->sessions[i].context &&
		    tpm->sessions[i].serial == serial)
			return &tpm->sessions[i];
	}
	return NULL;
}

/**
 * sweep_loses_response() - has a response gone astray, or most of it?
 * @sweep: the scenario
 */
bool sweep_loses_response(const struct sweep *sweep)
{
	enum fake_fault_kind kind = sweep->bed->tpm->strike.kind;

	return kind == FAKE_FAULT_LOSE_RESPONSE || kind == FAKE_FAULT_TRUNCATE;
}

/* Was the only copy of the session's context in the response that was lost? */
static bool is_orphan(struct sweep *sweep, const struct sweep_session *session)
{
	const struct fake_strike *strike = &sweep->bed->tpm->strike;

	return sweep_loses_response(sweep) && !strike->rc &&
	       strike->cc == TPM_CC_CONTEXT_SAVE &&
	       tpm2_wire_is_session(strike->handle) && session->before &&
	       (strike->handle ^ session->known.handle) << 8 == 0;
}

/**
 * sweep_has() - has the TPM still got this session, and can it be used?
 * @sweep: the scenario
 * @session: the session
 */
bool sweep_has(struct sweep *sweep, const struct sweep_session *session)
{
	return find(sweep, session->known.serial) && !is_orphan(sweep, session);
}

/* Is a response that says no excused by what goes wrong just now? */
static bool is_excused(struct sweep *sweep, int rc)
{
	if (!sweep->now || rc == TPM_RC_CONTEXT_GAP)
		return false;
	switch (sweep->fault->kind) {
	case FAKE_FAULT_NONE:
		return rc == -ENOMEM;
	case FAKE_FAULT_REFUSE:
		return rc == sweep->fault->rc;
	case FAKE_FAULT_LOSE_COMMAND:
	case FAKE_FAULT_LOSE_RESPONSE:
		return rc == -EIO;
	case FAKE_FAULT_TRUNCATE:
		/* what the client has asked for may be what was cut off */
		return rc == -EIO || !rc;
	default:
		return rc == LOST(0);
	}
}

/* Has more than the header of its response arrived? */
static bool has_all(const struct client *client)
{
	return client->size > TPM2_WIRE_HEADER_SIZE;
}

/*
 * Send the command again if it waits: for a session, or for one that is in the
 * way of the context counter. A lease is long enough for that.
 */
static int outwait(struct sweep *sweep, struct client *client, int rc)
{
	if (rc != -EINPROGRESS)
		return rc;
	bed_tick(sweep->bed, BED_LEASE);
	return client_retry(client);
}

/* A step is over. */
static void judge(struct sweep *sweep, const char *what, unsigned int i,
		  int rc, bool good)
{
	if (!good && !is_excused(sweep, rc))
		sweep_wrong(sweep, "%s %u: 0x%x", what, i, rc);
	sweep->now = false;
	bed_hurry(sweep->bed);
}

/**
 * sweep_start() - a client starts a session
 * @sweep: the scenario
 * @client: which client
 * @i: becomes this session
 */
void sweep_start(struct sweep *sweep, unsigned int client, unsigned int i)
{
	struct sweep_session *session = &sweep->sessions[i];
	struct client *c = client_of(sweep, client);
	int rc;

	session->client = c;
	session->before = false;
	session->loaded = false;
	rc = outwait(sweep, c, client_start(c, &session->known));
	client_started(c, &session->known);
	judge(sweep, "start", i, rc, !rc);
}

/**
 * sweep_use() - a client uses a session
 * @sweep: the scenario
 * @i: which session
 */
void sweep_use(struct sweep *sweep, unsigned int i)
{
	struct sweep_session *session = &sweep->sessions[i];
	struct fake_session *real;
	bool good;
	int rc;

	if (!session->known.serial)
		return;
	rc = client_audit(session->client, &session->known, CLIENT_AUDIT);
	if (rc == -EINPROGRESS) {
		rc = outwait(sweep, session->client, rc);
		session->known.uses += !rc;
	}
	if (sweep_has(sweep, session))
		good = !rc && client_number(session->client, 0) ==
			      session->known.serial;
	else
		/* of very many losses, the first ones are forgotten */
		good = rc == (TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_S0) ||
		       (sweep->evicts && rc == TPM_RC_REFERENCE_S0);
	if (sweep->now && rc == (TPM2_WIRE_RESMGR_LAYER | TPM_RC_REFERENCE_S0))
		good = sweep->reset || sweep->resumed;
	/* a client that was told nothing has to find out what has happened */
	real = find(sweep, session->known.serial);
	if (rc == -EIO && real)
		session->known.uses = real->uses;
	judge(sweep, "use", i, rc, good);
}

/**
 * sweep_flush() - a client flushes a session
 * @sweep: the scenario
 * @i: which session
 */
void sweep_flush(struct sweep *sweep, unsigned int i)
{
	struct sweep_session *session = &sweep->sessions[i];
	int rc;

	if (!session->known.serial)
		return;
	rc = client_flush(session->client, session->known.handle);
	/* a TPM that was reset just now says that it is not there */
	judge(sweep, "flush", i, rc, !rc || (rc == FAKE_RC_HANDLE_P1 &&
					     (sweep->reset || sweep->resumed)));
	if (rc != -EIO && !(rc > 0 && rc == sweep->fault->rc))
		session->known.serial = 0;
}

/**
 * sweep_save() - a client saves a session itself
 * @sweep: the scenario
 * @i: which session
 * @context: receives its context
 *
 * Return: true if it has the context.
 */
bool sweep_save(struct sweep *sweep, unsigned int i,
		struct client_context *context)
{
	struct sweep_session *session = &sweep->sessions[i];
	bool had;
	int rc;

	if (!session->known.serial)
		return false;
	had = sweep_has(sweep, session);
	rc = client_save(session->client, session->known.handle, context);
	if (rc == -EINPROGRESS)
		sweep_wrong(sweep, "save %u waits", i);
	/* to that command, TPM_RC_HANDLE may also mean a session of the other kind */
	if (sweep->now && rc == FAKE_RC_HANDLE_H1 &&
	    sweep->bed->tpm->config.quirks.stale == TPM_RC_HANDLE)
		rc = LOST(0);
	judge(sweep, "save", i, rc, had ? !rc : rc == LOST(0));
	if (!rc)
		session->client = NULL;
	/* the context may be what was cut off */
	return !rc && context->size;
}

/**
 * sweep_load() - a client loads a session that was saved
 * @sweep: the scenario
 * @client: which client
 * @i: which session
 * @context: its context
 */
void sweep_load(struct sweep *sweep, unsigned int client, unsigned int i,
		const struct client_context *context)
{
	struct sweep_session *session = &sweep->sessions[i];
	struct client *c = client_of(sweep, client);
	bool good;
	int rc;

	rc = outwait(sweep, c, client_load(c, context));
	if (sweep->now && rc == -EIO) {
		/* G9: it is good for another try */
		judge(sweep, "load", i, rc, false);
		rc = outwait(sweep, c, client_load(c, context));
	}
	if (sweep_has(sweep, session))
		good = !rc;
	else
		good = rc == FAKE_RC_HANDLE_P1 || rc == FAKE_RC_INTEGRITY_P1;
	if (!rc)
		session->client = c;
	else if (!sweep_has(sweep, session))
		session->known.serial = 0;
	judge(sweep, "load", i, rc, good);
}

/**
 * sweep_create() - a client makes an object
 * @sweep: the scenario
 * @client: which client
 * @i: becomes this object
 */
void sweep_create(struct sweep *sweep, unsigned int client, unsigned int i)
{
	struct sweep_object *object = &sweep->objects[i];
	int rc;

	object->client = client_of(sweep, client);
	object->handle = 0;
	object->serial = 0;
	rc = client_create(object->client, &object->handle, &object->serial);
	judge(sweep, "create", i, rc, !rc);
}

/**
 * sweep_sequence() - a client starts a hash sequence
 * @sweep: the scenario
 * @client: which client
 * @i: becomes this object
 */
void sweep_sequence(struct sweep *sweep, unsigned int client, unsigned int i)
{
	struct sweep_object *object = &sweep->objects[i];
	int rc;

	object->client = client_of(sweep, client);
	object->handle = 0;
	object->updates = 0;
	rc = client_sequence(object->client, &object->handle);
	judge(sweep, "sequence", i, rc, !rc);
}

/* An object survives everything but a reset of any kind. */
static bool object_is_good(struct sweep *sweep, int rc)
{
	return !rc || (rc == LOST(0) && (sweep->reset || sweep->resumed));
}

/**
 * sweep_read() - a client uses an object
 * @sweep: the scenario
 * @i: which object
 */
void sweep_read(struct sweep *sweep, unsigned int i)
{
	struct sweep_object *object = &sweep->objects[i];
	int rc;

	if (!object->handle)
		return;
	rc = client_read(object->client, object->handle);
	if (!rc && has_all(object->client) &&
	    client_number(object->client, 0) != object->serial)
		sweep_wrong(sweep, "object %u is another", i);
	judge(sweep, "read", i, rc, object_is_good(sweep, rc));
}

/**
 * sweep_update() - a client adds to a sequence
 * @sweep: the scenario
 * @i: which object
 */
void sweep_update(struct sweep *sweep, unsigned int i)
{
	struct sweep_object *object = &sweep->objects[i];
	int rc;

	if (!object->handle)
		return;
	rc = client_update(object->client, object->handle);
	object->updates += !rc;
	object->uncertain |= rc == -EIO;
	judge(sweep, "update", i, rc, object_is_good(sweep, rc));
}

/**
 * sweep_complete() - a client completes a sequence
 * @sweep: the scenario
 * @i: which object
 */
void sweep_complete(struct sweep *sweep, unsigned int i)
{
	struct sweep_object *object = &sweep->objects[i];
	u32 updates;
	int rc;

	if (!object->handle)
		return;
	rc = client_complete(object->client, object->handle);
	updates = client_number(object->client, 0);
	if (!rc && has_all(object->client) && updates != object->updates &&
	    !(object->uncertain && updates == object->updates + 1))
		sweep_wrong(sweep, "sequence %u had %u updates, not %u", i,
			    updates, object->updates);
	judge(sweep, "complete", i, rc, object_is_good(sweep, rc));
	if (!rc)
		object->handle = 0;
}

/**
 * sweep_close() - a client closes its file, and opens another
 * @sweep: the scenario
 * @client: which client
 */
void sweep_close(struct sweep *sweep, unsigned int client)
{
	struct client *c = client_of(sweep, client);
	unsigned int i;

	bed_reopen(sweep->bed, client);
	for (i = 0; i < SWEEP_SESSIONS; i++) {
		if (sweep->sessions[i].client == c)
			sweep->sessions[i].known.serial = 0;
	}
	for (i = 0; i < SWEEP_OBJECTS; i++) {
		if (sweep->objects[i].client == c) {
			sweep->objects[i].handle = 0;
			sweep->objects[i].serial = 0;
		}
	}
	sweep->now = false;
}
