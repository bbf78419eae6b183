/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of the sessions of a TPM 2.0, and of those who want one.
 *
 * Each event names whom it concerns, which need not be the task that it happens
 * in: pid is the process that wrote to the open file last, and uid the user who
 * opened it; of a session that no file owns, those that had it last. For the
 * kernel both are 0. Where nobody is known, pid is 0, and uid is all ones.
 *
 * Events are emitted with the chip held, after what they tell of has happened
 * in the TPM and before anybody else can see it there; so events of one chip are
 * in the order in which things happened. The exceptions are tpm2_space_wait,
 * which tells of what is going to happen, and tpm2_space_wake, which need not
 * have the chip. Between the two, events tell whose session is taken, or ends.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tpm2_space

#if !defined(_TRACE_TPM2_SPACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_TPM2_SPACE_H

#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(tpm2_space_session,

	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),

	TP_ARGS(chip, handle, age, pid, uid),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, handle)
		__field(u64, age)
		__field(int, pid)
		__field(u32, uid)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->handle = handle;
		__entry->age = age;
		__entry->pid = pid;
		__entry->uid = uid;
	),

	TP_printk("chip=%d handle=0x%08x age_ns=%llu pid=%d uid=%u",
		  __entry->chip, __entry->handle, __entry->age, __entry->pid,
		  __entry->uid)
);

/* A client or the kernel has started a session, or a client has loaded it. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_start,
	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),
	TP_ARGS(chip, handle, age, pid, uid));

/* A session was flushed, used for the last time, or closed with its file. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_end,
	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),
	TP_ARGS(chip, handle, age, pid, uid));

/* A session was found to be gone: it was reset, or somebody has flushed it. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_lose,
	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),
	TP_ARGS(chip, handle, age, pid, uid));

/* A client has saved a session, which is no file's from now on. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_detach,
	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),
	TP_ARGS(chip, handle, age, pid, uid));

/* A session was found in the TPM that nobody knew of. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_adopt,
	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),
	TP_ARGS(chip, handle, age, pid, uid));

/* A context was made younger, so that the TPM's context counter can go on. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_regap,
	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),
	TP_ARGS(chip, handle, age, pid, uid));

/* A client has named a session that it has lost; age is that of the loss. */
DEFINE_EVENT(tpm2_space_session, tpm2_space_miss,
	TP_PROTO(int chip, u32 handle, u64 age, int pid, u32 uid),
	TP_ARGS(chip, handle, age, pid, uid));

/* A session was taken away for somebody else's sake: that of for_pid. */
TRACE_EVENT(tpm2_space_evict,

	TP_PROTO(int chip, u32 handle, u64 age, u64 idle, int why, int pid,
		 u32 uid, int for_pid, u32 for_uid),

	TP_ARGS(chip, handle, age, idle, why, pid, uid, for_pid, for_uid),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, handle)
		__field(u64, age)
		__field(u64, idle)
		__field(int, why)
		__field(int, pid)
		__field(u32, uid)
		__field(int, for_pid)
		__field(u32, for_uid)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->handle = handle;
		__entry->age = age;
		__entry->idle = idle;
		__entry->why = why;
		__entry->pid = pid;
		__entry->uid = uid;
		__entry->for_pid = for_pid;
		__entry->for_uid = for_uid;
	),

	/* the numbers are those of enum tpm2_lease_end */
	TP_printk("chip=%d handle=0x%08x age_ns=%llu idle_ns=%llu why=%s pid=%d uid=%u for_pid=%d for_uid=%u",
		  __entry->chip, __entry->handle, __entry->age, __entry->idle,
		  __print_symbolic(__entry->why, { 1, "plain" }, { 2, "idle" },
				   { 3, "tenure" }, { 4, "share" }),
		  __entry->pid, __entry->uid, __entry->for_pid,
		  __entry->for_uid)
);

DECLARE_EVENT_CLASS(tpm2_space_context,

	TP_PROTO(int chip, u32 handle, int pid, u32 uid),

	TP_ARGS(chip, handle, pid, uid),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, handle)
		__field(int, pid)
		__field(u32, uid)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->handle = handle;
		__entry->pid = pid;
		__entry->uid = uid;
	),

	TP_printk("chip=%d handle=0x%08x pid=%d uid=%u", __entry->chip,
		  __entry->handle, __entry->pid, __entry->uid)
);

/*
 * A session or an object has left its slot in the TPM. An object's handle is the
 * one that its client knows.
 */
DEFINE_EVENT(tpm2_space_context, tpm2_space_spill,
	TP_PROTO(int chip, u32 handle, int pid, u32 uid),
	TP_ARGS(chip, handle, pid, uid));

/* A session or an object was loaded again, which had left its slot. */
DEFINE_EVENT(tpm2_space_context, tpm2_space_load,
	TP_PROTO(int chip, u32 handle, int pid, u32 uid),
	TP_ARGS(chip, handle, pid, uid));

/* A client is about to wait, for a session to end or for a lease. */
TRACE_EVENT(tpm2_space_wait,

	TP_PROTO(int chip, u32 cc, unsigned int waiters, int pid, u32 uid),

	TP_ARGS(chip, cc, waiters, pid, uid),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, cc)
		__field(unsigned int, waiters)
		__field(int, pid)
		__field(u32, uid)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->cc = cc;
		__entry->waiters = waiters;
		__entry->pid = pid;
		__entry->uid = uid;
	),

	TP_printk("chip=%d cc=0x%08x waiters=%u pid=%d uid=%u", __entry->chip,
		  __entry->cc, __entry->waiters, __entry->pid, __entry->uid)
);

/* A client waits no more: it has an answer of so many bytes, or -errno. */
TRACE_EVENT(tpm2_space_wake,

	TP_PROTO(int chip, u64 waited, int result, int pid, u32 uid),

	TP_ARGS(chip, waited, result, pid, uid),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u64, waited)
		__field(int, result)
		__field(int, pid)
		__field(u32, uid)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->waited = waited;
		__entry->result = result;
		__entry->pid = pid;
		__entry->uid = uid;
	),

	TP_printk("chip=%d waited_ns=%llu result=%d pid=%d uid=%u",
		  __entry->chip, __entry->waited, __entry->result,
		  __entry->pid, __entry->uid)
);

/* A command is about to be sent again, since there was a remedy for rc. */
TRACE_EVENT(tpm2_space_replay,

	TP_PROTO(int chip, u32 cc, u32 rc, int pid, u32 uid),

	TP_ARGS(chip, cc, rc, pid, uid),

	TP_STRUCT__entry(
		__field(int, chip)
		__field(u32, cc)
		__field(u32, rc)
		__field(int, pid)
		__field(u32, uid)
	),

	TP_fast_assign(
		__entry->chip = chip;
		__entry->cc = cc;
		__entry->rc = rc;
		__entry->pid = pid;
		__entry->uid = uid;
	),

	TP_printk("chip=%d cc=0x%08x rc=0x%03x pid=%d uid=%u", __entry->chip,
		  __entry->cc, __entry->rc, __entry->pid, __entry->uid)
);

#endif /* _TRACE_TPM2_SPACE_H */

/* This part must be outside of the guard against double inclusion. */
#include <trace/define_trace.h>
