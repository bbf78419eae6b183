// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that a TPM would carry out, as far as a client can know: with handles
 * and contexts that it has heard of, which may be anybody's, or over long since.
 */
#include "grammar.h"
#include "object.h"
#include "random.h"
#include "session.h"
#include "tpm2-codes.h"

#define NONCE_SIZE	16
#define TEXT_MAX	64
#define STARTS		8	/* sessions are to run out, in the end */
#define KEYS		2

/**
 * struct rule - one kind of command
 * @code: its code
 * @handle: types of the handles that it begins with; 0 where there is none
 * @authorized: the first of them is an object that a password authorizes
 * @parameters: adds the rest; may be NULL
 */
struct rule {
	uint16_t code;
	uint8_t handle[2];
	uint8_t authorized;
	void (*parameters)(const struct grammar *grammar, struct message *m);
};

/* Mostly of this type; of no type, any will do. */
static uint32_t some_handle(const struct grammar *grammar, uint8_t type)
{
	unsigned int i = random_below(GRAMMAR_HANDLES), left;
	uint32_t handle;

	for (left = GRAMMAR_HANDLES; left > 0; left--) {
		handle = grammar->handles[i++ % GRAMMAR_HANDLES];
		if (handle && (!type || handle >> 24 == type))
			return handle;
	}
	return FIRST_OF(type) + random_below(4);
}

static void put_text(const struct grammar *grammar, struct message *m)
{
	uint8_t text[TEXT_MAX];
	unsigned int size = random_below(TEXT_MAX);

	random_fill(text, size);
	put_sized(m, text, size);
}

static void put_entry(struct message *m, uint32_t handle, uint8_t attributes)
{
	uint8_t nonce[NONCE_SIZE];

	random_fill(nonce, sizeof(nonce));
	put32(m, handle);
	put_sized(m, nonce, handle == RS_PW ? 0 : sizeof(nonce));
	put8(m, attributes);
	put16(m, 0);
}

static void put_flushed(const struct grammar *grammar, struct message *m)
{
	static const uint8_t types[] = { HT_HMAC_SESSION, HT_POLICY_SESSION,
					 HT_TRANSIENT };

	put32(m, some_handle(grammar, types[random_below(3)]));
}

static void put_context(const struct grammar *grammar, struct message *m)
{
	const struct blob *context;

	context = &grammar->contexts[random_below(GRAMMAR_CONTEXTS)];
	put(m, context->data, context->len);
}

static void put_list(const struct grammar *grammar, struct message *m)
{
	static const uint8_t types[] = { HT_HMAC_SESSION, HT_POLICY_SESSION,
					 HT_TRANSIENT, 0x81 };

	put32(m, random_below(4) ? CAP_HANDLES : random_below(10));
	put32(m, FIRST_OF(types[random_below(4)]) + random_below(70));
	put32(m, random_below(100));
}

static void put_size(const struct grammar *grammar, struct message *m)
{
	put16(m, random_below(40));
}

static void put_code(const struct grammar *grammar, struct message *m)
{
	put32(m, grammar->codes.code[random_below(grammar->codes.nr)]);
}

static void put_sequence(const struct grammar *grammar, struct message *m)
{
	put16(m, 0);
	put16(m, ALG_SHA256);
}

static void put_completion(const struct grammar *grammar, struct message *m)
{
	put_text(grammar, m);
	put32(m, RH_NULL);
}

static void put_hmac(const struct grammar *grammar, struct message *m)
{
	put_text(grammar, m);
	put16(m, ALG_SHA256);
}

