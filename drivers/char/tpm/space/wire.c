// SPDX-License-Identifier: GPL-2.0-only
/*
 * TPM 2.0 commands and responses as bytes: parse what a client sent, find
 * what the TPM answered, build the few commands that we send ourselves.
 *
 * All numbers are big-endian and none is aligned. A client controls every
 * byte of a command, so each length is checked against what is left of the
 * buffer before it is believed, in a form that cannot wrap.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "compat.h"
#include "wire.h"

#define HANDLE_SIZE		4
#define PROPERTY_SIZE		8	/* TPMS_TAGGED_PROPERTY */
#define PLACEHOLDER_NONCE	16	/* the least that a TPM takes */
#define PLACEHOLDER_SIZE	(27 + PLACEHOLDER_NONCE)
#define AUTH_SIZE_SIZE		4
#define AUTH_MIN_SIZE		9	/* handle, empty nonce, attributes, empty hmac */
#define CONTEXT_HEAD_SIZE	18	/* sequence, savedHandle, hierarchy, blob size */
#define TIME_INFO_SIZE		25	/* TPMS_TIME_INFO */
#define CAPABILITY_HEAD_SIZE	9	/* moreData, capability, count */

/**
 * tpm2_wire_check_header() - is there a command whose size can be believed?
 * @buf: what the client wrote
 * @written: how much of it, in bytes
 *
 * A size below that of a header must not reach the TPM: a driver would send
 * so few bytes that the TPM goes on waiting for the others.
 *
 * Return: the command's size in bytes, or -EINVAL.
 */
int tpm2_wire_check_header(const u8 *buf, size_t written)
{
	u32 size;

	if (written < TPM2_WIRE_HEADER_SIZE)
		return -EINVAL;

	size = get_unaligned_be32(buf + 2);
	if (size < TPM2_WIRE_HEADER_SIZE || size > written ||
	    size > TPM2_WIRE_BUFSIZE)
		return -EINVAL;
	return size;
}

/**
 * tpm2_wire_command_code() - TPM_CC of a command
 * @buf: command whose header was checked
 */
u32 tpm2_wire_command_code(const u8 *buf)
{
	return get_unaligned_be32(buf + 6);
}

/**
 * tpm2_wire_response_code() - TPM_RC of a response
 * @buf: response of at least a header
 */
u32 tpm2_wire_response_code(const u8 *buf)
{
	return get_unaligned_be32(buf + 6);
}

static u32 parse_auth(const u8 *buf, u32 left, struct tpm2_wire_auth *auth)
{
	u32 nonce, hmac;

	if (left < AUTH_MIN_SIZE)
		return 0;
	auth->handle = get_unaligned_be32(buf);

	nonce = get_unaligned_be16(buf + 4);
	if (nonce > left - AUTH_MIN_SIZE)
		return 0;
	auth->attributes = buf[6 + nonce];

	hmac = get_unaligned_be16(buf + 7 + nonce);
	if (hmac > left - AUTH_MIN_SIZE - nonce)
		return 0;

	return AUTH_MIN_SIZE + nonce + hmac;
}

static void parse_auth_area(const u8 *buf, u32 offset,
			    struct tpm2_wire_command *cmd)
{
	u32 left, used;

	cmd->malformed = true;
	if (cmd->size - offset < AUTH_SIZE_SIZE)
		return;
	left = get_unaligned_be32(buf + offset);
	offset += AUTH_SIZE_SIZE;
	if (left > cmd->size - offset)
		return;

	cmd->params = offset + left;
	while (left) {
		if (cmd->nr_auths == TPM2_WIRE_MAX_AUTHS)
			return;
		used = parse_auth(buf + offset, left,
				  &cmd->auths[cmd->nr_auths]);
		if (!used)
			return;
		cmd->nr_auths++;
		offset += used;
		left -= used;
	}
	/* an area without a session is one that the TPM refuses */
	cmd->malformed = !cmd->nr_auths;
}

