// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has happened in a run, for whoever wants to understand it.
 */
#include <sanitizer/common_interface_defs.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "schedule.h"

#define MOST_EVENTS	20000	/* nothing here takes as long */
#define NOTE_SIZE	80

/**
 * struct event - a line of the trace
 * @task: whose
 * @what: what it has done
 * @detail: to what
 * @where: in which function
 * @note: in words, in place of all that
 */
struct event {
	int task;
	const char *what;
	const char *detail;
	const char *where;
	char note[NOTE_SIZE];
};

static struct event events[MOST_EVENTS];
static unsigned int nr_events;

static struct event *new_event(void)
{
	struct event *event;

	if (nr_events == MOST_EVENTS)
		fail("it goes on and on");
	event = &events[nr_events++];
	event->note[0] = '\0';
	event->what = NULL;
	event->task = current_task;
	return event;
}

void trace(const char *what, const char *detail, const char *where)
{
	struct event *event;

	if (current_task == MAIN_TASK)
		return;
	event = new_event();
	event->what = what;
	event->detail = detail;
	event->where = where;
}

void note(const char *format, ...)
{
	struct event *event = new_event();
	va_list args;

	va_start(args, format);
	vsnprintf(event->note, NOTE_SIZE, format, args);
	va_end(args);
}

/* All of it so far, and who waits for what. */
void trace_print(void)
{
	const struct event *event;
	unsigned int i;
	int last = 0;

	for (i = 0; i < nr_events; i++) {
		event = &events[i];
		printf("# %-9s ", event->task == last ? "" :
						       tasks[event->task].name);
		last = event->task;
		if (event->note[0])
			printf("* %s\n", event->note);
		else
			printf("  %s %s, in %s()\n", event->what, event->detail,
			       event->where);
	}
	for (i = MAIN_TASK + 1; i <= nr_tasks; i++) {
		if (tasks[i].done)
			continue;
		if (tasks[i].blocked)
			printf("# %s waits for %s\n", tasks[i].name,
			       tasks[i].blocked);
		else if (tasks[i].wants && tasks[i].wants->holder)
			printf("# %s wants %s, which %s has\n", tasks[i].name,
			       tasks[i].what,
			       tasks[tasks[i].wants->holder].name);
	}
}

/* The search has found something; it ends here. */
static void report(void)
{
	static bool reported;

	if (reported)
		return;
	reported = true;
	trace_print();
	search_trace();
	fflush(stdout);
}

void fail(const char *format, ...)
{
	va_list args;

	report();
	printf("# found: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	_exit(1);
}

static void died(void)
{
	report();
	printf("# found: what the sanitizer says\n");
	fflush(stdout);
}

void hook_warn(const char *file, int line, const char *what)
{
	const char *name = strrchr(file, '/');

	fail("a warning: %s, %s:%d", what, name ? name + 1 : file, line);
}

/* A run begins. */
void trace_begin(void)
{
	__sanitizer_set_death_callback(died);
	nr_events = 0;
}
