/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of the TPM 2.0 Library specification that the tests use, and the
 * answers that the resource manager gives in its own name.
 */
#ifndef TPM2_CODES_H
#define TPM2_CODES_H

/* structure tags */
#define ST_NO_SESSIONS		0x8001
#define ST_SESSIONS		0x8002
#define ST_ATTEST_CERTIFY	0x8017

/* commands */
#define CC_EVICT_CONTROL	0x120
#define CC_HIERARCHY_CONTROL	0x121
#define CC_CHANGE_EPS		0x124
#define CC_CHANGE_PPS		0x125
#define CC_CLEAR		0x126
#define CC_CLEAR_CONTROL	0x127
#define CC_HIERARCHY_CHANGE_AUTH	0x129
#define CC_SET_PRIMARY_POLICY	0x12e
#define CC_CREATE_PRIMARY	0x131
#define CC_SEQUENCE_COMPLETE	0x13e
#define CC_INCREMENTAL_SELF_TEST	0x142
#define CC_SELF_TEST		0x143
#define CC_STARTUP		0x144
#define CC_SHUTDOWN		0x145
#define CC_CERTIFY		0x148
#define CC_POLICY_SECRET	0x151
#define CC_CREATE		0x153
#define CC_HMAC			0x155
#define CC_LOAD			0x157
#define CC_SEQUENCE_UPDATE	0x15c
#define CC_UNSEAL		0x15e
#define CC_CONTEXT_LOAD		0x161
#define CC_CONTEXT_SAVE		0x162
#define CC_FLUSH_CONTEXT	0x165
#define CC_POLICY_AUTH_VALUE	0x16b
#define CC_POLICY_COMMAND_CODE	0x16c
#define CC_READ_PUBLIC		0x173
#define CC_START_AUTH_SESSION	0x176
#define CC_GET_CAPABILITY	0x17a
#define CC_GET_RANDOM		0x17b
#define CC_PCR_READ		0x17e
#define CC_POLICY_PCR		0x17f
#define CC_READ_CLOCK		0x181
#define CC_PCR_EXTEND		0x182
#define CC_HASH_SEQUENCE_START	0x186
#define CC_POLICY_GET_DIGEST	0x189

/* how the TPM is started and shut down */
#define SU_CLEAR		0x0000
#define SU_STATE		0x0001

/* responses of the TPM */
#define RC_INITIALIZE		0x100	/* before TPM2_Startup */
#define RC_FLUSH_NO_SUCH	0x1cb	/* value of parameter 1 is no handle */
#define RC_CONTEXT_STALE	0x1df	/* integrity of parameter 1 */
#define RC_AUTH_FAIL_SESSION_1	0x98e	/* authorization failed, counted */
#define RC_OBJECT_MEMORY	0x902
#define RC_SESSION_MEMORY	0x903
#define RC_SESSION_HANDLES	0x905
#define RC_HANDLE_NOT_LOADED(i)	(0x910 + (i))

/* responses of the resource manager */
#define RM_NO_SUCH_COMMAND	0x000b0143
#define RM_FOREIGN_FLUSH	0x000b01cb
#define RM_OBJECT_LIMIT		0x000b0902
#define RM_LIMIT_REACHED	0x000b0903
#define RM_HANDLE_GONE(i)	(0x000b0910 + (i))
#define RM_AUTH_GONE(i)		(0x000b0918 + (i))

/* handles */
#define RH_OWNER		0x40000001
#define RH_NULL			0x40000007
#define RS_PW			0x40000009
#define RH_LOCKOUT		0x4000000a
#define RH_ENDORSEMENT		0x4000000b
#define RH_PLATFORM		0x4000000c
#define HANDLE_INDEX(h)		((h) & 0x00ffffff)
#define HT_HMAC_SESSION		0x02	/* loaded sessions, in capabilities */
#define HT_POLICY_SESSION	0x03	/* saved sessions, in capabilities */
#define HT_TRANSIENT		0x80
#define FIRST_OF(type)		((uint32_t)(type) << 24)
#define VIRTUAL_FIRST		0x80ffffff

/* capabilities */
#define CAP_HANDLES		1
#define CAP_COMMANDS		2
#define CAP_TPM_PROPERTIES	6
#define PT_ACTIVE_SESSIONS_MAX	0x111
#define PT_CONTEXT_GAP_MAX	0x114
#define PT_STARTUP_CLEAR	0x201
#define PT_HR_LOADED		0x203
#define PT_HR_LOADED_AVAIL	0x204
#define PT_HR_TRANSIENT_AVAIL	0x207
#define PT_LOCKOUT_COUNTER	0x20e

/* algorithms */
#define ALG_RSA			0x0001
#define ALG_HMAC		0x0005
#define ALG_AES			0x0006
#define ALG_KEYEDHASH		0x0008
#define ALG_SHA256		0x000b
#define ALG_NULL		0x0010
#define ALG_ECC			0x0023
#define ALG_CFB			0x0043
#define ECC_NIST_P256		0x0003

/* kinds of sessions */
#define SE_HMAC			0x00
#define SE_POLICY		0x01
#define SE_TRIAL		0x03

/* attributes of a session in an authorization area */
#define SA_CONTINUE		0x01
#define SA_EXCLUSIVE		0x02
#define SA_AUDIT		0x80

/* attributes of an object */
#define OA_FIXED_TPM		0x00000002
#define OA_FIXED_PARENT		0x00000010
#define OA_SENSITIVE_DATA_ORIGIN	0x00000020
#define OA_USER_WITH_AUTH	0x00000040
#define OA_NO_DA		0x00000400
#define OA_RESTRICTED		0x00010000
#define OA_DECRYPT		0x00020000
#define OA_SIGN			0x00040000

#define SHA256_SIZE		32

#endif /* TPM2_CODES_H */