static const struct rule rules[] = {
	{ CC_FLUSH_CONTEXT, { 0 }, 0, put_flushed },
	{ CC_CONTEXT_SAVE, { 0 }, 0, put_flushed },
	{ CC_CONTEXT_SAVE, { HT_POLICY_SESSION } },
	{ CC_CONTEXT_LOAD, { 0 }, 0, put_context },
	{ CC_CONTEXT_LOAD, { 0 }, 0, put_context },
	{ CC_GET_CAPABILITY, { 0 }, 0, put_list },
	{ CC_GET_RANDOM, { 0 }, 0, put_size },
	{ CC_READ_CLOCK },
	{ CC_READ_PUBLIC, { HT_TRANSIENT } },
	{ CC_POLICY_GET_DIGEST, { HT_POLICY_SESSION } },
	{ CC_POLICY_GET_DIGEST, { HT_POLICY_SESSION } },
	{ CC_POLICY_AUTH_VALUE, { HT_POLICY_SESSION } },
	{ CC_POLICY_COMMAND_CODE, { HT_POLICY_SESSION }, 0, put_code },
	{ CC_HASH_SEQUENCE_START, { 0 }, 0, put_sequence },
	{ CC_SEQUENCE_UPDATE, { HT_TRANSIENT }, 1, put_text },
	{ CC_SEQUENCE_COMPLETE, { HT_TRANSIENT }, 1, put_completion },
	{ CC_HMAC, { HT_TRANSIENT }, 1, put_hmac },
};

static void follow(const struct grammar *grammar, const struct rule *rule,
		   struct message *m)
{
	struct message area = {};
	unsigned int i;

	/* an HMAC session that audits needs no HMAC, and not every one goes on */
	if (rule->authorized)
		put_entry(&area, RS_PW, SA_CONTINUE);
	if (!random_below(4))
		put_entry(&area, some_handle(grammar, HT_HMAC_SESSION),
			  SA_AUDIT | (random_below(4) ? SA_CONTINUE : 0));

	command_begin(m, area.len ? ST_SESSIONS : ST_NO_SESSIONS, rule->code);
	for (i = 0; i < 2 && rule->handle[i]; i++)
		put32(m, some_handle(grammar, rule->handle[i]));
	if (area.len) {
		put32(m, area.len);
		put(m, area.data, area.len);
	}
	if (rule->parameters)
		rule->parameters(grammar, m);
	command_end(m);
}

/**
 * grammar_begin() - a client that has heard of nothing yet
 * @grammar: memory for it
 * @codes: commands of this TPM; copied
 */
void grammar_begin(struct grammar *grammar, const struct codes *codes)
{
	*grammar = (struct grammar){ .codes = *codes };
	grammar->handles[0] = RH_OWNER;
}

/**
 * grammar_make() - make a command
 * @grammar: what the client has heard of
 * @m: receives the command
 */
void grammar_make(const struct grammar *grammar, struct message *m)
{
	unsigned int n = sizeof(rules) / sizeof(*rules);
	unsigned int i = random_below(n + STARTS + KEYS);

	if (i < n)
		follow(grammar, &rules[i], m);
	else if (i < n + KEYS)
		*m = new_key_command(random_below(256));
	else
		*m = start_command(random_below(20) ? random_below(2) :
				   random_below(5));
}

/**
 * grammar_learn() - hear of what a response tells
 * @grammar: what the client has heard of so far
 * @code: the command
 * @r: what follows the response's header is next to be read
 */
void grammar_learn(struct grammar *grammar, uint32_t code, struct message *r)
{
	switch (code) {
	case CC_START_AUTH_SESSION:
	case CC_CREATE_PRIMARY:
	case CC_HASH_SEQUENCE_START:
	case CC_CONTEXT_LOAD:
		if (r->len >= HEADER_SIZE + 4)
			grammar->handles[random_below(GRAMMAR_HANDLES)] =
				get32(r);
		break;
	case CC_CONTEXT_SAVE:
		/* not that of an odd key, which may be larger */
		if (r->len - HEADER_SIZE <= sizeof(grammar->contexts[0].data))
			get_rest(r, &grammar->contexts
				 [random_below(GRAMMAR_CONTEXTS)]);
		break;
	}
}