/**
 * tpm2_wire_parse_command() - find what a command names
 * @buf: command whose header tpm2_wire_check_header() accepted
 * @attrs: TPMA_CC of its command code, with ContextSave and FlushContext
 *	counting one handle each, as chip->cc_attrs_tbl has it
 * @cmd: receives what was found
 *
 * Part 1, 18 (command structure). There is no error: a command that does not
 * add up is marked, and left for the TPM to refuse.
 */
void tpm2_wire_parse_command(const u8 *buf, u32 attrs,
			     struct tpm2_wire_command *cmd)
{
	unsigned int nr_handles, i;
	u32 offset = TPM2_WIRE_HEADER_SIZE;

	memset(cmd, 0, sizeof(*cmd));
	cmd->tag = get_unaligned_be16(buf);
	cmd->size = get_unaligned_be32(buf + 2);
	cmd->cc = tpm2_wire_command_code(buf);
	cmd->attrs = attrs;

	nr_handles = (attrs >> TPMA_CC_C_HANDLES_SHIFT) & TPMA_CC_C_HANDLES_MASK;
	for (i = 0; i < nr_handles; i++) {
		if (cmd->size - offset < HANDLE_SIZE) {
			cmd->malformed = true;
			return;
		}
		cmd->handles[i] = tpm2_wire_get_handle(buf, offset);
		cmd->nr_handles++;
		offset += HANDLE_SIZE;
	}

	cmd->params = offset;
	if (cmd->tag == TPM_ST_SESSIONS)
		parse_auth_area(buf, offset, cmd);
}

/**
 * tpm2_wire_parse_response() - find where things are in a response
 * @buf: response
 * @size: its size in bytes, as the driver returned it
 * @attrs: TPMA_CC of the command
 * @rsp: receives what was found
 *
 * Part 1, 18.10 (response structure).
 *
 * Return: 0, or -EINVAL if the TPM's response does not add up.
 */
int tpm2_wire_parse_response(const u8 *buf, size_t size, u32 attrs,
			     struct tpm2_wire_response *rsp)
{
	u32 offset = TPM2_WIRE_HEADER_SIZE;

	memset(rsp, 0, sizeof(*rsp));
	if (size < TPM2_WIRE_HEADER_SIZE)
		return -EINVAL;

	rsp->tag = get_unaligned_be16(buf);
	rsp->size = get_unaligned_be32(buf + 2);
	rsp->rc = tpm2_wire_response_code(buf);
	if (rsp->size < TPM2_WIRE_HEADER_SIZE || rsp->size > size)
		return -EINVAL;
	rsp->params = offset;
	if (rsp->rc != TPM_RC_SUCCESS)
		return 0;

	if (attrs & TPMA_CC_R_HANDLE) {
		if (rsp->size - offset < HANDLE_SIZE)
			return -EINVAL;
		rsp->handle = tpm2_wire_get_handle(buf, offset);
		offset += HANDLE_SIZE;
	}

	rsp->params_size = rsp->size - offset;
	if (rsp->tag == TPM_ST_SESSIONS) {
		if (rsp->params_size < 4)
			return -EINVAL;
		rsp->params_size = get_unaligned_be32(buf + offset);
		offset += 4;
		if (rsp->params_size > rsp->size - offset)
			return -EINVAL;
	}
	rsp->params = offset;
	return 0;
}

/**
 * tpm2_wire_parse_context() - read the head of a TPMS_CONTEXT
 * @buf: the context
 * @size: bytes that are there
 * @ctx: receives the head
 *
 * Part 2, 14.5.
 *
 * Return: size of the whole context in bytes, or -EINVAL if it is cut off.
 */
int tpm2_wire_parse_context(const u8 *buf, size_t size,
			    struct tpm2_wire_context *ctx)
{
	u32 blob;

