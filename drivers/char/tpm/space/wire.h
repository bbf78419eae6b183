/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TPM 2.0 commands and responses as bytes.
 *
 * Pure: no locks, no I/O, no allocation. Every function takes a buffer with
 * its size and stays inside it whatever the bytes say.
 *
 * Names are those of the TPM 2.0 Library specification, Part 2 (structures)
 * and Part 3 (commands).
 */
#ifndef __TPM2_WIRE_H
#define __TPM2_WIRE_H

#include <linux/bits.h>
#include <linux/types.h>

#define TPM2_WIRE_BUFSIZE	4096	/* largest command or response */
#define TPM2_WIRE_HEADER_SIZE	10	/* tag, size, code */
#define TPM2_WIRE_MAX_HANDLES	7	/* what TPMA_CC.cHandles can say */
#define TPM2_WIRE_MAX_AUTHS	3	/* sessions in an authorization area */
#define TPM2_WIRE_MAX_ENDED	2	/* hierarchies that a command empties */

/* TPM_ST, Part 2, 6.9 */
#define TPM_ST_NO_SESSIONS	0x8001
#define TPM_ST_SESSIONS		0x8002

/* TPM_CC, Part 2, 6.5.2 */
#define TPM_CC_HIERARCHY_CONTROL	0x00000121
#define TPM_CC_CHANGE_EPS		0x00000124
#define TPM_CC_CHANGE_PPS		0x00000125
#define TPM_CC_CLEAR			0x00000126
#define TPM_CC_STARTUP			0x00000144
#define TPM_CC_HMAC_START		0x0000015b
#define TPM_CC_SEQUENCE_UPDATE		0x0000015c
#define TPM_CC_CONTEXT_LOAD		0x00000161
#define TPM_CC_CONTEXT_SAVE		0x00000162
#define TPM_CC_FLUSH_CONTEXT		0x00000165
#define TPM_CC_START_AUTH_SESSION	0x00000176
#define TPM_CC_GET_CAPABILITY		0x0000017a
#define TPM_CC_READ_CLOCK		0x00000181
#define TPM_CC_HASH_SEQUENCE_START	0x00000186
#define TPM_CC_VERIFY_SEQUENCE_START	0x000001a9
#define TPM_CC_SIGN_SEQUENCE_START	0x000001aa

/* TPM_RC, Part 2, 6.6 */
#define TPM_RC_SUCCESS		0x000
#define TPM_RC_HANDLE		0x08b
#define TPM_RC_FAILURE		0x101
#define TPM_RC_COMMAND_CODE	0x143
#define TPM_RC_CONTEXT_GAP	0x901
#define TPM_RC_OBJECT_MEMORY	0x902
#define TPM_RC_SESSION_MEMORY	0x903
#define TPM_RC_MEMORY		0x904
#define TPM_RC_SESSION_HANDLES	0x905
#define TPM_RC_OBJECT_HANDLES	0x906
#define TPM_RC_REFERENCE_H0	0x910
#define TPM_RC_REFERENCE_S0	0x918
#define TPM_RC_FMT1		0x080	/* a format-one code */
#define TPM_RC_P		0x040	/* a parameter is at fault */
#define TPM_RC_1		0x100	/* the first one */
#define TPM_RC_N_MASK		0xf00	/* the how-manieth */
#define TPM_RC_N_SESSION	8	/* from here on, sessions are counted */

/* Response codes that come from the resource manager, not from the TPM. */
#define TPM2_WIRE_RESMGR_LAYER	0x000b0000

/* TPM_RH and TPM_ALG, Part 2, 7.4 and 6.3; <linux/tpm.h> has some, by version */
#define TPM_RH_NULL		0x40000007
#define TPM2_WIRE_ALG_NULL	0x0010
#define TPM2_WIRE_ALG_SHA256	0x000b

