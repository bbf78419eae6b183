// SPDX-License-Identifier: GPL-2.0-only
/* What programs do that are made with tpm2-tss: sign, and unseal. */
#include <stdlib.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_tctildr.h>
#include "check.h"
#include "gang.h"
#include "parts.h"
#include "print.h"
#include "vault.h"

/* A program's connection, and what it works with. */
struct program {
	ESYS_CONTEXT *esys;
	ESYS_TR object;
	const struct work *work;
	unsigned long rounds;
};

/**
 * struct work - what a program does
 * @name: what it is called
 * @commands: how many commands it has each time
 * @prepare: what it does once
 * @round: what it does time and again; returns a response code
 */
struct work {
	const char *name;
	unsigned int commands;
	void (*prepare)(struct program *program);
	uint32_t (*round)(struct program *program);
};

/* Of a work and how often it is done. */
struct task {
	const struct work *work;
	unsigned long rounds;
};

static const unsigned int crowds[] = { 1, 4 };

static const TPMT_SYM_DEF no_cipher = { .algorithm = TPM2_ALG_NULL };

static uint32_t start(struct program *program, TPM2_SE kind, ESYS_TR *session)
{
	return Esys_StartAuthSession(program->esys, ESYS_TR_NONE, ESYS_TR_NONE,
				     ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
				     NULL, kind, &no_cipher, TPM2_ALG_SHA256,
				     session);
}

static void make_signer(struct program *program)
{
	const TPM2B_SENSITIVE_CREATE sensitive = {};
	const TPML_PCR_SELECTION no_pcrs = {};
	const TPM2B_DATA no_data = {};
	const TPM2B_PUBLIC public = {
		.publicArea = {
			.type = TPM2_ALG_ECC,
			.nameAlg = TPM2_ALG_SHA256,
			.objectAttributes = TPMA_OBJECT_FIXEDTPM |
					    TPMA_OBJECT_FIXEDPARENT |
					    TPMA_OBJECT_SENSITIVEDATAORIGIN |
					    TPMA_OBJECT_USERWITHAUTH |
					    TPMA_OBJECT_SIGN_ENCRYPT |
					    TPMA_OBJECT_NODA,
			.parameters.eccDetail = {
				.symmetric.algorithm = TPM2_ALG_NULL,
				.scheme = {
					.scheme = TPM2_ALG_ECDSA,
					.details.ecdsa.hashAlg =
						TPM2_ALG_SHA256,
				},
				.curveID = TPM2_ECC_NIST_P256,
				.kdf.scheme = TPM2_ALG_NULL,
			},
		},
	};
	TPM2B_CREATION_DATA *creation;
	TPMT_TK_CREATION *ticket;
	TPM2B_DIGEST *hash;
	TPM2B_PUBLIC *made;

	expect_ok(Esys_CreatePrimary(program->esys, ESYS_TR_RH_OWNER,
				     ESYS_TR_PASSWORD, ESYS_TR_NONE,
				     ESYS_TR_NONE, &sensitive, &public,
				     &no_data, &no_pcrs, &program->object,
				     &made, &creation, &hash, &ticket));
	Esys_Free(made);
	Esys_Free(creation);
	Esys_Free(hash);
	Esys_Free(ticket);
}

/* The session ends with what it is for. */
static uint32_t sign(struct program *program)
{
	const TPM2B_DIGEST digest = { .size = TPM2_SHA256_DIGEST_SIZE };
	const TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_NULL };
	const TPMT_TK_HASHCHECK check = {
		.tag = TPM2_ST_HASHCHECK,
		.hierarchy = TPM2_RH_NULL,
	};
	TPMT_SIGNATURE *signature;
	ESYS_TR session;
	uint32_t rc;

	rc = start(program, TPM2_SE_HMAC, &session);
	if (rc)
		return rc;
	rc = Esys_TRSess_SetAttributes(program->esys, session, 0,
				       TPMA_SESSION_CONTINUESESSION);
	if (rc)
		return rc;
	rc = Esys_Sign(program->esys, program->object, session, ESYS_TR_NONE,
		       ESYS_TR_NONE, &digest, &scheme, &check, &signature);
	if (!rc)
		Esys_Free(signature);
	return rc;
}

