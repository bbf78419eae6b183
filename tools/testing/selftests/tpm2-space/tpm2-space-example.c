// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that keeps a session, and starts again when it has lost it: prints
 * an HMAC for each line that it reads, made by the TPM with a key that never
 * leaves it.
 *
 * usage: tpm2-space-example [TCTI]
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

/* A session that was just started is safe: this is for resets of the TPM. */
#define MAX_TRIES	3

struct client {
	ESYS_CONTEXT *esys;
	ESYS_TR key;
	ESYS_TR session;
};

/*
 * What the command named is no longer in the TPM, so it has not been carried
 * out. The kernel's resource manager says so of a session that was evicted, in
 * the layer that tpm2-tss has this name for; and the TPM itself where there is
 * no such resource manager.
 */
static bool is_lost(TSS2_RC rc)
{
	TSS2_RC layer = rc & TSS2_RC_LAYER_MASK;
	TSS2_RC code = rc & ~TSS2_RC_LAYER_MASK;

	return (layer == TSS2_RESMGR_RC_LAYER || layer == TSS2_TPM_RC_LAYER) &&
	       code >= TPM2_RC_REFERENCE_H0 && code <= TPM2_RC_REFERENCE_S6;
}

static void let_go(struct client *client, ESYS_TR *handle)
{
	/* of a session that was evicted, this succeeds once, too */
	if (*handle != ESYS_TR_NONE && Esys_FlushContext(client->esys, *handle))
		Esys_TR_Close(client->esys, handle);
	*handle = ESYS_TR_NONE;
}

static void end(struct client *client)
{
	let_go(client, &client->session);
	let_go(client, &client->key);
}

/* The owner's seed gives the same key each time. */
static TSS2_RC make_key(struct client *client)
{
	const TPM2B_SENSITIVE_CREATE sensitive = {};
	const TPM2B_DATA outside = {};
	const TPML_PCR_SELECTION pcrs = {};
	const TPM2B_PUBLIC template = { .publicArea = {
		.type = TPM2_ALG_KEYEDHASH,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
				    TPMA_OBJECT_SENSITIVEDATAORIGIN |
				    TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_SIGN_ENCRYPT,
		.parameters.keyedHashDetail.scheme = {
			.scheme = TPM2_ALG_HMAC,
			.details.hmac.hashAlg = TPM2_ALG_SHA256,
		},
	} };

	return Esys_CreatePrimary(client->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD,
				  ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template,
				  &outside, &pcrs, &client->key, NULL, NULL, NULL, NULL);
}

static TSS2_RC begin(struct client *client)
{
	const TPMT_SYM_DEF no_encryption = { .algorithm = TPM2_ALG_NULL };
	TSS2_RC rc;

	rc = make_key(client);
	if (rc)
		return rc;
	/* while all sessions of the TPM are in use, this waits for one */
	return Esys_StartAuthSession(client->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
				     ESYS_TR_NONE, ESYS_TR_NONE, NULL, TPM2_SE_HMAC,
				     &no_encryption, TPM2_ALG_SHA256, &client->session);
}

static TSS2_RC hmac(struct client *client, const TPM2B_MAX_BUFFER *data,
		    TPM2B_DIGEST **digest)
{
	TSS2_RC rc;
	int try;

	for (try = 1;; try++) {
		rc = Esys_HMAC(client->esys, client->key, client->session, ESYS_TR_NONE,
			       ESYS_TR_NONE, data, TPM2_ALG_SHA256, digest);
		if (!is_lost(rc) || try == MAX_TRIES)
			return rc;
		fprintf(stderr, "%s: starting again\n", Tss2_RC_Decode(rc));
		end(client);
		rc = begin(client);
		if (rc)
			return rc;
	}
}

int main(int argc, char **argv)
{
	struct client client = { .key = ESYS_TR_NONE, .session = ESYS_TR_NONE };
	TSS2_TCTI_CONTEXT *tcti = NULL;
	TPM2B_MAX_BUFFER data;
	TPM2B_DIGEST *digest;
	TSS2_RC rc;
	UINT16 i;

	rc = Tss2_TctiLdr_Initialize(argc > 1 ? argv[1] : NULL, &tcti);
	if (!rc)
		rc = Esys_Initialize(&client.esys, tcti, NULL);
	if (!rc)
		rc = begin(&client);
	while (!rc && fgets((char *)data.buffer, sizeof(data.buffer), stdin)) {
		data.size = strlen((char *)data.buffer);
		rc = hmac(&client, &data, &digest);
		if (rc)
			break;
		for (i = 0; i < digest->size; i++)
			printf("%02x", digest->buffer[i]);
		putchar('\n');
		fflush(stdout);
		Esys_Free(digest);
	}
	if (client.esys) {
		end(&client);
		Esys_Finalize(&client.esys);
	}
	Tss2_TctiLdr_Finalize(&tcti);
	if (rc)
		errx(1, "%s", Tss2_RC_Decode(rc));
	return 0;
}
