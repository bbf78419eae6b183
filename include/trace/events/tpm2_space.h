/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of the sessions of a TPM 2.0.
 *
 * Each event is emitted with the chip held, after what it tells of has happened
 * in the TPM and before anybody else can see it there; so events of one chip are
 * in the order in which things happened. The exception is tpm2_space_wait, which
 * tells of what is going to happen.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tpm2_space

#if !defined(_TRACE_TPM2_SPACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_TPM2_SPACE_H

#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(tpm2_space_session,

	TP_PROTO(int chip, u32 handle, u64 age),

	TP_ARGS(chip, handle, age),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, handle)
		__field(u64, age)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->handle = handle;
		__entry->age = age;
	),

	TP_printk("chip=%d handle=0x%08x age_ns=%llu", __entry->chip,
		  __entry->handle, __entry->age)
);

/* A client or the kernel has started a session, or a client has loaded it. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_start,
	TP_PROTO(int chip, u32 handle, u64 age),
	TP_ARGS(chip, handle, age));

/* A session was taken away for somebody else's sake. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_evict,
	TP_PROTO(int chip, u32 handle, u64 age),
	TP_ARGS(chip, handle, age));

/* A session was found in the TPM that nobody knew of. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_adopt,
	TP_PROTO(int chip, u32 handle, u64 age),
	TP_ARGS(chip, handle, age));

/* A context was made younger, so that the TPM's context counter can go on. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_regap,
	TP_PROTO(int chip, u32 handle, u64 age),
	TP_ARGS(chip, handle, age));

/* A client is about to wait, for a session to end or for a lease. */
TRACE_EVENT(tpm2_space_wait,

	TP_PROTO(int chip, u32 cc, unsigned int waiters),

	TP_ARGS(chip, cc, waiters),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, cc)
		__field(unsigned int, waiters)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->cc = cc;
		__entry->waiters = waiters;
	),

	TP_printk("chip=%d cc=0x%08x waiters=%u", __entry->chip, __entry->cc,
		  __entry->waiters)
);

/* A command is about to be sent again, since there was a remedy for rc. */
TRACE_EVENT(tpm2_space_replay,

	TP_PROTO(int chip, u32 cc, u32 rc),

	TP_ARGS(chip, cc, rc),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, cc)
		__field(u32, rc)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->cc = cc;
		__entry->rc = rc;
	),

	TP_printk("chip=%d cc=0x%08x rc=0x%03x", __entry->chip, __entry->cc,
		  __entry->rc)
);

#endif /* _TRACE_TPM2_SPACE_H */

/* This part must be outside of the guard against double inclusion. */
#include <trace/define_trace.h>