#define TPM2_WIRE_RH_OWNER	0x40000001
#define TPM2_WIRE_RH_ENDORSEMENT	0x4000000b
#define TPM2_WIRE_RH_PLATFORM	0x4000000c
#define TPM2_WIRE_RH_FW_OWNER	0x40000140	/* and three more, in this order: */
#define TPM2_WIRE_RH_SVN_OWNER	0x40010000	/* endorsement, platform, null */

/* TPM_HT, Part 2, 7.2: the most significant octet of a handle */
#define TPM_HT_HMAC_SESSION	0x02	/* also: loaded sessions, in capabilities */
#define TPM_HT_POLICY_SESSION	0x03	/* also: saved sessions */
#define TPM_HT_TRANSIENT	0x80

/* TPM_SE, Part 2, 6.11 */
#define TPM2_WIRE_SE_TRIAL	0x03

/* TPM_CAP and TPM_PT, Part 2, 6.12 and 6.13 */
#define TPM_CAP_HANDLES			0x00000001
#define TPM_CAP_TPM_PROPERTIES		0x00000006
#define TPM_PT_HR_TRANSIENT_MIN		0x0000010e
#define TPM_PT_HR_LOADED_MIN		0x00000110
#define TPM_PT_ACTIVE_SESSIONS_MAX	0x00000111
#define TPM_PT_CONTEXT_GAP_MAX		0x00000114
#define TPM_PT_HR_LOADED		0x00000203
#define TPM_PT_HR_LOADED_AVAIL		0x00000204
#define TPM_PT_HR_ACTIVE		0x00000205
#define TPM_PT_HR_TRANSIENT_AVAIL	0x00000207

/* TPMA_SESSION, Part 2, 8.4 */
#define TPMA_SESSION_CONTINUE_SESSION	0x01

/* TPMA_CC, Part 2, 8.9 */
#define TPMA_CC_COMMAND_INDEX	0xffff
#define TPMA_CC_FLUSHED		BIT(24)
#define TPMA_CC_C_HANDLES_SHIFT	25
#define TPMA_CC_C_HANDLES_MASK	0x7
#define TPMA_CC_R_HANDLE	BIT(28)
#define TPMA_CC_VENDOR		BIT(29)

/* TPMS_CONTEXT.savedHandle of an object, Part 2, 14.6.3 */
#define TPM2_WIRE_SAVED_SEQUENCE	0x80000001

/**
 * struct tpm2_wire_auth - a session in the authorization area of a command
 * @handle: session handle, or TPM_RS_PW
 * @attributes: TPMA_SESSION
 */
struct tpm2_wire_auth {
	u32 handle;
	u8 attributes;
};

/**
 * struct tpm2_wire_command - what a command names
 * @tag: TPM_ST
 * @size: the header's commandSize in bytes, never above the buffer's
 * @cc: TPM_CC
 * @attrs: TPMA_CC of @cc
 * @nr_handles: handles found in the handle area
 * @handles: the handles
 * @nr_auths: sessions found in the authorization area
 * @auths: the sessions
 * @malformed: the command ends inside its handle area, or its authorization
 *	area does not add up. What was found before that point is valid. The
 *	TPM refuses such a command.
 * @params: offset in bytes of the parameters; meaningless if @malformed
 */
struct tpm2_wire_command {
	u16 tag;
	u32 size;
	u32 cc;
	u32 attrs;
	unsigned int nr_handles;
	u32 handles[TPM2_WIRE_MAX_HANDLES];
	unsigned int nr_auths;
	struct tpm2_wire_auth auths[TPM2_WIRE_MAX_AUTHS];
	bool malformed;
	u32 params;
};

/**
 * struct tpm2_wire_response - where things are in a response
 * @tag: TPM_ST
 * @size: responseSize in bytes
 * @rc: TPM_RC
 * @handle: the handle that the command returned; 0 if it returns none
 * @params: offset in bytes of the parameters
 * @params_size: their size in bytes
 */
struct tpm2_wire_response {
	u16 tag;
	u32 size;
	u32 rc;
	u32 handle;
	u32 params;
	u32 params_size;
};

