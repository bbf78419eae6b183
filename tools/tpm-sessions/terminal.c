// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal that something is watched in. The few sequences that it takes are
 * ECMA-48's and xterm's, which all terminals of today know.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "terminal.h"

#define OTHER_SCREEN	"\033[?1049h\033[?25l"
#define FIRST_SCREEN	"\033[?25h\033[?1049l"
#define HOME		"\033[H"
#define REST_OF_LINE	"\033[K"
#define REST_OF_SCREEN	"\033[J"

static struct termios before;
static bool keys, taken;

/**
 * terminal_is_one() - whether a view can be refreshed there
 */
bool terminal_is_one(void)
{
	const char *name = getenv("TERM");

	return isatty(STDOUT_FILENO) && name && *name && strcmp(name, "dumb");
}

/**
 * terminal_take() - begin to show something
 */
void terminal_take(void)
{
	struct termios now;

	if (taken)
		return;
	taken = true;
	keys = !tcgetattr(STDIN_FILENO, &before);
	if (keys) {
		now = before;
		now.c_lflag &= ~(ECHO | ICANON);
		tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
	}
	fputs(OTHER_SCREEN, stdout);
	fflush(stdout);
}

/**
 * terminal_give_back() - leave it as it was
 */
void terminal_give_back(void)
{
	if (!taken)
		return;
	taken = false;
	fputs(FIRST_SCREEN, stdout);
	fflush(stdout);
	if (keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

/**
 * terminal_size() - how large it is now
 * @columns: how wide
 * @rows: how high
 */
void terminal_size(size_t *columns, size_t *rows)
{
	struct winsize size = {};

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*columns = size.ws_col ? size.ws_col : 80;
	*rows = size.ws_row ? size.ws_row : 24;
}

/**
 * terminal_show() - show a text in place of what is there
 * @text: the text, of ASCII
 * @columns: what is right of them is left out
 * @rows: what is below them likewise
 */
void terminal_show(const char *text, size_t columns, size_t rows)
{
	size_t len;

	fputs(HOME, stdout);
	while (*text && rows--) {
		len = strcspn(text, "\n");
		fwrite(text, 1, len < columns ? len : columns, stdout);
		/* a full line has no rest, and to erase it takes its end */
		if (len < columns)
			fputs(REST_OF_LINE, stdout);
		text += len;
		if (*text)
			text++;
		if (*text && rows)
			fputs("\r\n", stdout);
	}
	fputs(REST_OF_SCREEN, stdout);
	fflush(stdout);
}
