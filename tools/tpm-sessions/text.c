// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that others have chosen. A process may call itself anything, and the kernel
 * cuts that off anywhere.
 */
#include <ctype.h>
#include <err.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include "status.h"
#include "text.h"

/**
 * text_printable() - a name that does nothing to a terminal
 * @name: the name
 * @text: receives it, as far as there is room, with '?' for what is no character of
 *	ASCII's, or none that is seen
 *
 * Return: @text.
 */
const char *text_printable(const char *name, char text[TEXT_PRINTABLE])
{
	size_t i;

	for (i = 0; i < TEXT_PRINTABLE - 1 && name[i]; i++)
		text[i] = isascii((unsigned char)name[i]) &&
			  isprint((unsigned char)name[i]) ? name[i] : '?';
	text[i] = 0;
	return text;
}

/**
 * text_make_valid() - have a name be UTF-8, as JSON has to be
 * @name: the name, in which '?' takes the place of each byte that is none
 */
void text_make_valid(char *name)
{
	iconv_t same = iconv_open("UTF-8", "UTF-8");
	size_t left = strlen(name), room;
	char discarded[TEXT_PRINTABLE], *to;

	if (same == (iconv_t)-1)
		err(STATUS_FAILED, "iconv_open");
	while (left) {
		to = discarded;
		room = sizeof(discarded);
		iconv(same, &name, &left, &to, &room);
		/* where it has stopped, unless that was for want of room */
		if (left && room >= 4) {
			*name++ = '?';
			left--;
		}
	}
	iconv_close(same);
}