	if (size < CONTEXT_HEAD_SIZE)
		return -EINVAL;
	ctx->sequence = get_unaligned_be64(buf);
	ctx->saved_handle = get_unaligned_be32(buf + 8);
	ctx->hierarchy = get_unaligned_be32(buf + 12);
	blob = get_unaligned_be16(buf + 16);
	if (blob > size - CONTEXT_HEAD_SIZE)
		return -EINVAL;
	return CONTEXT_HEAD_SIZE + blob;
}

/**
 * tpm2_wire_parse_handles() - read a TPMS_CAPABILITY_DATA with handles
 * @buf: parameters of the response to TPM2_GetCapability
 * @size: their size in bytes
 * @handles: receives where the list is
 *
 * Part 2, 10.10.
 *
 * Return: 0, or -EINVAL if these are no handles or the list is cut off.
 */
int tpm2_wire_parse_handles(const u8 *buf, size_t size,
			    struct tpm2_wire_handles *handles)
{
	if (size < CAPABILITY_HEAD_SIZE)
		return -EINVAL;
	if (get_unaligned_be32(buf + 1) != TPM_CAP_HANDLES)
		return -EINVAL;

	handles->more = buf[0];
	handles->count = get_unaligned_be32(buf + 5);
	handles->list = CAPABILITY_HEAD_SIZE;
	if (handles->count > (size - CAPABILITY_HEAD_SIZE) / HANDLE_SIZE)
		return -EINVAL;
	return 0;
}

/**
 * tpm2_wire_parse_clock() - counters out of a TPMS_TIME_INFO
 * @buf: parameters of the response to a TPM2_ReadClock
 * @size: their size in bytes
 * @clock: receives the counters
 *
 * Return: 0, or -EINVAL if they end too early.
 */
int tpm2_wire_parse_clock(const u8 *buf, size_t size,
			  struct tpm2_wire_clock *clock)
{
	if (size < TIME_INFO_SIZE)
		return -EINVAL;
	/* behind time and clock */
	clock->reset_count = get_unaligned_be32(buf + 16);
	clock->restart_count = get_unaligned_be32(buf + 20);
	return 0;
}

/*
 * Where the value of a TPM property is, or 0. Part 2, 10.8.2
 * (TPML_TAGGED_TPM_PROPERTY).
 */
static u32 locate_property(const u8 *buf, size_t size, u32 property)
{
	u32 count, i, offset = CAPABILITY_HEAD_SIZE;

	if (size < CAPABILITY_HEAD_SIZE ||
	    get_unaligned_be32(buf + 1) != TPM_CAP_TPM_PROPERTIES)
		return 0;

	count = get_unaligned_be32(buf + 5);
	if (count > (size - CAPABILITY_HEAD_SIZE) / PROPERTY_SIZE)
		return 0;

	for (i = 0; i < count; i++, offset += PROPERTY_SIZE) {
		if (get_unaligned_be32(buf + offset) == property)
			return offset + 4;
	}
	return 0;
}

/**
 * tpm2_wire_find_property() - look up a TPM property
 * @buf: parameters of the response to TPM2_GetCapability
 * @size: their size in bytes
 * @property: TPM_PT
 * @value: receives its value
 *
 * Return: true if it was there.
 */
bool tpm2_wire_find_property(const u8 *buf, size_t size, u32 property,
			     u32 *value)
{
	u32 offset = locate_property(buf, size, property);

	if (offset)
		*value = get_unaligned_be32(buf + offset);
	return offset;
}

/**
 * tpm2_wire_set_property() - change a TPM property, if it is there
 * @buf: parameters of the response to TPM2_GetCapability
 * @size: their size in bytes
 * @property: TPM_PT
 * @value: its new value
 */
void tpm2_wire_set_property(u8 *buf, size_t size, u32 property, u32 value)
{
	u32 offset = locate_property(buf, size, property);

	if (offset)
		put_unaligned_be32(value, buf + offset);
}

