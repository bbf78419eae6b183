// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that a TPM would refuse: made of the right pieces in the wrong places,
 * or right ones that were spoilt. None of them can harm the TPM itself.
 */
#include "check.h"
#include "garbage.h"
#include "random.h"
#include "tpm2-client.h"
#include "tpm2-codes.h"

#define CODE_INDEX	0xffff		/* of the attributes of a command */
#define CODE_VENDOR	0x20000000

/*
 * Commands that change the TPM for everybody, or for good, if the garbage
 * happens to be right. They would show nothing about the resource manager.
 */
static const uint16_t excluded[] = {
	0x11f,	/* NV_UndefineSpaceSpecial */
	0x120,	/* EvictControl */
	CC_HIERARCHY_CONTROL,
	0x122,	/* NV_UndefineSpace */
	CC_CHANGE_EPS,
	CC_CHANGE_PPS,
	CC_CLEAR,
	CC_CLEAR_CONTROL,
	0x128,	/* ClockSet */
	CC_HIERARCHY_CHANGE_AUTH,
	0x12a,	/* NV_DefineSpace */
	0x12b,	/* PCR_Allocate */
	0x12c,	/* PCR_SetAuthPolicy */
	0x12d,	/* PP_Commands */
	CC_SET_PRIMARY_POLICY,
	0x12f,	/* FieldUpgradeStart */
	0x130,	/* ClockRateAdjust */
	CC_CREATE_PRIMARY,	/* of an RSA key takes seconds */
	0x139,	/* DictionaryAttackLockReset */
	0x13a,	/* DictionaryAttackParameters */
	0x13f,	/* SetAlgorithmSet */
	0x140,	/* SetCommandCodeAuditStatus */
	0x141,	/* FieldUpgradeData */
	CC_INCREMENTAL_SELF_TEST,
	CC_SELF_TEST,
	CC_STARTUP,
	CC_SHUTDOWN,
	CC_CREATE,
	0x191,	/* CreateLoaded */
	0x192,	/* PolicyAuthorizeNV */
};

static int is_excluded(uint32_t attributes)
{
	unsigned int i;

	if (attributes & CODE_VENDOR)
		return 1;
	for (i = 0; i < sizeof(excluded) / sizeof(*excluded); i++) {
		if ((attributes & CODE_INDEX) == excluded[i])
			return 1;
	}
	return 0;
}

/* The commands that this TPM has, but for those. */
void list_codes(int fd, struct codes *codes)
{
	struct message m, r;
	uint32_t nr;

	command_begin(&m, ST_NO_SESSIONS, CC_GET_CAPABILITY);
	put32(&m, CAP_COMMANDS);
	put32(&m, 0);
	put32(&m, CODES_MAX);
	expect_ok(tpm_exchange(fd, &m, &r));
	expect_number(get8(&r), 0);
	expect_number(get32(&r), CAP_COMMANDS);
	codes->nr = 0;
	for (nr = get32(&r); nr > 0; nr--) {
		uint32_t attributes = get32(&r);

		if (!is_excluded(attributes))
			codes->code[codes->nr++] = attributes & CODE_INDEX;
	}
	expect(codes->nr > 50, "the TPM has %u commands to try", codes->nr);
}

/* Handles of all kinds: the client's own, those of others, and none at all. */
static uint32_t some_handle(const uint32_t *known, unsigned int nr)
{
	static const uint32_t first[] = { 0x00000000, 0x01000000, 0x02000000,
					  0x03000000, 0x40000000, 0x80000000,
					  0x80ffffc0, 0x81000000, 0xff000000 };

	if (random_below(3))
		return known[random_below(nr)];
	return first[random_below(sizeof(first) / sizeof(*first))] +
	       random_below(64);
}

static void put_area(struct message *m, const uint32_t *known, unsigned int nr)
{
	unsigned int i, entries = random_below(5);
	struct message area = {};
	uint8_t junk[64];

	random_fill(junk, sizeof(junk));
	for (i = 0; i < entries; i++) {
		put32(&area, random_below(2) ? RS_PW : some_handle(known, nr));
		put_sized(&area, junk, random_below(40));
		put8(&area, random_bits());
		put_sized(&area, junk, random_below(40));
	}
	/* the size is right, or nearly so, or anything */
	switch (random_below(6)) {
	case 0:
		put32(m, area.len + random_below(9) - 4);
		break;
	case 1:
		put32(m, random_bits());
		break;
	default:
		put32(m, area.len);
	}
	put(m, area.data, area.len);
}

/* The right pieces, in any place. */
void make_garbage(struct message *m, const struct codes *codes,
		  const uint32_t *known, unsigned int nr)
{
	unsigned int i, handles = random_below(4);
	uint8_t junk[600];
	uint16_t tag = random_below(2) ? ST_SESSIONS : ST_NO_SESSIONS;

	random_fill(junk, sizeof(junk));
	command_begin(m, random_below(20) ? tag : random_bits(),
		      codes->code[random_below(codes->nr)]);
	for (i = 0; i < handles; i++)
		put32(m, some_handle(known, nr));
	if (tag == ST_SESSIONS)
		put_area(m, known, nr);
	/* small numbers are sizes that may be right */
	for (i = random_below(4); i > 0; i--)
		put16(m, random_below(40));
	put(m, junk, random_below(random_below(8) ? 40 : sizeof(junk)));
	command_end(m);
}

/* A command that was right, with a few bytes changed or the end cut off. */
void spoil(struct message *m)
{
	unsigned int changes = random_below(3);
	size_t at;

	while (changes--) {
		at = random_below(m->len);
		/* the code stays: by one bit it may be an excluded one */
		if (at < 6 || at >= HEADER_SIZE)
			m->data[at] = random_bits();
	}
	if (!random_below(4)) {
		m->len = random_below(m->len + 1);
		if (m->len >= HEADER_SIZE && random_below(2))
			command_end(m);
	}
}
