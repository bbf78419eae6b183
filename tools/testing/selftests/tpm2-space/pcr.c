// SPDX-License-Identifier: GPL-2.0-only
/* PCRs: what everybody sees that a command has been carried out. */
#include <unistd.h>
#include "authorization.h"
#include "check.h"
#include "hash.h"
#include "pcr.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

/**
 * pcr_read() - what is in a PCR, of SHA-256
 * @pcr: its number
 * @digest: receives it
 */
void pcr_read(unsigned int pcr, struct blob *digest)
{
	struct message m, r;
	int fd = tpm_managed();
	uint8_t select[3] = {};

	select[pcr / 8] = 1 << pcr % 8;
	command_begin(&m, ST_NO_SESSIONS, CC_PCR_READ);
	put32(&m, 1);
	put16(&m, ALG_SHA256);
	put8(&m, sizeof(select));
	put(&m, select, sizeof(select));
	expect_ok(tpm_exchange(fd, &m, &r));
	get32(&r);			/* how often PCRs were changed */
	expect_number(get32(&r), 1);
	get16(&r);
	get(&r, select, get8(&r));
	expect_number(get32(&r), 1);
	get_sized(&r, digest);
	close(fd);
}

/**
 * pcr_extend_command() - a TPM2_PCR_Extend by a digest that is all zeros
 * @pcr: its number
 */
struct message pcr_extend_command(unsigned int pcr)
{
	static const uint8_t zeros[SHA256_SIZE];
	struct message m;

	command_begin(&m, ST_SESSIONS, CC_PCR_EXTEND);
	put32(&m, pcr);
	put32(&m, 9);			/* bytes of what authorizes it */
	put32(&m, RS_PW);
	put_sized(&m, NULL, 0);
	put8(&m, 0);
	put_sized(&m, NULL, 0);
	put32(&m, 1);
	put16(&m, ALG_SHA256);
	put(&m, zeros, sizeof(zeros));
	command_end(&m);
	return m;
}