/**
 * tpm2_wire_wants_handles() - does this TPM2_GetCapability ask for handles?
 * @buf: command
 * @cmd: what was parsed of it
 * @first: receives the handle to begin with
 * @count: receives how many are wanted at most
 */
bool tpm2_wire_wants_handles(const u8 *buf,
			     const struct tpm2_wire_command *cmd,
			     u32 *first, u32 *count)
{
	if (cmd->cc != TPM_CC_GET_CAPABILITY || cmd->malformed ||
	    cmd->size - cmd->params != 12)
		return false;

	*first = get_unaligned_be32(buf + cmd->params + 4);
	*count = get_unaligned_be32(buf + cmd->params + 8);
	return get_unaligned_be32(buf + cmd->params) == TPM_CAP_HANDLES;
}

/**
 * tpm2_wire_ends_hierarchies() - of which hierarchies does it take all objects?
 * @buf: command
 * @cmd: what was parsed of it
 * @hierarchies: receives them
 *
 * Part 3, 24: what TPM2_Clear, ChangeEPS, ChangePPS and HierarchyControl flush,
 * and of what saved contexts do not load any more.
 *
 * Return: how many.
 */
unsigned int tpm2_wire_ends_hierarchies(const u8 *buf,
					const struct tpm2_wire_command *cmd,
					u32 hierarchies[TPM2_WIRE_MAX_ENDED])
{
	if (cmd->malformed)
		return 0;

	switch (cmd->cc) {
	case TPM_CC_CLEAR:
		hierarchies[0] = TPM2_WIRE_RH_OWNER;
		hierarchies[1] = TPM2_WIRE_RH_ENDORSEMENT;
		return 2;
	case TPM_CC_CHANGE_EPS:
		hierarchies[0] = TPM2_WIRE_RH_ENDORSEMENT;
		return 1;
	case TPM_CC_CHANGE_PPS:
		hierarchies[0] = TPM2_WIRE_RH_PLATFORM;
		return 1;
	case TPM_CC_HIERARCHY_CONTROL:
		/* which one, and whether it is to be there */
		if (cmd->size - cmd->params != 5 || buf[cmd->params + 4])
			return 0;
		hierarchies[0] = get_unaligned_be32(buf + cmd->params);
		return 1;
	}
	return 0;
}

/**
 * tpm2_wire_hierarchy() - which hierarchy does an object end with?
 * @handle: TPM_RH of its hierarchy, as its context has it
 *
 * Part 2, 7.4: the objects of a hierarchy may be limited to a version of the TPM's
 * firmware (TPM_RH_FW_OWNER and the like), or to a security version number, which is
 * in the lower half of the handle (TPM_RH_SVN_OWNER_BASE). They go with the
 * hierarchy that they are a part of.
 *
 * Return: TPM_RH of that one; @handle if it is one, or something else.
 */
u32 tpm2_wire_hierarchy(u32 handle)
{
	static const u32 whole[] = {
		TPM2_WIRE_RH_OWNER, TPM2_WIRE_RH_ENDORSEMENT,
		TPM2_WIRE_RH_PLATFORM, TPM_RH_NULL,
	};
	u32 svn = (handle - TPM2_WIRE_RH_SVN_OWNER) >> 16;
	u32 fw = handle - TPM2_WIRE_RH_FW_OWNER;

	if (fw < ARRAY_SIZE(whole))
		return whole[fw];
	return svn < ARRAY_SIZE(whole) ? whole[svn] : handle;
}

/**
 * tpm2_wire_starts_trial() - does this command ask for a trial session?
 * @buf: command
 * @cmd: what was parsed of it
 *
 * Part 3, 11.1 (TPM2_StartAuthSession): the type of the session comes after the
 * nonce and the salt.
 */
