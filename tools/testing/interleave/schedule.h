/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks, and who of them runs next. One runs at a time, and another one may
 * come in wherever the driver asks its kernel for something.
 */
#ifndef INTERLEAVE_SCHEDULE_H
#define INTERLEAVE_SCHEDULE_H

#include <hooks.h>
#include <linux/types.h>

#define TASKS		20
#define MAIN_TASK	1	/* makes the world, before anybody runs */

/* What is put back before each run. So are the driver's variables. */
#define PER_RUN		__attribute__((section("per_run")))

/**
 * struct task - a task
 * @name: for the trace
 * @run: what it does
 * @data: with what
 * @daemon: the world may end before it does
 * @started: it has run
 * @done: it has nothing more to do
 * @blocked: what it waits for; NULL if it can go on
 * @on: what that is
 * @wants: a lock that it is about to take
 * @what: how that is called
 * @past: stands for all that it has done and that was before that
 * @spins: how many spinlocks it has
 * @quiet: it is where nothing matters to others
 * @queue: wait queue that it stands in
 * @woken: that was woken
 * @polled: wait queue that it stands in to poll
 * @poll_woken: that was woken
 * @signal: a signal came
 * @fatal: one that kills it
 * @doing: system call that it is in; NULL if none
 */
struct task {
	const char *name;
	void (*run)(void *data);
	void *data;
	bool daemon;
	bool started;
	bool done;
	const char *blocked;
	const void *on;
	const struct hook_lock *wants;
	const char *what;
	u64 past;
	int spins;
	bool quiet;
	struct hook_queue *queue;
	bool woken;
	struct hook_queue *polled;
	bool poll_woken;
	bool signal;
	bool fatal;
	const char *doing;
};

/* schedule.c */
extern struct task tasks[TASKS + 1];
extern int nr_tasks;
extern int current_task;
extern int clock_task;
extern bool calm;

int task_create(const char *name, void (*run)(void *data), void *data,
		bool daemon);
int task_create_end(void (*run)(void *data));
void task_point(const void *object, const char *what, const char *detail,
		const char *where);
void task_want(const struct hook_lock *lock, const char *what,
	       const char *where);
void task_block(const char *why, const void *on);
void task_unblock(const void *on);
void task_yield(void);
void task_end(void);
void task_signal(int task, bool fatal);

/* stack.c */
void task_switch(int to);

/* past.c */
u64 past_mix(u64 a, u64 b);
void past_looked(const void *address);
bool past_matters(const void *address, const char *what, const char *where);
bool past_change_matters(const void *address, const char *what,
			 const char *where);
bool past_learned(void);
u64 past_state(void);
void task_event(const void *object);
void task_read_event(const void *object);
void task_local_event(void);

/* trace.c */
void trace_begin(void);
void trace_print(void);
void trace(const char *what, const char *detail, const char *where);
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

static inline struct task *self(void)
{
	return &tasks[current_task];
}

/* quiet.c */
extern unsigned int looks_at;
bool quiet_always(const char *what, const char *where);
bool quiet_here(const char *what, const char *where);
bool quiet_look(const char *what, const char *where);

/* work.c */
void work_init(void);
bool work_is_due(const void *wq);
bool work_do_before(void);
bool work_do_own(void);
bool work_may_be_timely(void);
u64 work_time(void);
void work_pass(u64 ns);

/* From the linker: where these are, and where the driver's are. */
extern char __start_per_run[], __stop_per_run[];
extern char __start_per_run_bss[], __stop_per_run_bss[];

/* memory.c */
void memory_save(void);
void memory_restore(void);
unsigned int memory_live(void);
bool memory_has(const void *memory);

/* search.c */
unsigned int search_choose(unsigned int choices, unsigned int at_no_cost,
			   u64 state);
bool search_is_old(u64 state);
bool search_replays(void);
void search_trace(void);

/* check.c */
void check_step(void);

/* What a scenario may also be about, see quiet.c. */
#define LOOKS_AT_FILES	1	/* files that more tasks use than one */
#define LOOKS_AT_USERS	2	/* how many commands are under way */
#define LOOKS_AT_TABLE	4	/* changes of it without the chip */
#define LOOKS_AT_EXPIRY	8	/* what happens when nobody does anything */
#define LOOKS_AT_WORKERS	16	/* those that do what a task waits for */

/**
 * struct scenario - what is tried in all orders
 * @name: in the report
 * @prepare: makes its world and its tasks
 * @bound: interruptions, of which there are no more in any order that is tried
 * @looks_at: what it is about, besides the queue, the table and the TPM
 */
struct scenario {
	const char *name;
	void (*prepare)(void);
	unsigned int bound;
	unsigned int looks_at;
};

void schedule_prepare(const struct scenario *scenario);
bool schedule_run(void);
unsigned int schedule_steps(void);

#endif /* INTERLEAVE_SCHEDULE_H */
