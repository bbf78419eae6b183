/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that take part in a test. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

pid_t spawn(void (*run)(void *), void *argument);
void await_success(pid_t pid);
void kill_and_reap(pid_t pid);

/**
 * struct granted - how a wait for a session ended
 * @code: response code, if @error is 0
 * @handle: the session, if @code is 0
 * @error: errno of write(), or 0
 */
struct granted {
	uint32_t code;
	uint32_t handle;
	int error;
};

/**
 * struct waiter - a process that asks for a session, and then holds it
 * @pid: the process
 * @result: pipe from which struct granted can be read
 */
struct waiter {
	pid_t pid;
	int result;
};

void waiter_start(struct waiter *waiter);
bool waiter_is_done(const struct waiter *waiter, int timeout_ms);
struct granted waiter_result(const struct waiter *waiter);
uint32_t waiter_session(const struct waiter *waiter);
void waiter_end(struct waiter *waiter);

#endif /* PROCESS_H */