bool tpm2_wire_starts_trial(const u8 *buf, const struct tpm2_wire_command *cmd)
{
	u32 offset = cmd->params, left, size;
	unsigned int i;

	if (cmd->cc != TPM_CC_START_AUTH_SESSION || cmd->malformed)
		return false;

	for (i = 0; i < 2; i++) {
		left = cmd->size - offset;
		if (left < 2)
			return false;
		size = get_unaligned_be16(buf + offset);
		if (size > left - 2)
			return false;
		offset += 2 + size;
	}
	return offset < cmd->size && buf[offset] == TPM2_WIRE_SE_TRIAL;
}

/**
 * tpm2_wire_get_handle() - read a handle
 * @buf: buffer
 * @offset: where, in bytes; the caller has checked that it is inside
 */
u32 tpm2_wire_get_handle(const u8 *buf, u32 offset)
{
	return get_unaligned_be32(buf + offset);
}

/**
 * tpm2_wire_set_handle() - overwrite a handle of the handle area
 * @buf: command or response
 * @i: which one; the caller has checked that it is there
 * @handle: the new one
 */
void tpm2_wire_set_handle(u8 *buf, unsigned int i, u32 handle)
{
	put_unaligned_be32(handle, buf + TPM2_WIRE_HEADER_SIZE + i * HANDLE_SIZE);
}

/**
 * tpm2_wire_rc_lost() - does the TPM not know what we have of it?
 * @rc: response code of a TPM2_ContextLoad, ContextSave or FlushContext of our
 *	own making
 *
 * TPMs differ in what they find fault with: the saved handle or the sequence
 * (TPM_RC_HANDLE, 0x1cb or 0x18b), the blob after a reset (TPM_RC_INTEGRITY,
 * 0x1df), a hierarchy that was cleared. The command itself is sound, so any
 * format-one code means that. Warnings do not, except for a handle that is not
 * loaded (TPM_RC_REFERENCE_H0).
 */
bool tpm2_wire_rc_lost(u32 rc)
{
	return rc == TPM_RC_REFERENCE_H0 || rc & TPM_RC_FMT1;
}

/**
 * tpm2_wire_rc_shortage() - is there too little room for what was asked for?
 * @rc: response code of any command
 *
 * What is short depends on the command, and on what the TPM calls it: there are
 * some that say TPM_RC_MEMORY or TPM_RC_OBJECT_HANDLES for object slots,
 * TPM_RC_SESSION_HANDLES for session slots, or TPM_RC_SESSION_MEMORY when they
 * have no index left.
 */
bool tpm2_wire_rc_shortage(u32 rc)
{
	return rc >= TPM_RC_OBJECT_MEMORY && rc <= TPM_RC_OBJECT_HANDLES;
}

static u32 build_header(u8 *buf, u32 code, u32 size)
{
	put_unaligned_be16(TPM_ST_NO_SESSIONS, buf);
	put_unaligned_be32(size, buf + 2);
	put_unaligned_be32(code, buf + 6);
	return size;
}

/**
 * tpm2_wire_build_response() - a response that has no more than a code
 * @buf: receives TPM2_WIRE_HEADER_SIZE bytes
 * @rc: TPM_RC
 *
 * Return: size in bytes, as from all that build something.
 */
u32 tpm2_wire_build_response(u8 *buf, u32 rc)
{
	return build_header(buf, rc, TPM2_WIRE_HEADER_SIZE);
}

/**
 * tpm2_wire_build_flush_context() - TPM2_FlushContext, Part 3, 28.4
 * @buf: receives 14 bytes
 * @handle: session or object
 */
u32 tpm2_wire_build_flush_context(u8 *buf, u32 handle)
{
	tpm2_wire_set_handle(buf, 0, handle);
	return build_header(buf, TPM_CC_FLUSH_CONTEXT,
			    TPM2_WIRE_HEADER_SIZE + HANDLE_SIZE);
}

/**
 * tpm2_wire_build_context_save() - TPM2_ContextSave, Part 3, 28.2
 * @buf: receives 14 bytes
 * @handle: session or object
 */
