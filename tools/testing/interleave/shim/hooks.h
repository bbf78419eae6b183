/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver asks of its kernel where another task may come in between, or
 * where memory comes and goes. Each call says for the trace what it is about,
 * and where.
 */
#ifndef INTERLEAVE_HOOKS_H
#define INTERLEAVE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

struct work_struct;

/**
 * struct hook_lock - a spinlock or a mutex
 * @holder: number of the task that has it, 0 if nobody
 */
struct hook_lock {
	int holder;
};

/**
 * struct hook_queue - a wait queue
 * @wakeups: how often it was woken; so each use of it touches its memory
 */
struct hook_queue {
	unsigned int wakeups;
};

enum hook_sleep {
	HOOK_UNINTERRUPTIBLE,
	HOOK_KILLABLE,
	HOOK_INTERRUPTIBLE,
};

/* schedule.c */
void hook_read(const volatile void *variable, const char *what,
	       const char *where);
void hook_wrote(const volatile void *variable, const char *what,
		const char *where);
void hook_warn(const char *file, int line, const char *what);

/* locks.c */
void hook_lock(struct hook_lock *lock, bool spins, const char *what,
	       const char *where);
void hook_unlock(struct hook_lock *lock, bool spins, const char *what,
		 const char *where);
void hook_assert_held(const struct hook_lock *lock, const char *what,
		      const char *where);
void hook_might_sleep(const char *where);

void hook_wait_begin(struct hook_queue *queue, const char *what,
		     const char *where);
bool hook_wait_sleep(struct hook_queue *queue, enum hook_sleep how,
		     const char *what, const char *where);
void hook_wait_end(struct hook_queue *queue);
void hook_wake(struct hook_queue *queue, const char *what, const char *where);
void hook_poll(struct hook_queue *queue);

/* work.c */
void *hook_create_wq(const char *name);
bool hook_queue_work(void *wq, struct work_struct *work, unsigned long delay,
		     bool again, const char *what, const char *where);
bool hook_cancel_work(struct work_struct *work, bool sync, const char *what,
		      const char *where);
void hook_flush_work(struct work_struct *work, const char *what,
		     const char *where);
unsigned long long hook_now(void);

/* memory.c */
void *hook_alloc(size_t size);
void hook_free(const void *memory);

#endif /* INTERLEAVE_HOOKS_H */
