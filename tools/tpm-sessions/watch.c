// SPDX-License-Identifier: GPL-2.0-only
/*
 * tpm-sessions watch: who has how many sessions, refreshed.
 *
 * Signals come as data: the terminal is given back outside of any handler, and
 * then the signal does what it always does.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "absence.h"
#include "commands.h"
#include "duration.h"
#include "events.h"
#include "options.h"
#include "status.h"
#include "terminal.h"
#include "view.h"

#define INTERVAL_MAX	(24 * 60 * 60 * 1000LL)

static const int signals[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH
};

static void print_help(FILE *to)
{
	fputs("usage: tpm-sessions watch [OPTION ...]\n"
	      "\n"
	      "Shows who has how many sessions and who waits for one, and evictions as they\n"
	      "come, until q or Ctrl-C is pressed. Into a pipe or a file it prints one view\n"
	      "after the other.\n"
	      "\n"
	      " -i, --interval TIME  look so often (default: 1s)\n"
	      " -c, --count N        look so many times, then end\n"
	      OPTIONS_HELP, to);
}

/* As if it had come without us. */
static void obey(int number, const sigset_t *set)
{
	terminal_give_back();
	sigprocmask(SIG_UNBLOCK, set, NULL);
	raise(number);
	/* that was SIGTSTP, and it goes on */
	sigprocmask(SIG_BLOCK, set, NULL);
	terminal_take();
}

/* Returns false if it is over. */
static bool pause_for(long long ms, int signal_fd, const sigset_t *set,
		      bool keys)
{
	struct pollfd fds[] = {
		{ .fd = signal_fd, .events = POLLIN },
		{ .fd = keys ? STDIN_FILENO : -1, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	char key;

	if (poll(fds, 2, ms) <= 0)
		return true;
	if (fds[0].revents &&
	    read(signal_fd, &info, sizeof(info)) == sizeof(info) &&
	    info.ssi_signo != SIGWINCH)
		obey(info.ssi_signo, set);
	if (fds[1].revents &&
	    (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q'))
		return false;
	return true;
}

static void show(const struct snapshot *snapshot, const struct events *events)
{
	size_t columns, rows;
	char *text;

	terminal_size(&columns, &rows);
	text = view(snapshot, events, columns, rows);
	terminal_show(text, columns, rows);
	free(text);
}

/* Returns false if nobody reads it any more. */
static bool print(const struct snapshot *snapshot, const struct events *events)
{
	char *text = view(snapshot, events, 80, 0);

	printf("%s\n", text);
	free(text);
	return !fflush(stdout);
}

static int watch(int only, long long interval, long long count)
{
	bool tty = terminal_is_one(), on = true;
	struct snapshot before = {}, now;
	struct events events = {};
	sigset_t set;
	int signal_fd;
	size_t i;

	snapshot_take(&now, only);
	absence_check(&now, only);
	sigemptyset(&set);
	for (i = 0; tty && i < sizeof(signals) / sizeof(*signals); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (signal_fd < 0)
		err(STATUS_FAILED, "signalfd()");
	if (tty) {
		atexit(terminal_give_back);
		terminal_take();
	}
	for (;;) {
		events_find(&events, &before, &now);
		if (tty)
			show(&now, &events);
		else
			on = print(&now, &events);
		if (count && !--count)
			break;
		if (!on || !pause_for(interval, signal_fd, &set,
				      tty && isatty(STDIN_FILENO)))
			break;
		snapshot_free(&before);
		before = now;
		snapshot_take(&now, only);
	}
	terminal_give_back();
	snapshot_free(&before);
	snapshot_free(&now);
	close(signal_fd);
	return on ? STATUS_OK : STATUS_FAILED;
}

/* How often to look, in ms, and how many times, or 0 if there is no end. */
struct pace {
	long long interval;
	long long count;
};

static void take(void *data, int option, const char *argument)
{
	struct pace *pace = data;
	char *end;

	switch (option) {
	case 'i':
		if (!duration_parse(argument, &pace->interval) ||
		    pace->interval < 50 || pace->interval > INTERVAL_MAX)
			errx(STATUS_USAGE, "'%s' is no interval: it is from 50ms to 1d",
			     argument);
		break;
	case 'c':
		errno = 0;
		pace->count = strtoll(argument, &end, 10);
		if (pace->count < 1 || *end || errno)
			errx(STATUS_USAGE, "'%s' is no number of times",
			     argument);
		break;
	}
}

/**
 * watch_main() - show who has what, refreshed
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: exit status.
 */
int watch_main(int argc, char **argv)
{
	static const struct option own[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "count", required_argument, NULL, 'c' },
		{}
	};
	struct pace pace = { .interval = 1000 };
	struct options options = {
		.own = own,
		.take = take,
		.data = &pace,
		.print_help = print_help,
	};

	options_parse(&options, argc, argv);
	return watch(options.tpm, pace.interval, pace.count);
}