u32 tpm2_wire_build_context_save(u8 *buf, u32 handle)
{
	tpm2_wire_set_handle(buf, 0, handle);
	return build_header(buf, TPM_CC_CONTEXT_SAVE,
			    TPM2_WIRE_HEADER_SIZE + HANDLE_SIZE);
}

/**
 * tpm2_wire_build_context_load() - TPM2_ContextLoad, Part 3, 28.3
 * @buf: receives the command; TPM2_WIRE_BUFSIZE bytes
 * @ctx: TPMS_CONTEXT that the TPM returned
 * @size: its size in bytes; it came in a response, so it fits in a command
 */
u32 tpm2_wire_build_context_load(u8 *buf, const u8 *ctx, u32 size)
{
	memcpy(buf + TPM2_WIRE_HEADER_SIZE, ctx, size);
	return build_header(buf, TPM_CC_CONTEXT_LOAD,
			    TPM2_WIRE_HEADER_SIZE + size);
}

/**
 * tpm2_wire_build_start_auth_session() - TPM2_StartAuthSession, Part 3, 11.1
 * @buf: receives 43 bytes
 *
 * An HMAC session that nobody will use: unbound, unsalted, with a nonce of
 * zeros.
 */
u32 tpm2_wire_build_start_auth_session(u8 *buf)
{
	memset(buf, 0, PLACEHOLDER_SIZE);
	put_unaligned_be32(TPM_RH_NULL, buf + 10);	/* tpmKey */
	put_unaligned_be32(TPM_RH_NULL, buf + 14);	/* bind */
	put_unaligned_be16(PLACEHOLDER_NONCE, buf + 18);
	/* no encryptedSalt, and TPM_SE_HMAC is 0 */
	put_unaligned_be16(TPM2_WIRE_ALG_NULL, buf + 23 + PLACEHOLDER_NONCE);
	put_unaligned_be16(TPM2_WIRE_ALG_SHA256, buf + 25 + PLACEHOLDER_NONCE);
	return build_header(buf, TPM_CC_START_AUTH_SESSION, PLACEHOLDER_SIZE);
}

/**
 * tpm2_wire_build_read_clock() - TPM2_ReadClock
 * @buf: receives the command
 *
 * Return: size of the command in bytes.
 */
u32 tpm2_wire_build_read_clock(u8 *buf)
{
	return build_header(buf, TPM_CC_READ_CLOCK, TPM2_WIRE_HEADER_SIZE);
}

/**
 * tpm2_wire_build_get_capability() - TPM2_GetCapability, Part 3, 30.2
 * @buf: receives 22 bytes
 * @cap: TPM_CAP
 * @property: the first one
 * @count: how many
 */
u32 tpm2_wire_build_get_capability(u8 *buf, u32 cap, u32 property, u32 count)
{
	put_unaligned_be32(cap, buf + 10);
	put_unaligned_be32(property, buf + 14);
	put_unaligned_be32(count, buf + 18);
	return build_header(buf, TPM_CC_GET_CAPABILITY, 22);
}

/**
 * tpm2_wire_build_handles() - a response that lists handles
 * @buf: receives 19 + 4 * @count bytes
 * @handles: the handles
 * @count: how many
 * @more: moreData
 */
u32 tpm2_wire_build_handles(u8 *buf, const u32 *handles, u32 count, bool more)
{
	u8 *params = buf + TPM2_WIRE_HEADER_SIZE;
	u8 *list = params + CAPABILITY_HEAD_SIZE;
	u32 i;

	params[0] = more;
	put_unaligned_be32(TPM_CAP_HANDLES, params + 1);
	put_unaligned_be32(count, params + 5);
	for (i = 0; i < count; i++)
		put_unaligned_be32(handles[i], list + i * HANDLE_SIZE);
	return build_header(buf, TPM_RC_SUCCESS,
			    TPM2_WIRE_HEADER_SIZE + CAPABILITY_HEAD_SIZE +
			    count * HANDLE_SIZE);
}
