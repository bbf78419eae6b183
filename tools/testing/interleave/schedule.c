// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks, and who of them runs next.
 */
#include <string.h>
#include "schedule.h"

enum { WHOLE, CUT };

PER_RUN struct task tasks[TASKS + 1];
PER_RUN int current_task = MAIN_TASK;
PER_RUN bool calm = true;	/* nobody comes in between */
PER_RUN int clock_task;
static PER_RUN int end_task;
PER_RUN int nr_tasks = MAIN_TASK;
static PER_RUN unsigned int steps;	/* where others might come in */
static PER_RUN u64 chosen_at;	/* the state when a choice was last made */

static volatile int verdict;

/* The run is over, or goes on as another one has. */
static void leave(int how)
{
	verdict = how;
	task_switch(MAIN_TASK);
}

static bool can_go_on(int i)
{
	const struct task *task = &tasks[i];

	return !task->done && !task->blocked &&
	       !(task->wants && task->wants->holder);
}

/* Nobody can go on: is that the end, or has somebody been forgotten? */
static void end(void)
{
	int i;

	for (i = MAIN_TASK + 1; i <= nr_tasks; i++) {
		if (i != end_task && !tasks[i].done && !tasks[i].daemon)
			fail("%s can never go on", tasks[i].name);
	}
	if (!tasks[end_task].done)
		fail("the world cannot be ended");
	leave(WHOLE);
}

/* Have all done what they had to do? */
static bool all_are_done(void)
{
	int i;

	for (i = MAIN_TASK + 1; i <= nr_tasks; i++) {
		if (i != end_task && !tasks[i].done && !tasks[i].daemon)
			return false;
	}
	return true;
}

/*
 * Choose who runs next. Does the current task stop of its own accord? Otherwise
 * whoever else is chosen interrupts it, as a timer does while anybody can go on.
 */
static void decide(bool stops)
{
	unsigned int n = 0, chosen = 0, at_no_cost;
	int ready[TASKS + 1], i;
	bool done_nothing;

	if (!stops)
		ready[n++] = current_task;
	for (i = MAIN_TASK + 1; i <= nr_tasks; i++) {
		if (i != clock_task && (stops || i != current_task) &&
		    can_go_on(i))
			ready[n++] = i;
	}
	if (!n && !calm && end_task && all_are_done()) {
		if (search_is_old(past_state())) {
			leave(CUT);
			return;
		}
		calm = true;
		tasks[end_task].blocked = NULL;
		ready[n++] = end_task;
	}
	if ((stops || clock_task != current_task) && can_go_on(clock_task) &&
	    (!n || looks_at & LOOKS_AT_EXPIRY || work_may_be_timely()))
		ready[n++] = clock_task;
	if (!n) {
		end();
		return;
	}
	/* to interrupt who has done nothing is no different from the last choice */
	done_nothing = past_state() == chosen_at && !search_replays();
	if (n > 1 && !calm && (stops || !done_nothing)) {
		if (done_nothing) {
			leave(CUT);
			return;
		}
		chosen_at = past_state();
		at_no_cost = stops ? n - (ready[n - 1] == clock_task) : 1;
		chosen = search_choose(n, at_no_cost,
				       past_mix(past_state(), stops ?
						0 : current_task));
		if (chosen == n) {
			leave(CUT);
			return;
		}
		if (chosen && !stops)
			note("is interrupted by %s", tasks[ready[chosen]].name);
	}
	task_switch(ready[chosen]);
}

/* A task that waits until all others are done, and is alone then. */
int task_create_end(void (*run)(void *data))
{
	end_task = task_create("end", run, NULL, false);
	tasks[end_task].blocked = "the end";
	return end_task;
}

/*
 * Another task may come in here, if that matters. What matters is found out in
 * the course of a search, so a run that is to be repeated alone counts the rest.
 */
static void may_decide(bool matters)
{
	steps++;
	if (matters || search_replays())
		decide(false);
}

static void must_decide(void)
{
	steps++;
	decide(true);
}

/* How many times another task could have come in so far. */
unsigned int schedule_steps(void)
{
	return steps;
}

/* Another task may come in before the current one does something. */
void task_point(const void *object, const char *what, const char *detail,
		const char *where)
{
	if (current_task == MAIN_TASK)
		return;
	if (!calm)
		check_step();
	may_decide(past_matters(object, detail, where));
	if (what)
		trace(what, detail, where);
}

/* The current task wants a lock, and goes on when it can be had. */
void task_want(const struct hook_lock *lock, const char *what,
	       const char *where)
{
	struct task *task = self();

	if (current_task == MAIN_TASK)
		return;
	if (!calm)
		check_step();
	task->wants = lock;
	task->what = what;
	if (lock->holder)
		must_decide();
	else
		may_decide(past_matters(lock, what, where));
	task->wants = NULL;
}

void hook_read(const volatile void *variable, const char *what,
	       const char *where)
{
	if (current_task == MAIN_TASK)
		return;
	if (quiet_always(what, where))
		return;
	past_looked((const void *)variable);
	may_decide(past_matters((const void *)variable, what, where));
	trace("looks at", what, where);
	task_read_event((const void *)variable);
}

void hook_wrote(const volatile void *variable, const char *what,
		const char *where)
{
	if (current_task == MAIN_TASK)
		return;
	if (quiet_always(what, where))
		return;
	trace("changes", what, where);
	task_event((const void *)variable);
	/* who has the lock sees it only when that is let go of */
	may_decide(past_change_matters((const void *)variable, what, where));
}

/* The current task cannot go on until somebody unblocks it. */
void task_block(const char *why, const void *on)
{
	if (current_task == MAIN_TASK) {
		if (!work_do_before())
			fail("nobody is there to wait for: %s", why);
		return;
	}
	if (!calm)
		check_step();
	self()->blocked = why;
	self()->on = on;
	task_local_event();
	must_decide();
}

void task_unblock(const void *on)
{
	int i;

	for (i = MAIN_TASK + 1; i <= nr_tasks; i++) {
		if (tasks[i].blocked && tasks[i].on == on)
			tasks[i].blocked = NULL;
	}
}

/* The current task is done. */
void task_end(void)
{
	self()->done = true;
	task_local_event();
	must_decide();
}

/* Let whoever wants to go first, at no cost. */
void task_yield(void)
{
	must_decide();
}

int task_create(const char *name, void (*run)(void *data), void *data,
		bool daemon)
{
	struct task *task;

	if (nr_tasks == TASKS)
		fail("too many tasks");
	task = &tasks[++nr_tasks];
	memset(task, 0, sizeof(*task));
	task->name = name;
	task->run = run;
	task->data = data;
	task->daemon = daemon;
	task->past = past_mix(nr_tasks, 0);
	return nr_tasks;
}

/* A signal for a task; where it waits says whether it cares. */
void task_signal(int i, bool fatal)
{
	struct task *task = &tasks[i];

	task_point(task, fatal ? "kills" : "sends a signal to", task->name, "kill");
	task_event(task);
	task->signal = true;
	task->fatal |= fatal;
	task_unblock(&task->signal);
	if (fatal)
		task_unblock(&task->fatal);
}

/* Make a scenario's world, to which each run comes back. */
void schedule_prepare(const struct scenario *scenario)
{
	tasks[MAIN_TASK].name = "before";
	looks_at = scenario->looks_at;
	scenario->prepare();
	calm = false;
	current_task = MAIN_TASK;
	memory_save();
}

/* Run it once, from the beginning; false if it became what has been before. */
bool schedule_run(void)
{
	memory_restore();
	trace_begin();
	decide(true);
	return verdict == WHOLE;
}