static void find_vault(struct program *program)
{
	expect_ok(Esys_TR_FromTPMPublic(program->esys, VAULT_HANDLE,
					ESYS_TR_NONE, ESYS_TR_NONE,
					ESYS_TR_NONE, &program->object));
}

static uint32_t open_vault(struct program *program)
{
	const TPML_PCR_SELECTION pcr_0 = {
		.count = 1,
		.pcrSelections = { {
			.hash = TPM2_ALG_SHA256,
			.sizeofSelect = 3,
			.pcrSelect = { 1 },
		} },
	};
	const TPM2B_DIGEST as_they_are = {};
	TPM2B_SENSITIVE_DATA *secret;
	ESYS_TR session;
	uint32_t rc;

	rc = start(program, TPM2_SE_POLICY, &session);
	if (rc)
		return rc;
	rc = Esys_PolicyPCR(program->esys, session, ESYS_TR_NONE, ESYS_TR_NONE,
			    ESYS_TR_NONE, &as_they_are, &pcr_0);
	if (rc)
		return rc;
	rc = Esys_Unseal(program->esys, program->object, session, ESYS_TR_NONE,
			 ESYS_TR_NONE, &secret);
	if (rc)
		return rc;
	Esys_Free(secret);
	return Esys_FlushContext(program->esys, session);
}

static const struct work works[] = {
	{ "sign under an HMAC session", 2, make_signer, sign },
	{ "unseal by a PCR policy", 4, find_vault, open_vault },
};

static void *prepare(const void *argument, unsigned int number)
{
	const struct task *task = argument;
	struct program *program = calloc(1, sizeof(*program));
	TSS2_TCTI_CONTEXT *tcti;

	expect(program, "no memory");
	program->work = task->work;
	program->rounds = task->rounds;
	expect_ok(Tss2_TctiLdr_Initialize(route_tcti(), &tcti));
	expect_ok(Esys_Initialize(&program->esys, tcti, NULL));
	task->work->prepare(program);
	return program;
}

static uint32_t work(void *argument)
{
	struct program *program = argument;
	unsigned long long began;
	uint32_t rc = 0;
	unsigned long i;

	for (i = 0; i < program->rounds && !rc; i++) {
		began = clock_ns();
		rc = program->work->round(program);
		samples_add(clock_ns() - began);
	}
	return rc;
}

static void leave(void *argument)
{
	struct program *program = argument;
	TSS2_TCTI_CONTEXT *tcti;

	if (program->work->prepare == make_signer)
		expect_ok(Esys_FlushContext(program->esys, program->object));
	expect_ok(Esys_GetTcti(program->esys, &tcti));
	Esys_Finalize(&program->esys);
	Tss2_TctiLdr_Finalize(&tcti);
	free(program);
}

static void measure(const struct plan *plan, const struct work *what,
		    unsigned int clients, enum route route, unsigned int pass)
{
	unsigned long each = what->commands * clients;
	struct task task = {
		.work = what,
		.rounds = (plan->commands + each - 1) / each,
	};
	struct job job = {
		.prepare = prepare,
		.work = work,
		.leave = leave,
		.argument = &task,
		.commands = task.rounds,
	};
	struct outcome outcome;

	gang_run(&job, clients, &outcome);
	expect_number(outcome.succeeded, clients);
	print_begin("works", what->name, route);
	print_number("clients", clients);
	print_number("times", outcome.commands);
	print_number("commands", outcome.commands * what->commands);
	print_outcome(&outcome, plan->exact, pass);
	print_end();
	outcome_free(&outcome);
}

void part_works(const struct plan *plan)
{
	unsigned int pass, i, j;
	enum route route;

	for (pass = 0; pass < plan->passes; pass++) {
		for (route = 0; route < NR_ROUTES; route++) {
			if (!plan->routes[route])
				continue;
			route_take(route);
			for (i = 0; i < sizeof(works) / sizeof(*works); i++) {
				for (j = 0; j < 2; j++) {
					if (route == ROUTE_RAW && crowds[j] > 1)
						continue;
					measure(plan, &works[i], crowds[j],
						route, pass);
				}
			}
		}
	}
	route_leave();
}