/**
 * struct tpm2_wire_context - head of a TPMS_CONTEXT
 * @sequence: orders saved sessions by age
 * @saved_handle: session handle, or the kind of object
 * @hierarchy: of an object
 */
struct tpm2_wire_context {
	u64 sequence;
	u32 saved_handle;
	u32 hierarchy;
};

/**
 * struct tpm2_wire_handles - a page of TPML_HANDLE
 * @more: moreData
 * @count: number of handles
 * @list: offset in bytes of the first one
 */
struct tpm2_wire_handles {
	bool more;
	u32 count;
	u32 list;
};

/**
 * struct tpm2_wire_clock - counters of TPMS_CLOCK_INFO
 * @reset_count: TPM Resets
 * @restart_count: TPM Restarts and TPM Resumes since the last TPM Reset
 */
struct tpm2_wire_clock {
	u32 reset_count;
	u32 restart_count;
};

static inline u8 tpm2_wire_handle_type(u32 handle)
{
	return handle >> 24;
}

static inline bool tpm2_wire_is_session(u32 handle)
{
	u8 type = tpm2_wire_handle_type(handle);

	return type == TPM_HT_HMAC_SESSION || type == TPM_HT_POLICY_SESSION;
}

static inline bool tpm2_wire_is_transient(u32 handle)
{
	return tpm2_wire_handle_type(handle) == TPM_HT_TRANSIENT;
}

int tpm2_wire_check_header(const u8 *buf, size_t written);
u32 tpm2_wire_command_code(const u8 *buf);
u32 tpm2_wire_response_code(const u8 *buf);
void tpm2_wire_parse_command(const u8 *buf, u32 attrs,
			     struct tpm2_wire_command *cmd);
int tpm2_wire_parse_response(const u8 *buf, size_t size, u32 attrs,
			     struct tpm2_wire_response *rsp);
int tpm2_wire_parse_context(const u8 *buf, size_t size,
			    struct tpm2_wire_context *ctx);
int tpm2_wire_parse_handles(const u8 *buf, size_t size,
			    struct tpm2_wire_handles *handles);
int tpm2_wire_parse_clock(const u8 *buf, size_t size,
			  struct tpm2_wire_clock *clock);
bool tpm2_wire_find_property(const u8 *buf, size_t size, u32 property,
			     u32 *value);
void tpm2_wire_set_property(u8 *buf, size_t size, u32 property, u32 value);
bool tpm2_wire_wants_handles(const u8 *buf,
			     const struct tpm2_wire_command *cmd,
			     u32 *first, u32 *count);
unsigned int tpm2_wire_ends_hierarchies(const u8 *buf,
					const struct tpm2_wire_command *cmd,
					u32 hierarchies[TPM2_WIRE_MAX_ENDED]);
u32 tpm2_wire_hierarchy(u32 handle);
bool tpm2_wire_starts_trial(const u8 *buf, const struct tpm2_wire_command *cmd);
u32 tpm2_wire_get_handle(const u8 *buf, u32 offset);
void tpm2_wire_set_handle(u8 *buf, unsigned int i, u32 handle);
bool tpm2_wire_rc_lost(u32 rc);
bool tpm2_wire_rc_shortage(u32 rc);

u32 tpm2_wire_build_response(u8 *buf, u32 rc);
u32 tpm2_wire_build_flush_context(u8 *buf, u32 handle);
u32 tpm2_wire_build_context_save(u8 *buf, u32 handle);
u32 tpm2_wire_build_context_load(u8 *buf, const u8 *ctx, u32 size);
u32 tpm2_wire_build_start_auth_session(u8 *buf);
u32 tpm2_wire_build_read_clock(u8 *buf);
u32 tpm2_wire_build_get_capability(u8 *buf, u32 cap, u32 property, u32 count);
u32 tpm2_wire_build_handles(u8 *buf, const u32 *handles, u32 count, bool more);

#endif /* __TPM2_WIRE_H */
