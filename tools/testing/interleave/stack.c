// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each task has a stack of its own, and stops only where it switches to another
 * one.
 */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "schedule.h"

#define STACK_SIZE	(256 * 1024)

/**
 * struct stack - where a task has stopped; means nothing in the next run
 * @bottom: of its memory
 * @at: where it goes on
 * @left: it has stopped there, and not just gone on
 */
struct stack {
	char *bottom;
	ucontext_t at;
	volatile bool left;
};

static struct stack stacks[TASKS + 1];
static const void *main_bottom;
static size_t main_size;

/* The task that was switched to begins, or goes on, here. */
static void arrived(void)
{
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(NULL, &bottom, &size);
	if (!main_bottom) {
		main_bottom = bottom;
		main_size = size;
	}
}

static void begin(void)
{
	struct task *task;

	arrived();
	task = self();
	task->run(task->data);
	task_end();
}

static void start(int to)
{
	struct stack *stack = &stacks[to];

	if (!stack->bottom) {
		stack->bottom = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (stack->bottom == MAP_FAILED)
			abort();
	}
	/* of the run before */
	__asan_unpoison_memory_region(stack->bottom, STACK_SIZE);
	tasks[to].started = true;
	getcontext(&stack->at);
	stack->at.uc_stack.ss_sp = stack->bottom;
	stack->at.uc_stack.ss_size = STACK_SIZE;
	stack->at.uc_link = NULL;
	makecontext(&stack->at, begin, 0);
}

/*
 * Not swapcontext() nor longjmp(): the sanitizer has its own ideas of what these
 * mean for the stack.
 */
void task_switch(int to)
{
	int from = current_task;

	if (to == from)
		return;
	current_task = to;
	if (to == MAIN_TASK)
		__sanitizer_start_switch_fiber(NULL, main_bottom, main_size);
	else if (!tasks[to].started)
		start(to);
	if (to != MAIN_TASK)
		__sanitizer_start_switch_fiber(NULL, stacks[to].bottom,
					       STACK_SIZE);
	stacks[from].left = true;
	getcontext(&stacks[from].at);
	if (stacks[from].left) {
		stacks[to].left = false;
		setcontext(&stacks[to].at);
	}
	arrived();
}
